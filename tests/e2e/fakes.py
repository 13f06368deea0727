"""Small servers that stand where a provider, a token endpoint or a proxy would, and keep what they are sent."""

import base64
import contextlib
import http.server
import json
import re
import select
import socket
import ssl
import struct
import subprocess
import threading
import zlib


class Seen:
    """A request as it arrived."""

    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.fields = [(name.lower(), value) for name, value in handler.headers.items()]
        self.body = body

    def field(self, name):
        return next((value for key, value in self.fields if key == name), None)

    def json(self):
        return json.loads(self.body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # A client that leaves in the middle is what many of these tests are about.


class Fake:
    """An HTTP server on a free port of loopback. `answer(seen, reply)` answers on a thread of its own."""

    def __init__(self, answer, tls=None, host="127.0.0.1"):
        self.seen = []
        self.names = []  # What TLS clients asked for (SNI).
        self.resumed = []
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                if tls:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                    fake.resumed.append(self.request.session_reused)
                super().setup()

            def do_POST(self):
                seen = Seen(self, self.rfile.read(int(self.headers.get("content-length") or 0)))
                fake.seen.append(seen)
                answer(seen, Reply(self))

            do_GET = do_POST

            def log_message(self, *_):
                pass

        if tls:
            tls.sni_callback = lambda _socket, name, _context: fake.names.append(name)
        self.server = Server((host, 0), Handler)
        self.port = self.server.server_port
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Reply:
    """How a fake answers."""

    def __init__(self, handler):
        self.handler = handler

    def whole(self, status, body, content_type="application/json", **fields):
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.handler.send_response(status)
        self.handler.send_header("content-type", content_type)
        self.handler.send_header("content-length", str(len(payload)))
        for name, value in fields.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(payload)

    def begin(self, content_type="text/event-stream"):
        self.handler.send_response(200)
        self.handler.send_header("content-type", content_type)
        self.handler.send_header("transfer-encoding", "chunked")
        self.handler.end_headers()

    def piece(self, payload):
        self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(payload), payload))

    def finish(self):
        self.handler.wfile.write(b"0\r\n\r\n")

    def hang_up(self):
        self.handler.close_connection = True
        self.handler.request.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def fake(answer, tls=None, host="127.0.0.1"):
    running = Fake(answer, tls, host)
    try:
        yield running
    finally:
        running.close()


class Talk:
    """One connection that a client opened to `Raw`."""

    def __init__(self, server, connection):
        self.server = server
        self.socket = connection
        self.left = b""

    def more(self):
        data = self.socket.recv(65536)
        self.server.bytes += data
        self.left += data
        return data

    def request(self):
        """The next message as it came, head and body; None when the client has gone."""
        while b"\r\n\r\n" not in self.left:
            if not self.more():
                return None
        head, _, _ = self.left.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)\r?$", head)
        size = len(head) + 4 + (int(length[1]) if length else 0)
        while len(self.left) < size:
            if not self.more():
                return None
        message, self.left = self.left[:size], self.left[size:]
        self.server.requests.append(message)
        return message

    def send(self, data):
        self.socket.sendall(data)

    def reset(self):
        """Ends the connection as a crashed machine's kernel does, with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Raw:
    """A server that keeps the very bytes it is sent. `serve(talk)` runs once a connection, on a thread of its own, and
    answers with whatever bytes a test wants; the connection ends with it."""

    def __init__(self, serve, tls=None):
        self.bytes = b""
        self.requests = []
        self.connections = 0
        self.serve = serve
        self.tls = tls
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.open = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            connection.settimeout(60)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self.open.add(connection)
            try:
                self.serve(Talk(self, connection))
            finally:
                self.open.discard(connection)
                connection.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def raw(serve, tls=None):
    running = Raw(serve, tls)
    try:
        yield running
    finally:
        running.close()


def whole(body, status="200 OK", fields=b"content-type: application/json\r\n"):
    """A reply as bytes."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"HTTP/1.1 %s\r\n%scontent-length: %d\r\n\r\n%s" % (status.encode(), fields, len(payload), payload)


# What the providers answer when all is well.

def openai_answer(text="Hello from the fake."):
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "fake",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}}


def openai_chunk(delta, finish=None):
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "fake",
             "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def anthropic_answer(text="Hello from the fake."):
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": "fake",
            "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": None,
            "usage": {"input_tokens": 3, "output_tokens": 5}}


def converse_answer(text="Hello from the fake."):
    return {"output": {"message": {"role": "assistant", "content": [{"text": text}]}}, "stopReason": "end_turn",
            "usage": {"inputTokens": 3, "outputTokens": 5, "totalTokens": 8}, "metrics": {"latencyMs": 1}}


# AWS's event stream, written from its specification: lengths, headers, payload, two CRCs.

def frame(headers, payload):
    """One message. `headers`: name to text."""
    block = b"".join(
        struct.pack("!B", len(name)) + name.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()
        for name, value in headers.items())
    prelude = struct.pack("!II", 16 + len(block) + len(payload), len(block))
    head = prelude + struct.pack("!I", zlib.crc32(prelude))
    message = head + block + payload
    return message + struct.pack("!I", zlib.crc32(message))


def event(kind, body):
    return frame({":message-type": "event", ":event-type": kind, ":content-type": "application/json"}, json.dumps(body).encode())


def exception(kind, message):
    return frame({":message-type": "exception", ":exception-type": kind, ":content-type": "application/json"},
                 json.dumps({"message": message}).encode())


def converse_events(words):
    """The bodies of a whole ConverseStream answer, in order: (event type, body)."""
    yield "messageStart", {"role": "assistant"}
    for word in words:
        yield "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": word}}
    yield "contentBlockStop", {"contentBlockIndex": 0}
    yield "messageStop", {"stopReason": "end_turn"}
    yield "metadata", {"usage": {"inputTokens": 3, "outputTokens": 5, "totalTokens": 8}, "metrics": {"latencyMs": 1}}


# Certificates and proxies.

class Authority:
    """A certificate authority of a test's own, made by the openssl command."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "ca.pem"
        self.key = folder / "ca.key"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                      "-subj", "/CN=Test authority", "-keyout", self.key, "-out", self.file,
                      "-addext", "keyUsage=critical,keyCertSign")

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def certificate(self, name, *alternatives, signed=True):
        """(certificate, key) for the alternatives, such as "DNS:localhost". `signed`: by this authority, else by itself."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        signer = ["-CA", self.file, "-CAkey", self.key] if signed else []
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                      "-subj", f"/CN={name}", "-keyout", key, "-out", certificate, *signer,
                      "-addext", "subjectAltName=" + ",".join(alternatives), "-addext", "basicConstraints=critical,CA:FALSE")
        return certificate, key

    def server(self, *certificate_and_key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*map(str, certificate_and_key))
        return context

    def client(self):
        return ssl.create_default_context(cafile=str(self.file))


class ConnectProxy:
    """A forward proxy that gives tunnels. `way`: where a name is found, as no DNS knows it."""

    def __init__(self, way=None, password=None):
        self.asked = []
        self.way = way or {}
        self.wanted = f"Basic {base64.b64encode(password.encode()).decode()}" if password else None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with contextlib.suppress(OSError), client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            line = head.split(b"\r\n")[0].decode()
            self.asked.append(line)
            if self.wanted and f"proxy-authorization: {self.wanted}".lower() not in head.decode().lower():
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
                return
            host, port = line.split()[1].rsplit(":", 1)
            with socket.create_connection(self.way.get(host, (host, int(port)))) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._carry(client, server)

    @staticmethod
    def _carry(one, other):
        while True:
            for readable in select.select([one, other], [], [])[0]:
                data = readable.recv(65536)
                if not data:
                    return
                (other if readable is one else one).sendall(data)

    def close(self):
        self.listener.close()

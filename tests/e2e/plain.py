"""HTTP/1.1 written by hand, for what no client library would send."""

import re
import socket


class Answer:
    def __init__(self, status, head, body):
        self.status = status
        self.head = head
        self.body = body

    def field(self, name):
        found = re.search(rf"(?im)^{re.escape(name)}: (.*?)\r?$", self.head)
        return found[1] if found else None


class Line:
    """One connection."""

    def __init__(self, gateway, host="127.0.0.1", receive_buffer=None, wrap=None):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(30)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect((host, gateway.port))
        if wrap:
            self.socket = wrap.wrap_socket(self.socket, server_hostname="localhost")
        self.left = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def more(self):
        """What came; empty when the other side is done, in whichever way."""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return b""
        self.left += data
        return data

    def until(self, mark):
        """All up to and with `mark`."""
        while mark not in self.left:
            assert self.more(), f"the connection ended before {mark!r}: {self.left!r}"
        taken, _, self.left = self.left.partition(mark)
        return taken + mark

    def head(self):
        return self.until(b"\r\n\r\n").decode()

    def body(self, head):
        length = re.search(r"(?im)^content-length: (\d+)", head)
        if length:
            while len(self.left) < int(length[1]):
                assert self.more(), "the connection ended inside a body"
            body, self.left = self.left[:int(length[1])], self.left[int(length[1]):]
            return body
        if re.search(r"(?im)^transfer-encoding: chunked", head):
            body = b""
            while size := int(self.until(b"\r\n"), 16):
                while len(self.left) < size + 2:
                    assert self.more(), "the connection ended inside a chunk"
                body, self.left = body + self.left[:size], self.left[size + 2:]
            assert self.until(b"\r\n") == b"\r\n"
            return body
        return self.rest()

    def rest_of_chunks(self):
        """A body in chunks that may break off: (what came of it, whether it came to its end)."""
        body = b""
        try:
            while size := int(self.until(b"\r\n"), 16):
                while len(self.left) < size + 2:
                    if not self.more():
                        return body + self.left, False
                body, self.left = body + self.left[:size], self.left[size + 2:]
            return body, self.until(b"\r\n") == b"\r\n"
        except AssertionError:
            return body, False

    def answer(self, without_body=False):
        head = self.head()
        return Answer(int(head.split()[1]), head, b"" if without_body else self.body(head))

    def rest(self):
        """All until the other side closes."""
        while self.more():
            pass
        rest, self.left = self.left, b""
        return rest

    def ended(self):
        """Whether nothing more comes and the connection is closed."""
        return self.rest() == b""

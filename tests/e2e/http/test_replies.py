"""What a provider may answer, and what becomes of it: one that breaks HTTP is a failure of its own and never of the next request."""

import json
import threading
import time

import pytest

import fakes
from conftest import until
from both_sides import ANSWER, UPSTREAM, ask, config, message
from plain import Line

PAYLOAD = json.dumps(fakes.openai_answer()).encode()
SIZE = len(PAYLOAD)
OK = b"HTTP/1.1 200 OK\r\n"
JSON = b"content-type: application/json\r\n"
LENGTH = b"content-length: %d\r\n" % SIZE
CHUNKED = b"transfer-encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (SIZE, PAYLOAD)
OTHER = fakes.whole(b'{"of": "another request"}')


class Scene:
    """A gateway before a provider that answers each connection's first request with `reply` and then ends it."""

    def __init__(self):
        self.reply = ANSWER
        self.provider = fakes.Raw(self.serve)

    def serve(self, talk):
        while talk.request() is not None:
            talk.send(self.reply)
            if self.reply is not ANSWER:
                return


@pytest.fixture(scope="module")
def scene():
    scene = Scene()
    yield scene
    scene.provider.close()


@pytest.fixture(scope="module")
def gateway(start_once, scene):
    return start_once(config(scene.provider), simulated=False)


BROKEN = {
    "two lengths": OK + JSON + LENGTH + b"content-length: 5\r\n\r\n" + PAYLOAD,
    "two lengths in one line": OK + JSON + b"content-length: %d, %d\r\n\r\n" % (SIZE, SIZE) + PAYLOAD,
    "a length and chunks": OK + JSON + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
    "a negative length": OK + JSON + b"content-length: -1\r\n\r\n" + PAYLOAD,
    "a length beyond 64 bits": OK + JSON + b"content-length: 18446744073709551616\r\n\r\n" + PAYLOAD,
    "a length that nobody sends": OK + JSON + b"content-length: 9223372036854775807\r\n\r\n" + PAYLOAD,
    "chunks in HTTP/1.0": b"HTTP/1.0 200 OK\r\n" + JSON + CHUNKED + b"\r\n" + CHUNKS,
    "another coding": OK + JSON + b"transfer-encoding: gzip, chunked\r\n\r\n" + CHUNKS,
    "bare LFs": (OK + JSON + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + PAYLOAD,
    "a bare LF in a value": OK + JSON + b"x: a\nset-cookie: c\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "a bare CR in a value": OK + b"content-type: application/json\rset-cookie: c\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "a folded line": OK + b"content-type: application/json;\r\n set-cookie: c\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "a NUL": OK + JSON + b"x: \0\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n" + b"\x00\x00\x12\x04\x00",
    "another protocol and yet an answer": b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n" + ANSWER,
    "no answer": b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
    "204 with a body": b"HTTP/1.1 204 No Content\r\n" + JSON + LENGTH + b"\r\n" + PAYLOAD,
    "304 with a body": b"HTTP/1.1 304 Not Modified\r\n" + JSON + LENGTH + b"\r\n" + PAYLOAD,
    "201": b"HTTP/1.1 201 Created\r\n" + JSON + LENGTH + b"\r\n" + PAYLOAD,
    "206": b"HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 0-1/2\r\n" + JSON + LENGTH + b"\r\n" + PAYLOAD,
    "elsewhere": b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\n\r\n",
    "status 600": b"HTTP/1.1 600 Odd\r\ncontent-length: 0\r\n\r\n",
    "status 99": b"HTTP/1.1 099 Odd\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "status 0": b"HTTP/1.1 000 Odd\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "two digits": b"HTTP/1.1 20 OK\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "a version of the future": b"HTTP/3.7 200 OK\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "a huge header": OK + JSON + b"x: " + b"a" * 100_000 + b"\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "a header without end": OK + b"x: aaaaaaaa\r\n" * 20_000,
    "garbage": b"\x00\x01\x02 garbage\r\n\r\n",
    "a TLS alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "HTTP/2 settings": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    "HTTP/0.9": PAYLOAD,
    "nothing": b"",
    "half a head": OK + JSON,
    "a body cut short": OK + JSON + LENGTH + b"\r\n" + PAYLOAD[:-20],
    "a body cut where its JSON could end": OK + JSON + LENGTH + b"\r\n" + PAYLOAD[:PAYLOAD.index(b"}") + 1],
    "a chunk cut short": OK + JSON + CHUNKED + b"\r\n" + b"%x\r\n%s" % (SIZE, PAYLOAD[:50]),
    "no last chunk": OK + JSON + CHUNKED + b"\r\n" + b"%x\r\n%s\r\n" % (SIZE, PAYLOAD),
    "a chunk size that is none": OK + JSON + CHUNKED + b"\r\n" + b"zz\r\n" + PAYLOAD,
    "a chunk size of an exbibyte": OK + JSON + CHUNKED + b"\r\n" + b"fffffffffffffff\r\n" + PAYLOAD,
    "a trailer with a bare LF": OK + JSON + CHUNKED + b"\r\n" + CHUNKS[:-2] + b"x: a\n\r\n",
    "an empty body": OK + JSON + b"content-length: 0\r\n\r\n",
    "until the end, cut short": OK + JSON + b"\r\n" + PAYLOAD[:-20],
    "HTML": OK + b"content-type: text/html\r\ncontent-length: 15\r\n\r\n<html>hi</html>",
    "gzip, which nobody asked for": OK + JSON + b"content-encoding: gzip\r\ncontent-length: 10\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_reply_that_breaks_http_is_an_error_and_the_next_request_is_well(gateway, scene, case):
    scene.reply = BROKEN[case]
    began = time.monotonic()
    with Line(gateway) as line:
        line.send(message())
        answer = line.answer()
        assert answer.status == 502, answer.body
        error = json.loads(answer.body)["error"]
        assert error["message"] and error["code"]
        shown = answer.head + answer.body.decode()
        for hidden in (UPSTREAM, str(scene.provider.port), "169.254", "set-cookie", "Hello from the fake"):
            assert hidden not in shown
        assert time.monotonic() - began < 5

        scene.reply = ANSWER
        line.send(message())
        assert line.body(line.head()) == PAYLOAD


TAKEN = {
    "a length": ANSWER,
    "the same length twice": OK + JSON + LENGTH + LENGTH + b"\r\n" + PAYLOAD,
    "chunks": OK + JSON + CHUNKED + b"\r\n" + CHUNKS,
    "chunks of a byte, with extensions and a trailer": OK + JSON + CHUNKED + b"\r\n" + b"".join(
        b"1;x=%d\r\n%c\r\n" % (i % 10, byte) for i, byte in enumerate(PAYLOAD)) + b"0\r\nset-cookie: a=b\r\n\r\n",
    "until the end": OK + JSON + b"\r\n" + PAYLOAD,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n" + JSON + b"\r\n" + PAYLOAD,
    "no reason phrase": b"HTTP/1.1 200 \r\n" + JSON + LENGTH + b"\r\n" + PAYLOAD,
    "interim replies": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + ANSWER,
    "an interim reply that claims a length": b"HTTP/1.1 102 Processing\r\ncontent-length: 5\r\n\r\n" + ANSWER,
    "two hundred interim replies": b"HTTP/1.1 100 Continue\r\n\r\n" * 200 + ANSWER,
    "fields that are nobody's business": OK + JSON + b"set-cookie: a=b\r\nserver: host-17.internal\r\nopenai-organization: acme\r\n"
                                         b"x-meridian-region: elsewhere\r\nconnection: x-secret\r\nx-secret: 1\r\n" + LENGTH + b"\r\n" + PAYLOAD,
    "bytes behind the body": ANSWER + b"surplus",
    "a second reply behind the first": ANSWER + OTHER,
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_reply_that_is_sound_arrives_whole_and_alone(gateway, scene, case):
    scene.reply = TAKEN[case]
    with Line(gateway) as line:
        line.send(message())
        answer = line.answer()
        assert (answer.status, answer.body) == (200, PAYLOAD)
        for hidden in ("set-cookie", "internal", "acme", "elsewhere", "x-secret", "server:"):
            assert hidden not in answer.head
        line.send(message())
        assert line.answer().body == PAYLOAD


# What comes when nobody has asked.

def test_bytes_that_come_late_are_never_the_answer_to_the_next_request(start):
    """A second reply, sent when the first has long gone to its client: the next request may be another client's."""
    spoiled = threading.Event()

    def serve(talk):
        while talk.request() is not None:
            talk.send(ANSWER)
            if talk.server.connections == 1:
                time.sleep(0.2)  # Until the gateway has laid the connection aside.
                talk.send(OTHER)
                spoiled.set()

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), "--num_workers", 1, simulated=False)
        for _ in range(3):
            answer = ask(gateway, message())
            assert (answer.status, answer.body) == (200, PAYLOAD)
            assert spoiled.wait(10)


def test_a_408_before_a_close_is_no_answer_either(start):
    """HAProxy and others tell an idle connection that it was too slow, and end it."""
    def serve(talk):
        while talk.request() is not None:
            talk.send(ANSWER)
            time.sleep(0.1)
            talk.send(fakes.whole(b"", "408 Request Time-out", b"connection: close\r\n"))
            return

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), "--num_workers", 1, simulated=False)
        for _ in range(3):
            assert ask(gateway, message()).status == 200
            time.sleep(0.2)


# What comes while we still send.

BIG = json.dumps({"model": "m", "messages": [{"role": "user", "content": "x" * (8 << 20)}]}).encode()
REFUSAL = fakes.whole({"error": {"message": "too large for us", "type": "invalid_request_error", "code": "too_large"}}, "413 Content Too Large")


@pytest.mark.parametrize("manner", ["reads no more", "hangs up", "resets", "reads on"])
def test_a_refusal_that_comes_while_we_send_is_the_answer(start, manner):
    held = threading.Event()

    def serve(talk):
        while b"\r\n\r\n" not in talk.left:
            if not talk.more():
                return
        talk.send(REFUSAL)
        if manner == "reads no more":
            held.wait(20)
        elif manner == "resets":
            time.sleep(0.1)
            talk.reset()
        elif manner == "reads on":
            while talk.more():
                pass

    with fakes.raw(serve) as provider:
        gateway = start(config(provider, router="timeout: 10"), simulated=False)
        began = time.monotonic()
        answer = ask(gateway, message(body=BIG))
        took = time.monotonic() - began
        held.set()
        assert answer.status == 413
        assert json.loads(answer.body)["error"]["message"] == "too large for us"
        assert took < 5, "it was heard only when the time was up"


def test_a_connection_whose_request_was_not_sent_whole_is_not_used_again(start):
    def serve(talk):
        while b"\r\n\r\n" not in talk.left:
            if not talk.more():
                return
        if len(talk.left) < 2000:
            talk.send(ANSWER)
            return
        talk.send(REFUSAL)
        talk.server.bytes = b""
        while talk.more():
            pass

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), "--num_workers", 1, simulated=False)
        assert ask(gateway, message(body=BIG)).status == 413
        assert ask(gateway, message()).status == 200


def test_interim_replies_do_not_stop_the_sending(start):
    def serve(talk):
        while b"\r\n\r\n" not in talk.left:
            if not talk.more():
                return
        talk.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.1)
        talk.request()
        talk.send(ANSWER)

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), simulated=False)
        assert ask(gateway, message(body=BIG)).status == 200
        assert len(provider.requests[0]) > 8 << 20


def test_a_client_that_leaves_while_we_send_ends_the_sending(start):
    held = threading.Event()
    with fakes.raw(lambda talk: talk.more() and held.wait(20)) as provider:  # It reads a little, and no more.
        gateway = start(config(provider, router="timeout: 30"), simulated=False)
        with Line(gateway) as line:
            line.send(message(body=BIG))
            until(lambda: provider.bytes)
        until(lambda: gateway.metric("meridian_client_requests_total", outcome="client_left") == 1, seconds=5)
        until(lambda: gateway.metric("meridian_open_connections", side="provider") == 0, seconds=5)
        held.set()


def test_a_provider_that_neither_reads_nor_answers_is_a_timeout(start):
    held = threading.Event()
    with fakes.raw(lambda talk: held.wait(20)) as provider:
        gateway = start(config(provider, router="timeout: 1"), simulated=False)
        answer = ask(gateway, message(body=BIG))
        held.set()
        assert answer.status == 504
        assert json.loads(answer.body)["error"]["code"] == "timeout"


# A connection that the provider closes just as we write.

def test_an_idle_connection_that_is_closed_as_we_write_costs_the_client_nothing(start):
    """The close meets the request on the way: it is sent once more, on a new connection, and only then."""
    def serve(talk):
        first = talk.server.connections == 1
        while talk.request() is not None:
            if first and len(talk.server.requests) > 1:
                talk.reset()  # It has read the second request, and is gone without a word.
                return
            talk.send(ANSWER)

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), "--num_workers", 1, simulated=False)
        assert [ask(gateway, message()).status for _ in range(3)] == [200, 200, 200]
        assert len(provider.requests) == 4
        assert gateway.metric("litellm_errors_total") in (None, 0)


def test_a_new_connection_that_breaks_is_a_failure_and_not_tried_twice(start):
    def serve(talk):
        if talk.request():
            talk.reset()

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), "--num_workers", 1, simulated=False)
        assert ask(gateway, message()).status == 502
        assert len(provider.requests) == 1


def test_once_bytes_of_an_answer_have_come_nothing_is_sent_again(start):
    def serve(talk):
        talk.request()
        talk.send(ANSWER)
        if talk.request():
            talk.send(ANSWER[:40])

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), "--num_workers", 1, simulated=False)
        assert [ask(gateway, message()).status for _ in range(2)] == [200, 502]
        assert len(provider.requests) == 2

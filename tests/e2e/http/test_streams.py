"""Streams on the wire: whatever breaks them, a client never takes half an answer for a whole one, and what is whole goes through.
Cuts at every byte, line ends and checksums are exhausted in src/wire/{sse,stream_watch,event_stream}_test.cc."""

import json
import socket
import struct
import threading
import time

import pytest

import fakes
from both_sides import ask, config, message
from conftest import until
from plain import Line

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
DONE = b"data: [DONE]\n\n"


def event(text=None, finish=None, **more):
    delta = {} if text is None else {"content": text}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "up",
             "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


USAGE = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}\n\n'
FIRST, STOP = event("Hello"), event(finish="stop")
WHOLE = FIRST + STOP + USAGE + DONE


def piece(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def body(**more):
    return json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hello"}], **more}).encode()


# How a provider's connection goes on behind what it has sent.
def close(_):
    pass


def end(talk):
    talk.send(b"0\r\n\r\n")
    talk.request()


def half_close(talk):
    talk.socket.shutdown(socket.SHUT_WR)
    talk.more()


def reset(talk):
    time.sleep(0.05)  # What was sent before has to arrive before the RST throws it away.
    talk.reset()


def later(data, then):
    """What comes when the gateway has passed the first word on: before that it would still be an error answer."""
    def go_on(talk):
        time.sleep(0.1)
        talk.send(piece(data))
        then(talk)
    return go_on


class Scene:
    """A provider that answers with bytes and goes on in one of these ways."""

    def __init__(self):
        self.bytes, self.then = b"", close
        self.provider = fakes.Raw(self.serve)

    def serve(self, talk):
        if talk.request() is not None:
            talk.send(self.bytes)
            self.then(talk)


@pytest.fixture(scope="module")
def scene():
    scene = Scene()
    yield scene
    scene.provider.close()


@pytest.fixture(scope="module")
def gateway(start_once, scene):
    return start_once(config(scene.provider), simulated=False)


class Heard:
    """A stream as a client gets it: its events, and whether HTTP and OpenAI's dialect say that it is whole."""

    def __init__(self, gateway, **more):
        with Line(gateway) as line:
            line.send(message(body=body(**more)))
            head = line.head()
            self.status = int(head.split()[1])
            if "text/event-stream" not in head:
                self.raw, self.framed = line.body(head), True
            else:
                rest = line.rest_of_chunks()
                self.raw, self.framed = rest
        self.done = b"data: [DONE]" in self.raw
        self.events = [json.loads(data[6:]) for data in self.raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
                       if data.startswith(b"data: {")]
        self.text = "".join(choice["delta"].get("content") or "" for one in self.events for choice in one.get("choices", []))
        self.error = next((one["error"] for one in self.events if "error" in one), None)


WHOLE_ONES = {
    "in one chunk": (CHUNKED + piece(WHOLE), end),
    "a byte a chunk": (CHUNKED + b"".join(piece(bytes([byte])) for byte in WHOLE), end),
    "until the end": (HEAD + b"\r\n" + WHOLE, close),
    "until a half-close": (HEAD + b"\r\n" + WHOLE, half_close),
    "of a known length": (HEAD + b"content-length: %d\r\n\r\n" % len(WHOLE) + WHOLE, close),
    "HTTP/1.0": ((HEAD + b"\r\n" + WHOLE).replace(b"HTTP/1.1", b"HTTP/1.0"), close),
    "lines that end in CRLF": (CHUNKED + piece(WHOLE.replace(b"\n", b"\r\n")), end),
    "lines that end in CR": (CHUNKED + piece(WHOLE.replace(b"\n", b"\r")), end),
    "comments and pings": (CHUNKED + piece(b": ping\n\n" * 1000 + b"event: ping\ndata: {}\n\n".replace(b"data: {}", b": x") + WHOLE), end),
    "a BOM": (CHUNKED + piece(b"\xef\xbb\xbf" + b": hello\n\n" + WHOLE), end),
    "ids and retries": (CHUNKED + piece(b"id: 1\nretry: 5\n" + FIRST + b"id: 2\n" + STOP + DONE), end),
    "no usage": (CHUNKED + piece(FIRST + STOP + DONE), end),
    "two ends": (CHUNKED + piece(WHOLE + DONE), end),
    "more behind the end": (CHUNKED + piece(WHOLE + event("spoils")), end),
    "an event of 100 KB": (CHUNKED + piece(event("Hello") + event("x" * 100_000) + STOP + DONE), end),
    "characters cut between chunks": (CHUNKED + b"".join(piece(event("Hello \u4e2d\U0001F600")[i:i + 1]) for i in range(len(event("Hello \u4e2d\U0001F600"))))
                                      + piece(STOP + DONE), end),
}


@pytest.mark.parametrize("case", WHOLE_ONES)
def test_a_whole_stream_is_whole(gateway, scene, case):
    scene.bytes, scene.then = WHOLE_ONES[case]
    heard = Heard(gateway)
    assert (heard.status, heard.done, heard.framed, heard.error) == (200, True, True, None)
    assert heard.text.startswith("Hello")
    assert scene.provider.requests[-1].count(b"include_usage") == 1
    assert b'"usage":{"prompt' not in heard.raw, "nobody asked for it"


BEFORE = {  # Before any content: an error like any other, so that another region could have taken over.
    "nothing": (CHUNKED, close),
    "an end at once": (CHUNKED, end),
    "a reset at once": (CHUNKED, reset),
    "half an event": (CHUNKED + piece(FIRST[:20]), close),
    "only comments": (CHUNKED + piece(b": ping\n\n" * 100), end),
    "an end without content": (CHUNKED + piece(b": ping\n\n"), close),
    "an error in the stream": (CHUNKED + piece(b'data: {"error": {"message": "overloaded", "type": "server_error", "code": 503}}\n\n'), end),
    "an error that is no stream": (HEAD.replace(b"text/event-stream", b"application/json") + b"content-length: 28\r\n\r\n"
                                   + b'{"error":{"message":"busy"}}', close),
    "HTML": (HEAD.replace(b"text/event-stream", b"text/html") + b"\r\n<html>", close),
    "gzip, which nobody asked for": (HEAD + b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n" + piece(b"\x1f\x8b\x08\x00" + b"\0" * 50), end),
    "a chunk size that is none": (CHUNKED + b"zz\r\n" + FIRST, close),
    "no event stream at all": (CHUNKED + piece(b"Hello there\n\nGood bye\n\n"), end),
}


@pytest.mark.parametrize("case", BEFORE)
def test_what_breaks_before_the_first_word_is_an_error_answer(gateway, scene, case):
    scene.bytes, scene.then = BEFORE[case]
    heard = Heard(gateway)
    assert heard.status in (500, 502, 503), heard.raw
    assert json.loads(heard.raw)["error"]["message"]
    assert not heard.done


AFTER = {  # After it: an error event, and the framing stays open.
    "the connection ends": (CHUNKED + piece(FIRST), close),
    "it is reset": (CHUNKED + piece(FIRST), reset),
    "it is half-closed": (CHUNKED + piece(FIRST), half_close),
    "within an event": (CHUNKED + piece(FIRST + STOP[:25]), close),
    "within an event, framed as whole": (CHUNKED + piece(FIRST + STOP[:25]), end),
    "within a chunk": (CHUNKED + piece(FIRST) + b"400\r\n" + event("more"), close),
    "within a chunk's size": (CHUNKED + piece(FIRST) + b"4", close),
    "a chunk's size is none": (CHUNKED + piece(FIRST) + b"-5\r\n", close),
    "framed as whole, without the dialect's end": (CHUNKED + piece(FIRST), end),
    "until the end, without the dialect's": (HEAD + b"\r\n" + FIRST, close),
    "shorter than its length": (HEAD + b"content-length: 5000\r\n\r\n" + FIRST, close),
    "an error in the stream": (CHUNKED + piece(FIRST), later(
        b'data: {"error": {"message": "overloaded", "type": "server_error", "code": 503}}\n\n', end)),
}


@pytest.mark.parametrize("case", AFTER)
def test_what_breaks_after_the_first_word_is_told_and_never_looks_whole(gateway, scene, case):
    scene.bytes, scene.then = AFTER[case]
    heard = Heard(gateway)
    assert heard.status == 200
    assert heard.text.startswith("Hello")
    assert heard.error["message"]
    assert not heard.done
    assert not heard.framed, "HTTP said that it was whole"


def test_an_event_that_is_no_json_goes_through_as_it_came(gateway, scene):
    """It is the client's to judge: the dialect has more than we know."""
    scene.bytes, scene.then = CHUNKED + piece(FIRST + b"data: {broken\n\n" + STOP + DONE), end
    with Line(gateway) as line:
        line.send(message(body=body()))
        assert b"data: {broken\n\n" in line.body(line.head())


def test_an_event_beyond_all_measure_ends_the_stream_and_fills_no_memory(gateway, scene):
    scene.bytes, scene.then = CHUNKED + piece(FIRST) + b"4000000\r\ndata: " + b"x" * (40 << 20), close
    heard = Heard(gateway)
    assert not heard.done
    assert not heard.framed
    assert heard.error or len(heard.raw) > 30 << 20, "it was either refused or passed on as it came"


def test_usage_is_passed_on_where_it_was_asked_for(gateway, scene):
    scene.bytes, scene.then = CHUNKED + piece(WHOLE), end
    heard = Heard(gateway, stream_options={"include_usage": True})
    assert heard.done
    assert [one["usage"]["total_tokens"] for one in heard.events if one.get("usage")] == [8]


# Who leaves.

@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("manner", ["closes", "resets"])
def test_a_client_that_leaves_is_noticed_at_once_and_the_provider_is_let_go(start, after, manner):
    gone = []

    def serve(talk):
        talk.request()
        if after:
            talk.send(CHUNKED + piece(FIRST))
        talk.socket.settimeout(10)
        try:
            ended = talk.more() == b""
        except ConnectionResetError:
            ended = True
        gone.append((ended, time.monotonic()))

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), simulated=False)
        with Line(gateway) as line:
            line.send(message(body=body()))
            if after:
                line.until(b"Hello")
            else:
                until(lambda: provider.requests)
            if manner == "resets":
                line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            left = time.monotonic()
        until(lambda: gone, seconds=5)
        ended, when = gone[0]
        assert ended
        assert when - left < 0.5  # 100 ms, and what two busy cores and a sanitizer add.
        until(lambda: gateway.metric("meridian_client_requests_total", outcome="client_left") == 1)
        until(lambda: gateway.metric("meridian_open_connections", side="provider") == 0)


def test_a_slow_reader_delays_nobody_else(start):
    stop = threading.Event()

    def serve(talk):
        request = talk.request()
        if b"endless" in request:
            talk.send(CHUNKED)
            while not stop.is_set():
                talk.send(piece(event("word " * 2000)))
        else:
            talk.send(CHUNKED + piece(WHOLE) + b"0\r\n\r\n")
            talk.request()

    with fakes.raw(serve) as provider:
        gateway = start(config(provider), "--num_workers", 1, simulated=False)
        with Line(gateway, receive_buffer=4096) as slow:
            slow.send(message(body=body(user="endless")))
            slow.until(b"word")
            for _ in range(20):
                began = time.monotonic()
                assert Heard(gateway).done
                assert time.monotonic() - began < 1
                slow.socket.recv(1)
        stop.set()


# From Anthropic's dialect into OpenAI's.

def anthropic(name, **fields):
    return b"event: %s\ndata: %s\n\n" % (name.encode(), json.dumps({"type": name, **fields}).encode())


BEGUN = (anthropic("message_start", message={"id": "m", "type": "message", "role": "assistant", "model": "c", "content": [], "stop_reason": None,
                                              "usage": {"input_tokens": 3, "output_tokens": 1}})
         + anthropic("content_block_start", index=0, content_block={"type": "text", "text": ""})
         + anthropic("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hello"}))
ENDED = (anthropic("content_block_stop", index=0) + anthropic("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 5})
         + anthropic("message_stop"))

TRANSLATED = {
    "whole": (BEGUN + ENDED, end, True),
    "a byte a chunk": (BEGUN + ENDED, end, True),
    "lines that end in CRLF": ((BEGUN + ENDED).replace(b"\n", b"\r\n"), end, True),
    "pings between": (BEGUN + anthropic("ping") * 500 + ENDED, end, True),
    "events that nobody knows": (BEGUN + anthropic("something_new", x=1) + ENDED, end, True),
    "more behind the end": (BEGUN + ENDED + BEGUN, end, True),
    "no message_stop": (BEGUN + ENDED[:ENDED.index(b"event: message_stop")], end, False),
    "the connection ends": (BEGUN, close, False),
    "it is reset": (BEGUN, reset, False),
    "an error in the stream": (BEGUN, later(anthropic("error", error={"type": "overloaded_error", "message": "Overloaded"}), end), False),
    "an event that is no JSON": (BEGUN, later(b"event: content_block_delta\ndata: {broken\n\n" + ENDED, end), False),
}


@pytest.mark.parametrize("case", TRANSLATED)
def test_a_translated_stream_is_whole_or_told_to_be_cut(start_once, scene, case):
    data, scene.then, whole = TRANSLATED[case]
    scene.bytes = CHUNKED + (b"".join(piece(bytes([byte])) for byte in data) if case == "a byte a chunk" else piece(data))
    gateway = start_once(config(scene.provider).replace("openai/up", "anthropic/claude-sonnet-4-5").replace("/v1\"", "\""), simulated=False)
    heard = Heard(gateway)
    assert (heard.status, heard.text) == (200, "Hello")
    assert (heard.done, heard.framed) == (whole, whole)
    assert (heard.error is None) == whole


def test_ask_is_for_whole_answers(gateway, scene):
    """A whole answer where a stream was asked for is no stream, and no content to be taken for one."""
    scene.bytes, scene.then = fakes.whole(fakes.openai_answer()), close
    answer = ask(gateway, message(body=body()))
    assert answer.status == 502
    assert b"Hello from the fake" not in answer.body

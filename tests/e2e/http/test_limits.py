"""How much may come: sizes, numbers and speeds, and what a peer pays for going beyond them. The clocks of a slow head
and a slow body run for minutes in the program; src/transport/request_test.cc has them with short ones."""

import json
import os
import socket
import time

import pytest

import fakes
from both_sides import ALIVE, ANSWER, BODY, answers, ask, chunked, config, message, refused
from plain import Line


@pytest.fixture(scope="module")
def provider():
    with fakes.raw(answers(ANSWER)) as provider:
        yield provider


@pytest.fixture(scope="module")
def gateway(start_once, provider):
    # A sanitizer keeps what is freed for a while, which is not what is measured here.
    return start_once(config(provider), simulated=False,
                      env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"})


def spent(gateway):
    """Seconds of CPU that the program has used."""
    fields = open(f"/proc/{gateway.process.pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(gateway, what="VmRSS"):
    line = next(line for line in open(f"/proc/{gateway.process.pid}/status") if line.startswith(what))
    return int(line.split()[1]) << 10


def test_a_header_of_more_than_64_kib_is_431(gateway):
    with Line(gateway) as line:
        line.send("GET /health HTTP/1.1\r\nhost: gateway\r\nx-filler: " + "f" * 70_000 + "\r\n\r\n")
        refused(line, 431)


def test_a_header_without_an_end_is_431_while_it_arrives(gateway):
    with Line(gateway) as line:
        line.send("GET /health HTTP/1.1\r\n")
        for _ in range(70):
            line.send("x-filler: " + "f" * 1000 + "\r\n")
        refused(line, 431)


def test_a_header_that_comes_in_crumbs_costs_no_more_than_it_is_worth(gateway):
    """Parsed anew at each crumb, 60 KB are 225 MB of parsing, 1.2 s of CPU under a sanitizer; at each doubling, 0.1 MB, and
    0.3 s for 7,500 reads."""
    head = b"GET /health/liveliness HTTP/1.1\r\nhost: g\r\nx: " + b"a" * 60_000 + b"\r\n\r\n"
    before = spent(gateway)
    with Line(gateway) as line:
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(head), 8):
            line.send(head[at:at + 8])
            time.sleep(1e-4)  # So that the other side reads it before the next.
        assert line.answer().status == 200
    assert spent(gateway) - before < 0.7


def test_a_body_beyond_the_limit_is_413_while_it_arrives(start, provider):
    gateway = start(config(provider, general="max_request_size_mb: 1"), simulated=False)
    before = len(provider.bytes)

    with Line(gateway) as line:  # Told by its length, before any of it has come.
        line.send(message(b"content-length: 1048577\r\n", body=b"", length=False))
        refused(line, 413)
    with Line(gateway) as line:  # It was told, and so it is not invited either.
        line.send(message(b"expect: 100-continue\r\ncontent-length: 1048577\r\n", body=b"", length=False))
        refused(line, 413)
    with Line(gateway) as line:  # Found out on the way.
        line.send(chunked(b""))
        for _ in range(17):
            line.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        refused(line, 413)
    with Line(gateway) as line:  # One chunk that says at once what it will be.
        line.send(chunked(b"fffffff\r\n" + b"x" * (1 << 20) + b"x"))
        refused(line, 413)
    assert len(provider.bytes) == before

    long = json.dumps({"model": "m", "messages": [{"role": "user", "content": "x" * 500_000}]}).encode()
    assert ask(gateway, message(body=long)).status == 200


def test_a_length_that_never_comes_holds_no_memory(gateway):
    before = memory(gateway)
    lines = [Line(gateway) for _ in range(50)]
    for line in lines:
        line.send(message(b"content-length: 33554432\r\n", body=BODY, length=False))
    assert ask(gateway, ALIVE).status == 200
    grown = memory(gateway) - before
    for line in lines:
        line.socket.close()
    assert grown < 64 << 20, "fifty promises of 32 MiB"


def test_a_body_shorter_than_its_length_reaches_nobody(gateway, provider):
    before = len(provider.bytes)
    with Line(gateway) as line:
        line.send(message(b"content-length: %d\r\n" % (len(BODY) + 1), length=False))
        line.socket.shutdown(socket.SHUT_WR)
        assert line.ended()
    with Line(gateway) as line:
        line.send(chunked(b"%x\r\n%s\r\n" % (len(BODY), BODY)))
        line.socket.shutdown(socket.SHUT_WR)
        assert line.ended()
    assert len(provider.bytes) == before


def test_a_thousand_requests_sent_ahead_are_answered_in_their_order(gateway, provider):
    before = len(provider.requests)
    pieces = []
    for i in range(1000):
        pieces.append(ALIVE if i % 50 else message(b"x-litellm-call-id: call-%d\r\n" % i))
    with Line(gateway) as line:
        line.send(b"".join(pieces))
        for i in range(1000):
            answer = line.answer()
            if i % 50:
                assert answer.body == b'"I\'m alive!"'
            else:
                assert answer.field("x-litellm-call-id") == f"call-{i}"
    assert len(provider.requests) == before + 20


def test_who_sends_ahead_and_does_not_read_is_waited_for_and_fills_no_memory(gateway):
    """The answers to what was sent ahead are written one at a time: the next is not even looked at."""
    before = memory(gateway)
    with Line(gateway, receive_buffer=4096) as line:
        line.socket.settimeout(0.5)
        sent = 0
        page = b"GET /metrics HTTP/1.1\r\nhost: g\r\n\r\n" * 500
        with pytest.raises(TimeoutError):
            while sent < 64 << 20:
                line.socket.sendall(page)
                sent += len(page)
        assert memory(gateway) - before < 8 << 20
        assert ask(gateway, ALIVE).status == 200


def test_slow_heads_on_many_connections_keep_nobody_out(gateway):
    lines = [Line(gateway) for _ in range(200)]
    for i, line in enumerate(lines):
        line.send(message(body=b"", length=False)[:10 + i % 40])
    began = time.monotonic()
    assert ask(gateway, message()).status == 200
    assert time.monotonic() - began < 2
    for line in lines:
        line.socket.close()


def test_ten_thousand_tools_are_carried_or_refused_in_time(gateway, provider):
    tools = [{"type": "function", "function": {"name": f"tool_{i}", "parameters": {"type": "object", "properties": {}}}} for i in range(10_000)]
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hello"}], "tools": tools}).encode()
    assert ask(gateway, message(body=body)).status == 200
    assert len(json.loads(provider.requests[-1].partition(b"\r\n\r\n")[2])["tools"]) == 10_000


def test_a_large_image_is_refused_by_its_length_alone(gateway, provider):
    before = len(provider.bytes)
    with Line(gateway) as line:
        line.send(message(b"content-length: %d\r\n" % (100 << 20), body=b"", length=False))
        refused(line, 413)
    assert len(provider.bytes) == before

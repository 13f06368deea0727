"""Where a message ends: what two servers could read in two ways is refused, and nothing of it reaches a provider."""

import re

import pytest

import fakes
from both_sides import ALIVE, ANSWER, ARRIVED, BODY, UPSTREAM, answers, chunked, config, message, refused
from plain import Line

SIZE = len(BODY)
CHUNKED = b"transfer-encoding: chunked\r\n"
LENGTH = b"content-length: %d\r\n" % SIZE


@pytest.fixture(scope="module")
def provider():
    with fakes.raw(answers(ANSWER)) as provider:
        yield provider


@pytest.fixture(scope="module")
def gateway(start_once, provider):
    return start_once(config(provider), simulated=False)


def last(chunks):
    return chunked(b"%x\r\n%s\r\n" % (SIZE, BODY) + chunks)


REFUSED = {
    # Lengths and codings that contradict each other.
    "a length and chunks": chunked(fields=b"content-length: 4\r\n" + CHUNKED),
    "chunks and a length": chunked(fields=CHUNKED + b"content-length: 4\r\n"),
    "two lengths": message(b"content-length: 40\r\n"),
    "two lengths in one line": message(b"content-length: 4, 40\r\n", length=False),
    "one length twice in one line": message(b"content-length: %d, %d\r\n" % (SIZE, SIZE), length=False),
    "an empty length": message(b"content-length:\r\n", length=False),
    "a length of two words": message(b"content-length: 1 2\r\n", length=False),
    "a negative length": message(b"content-length: -4\r\n", length=False),
    "a length with a sign": message(b"content-length: +4\r\n", length=False),
    "a length in hexadecimal": message(b"content-length: 0x4\r\n", length=False),
    "a length beyond 64 bits": message(b"content-length: 99999999999999999999999\r\n", length=False),
    "an unknown coding": chunked(fields=b"transfer-encoding: xchunked\r\n"),
    "chunked is not the last coding": chunked(fields=b"transfer-encoding: chunked, identity\r\n"),
    "chunked is not the only coding": chunked(fields=b"transfer-encoding: gzip, chunked\r\n"),
    "chunked twice in one line": chunked(fields=b"transfer-encoding: chunked, chunked\r\n"),
    "chunked in two lines": chunked(fields=CHUNKED + CHUNKED),
    "chunked in quotes": chunked(fields=b'transfer-encoding: "chunked"\r\n'),
    "an empty coding and a length": message(b"transfer-encoding:\r\n"),
    "another coding and a length": message(b"transfer-encoding: identity\r\n"),
    "chunks in HTTP/1.0": chunked(line=b"POST /v1/chat/completions HTTP/1.0"),
    "chunks in HTTP/1.0 that would go on": chunked(fields=CHUNKED + b"connection: keep-alive\r\n",
                                                   line=b"POST /v1/chat/completions HTTP/1.0"),
    # Lines that are not what they seem.
    "a coding on a folded line": chunked(fields=b"transfer-encoding:\r\n chunked\r\n"),
    "a coding behind a tab on a folded line": chunked(fields=b"transfer-encoding: x\r\n\tchunked\r\n"),
    "a coding folded into another field": chunked(fields=b"x: y\r\n transfer-encoding: chunked\r\n"),
    "a folded key": message(b"x-litellm-api-key: Bearer\r\n sk-other\r\n"),
    "a folded id": message(b"x-litellm-call-id: one\r\n two\r\n"),
    "a space before the colon": message(b"content-length : 0\r\n"),
    "a space in a name": message(b"x a: b\r\n"),
    "no colon": message(b"nonsense\r\n"),
    "no name": message(b": value\r\n"),
    "a first line that is folded": message(host=b" host: gateway\r\n"),
    "a byte above ASCII in a name": message(b"x-\xff: a\r\n"),
    "a control character in a coding": chunked(fields=b"transfer-encoding:\x0bchunked\r\n"),
    "a control character in a value": message(b"x-a: \x1b[31m\r\n"),
    "DEL in a value": message(b"x-a: \x7f\r\n"),
    "a NUL in a value": message(b"x-a: b\x00c\r\n"),
    "a bare CR in a value": message(b"x-a: b\rc\r\n"),
    "a bare CR in a name": message(b"x\r-a: b\r\n"),
    "a bare CR for a line's end": message(b"x-a: b\r"),
    "a bare LF in a value": message(b"x-a: b\nx-b: c\r\n"),
    "a bare LF at the head's end": message(b"x: a\n\r\n"),
    "bare LFs in the head": message().replace(b"\r\n", b"\n"),
    "no host": message(host=b""),
    "two hosts": message(b"host: other\r\n"),
    "two hosts in one line": message(host=b"host: a, b\r\n"),
    "a host with a path": message(host=b"host: gateway/v1\r\n"),
    "a host with a user": message(host=b"host: user@gateway\r\n"),
    # First lines.
    "two spaces": message(line=b"POST  /v1/chat/completions HTTP/1.1"),
    "tabs": message(line=b"POST\t/v1/chat/completions\tHTTP/1.1"),
    "a space at the end": message(line=b"POST /v1/chat/completions HTTP/1.1 "),
    "a space in the target": message(line=b"POST /v1/chat completions HTTP/1.1"),
    "a NUL in the target": message(line=b"POST /v1/chat\x00/completions HTTP/1.1"),
    "a space in front": b" " + message(),
    "a line feed in front": b"\n" + message(),
    "many empty lines in front": b"\r\n\r\n\r\n" + message(),
    "no version": message(line=b"POST /v1/chat/completions"),
    "a version in small letters": message(line=b"POST /v1/chat/completions http/1.1"),
    "HTTP/1.2": message(line=b"POST /v1/chat/completions HTTP/1.2"),
    "HTTP/1.01": message(line=b"POST /v1/chat/completions HTTP/1.01"),
    "HTTP/9.9": message(line=b"POST /v1/chat/completions HTTP/9.9"),
    "the HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "nonsense": b"complete nonsense\r\n\r\n",
    # Chunks.
    "a chunk size that is no number": chunked(b"zz\r\n"),
    "no chunk size": chunked(b";a=b\r\n"),
    "a negative chunk size": chunked(b"-1\r\n"),
    "a chunk size with a sign": chunked(b"+%x\r\n%s\r\n0\r\n\r\n" % (SIZE, BODY)),
    "a chunk size in C's hexadecimal": chunked(b"0x%x\r\n%s\r\n0\r\n\r\n" % (SIZE, BODY)),
    "a chunk size with an underscore": chunked(b"1_0\r\n%s\r\n0\r\n\r\n" % BODY),
    "a space before a chunk size": chunked(b" %x\r\n%s\r\n0\r\n\r\n" % (SIZE, BODY)),
    "a space behind a chunk size": chunked(b"%x \r\n%s\r\n0\r\n\r\n" % (SIZE, BODY)),
    "a chunk size beyond 64 bits": chunked(b"fffffffffffffffff\r\n"),
    "a chunk size that overflows to a small one": chunked(b"1%016x\r\n%s\r\n0\r\n\r\n" % (SIZE, BODY)),
    "a chunk longer than its size": chunked(b"3\r\nabcX\r\n0\r\n\r\n"),
    "bare LFs between chunks": chunked(b"%x\n%s\n0\n\n" % (SIZE, BODY)),
    "a bare CR behind a chunk size": chunked(b"%x\r%s\r\n0\r\n\r\n" % (SIZE, BODY)),
    "a bare LF in an extension": chunked(b'%x;a="\n"\r\n%s\r\n0\r\n\r\n' % (SIZE, BODY)),
    "an extension without end": chunked(b"%x;" % SIZE + b"a" * 20_000 + b"\r\n%s\r\n0\r\n\r\n" % BODY),
    "an extension at every byte": chunked(b"".join(b"1;%s\r\n%c\r\n" % (b"a" * 300, byte) for byte in BODY) + b"0\r\n\r\n"),
    "a trailer that ends in a bare LF": last(b"0\r\nx: a\n\r\n"),
    "an empty trailer line of a bare LF": last(b"0\r\nx: a\r\n\n"),
    "a trailer with a bare CR": last(b"0\r\nx: a\rb\r\n\r\n"),
    "trailers without end": last(b"0\r\n" + b"x: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 2000 + b"\r\n"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_two_servers_could_read_in_two_ways_is_refused(gateway, provider, case):
    before = len(provider.bytes)
    with Line(gateway) as line:
        line.send(REFUSED[case] + ALIVE)
        refused(line, 400)
    assert len(provider.bytes) == before


TAKEN = {
    "as it should be": message(),
    "the same length twice": message(LENGTH),  # RFC 9110 8.6 lets a recipient take them for one.
    "a length with zeros in front": message(b"content-length: 000%d\r\n" % SIZE, length=False),
    "tabs around a length": message(b"content-length:\t%d\t\r\n" % SIZE, length=False),
    "chunks": chunked(),
    "a tab before the coding": chunked(fields=b"transfer-encoding:\tchunked\r\n"),
    "blanks behind the coding": chunked(fields=b"transfer-encoding: chunked \t\r\n"),
    "the coding in capitals": chunked(fields=b"Transfer-Encoding: CHUNKED\r\n"),
    "an underscore makes another name": message(b"transfer_encoding: chunked\r\ncontent_length: 3\r\n"),
    "one byte a chunk": chunked(b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"),
    "zeros in front of a chunk size": chunked(b"00000%x\r\n%s\r\n000\r\n\r\n" % (SIZE, BODY)),
    "an extension": chunked(b'%x;a=b;c="d"\r\n%s\r\n0;e\r\n\r\n' % (SIZE, BODY)),
    "trailers, which nobody reads": last(b"0\r\ncontent-length: 5\r\nhost: evil\r\nauthorization: Bearer other\r\n"
                                         b"transfer-encoding: chunked\r\nx-meridian-allowed-regions: eu\r\n\r\n"),
    "an empty line in front": b"\r\n" + message(),  # RFC 9112 2.2: some clients send it behind a body.
    "an empty host": message(host=b"host:\r\n"),
    "bytes above ASCII in a value": message(b"x-a: \xff\xfe\r\n"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_everybody_reads_alike_is_one_request_and_the_next_is_the_next(gateway, provider, case):
    before = len(provider.requests)
    with Line(gateway) as line:
        line.send(TAKEN[case] + ALIVE)
        assert line.answer().status == 200
        assert line.answer().body == b'"I\'m alive!"'

    [arrived] = provider.requests[before:]
    head, _, body = arrived.partition(b"\r\n\r\n")
    assert body == ARRIVED
    assert head.startswith(b"POST /v1/chat/completions HTTP/1.1\r\n")
    assert re.findall(rb"(?im)^(?:content-length|transfer-encoding).*?(?=\r?$)", head) == [b"content-length: %d" % len(ARRIVED)]
    assert re.findall(rb"(?im)^host: (.*?)\r?$", head) == [b"127.0.0.1:%d" % provider.port]
    assert re.findall(rb"(?im)^authorization: (.*?)\r?$", head) == [b"Bearer " + UPSTREAM.encode()]


def test_http_1_0_needs_no_host_and_expects_nothing(gateway, provider):
    before = len(provider.requests)
    with Line(gateway) as line:
        line.send(message(b"expect: 100-continue\r\n", line=b"POST /v1/chat/completions HTTP/1.0", host=b"", body=b"", length=False)
                  [:-2] + LENGTH + b"\r\n")
        line.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):  # RFC 9110 10.1.1: HTTP/1.0 would not understand a 100.
            line.more()
        line.socket.settimeout(30)
        line.send(BODY)
        answer = line.answer()
        assert (answer.status, answer.field("connection")) == (200, "close")
        assert line.ended()
    assert len(provider.requests) == before + 1


@pytest.mark.parametrize("case", ["a length and chunks", "a coding on a folded line", "an unknown coding"])
def test_a_lie_split_over_two_writes_is_still_one(gateway, provider, case):
    """The head comes byte by byte, so that no single read shows it all."""
    before = len(provider.bytes)
    with Line(gateway) as line:
        for byte in REFUSED[case]:
            try:
                line.send(bytes([byte]))
            except OSError:  # It was refused before all of it was sent.
                break
        refused(line, 400)
    assert len(provider.bytes) == before

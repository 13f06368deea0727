"""What header fields may do: no name of one leads a credential, a rule or a protocol past the gateway."""

import json
import re

import pytest

import fakes
from conftest import until
from both_sides import ALIVE, ANSWER, KEY, MASTER, UPSTREAM, answers, ask, chunked, config, message
from plain import Line


@pytest.fixture(scope="module")
def provider():
    with fakes.raw(answers(ANSWER)) as provider:
        yield provider


@pytest.fixture(scope="module")
def gateway(start_once, provider):
    return start_once(config(provider), simulated=False)


def names(arrived):
    return [name.lower().decode() for name in re.findall(rb"(?m)^([^\s:]+):", arrived.partition(b"\r\n\r\n")[0])]


# All that ever reaches a provider of OpenAI's dialect, whatever the client sent.
PASSED = ["host", "authorization", "content-type", "accept", "accept-encoding", "user-agent", "content-length"]


@pytest.mark.parametrize("fields", [
    b"connection: x-api-key, authorization\r\nx-api-key: of-the-client\r\n",
    b"connection: keep-alive, host, content-length\r\nkeep-alive: timeout=5\r\n",
    b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n",
    b"connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n",
    b"upgrade: h2c\r\nte: trailers\r\ntrailer: x-a\r\nproxy-connection: keep-alive\r\nproxy-authorization: Basic YTpi\r\n",
    b"expect: 200-ok\r\nmax-forwards: 0\r\nrange: bytes=0-1\r\nif-match: *\r\naccept-encoding: gzip, br\r\n",
    b"cookie: session=of-the-client\r\norigin: https://evil.example\r\nreferer: https://evil.example\r\n",
    b"x-forwarded-for: 10.0.0.1\r\nforwarded: for=10.0.0.1\r\nx-real-ip: 10.0.0.1\r\nvia: 1.1 front\r\nx-forwarded-host: evil\r\n",
    b"x-http-method-override: DELETE\r\nx-original-url: /model/info\r\nx-rewrite-url: /model/info\r\n",
    b"openai-organization: of-the-client\r\nopenai-project: p\r\nopenai-beta: b\r\nanthropic-beta: b\r\nx-amz-security-token: t\r\n",
    b"x-goog-user-project: p\r\nx-stainless-lang: python\r\nx-anything: of-the-client\r\nbaggage: a=b\r\n",
])
def test_no_field_of_a_client_reaches_a_provider(gateway, provider, fields):
    before = len(provider.requests)
    with Line(gateway) as line:
        line.send(message(fields) + ALIVE)
        answer = line.answer()
        assert answer.status == 200
        assert answer.field("upgrade") is None
        assert line.answer().body == b'"I\'m alive!"'

    [arrived] = provider.requests[before:]
    assert set(names(arrived)) <= set(PASSED), names(arrived)
    assert len(names(arrived)) == len(set(names(arrived)))
    assert b"accept-encoding: identity\r\n" in arrived
    assert b"of-the-client" not in arrived.replace(MASTER.encode(), b"")
    assert MASTER.encode() not in arrived
    assert arrived.count(UPSTREAM.encode()) == 1


@pytest.mark.parametrize("fields", [
    b"x_api_key: %s\r\n", b"x-api_key: %s\r\n", b"authorization_: Bearer %s\r\n", b"http-authorization: Bearer %s\r\n",
    b"proxy-authorization: Bearer %s\r\n", b"x-original-authorization: Bearer %s\r\n", b"cookie: authorization=%s\r\n",
])
def test_a_key_counts_under_its_own_name_only(gateway, provider, fields):
    before = len(provider.bytes)
    assert ask(gateway, message(fields % MASTER.encode(), key=b"")).status == 401
    assert len(provider.bytes) == before


@pytest.mark.parametrize("field", [b"authorization: Bearer", b"x-api-key:", b"api-key:", b"x-litellm-api-key:", b"x-goog-api-key:"])
@pytest.mark.parametrize("order", [1, -1])
def test_of_two_keys_none_counts(gateway, provider, field, order):
    before = len(provider.bytes)
    fields = [field + b" " + key + b"\r\n" for key in (MASTER.encode(), b"another")][::order]
    assert ask(gateway, message(b"".join(fields), key=b"")).status == 401
    assert len(provider.bytes) == before


@pytest.mark.parametrize("scheme", [b"Basic", b"Digest", b"Bearer Bearer", b"Bearer:", b"bearer\x0b"])
def test_other_schemes_are_no_key(gateway, scheme):
    assert ask(gateway, message(key=b"authorization: " + scheme + b" " + MASTER.encode() + b"\r\n")).status in (400, 401)


@pytest.mark.parametrize("given", [b"", b"sk-of-the-client", MASTER.encode() + b"x", MASTER.encode()[:-1], MASTER.upper().encode(),
                                   MASTER.encode() + b",x", b'"' + MASTER.encode() + b'"', b"%73k-of-the-clients"])
def test_what_is_nearly_the_key_is_not(gateway, given):
    assert ask(gateway, message(key=b"authorization: Bearer " + given + b"\r\n")).status == 401


def test_a_key_that_was_refused_is_nobody_s_in_the_log(gateway):
    ask(gateway, message(b"x-litellm-call-id: refused-key\r\n", key=b"authorization: Bearer wrong\r\n"))
    ask(gateway, message(b"x-litellm-call-id: taken-key\r\n"))
    until(lambda: "id=taken-key" in gateway.errors())
    lines = {re.search(r" id=(\S+)", line)[1]: line for line in gateway.errors().splitlines() if " id=" in line}
    assert "key=master" in lines["taken-key"]
    assert "key=master" not in lines["refused-key"]


@pytest.mark.parametrize("fields, status", [
    (b"x-meridian-allowed-regions: us-west-2\r\n", 200),
    (b"x-meridian-allowed-regions: eu\r\n", 403),
    (b"x-meridian-allowed-regions: eu\r\nx-meridian-allowed-regions: us-west-2\r\n", 400),
    (b"x-meridian-allowed-regions: us-west-2\r\nx-meridian-allowed-regions: eu\r\n", 400),
    (b"x-meridian-allowed-regions: us-west-2\r\nX-Meridian-Allowed-Regions: us-west-2\r\n", 400),
    (b"x-meridian-allowed-regions:\r\n", 400),
    (b"x-meridian-allowed-regions: ,\r\n", 400),
    (b"x-meridian-allowed-regions: us-west-2; eu\r\n", 400),
    (b"x-meridian-allowed-regions: *\r\n", 400),
    (b"x_meridian_allowed_regions: eu\r\n", 200),  # Another name; nobody is promised anything by it.
])
def test_a_residency_rule_is_clear_or_refused(start, provider, fields, status):
    gateway = start(config(provider).replace("region: us-west-2", "region: us-west-2, country: US"), simulated=False)
    before = len(provider.requests)
    answer = ask(gateway, message(fields))
    assert answer.status in ((200, 403) if status == 200 else (status,)), answer.body
    if status != 200:
        assert len(provider.requests) == before


def test_a_thousand_fields_are_as_good_as_one(gateway):
    assert ask(gateway, message(b"".join(b"x-%d: a\r\n" % i for i in range(1000)))).status == 200
    assert ask(gateway, message(b"a:\r\n" * 15_000)).status == 200  # Bounded by their bytes alone.


def test_an_id_that_would_break_a_line_is_replaced(gateway):
    for given, kept in [(b"fine-1.2_3", True), (b"a b", False), (b"a%0d%0ab", False), (b"a\tb", False), (b"x" * 65, False), (b"\xff", False)]:
        answer = ask(gateway, message(b"x-litellm-call-id: " + given + b"\r\n"))
        assert (answer.field("x-litellm-call-id").encode() == given) == kept
        assert answer.status == 200


def test_a_chat_in_chunks_carries_the_same_fields(gateway, provider):
    before = len(provider.requests)
    assert ask(gateway, chunked(fields=b"transfer-encoding: chunked\r\nte: trailers\r\ncookie: a=b\r\n")).status == 200
    [arrived] = provider.requests[before:]
    assert set(names(arrived)) <= set(PASSED)
    assert json.loads(arrived.partition(b"\r\n\r\n")[2])["model"] == "up"
    assert KEY.strip() not in arrived

"""Which page is asked for: forms of a target, methods, and paths that would slip past a lock that reads them otherwise."""

import json

import pytest

import fakes
from both_sides import ALIVE, ANSWER, KEY, answers, ask, config, message, refused
from plain import Line

TARGET = b"/v1/chat/completions"


@pytest.fixture(scope="module")
def provider():
    with fakes.raw(answers(ANSWER)) as provider:
        yield provider


@pytest.fixture(scope="module")
def gateway(start_once, provider):
    return start_once(config(provider), simulated=False)


def bare(method, target, key=KEY):
    return message(line=b"%s %s HTTP/1.1" % (method, target), key=key, body=b"", length=False)


@pytest.mark.parametrize("target", [b"http://gateway" + TARGET, b"HTTPS://other.example:99" + TARGET, TARGET + b"?a=http://b",
                                    b"http://user:pass@gateway" + TARGET])
def test_a_whole_url_is_taken_for_its_path(gateway, provider, target):
    """RFC 9112 3.2.2: a server must take the absolute form. The name in it changes nothing."""
    before = len(provider.requests)
    assert ask(gateway, message(line=b"POST %s HTTP/1.1" % target)).status == 200
    [arrived] = provider.requests[before:]
    assert arrived.startswith(b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n" % provider.port)


@pytest.mark.parametrize("line", [b"OPTIONS * HTTP/1.1", b"POST * HTTP/1.1", b"CONNECT evil.example:443 HTTP/1.1",
                                  b"GET v1/models HTTP/1.1", b"POST ftp://gateway/v1/chat/completions HTTP/1.1", b"TRACE / HTTP/1.1",
                                  b"PROPFIND / HTTP/1.1", b"PURGE / HTTP/1.1"])
def test_other_forms_and_methods_lead_nowhere_and_the_connection_goes_on(gateway, provider, line):
    before = len(provider.bytes)
    with Line(gateway) as connection:
        connection.send(message(line=line, body=b"", length=False) + ALIVE)
        assert connection.answer().status == 404
        assert connection.answer().body == b'"I\'m alive!"'
    assert len(provider.bytes) == before


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"post"])
def test_a_chat_is_asked_for_by_post_alone(gateway, provider, method):
    before = len(provider.bytes)
    with Line(gateway) as line:
        line.send(bare(method, TARGET) + ALIVE)
        answer = line.answer(without_body=method == b"HEAD")
        assert (answer.status, answer.field("allow")) == (405, "POST")
        assert line.answer().body == b'"I\'m alive!"'
    assert len(provider.bytes) == before


@pytest.mark.parametrize("page", [b"/health", b"/health/liveliness", b"/metrics", b"/v1/models", b"/v1/chat/completions", b"/nothing"])
def test_head_is_get_without_its_body(gateway, page):
    with Line(gateway) as line:
        line.send(bare(b"HEAD", page) + bare(b"GET", page))
        head, whole = line.answer(without_body=True), line.answer()
        assert head.status == whole.status
        assert head.field("content-type") == whole.field("content-type")
        if page != b"/metrics":  # Which has counted meanwhile.
            assert int(head.field("content-length")) == len(whole.body)


PAGES = [b"/model/info", b"/explain?model=m", b"/v1/models"]  # They need the key.


@pytest.mark.parametrize("path", [
    *PAGES,
    b"//model/info", b"/model//info", b"/./model/info", b"/health/../model/info", b"/health/liveliness/../../model/info",
    b"/health/..;/model/info", b"/health;/../model/info", b"/model/info/", b"/model/info/.", b"/model/info;a=b", b"/model/info#a",
    b"/model%2finfo", b"/model%2Finfo", b"/model/%69nfo", b"/%6dodel/info", b"/model%252finfo", b"/model/info%00", b"/model/info%0a",
    b"/model/info%20", b"/MODEL/INFO", b"\\model\\info", b"/model\\info", b"/%2e%2e/model/info", b"/v1/../model/info",
    b"/v1/models/..%2f..%2fmodel%2finfo", b"/v1/models/../../model/info", b"/health?/../model/info", b"/health%3f/../model/info",
    b"http://gateway/model/info", b"http://gateway//model/info", b"/model/info/health/liveliness", b"/_cloud/log", b"/_cloud/../explain",
])
def test_no_spelling_of_a_path_gets_past_the_key(gateway, path):
    answer = ask(gateway, bare(b"GET", path, key=b""))
    if path.startswith(b"/health?"):
        assert answer.status == 200  # The rest is a query.
    else:
        assert answer.status in (401, 404), answer.body
    assert b"litellm_params" not in answer.body
    assert b"openai/up" not in answer.body
    assert b'"data"' not in answer.body


@pytest.mark.parametrize("path", [b"//v1/chat/completions", b"/v1/../v1/chat/completions", b"/v1/%63hat/completions", b"/v1/chat%2fcompletions",
                                  b"/v1/chat/completions/", b"/V1/chat/completions", b"/v1/chat/completions%00", b"/v1/chat/completions;x"])
def test_no_other_spelling_is_the_chat(gateway, provider, path):
    before = len(provider.bytes)
    assert ask(gateway, message(line=b"POST %s HTTP/1.1" % path)).status == 404
    assert len(provider.bytes) == before


@pytest.mark.parametrize("path", [b"/v1/chat\xff/completions", b"/v1/models/%ff%fe", b"/" + b"a" * 99 + "\U0001F600".encode(),
                                  b'/"><script>alert(1)</script>', b"/v1/models/%22%0d%0aset-cookie:%20a=b", b"/\\u0000"])
def test_an_error_that_quotes_a_path_is_json_whatever_the_path_is(gateway, path):
    answer = ask(gateway, bare(b"GET", path))
    assert answer.status == 404
    assert answer.field("content-type") == "application/json"
    assert answer.field("set-cookie") is None
    assert json.loads(answer.body.decode("utf-8"))["error"]["message"]


def test_a_model_s_name_that_is_cut_in_the_middle_of_a_character_is_still_json(gateway):
    body = json.dumps({"model": "x" + "\U0001F600" * 60, "messages": []}, ensure_ascii=False).encode()
    answer = ask(gateway, message(body=body))
    assert answer.status == 404
    assert "\U0001F600" in json.loads(answer.body.decode("utf-8"))["error"]["message"]


def test_a_target_may_be_long_but_not_longer_than_a_header(gateway, provider):
    before = len(provider.bytes)
    assert ask(gateway, bare(b"GET", b"/health?" + b"a" * 60_000)).status == 200
    for line in (b"POST /v1/chat/completions?" + b"a" * 70_000 + b" HTTP/1.1", b"A" * 70_000 + b" / HTTP/1.1"):
        with Line(gateway) as connection:
            connection.send(message(line=line))
            refused(connection, 414)
    assert len(provider.bytes) == before

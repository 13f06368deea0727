"""Secrets planted in every place that takes one, and providers that repeat all they were sent: none comes out anywhere. Commands,
refused files and the usual variables are in test_operators.py, what a client's own fields may do in http/test_fields.py."""

import contextlib
import json
import re
import threading

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import fakes
from planted import PLANTED, SECRET, planted_config
from conftest import meridian, until


class Parrot:
    """A provider that answers with all that it was sent, in one of the ways in which servers do."""

    def __init__(self):
        self.way = None
        self.held = threading.Event()

    def __call__(self, talk):
        while (request := talk.request()) is not None:
            if not self.way(self, talk, request.decode("latin-1").replace("\r\n", " ")):
                return

    def message(self, talk, status, said):
        talk.send(fakes.whole({"error": {"message": said, "type": "invalid_request_error", "code": "odd", "param": said}}, status))
        return True


def says(status):
    def way(parrot, talk, said):
        return parrot.message(talk, status, f"Bad request from {said} at {talk.server.url}")
    return way


def cut_inside(parrot, talk, said):
    """So long that it is cut, wherever in the key that is."""
    key = next((secret for secret in PLANTED.values() if f" {secret}" in said), "")
    words = "too long " * 108  # 972 bytes; 1,000 are shown.
    return parrot.message(talk, "400 Bad Request", f"{words}{key}")


def trace(parrot, talk, said):
    page = f"Traceback (most recent call last):\n  File \"/srv/llm-gpu-17/app.py\", line 9, in call\n    raise KeyError({said!r})\n"
    talk.send(fakes.whole(page.encode(), "500 Internal Server Error", b"content-type: text/plain\r\n"))
    return True


def html(parrot, talk, said):
    talk.send(fakes.whole(f"<html><body>llm-gpu-17: {said}</body></html>".encode(), "502 Bad Gateway", b"content-type: text/html\r\n"))
    return True


def fields(parrot, talk, said):
    names = re.findall(r"(?:authorization|api-key|x-team|x-api-key): *(\S+ ?\S*)", said)
    talk.send(fakes.whole(fakes.openai_answer(), fields=b"content-type: application/json\r\nx-echo: %s\r\nset-cookie: k=%s\r\n"
                          % (("%r" % names).encode(), ("%r" % names).encode())))
    return True


def inside_200(parrot, talk, said):
    talk.send(fakes.whole({"error": {"message": said}}))
    return True


def content_type(parrot, talk, said):
    talk.send(fakes.whole(b"<html>", fields=b"content-type: text/%s\r\n" % said[:200].encode("latin-1")))
    return True


def silence(parrot, talk, said):
    parrot.held.wait(3)
    return False


def hang_up(parrot, talk, said):
    return False


def in_stream(parrot, talk, said):
    """A word, and an error behind it, in the provider's own dialect."""
    words = f"died of {said} on llm-gpu-17"
    kind = b"text/event-stream"
    if "/converse-stream" in said:
        kind = b"application/vnd.amazon.eventstream"
        begin, hello, *_ = fakes.converse_events(["Hello"])
        word, error = fakes.event(*begin) + fakes.event(*hello), fakes.exception("internalServerException", words)
    elif "/v1/messages" in said:
        word = (anthropic("message_start", message={"usage": {"input_tokens": 1, "output_tokens": 1}})
                + anthropic("content_block_start", index=0, content_block={"type": "text", "text": ""})
                + anthropic("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hello"}))
        error = anthropic("error", error={"type": "api_error", "message": words})
    elif "/v1/responses" in said:
        word = responses("response.output_text.delta", output_index=0, content_index=0, item_id="m", delta="Hello")
        error = responses("response.failed", response={"status": "failed", "error": {"code": "server_error", "message": words}})
    else:
        word = fakes.openai_chunk({"content": "Hello"})
        error = b"data: " + json.dumps({"error": {"message": words, "code": 500}}).encode() + b"\n\n"
    talk.send(b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\n\r\n%s" % (kind, word))
    threading.Event().wait(0.1)  # Until the first word has gone on.
    talk.send(error)
    return False


def anthropic(kind, **fields):
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


responses = anthropic  # The Responses API names its events in the same way.


WAYS = {"400": says("400 Bad Request"), "401": says("401 Unauthorized"), "403": says("403 Forbidden"), "404": says("404 Not Found"),
        "413": says("413 Content Too Large"), "422": says("422 Unprocessable"), "429": says("429 Too Many Requests"),
        "500": says("500 Internal Server Error"), "503": says("503 Service Unavailable"), "a long 400": cut_inside, "a trace": trace, "HTML": html, "fields": fields,
        "an error inside a 200": inside_200, "a content type": content_type, "silence": silence, "hanging up": hang_up,
        "an error in a stream": in_stream}


@pytest.fixture(scope="module")
def parrot():
    return Parrot()


@pytest.fixture(scope="module")
def provider(parrot):
    with fakes.raw(parrot) as provider:
        yield provider


@pytest.fixture(scope="module")
def google_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


@pytest.fixture(scope="module")
def gateway(start_once, provider, google_key):
    config, env = planted_config(provider.url, google_key)
    return start_once(config, simulated=False, env=env)


def leaks(text, google_key):
    found = {name for name, secret in PLANTED.items() if secret in text}
    found |= {"google's key"} if any(line in text for line in google_key.splitlines()[1:-1]) else set()
    return found | ({"something planted"} if SECRET in text else set())


def ask(gateway, model, path="/v1/chat/completions", **fields):
    """All that a client of that key is shown."""
    words = {"input": "Hello"} if path == "/v1/responses" else {"max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
    body = {"model": model, **words, **fields}
    shown = ""
    with contextlib.suppress(httpx.RemoteProtocolError):  # A stream that was cut.
        with gateway.http.stream("POST", path, json=body, headers={"authorization": f"Bearer {PLANTED['master_key']}"}) as answer:
            shown = str(answer.headers)
            for piece in answer.iter_text():
                shown += piece
    return shown


@pytest.mark.parametrize("way", WAYS)
def test_a_provider_that_repeats_what_it_was_sent_tells_no_client(gateway, parrot, provider, google_key, way):
    parrot.way = WAYS[way]
    before = len(provider.requests)
    for model in ("openai", "azure", "anthropic", "bedrock"):
        for stream in (False, True):
            shown = ask(gateway, model, stream=stream, timeout=1)
            assert shown
            assert leaks(shown, google_key) == set(), shown
            for hidden in ("llm-gpu-17", f"127.0.0.1:{provider.port}", "Traceback", "/srv/", "app.py", "x-echo", "set-cookie"):
                assert hidden not in shown, shown
    sent = b"".join(provider.requests[before:]).decode("latin-1")
    for name in ("openai api_key", "azure api_key", "anthropic api_key", "aws_session_token", "extra_headers"):
        assert PLANTED[name] in sent, f"{name} was never sent, so its absence shows nothing"


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/v1/responses"])
@pytest.mark.parametrize("model", ["openai", "azure", "anthropic", "bedrock", "responses"])
def test_an_error_inside_a_stream_is_told_in_the_gateway_s_words(gateway, parrot, google_key, model, path):
    """Relayed, where model and client speak alike, and translated."""
    parrot.way = in_stream
    shown = ask(gateway, model, path, stream=True, timeout=5)
    _, _, behind = shown.partition("Hello")
    assert "the provider's stream failed" in behind, shown
    assert "died" not in shown and "llm-gpu-17" not in shown
    assert leaks(shown, google_key) == set(), shown


def test_nobody_else_shows_them_either(gateway, provider, google_key):
    key = {"authorization": f"Bearer {PLANTED['master_key']}"}
    for headers in (key, {}, {"authorization": f"Bearer {SECRET}-guess"}):
        for path in ("/health", "/health/readiness?model=openai", "/metrics", "/model/info", "/v1/model/info", "/v1/models", "/v1/models/openai",
                     "/explain?model=openai", "/explain?model=vertex&format=text", f"/explain?model={SECRET}"[:9] + "x", "/nothing", "/"):
            answer = gateway.http.get(path, headers=headers)
            assert leaks(answer.text + str(answer.headers), google_key) == set(), (path, answer.text)
            assert "127.0.0.1:" not in answer.text
    answer = gateway.ask("openai", headers={"authorization": f"Bearer {SECRET}-guess"})
    assert leaks(answer.text, google_key) == set()


def test_no_log_holds_them_at_any_level(start, parrot, provider, google_key):
    for more in ({}, {"MERIDIAN_LOG": "debug", "LITELLM_LOG": "DEBUG"}):
        for flags in ((), ("--detailed_debug",)):
            config, env = planted_config(provider.url, google_key)
            gateway = start(config, *flags, simulated=False, env={**env, **more})
            for way in ("400", "401", "an error in a stream", "hanging up"):
                parrot.way = WAYS[way]
                for model in ("openai", "azure", "anthropic", "bedrock", "vertex", "unreachable"):
                    ask(gateway, model, stream=way == "an error in a stream", timeout=1)
            gateway.ask("openai", headers={"authorization": f"Bearer {SECRET}-guess", "cookie": f"{SECRET}-cookie"})
            for spoil in (("model_list:", "model_lits:"), ("api_key:", "api_kye:"), ("master_key:", "master_kye:"), ("model: openai/", "model: nobody/"),
                          (PLANTED["openai api_key"], f"[{PLANTED['openai api_key']}]"), (PLANTED["master_key"], f"{{x: {PLANTED['master_key']}}}"),
                          ("}", "")):
                gateway.config.write_text(config.replace(*spoil))
                count = gateway.errors().count("outcome=refused")
                gateway.signal(1)
                until(lambda: gateway.errors().count("event=config") > 0 or gateway.errors().count("outcome=refused") > count
                      or gateway.errors().count("outcome=applied") > 0)
            gateway.signal(15)
            gateway.wait()
            assert "event=request" in gateway.errors()
            assert [line for line in gateway.errors().splitlines() if leaks(line, google_key)] == []


@pytest.mark.parametrize("spoil", [("", ""), ("api_key:", "api_kye:"), ("master_key:", "master_kye:"), ("model: openai/", "model: nobody/"),
                                   
                                   (PLANTED["openai api_key"], f"[{PLANTED['openai api_key']}]"),
                                   (PLANTED["aws_secret_access_key"], f"{{x: {PLANTED['aws_secret_access_key']}}}"),
                                   (PLANTED["client_secret"], f"{PLANTED['client_secret']}: x"), (PLANTED["extra_headers"], f"[{PLANTED['extra_headers']}]"),
                                   ('vertex_credentials: \'{', 'vertex_credentials: \'{{'),
                                   ("model_name: azure", "model_name: [azure"), ("region: us-west-2", "region: mars")])
def test_no_command_prints_them(provider, google_key, tmp_path, spoil):
    config, env = planted_config(provider.url, google_key)
    path = tmp_path / "config.yaml"
    path.write_text(config.replace(*spoil) if spoil[0] else config)
    for command in (["check", path], ["check", "--strict", path], ["explain", "--config", path, "--model", "openai"],
                    ["explain", "--config", path, "--model", "openai", "--json"], ["prometheus", path]):
        status, out, errors = meridian(*command, env=env)
        assert leaks(out + errors, google_key) == set(), (command, out + errors)

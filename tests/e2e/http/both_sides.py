"""A gateway between bytes: what a client sends by hand, and what arrives at a provider that keeps every byte."""

import json

import fakes
from plain import Line

MASTER = "sk-of-the-clients"
UPSTREAM = "sk-of-the-provider"
KEY = b"authorization: Bearer " + MASTER.encode() + b"\r\n"

BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hello"}]}).encode()
ARRIVED = BODY.replace(b'"m"', b'"up"')  # As the provider gets it.
ANSWER = fakes.whole(fakes.openai_answer())
ALIVE = b"GET /health/liveliness HTTP/1.1\r\nhost: smuggled\r\n\r\n"


def answers(reply):
    """For `fakes.Raw`: the same bytes to every request. `reply`: bytes, or a function of the request."""
    def serve(talk):
        while (request := talk.request()) is not None:
            talk.send(reply(request) if callable(reply) else reply)
    return serve


def config(provider, router="", general=f"master_key: {MASTER}"):
    # Nobody rests: one odd reply says nothing about the next test.
    return f"""
model_list:
  - model_name: m
    litellm_params: {{model: openai/up, api_base: "{provider.url}/v1", api_key: {UPSTREAM}}}
    model_info: {{region: us-west-2}}
router_settings: {{num_retries: 0, disable_cooldowns: true, {router}}}
general_settings: {{{general}}}
"""


def message(fields=b"", line=b"POST /v1/chat/completions HTTP/1.1", host=b"host: gateway\r\n", key=KEY, body=BODY, length=True):
    """A request for a chat, each part of which may be another."""
    counted = b"content-length: %d\r\n" % len(body) if length else b""
    return line + b"\r\n" + host + key + fields + counted + b"\r\n" + body


def chunked(chunks=None, fields=b"transfer-encoding: chunked\r\n", **parts):
    """The same with its body in chunks."""
    if chunks is None:
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    return message(fields, body=b"", length=False, **parts) + chunks


def refused(line, status):
    """The answer is that error, and the connection ends: nobody can tell where a next request would begin."""
    answer = line.answer()
    assert answer.status == status
    error = json.loads(answer.body)["error"]
    assert error["message"]
    assert error["type"] == "invalid_request_error"
    assert answer.field("connection") == "close"
    assert line.ended()


def ask(gateway, data, without_body=False):
    """The answer to bytes on a connection of their own."""
    with Line(gateway) as line:
        line.send(data)
        return line.answer(without_body)

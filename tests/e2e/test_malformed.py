"""A thousand requests that are wrong, each in its own way: each is told so, and the program lives."""

import json
import random

import pytest

from load import burst, post

FLEET = """
model_list:
  - model_name: claude
    litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: us-west-2}
  - model_name: vertex
    litellm_params: {model: vertex_ai/claude-3-5-sonnet@20241022, vertex_project: p, vertex_location: us-east5}
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_key: sk-test}
"""
MODELS = ["claude", "vertex", "gpt"]
GOOD = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2}


def good(model, **fields):
    return json.dumps({"model": model, **GOOD, **fields}).encode()


# Each takes (random, model) and gives a body that is wrong.

def cut_short(rng, model):
    whole = good(model)
    return whole[:rng.randrange(len(whole))]


def trailing_garbage(rng, model):
    return good(model) + rng.choice([b"x", b"}", b",", b"{}", b"\x00", b"//", b"]]", good(model)])


def byte_replaced(rng, model):
    whole = bytearray(good(model))
    at = rng.choice([i for i, byte in enumerate(whole) if byte in b'{}[]:,"'])
    whole[at] = rng.choice(b"\x00\x01;'#\xff")
    return bytes(whole)


def not_an_object(rng, _):
    return rng.choice([b"", b" ", b"null", b"true", b"42", b'"text"', b"[]", b"[{}]", b"{", b"}", b"{]", b"nul", b"NaN",
                       b"{'model': 'claude'}", b"model=claude&messages=Hello", b"<request/>", b"\xff\xfe{\x00}\x00"])


def deep(rng, model):
    depth = rng.choice([1025, 5000, 10_000, 100_000])
    opening, closing = rng.choice([(b"[", b"]"), (b'{"a":', b"}")])
    inside = opening * depth + (b"1" if opening != b"[" else b"") + closing * rng.choice([0, depth])
    return rng.choice([inside, good(model)[:-1] + b', "x": ' + inside + b"}"])


def invalid_utf_8(rng, model):
    bad = rng.choice([b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xf8\x88\x80\x80\x80"])
    return good(model).replace(b"Hello", b"Hel" + bad + b"lo")


def control_characters(rng, model):
    return good(model).replace(b"Hello", b"Hel" + bytes([rng.randrange(0x20)]) + b"lo")


def bad_escapes(rng, model):
    return good(model).replace(b"Hello", rng.choice([rb"\x41", rb"\u12", rb"\uZZZZ", rb"\U0041", rb"\'", b"\\"]))


def bom(rng, model):
    return rng.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00"]) + good(model)


def repeated_key(rng, model):
    key = rng.choice(["model", "stream", "max_tokens", "messages", "metadata", "tools"])
    value = {"model": f'"{model}"', "stream": "false", "max_tokens": "3", "messages": "[]", "metadata": "{}", "tools": "[]"}[key]
    again = f'"{key}": {value}'
    return f'{{"model": "{model}", "messages": [{{"role": "user", "content": "Hello"}}], {again}, {again}}}'.encode()


def wrong_number(rng, model):
    number = rng.choice(["1e999", "-1e999", "0x10", "01", "+1", "1.", ".5", "Infinity", "-", "1e", "1" + "0" * 400,
                         "9223372036854775808", "-9223372036854775809", "1.5", "-1", '"many"', "true", "[1]", "{}"])
    return good(model).replace(b'"max_tokens": 2', f'"max_tokens": {number}'.encode())


OTHERS = [None, True, 3, 1.5, "text", "", [], [1], {}, {"a": 1}, [[]], [None]]


def wrong_type(rng, model):
    key, kind = rng.choice([("model", str), ("messages", list), ("stream", bool), ("stream_options", dict), ("tools", list),
                            ("temperature", (int, float)), ("metadata", dict), ("user", str)])
    allowed = lambda value: value is None or isinstance(value, kind) and not (key == "temperature" and isinstance(value, bool))
    value = rng.choice([value for value in OTHERS if not allowed(value)])
    return json.dumps({"model": model, **GOOD, key: value}).encode()


def wrong_model(rng, _):
    return json.dumps({**GOOD, "model": rng.choice(["", "nobody", "claude ", "CLAUDE", ["claude"], {"name": "claude"}, 7, None, True,
                                                    "x" * 100_000, "\u0000", "claude\u0000", "../claude", "\U0001f600"])}).encode()


def missing(rng, model):
    body = {"model": model, **GOOD}
    del body[rng.choice(["model", "messages"])]
    return json.dumps(body).encode()


def wrong_message(rng, model):
    message = rng.choice([None, 1, "Hello", [], {}, {"content": "Hello"}, {"role": 1, "content": "Hello"},
                          {"role": "nobody", "content": "Hello"}, {"role": "tool", "content": "no id"},
                          {"role": "user", "content": 7}, {"role": "user", "content": [1]}, {"role": "user", "content": [{}]},
                          {"role": "user", "content": [{"type": "text"}]}, {"role": "user", "content": {"text": "Hello"}}])
    return json.dumps({"model": model, "messages": [message]}).encode()


def wrong_tool(rng, model):
    tool = rng.choice([None, 1, "tool", {}, [], {"type": "function"}, {"type": "function", "function": {}},
                       {"type": "function", "function": {"name": 5}},
                       {"type": "function", "function": {"name": "f", "parameters": "none"}}])
    return json.dumps({"model": model, **GOOD, "tools": [tool]}).encode()


def steering(rng, model):
    key = rng.choice(["api_base", "api_key", "base_url", "aws_region_name", "vertex_project", "user_config", "aws_secret_access_key"])
    return good(model, **{key: "somewhere"})


def escaped_name(rng, model):
    return good(model).replace(b'"model"', rng.choice([rb'"mod\u0065l"', rb'"\u006dodel"']))


# What the gateway judges, and what it leaves to a provider of the client's own dialect: that one knows best
# which fields it has.
TRANSLATED_ONLY = {"wrong_type", "wrong_message", "wrong_tool"}

WAYS = [cut_short, trailing_garbage, byte_replaced, not_an_object, deep, invalid_utf_8, control_characters, bad_escapes, bom,
        repeated_key, wrong_number, wrong_type, wrong_model, missing, wrong_message, wrong_tool, steering,
        escaped_name]


@pytest.fixture(scope="module")
def gateway(start_once):
    return start_once(FLEET)


@pytest.mark.parametrize("stream", [False, True])
def test_a_thousand_wrong_requests_are_told_so_and_the_program_lives(gateway, stream):
    rng = random.Random(7)
    cases = []
    for i in range(1000):
        way = WAYS[i % len(WAYS)]
        model = rng.choice(["claude", "vertex"] if way.__name__ in TRANSLATED_ONLY else MODELS)
        cases.append((way, model, way(rng, model)))
    if stream:
        cases = [(way, model, body.replace(b'"messages"', b'"stream": true, "messages"', 1)) for way, model, body in cases]

    replies = burst(gateway, [post(body) for _, _, body in cases])

    problems = []
    for (way, model, body), reply in zip(cases, replies, strict=True):
        shown = f"{way.__name__} {model} {body[:300]!r}: {reply.status} {reply.body[:300]!r}"
        if not 400 <= reply.status < 500:
            problems.append(shown)
            continue
        error = json.loads(reply.body)["error"]
        if not (isinstance(error["message"], str) and error["message"] and error["type"] and "code" in error and "param" in error):
            problems.append(shown)
    assert problems == []

    for model in MODELS:
        answer = gateway.ask(model)
        assert answer.status_code == 200
        assert answer.json()["choices"][0]["finish_reason"] == "stop"
    assert gateway.metric("litellm_errors_total") == 0, "wrong requests speak against no region"


def test_what_looks_wrong_and_is_right_is_answered(gateway):
    for body in (b"\r\n\t " + good("claude") + b"\n\n",
                 good("claude").replace(b"Hello", rb"\ud83d\ude00 \u0000 \/ \ud800 alone"),
                 good("claude", temperature=None, stream=None, tools=None, stream_options=None),
                 json.dumps({"model": "claude", "messages": [{"role": "user", "content": "x" * 400_000}], "max_tokens": 2}).encode()):
        [reply] = burst(gateway, [post(body)])
        assert reply.status == 200, (body[:100], reply.body[:300])

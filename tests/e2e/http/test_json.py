"""Text: what the gateway reads of a body is what the provider will read, and the rest goes through untouched, byte by byte.
What no parser should take is in test_malformed.py; depth, numbers, escapes and repeated fields one by one are in
src/wire/json_test.cc and src/wire/peek_test.cc."""

import json

import pytest

import fakes
from both_sides import ANSWER, answers, ask, config, message


@pytest.fixture(scope="module")
def provider():
    with fakes.raw(answers(ANSWER)) as provider:
        yield provider


@pytest.fixture(scope="module")
def gateway(start_once, provider):
    return start_once(config(provider), simulated=False)


def body(more, before=""):
    return ('{%s"model": "m", "messages": [{"role": "user", "content": "Hello"}]%s}' % (before, more)).encode()


UNTOUCHED = {
    "an order and blanks of its own": b'\r\n{\t"messages" :[ { "content":"a" ,"role":"user"} ] , "model":"m" }\n\n',
    "integers beyond 2^53": body(', "x": 9007199254740993, "y": -9007199254740993, "seed": 9223372036854775807'),
    "numbers with many digits": body(', "x": 0.1000000000000000055511151231257827, "y": -0, "z": 1.0, "w": 1E+2, "v": -0.0e-0'),
    "unknown fields": body(', "x": {"y": [1, {"z": null}]}, "reasoning_effort": "none", "web_search_options": {}'),
    "a field named like ours, deeper": body(', "x": {"model": "other", "stream": true, "api_base": "http://evil"}'),
    "a name twice where nobody looks": body(', "x": {"a": 1, "a": 2}'),
    "half a surrogate pair": body(r', "x": "\ud800", "y": "\udc00\ud800"'),
    "escapes where none is needed": body(r', "x": "\/\u0041\u0000\b"'),
    "every plane of Unicode": body(', "x": "\u00e9\u4e2d\U0001F600\U0010FFFF\uFFFE"'),
    "line separators": body(', "x": "\u2028\u2029\u0085\ufeff"'),
    "as deep as it may be": body(', "x": ' + "[" * 400 + "]" * 400),
    "a long name": body(', "' + "k" * 100_000 + '": 1'),
    "ten thousand fields": body("".join(f', "k{i}": {i}' for i in range(10_000))),
    "a prompt that looks like a request": body(r', "x": "\"model\": \"other\", \"stream\": true}{\"model\": \"other\"}"'),
    "empty values": body(', "user": "", "metadata": {}, "tools": null, "stop": null, "": 0'),
}


@pytest.mark.parametrize("case", UNTOUCHED)
def test_all_but_the_model_s_name_goes_through_as_it_came(gateway, provider, case):
    given = UNTOUCHED[case]
    before = len(provider.requests)
    assert ask(gateway, message(body=given)).status == 200
    [arrived] = provider.requests[before:]
    assert arrived.partition(b"\r\n\r\n")[2] == given.replace(b'"model": "m"', b'"model": "up"', 1).replace(b'"model":"m"', b'"model":"up"')


# Two parsers may differ in which of two equal names counts: whoever checks one and sends the other is fooled.
TWICE = {
    "plainly": body(', "model": "other"'),
    "the same value": body(', "model": "m"'),
    "in front": body("", '"model": "other", '),
    "with an escape": body(r', "mod\u0065l": "other"'),
    "with an escape in front": body("", r'"\u006dodel": "other", '),
    "the stream's": body(', "stream": false, "stream": true'),
    "the stream's with an escape": body(r', "stream": false, "str\u0065am": true'),
    "the messages": body(', "messages": []'),
    "the key, escaped": body(r', "api\u005fkey": "sk-other"'),
    "the address, escaped": body(r', "api\u005fbase": "http://169.254.169.254/"'),
    "the address": body(', "api_base": "http://169.254.169.254/"'),
    "the base URL": body(', "base_url": "http://169.254.169.254/"'),
    "a configuration": body(', "user_config": {"model_list": []}'),
}


@pytest.mark.parametrize("case", TWICE)
def test_a_field_that_could_be_read_in_two_ways_reaches_nobody(gateway, provider, case):
    before = len(provider.bytes)
    answer = ask(gateway, message(body=TWICE[case]))
    assert answer.status == 400, answer.body
    assert json.loads(answer.body)["error"]["type"] == "invalid_request_error"
    assert len(provider.bytes) == before


WRONG = {
    "stream as text": body(', "stream": "true"'),
    "stream as a number": body(', "stream": 1'),
    "a list of models": body("").replace(b'"m"', b'["m"]'),
    "no model": body("").replace(b'"m"', b"null"),
    "NaN": body(', "temperature": NaN'),
    "Infinity": body(', "temperature": -Infinity'),
    "a number that begins with zero": body(', "x": 01'),
    "a number without digits behind its point": body(', "x": 1.'),
    "a comma too many": body(","),
    "a comment": body(" /* x */"),
    "a BOM": b"\xef\xbb\xbf" + body(""),
    "UTF-16": body("").decode().encode("utf-16"),
    "an overlong slash": body(', "x": "@"').replace(b"@", b"\xc0\xaf"),
    "a surrogate in UTF-8": body(', "x": "@"').replace(b"@", b"\xed\xa0\x80"),
    "a bare line end in a string": body(', "x": "a\nb"'),
    "a NUL behind the end": body("") + b"\0",
    "two documents": body("") * 2,
    "too deep": body(', "x": ' + "[" * 10_000 + "]" * 10_000),
    "a form": b"model=m&messages=Hello",
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_json_or_no_request_reaches_nobody(gateway, provider, case):
    before = len(provider.bytes)
    answer = ask(gateway, message(body=WRONG[case]))
    assert answer.status == 400, answer.body
    assert json.loads(answer.body.decode("utf-8"))["error"]["message"]
    assert len(provider.bytes) == before


# Limits of tokens are the provider's to judge: it knows what it takes, and says so in its own words.
@pytest.mark.parametrize("value", ["-1", "1.5", '"5"', "1e400", "0"])
def test_a_limit_of_tokens_is_the_provider_s_to_judge_or_refused(gateway, provider, value):
    given = body(f', "max_tokens": {value}')
    before = len(provider.requests)
    answer = ask(gateway, message(body=given))
    if answer.status == 200:
        [arrived] = provider.requests[before:]
        assert f'"max_tokens": {value}'.encode() in arrived
    else:
        assert answer.status == 400
        assert len(provider.requests) == before

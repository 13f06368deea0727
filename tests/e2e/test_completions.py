"""OpenAI's Python SDK on /v1/completions: a prompt for a model that chats is a user's message."""

import openai
import pytest

import fakes
from test_openai_python import FLEET, REGIONS, sdk

TEXT = FLEET.replace("model_list:", """model_list:
  - model_name: instruct
    litellm_params: {model: gpt-3.5-turbo-instruct, api_key: sk-test}""")
TALKERS = ["bedrock", "vertex", "anthropic", "openai", "compatible"]
MODELS = [*TALKERS, "instruct"]  # The last completes text itself.
WHERE = {**REGIONS, "instruct": "openai"}


@pytest.fixture(scope="module")
def gateway(start_once):
    return start_once(TEXT)


@pytest.fixture(scope="module")
def client(gateway):
    return sdk(gateway)


@pytest.mark.parametrize("model", MODELS)
def test_a_prompt_is_completed(client, model):
    answer = client.completions.create(model=model, prompt="Hello", temperature=0.5)

    assert (answer.object, answer.model) == ("text_completion", model if model in TALKERS else "gpt-3.5-turbo-instruct")
    assert answer.id.startswith("cmpl-") and answer.created > 0
    choice, = answer.choices
    assert choice.text.startswith(f"Hello from {WHERE[model]}.")
    assert (choice.index, choice.finish_reason, choice.logprobs) == (0, "stop", None)
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    assert client.completions.create(model=model, prompt="Hello", max_tokens=4).choices[0].finish_reason == "length"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("usage", [False, True])
def test_a_stream_is_the_same_text_in_pieces(client, model, usage):
    options = {"stream_options": {"include_usage": True}} if usage else {}
    chunks = list(client.completions.create(model=model, prompt="Hello", stream=True, **options))

    assert {chunk.object for chunk in chunks} == {"text_completion"}
    assert len({chunk.id for chunk in chunks}) == 1
    assert [bool(chunk.usage) for chunk in chunks] == [False] * (len(chunks) - usage) + [True] * usage
    spoken = chunks[:-1] if usage else chunks
    assert "".join(chunk.choices[0].text for chunk in spoken).startswith(f"Hello from {WHERE[model]}.")
    assert [chunk.choices[0].finish_reason for chunk in spoken if chunk.choices[0].finish_reason] == ["stop"]


def test_what_a_model_that_chats_cannot_do_is_said(client):
    for prompt in (["One", "Two"], [1, 2, 3], [[1], [2]]):
        with pytest.raises(openai.BadRequestError, match="takes one prompt of text"):
            client.completions.create(model="bedrock", prompt=prompt)
    with pytest.raises(openai.BadRequestError, match="`best_of`, `echo`, `suffix` cannot be sent to"):
        client.completions.create(model="bedrock", prompt="Hello", suffix="end", echo=True, best_of=2)
    with pytest.raises(openai.BadRequestError, match="`prompt` is missing"):
        client.completions.create(model="bedrock", prompt="")
    assert client.completions.create(model="bedrock", prompt=["Hello"], echo=False).choices[0].text


def test_a_compatible_server_that_completes_text_is_asked_as_it_is(start):
    config = """
model_list:
  - model_name: base
    litellm_params: {model: openai/llama-base, api_base: "%s/v1", api_key: k}
    model_info: {mode: completion}
"""
    whole = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "llama-base",
             "choices": [{"text": " one", "index": 0, "logprobs": None, "finish_reason": "stop"},
                         {"text": " two", "index": 1, "logprobs": None, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4}}
    with fakes.fake(lambda seen, reply: reply.whole(200, whole)) as provider:
        gateway = start(config % provider.url, simulated=False)
        body = b'{"model":"base", "prompt":["a","b"],"logprobs":2,"own_field":[1.0]}'
        answer = gateway.http.post("/completions", content=body, headers={"content-type": "application/json"})
        assert answer.json() == whole
        retried = sdk(gateway).completions.create(model="base", prompt=["a", "b"], extra_body={"num_retries": 1})
        assert [choice.text for choice in retried.choices] == [" one", " two"]
    assert [seen.path for seen in provider.seen] == ["/v1/completions"] * 2
    assert provider.seen[0].body == body.replace(b'"base"', b'"llama-base"')
    assert provider.seen[1].json() == {"model": "llama-base", "prompt": ["a", "b"]}


def test_a_mock_answers_in_this_dialect(client):
    answer = client.completions.create(model="bedrock", prompt="Hello", extra_body={"mock_response": "It is a mock."})
    assert answer.choices[0].text == "It is a mock."

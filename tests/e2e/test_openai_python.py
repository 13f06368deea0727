"""OpenAI's Python SDK as the client, against each way that an answer can come: translated and passed through."""

import asyncio
import json

import openai
import pytest

from conftest import until

FLEET = """
model_list:
  - model_name: bedrock
    litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: us-west-2}
  - model_name: vertex
    litellm_params: {model: vertex_ai/claude-3-5-sonnet@20241022, vertex_project: p, vertex_location: us-east5}
  - model_name: anthropic
    litellm_params: {model: anthropic/claude-3-5-sonnet-20241022, api_key: sk-ant-test}
  - model_name: openai
    litellm_params: {model: openai/gpt-4o, api_key: sk-test}
  - model_name: compatible
    litellm_params: {model: openai/llama-3.3-70b, api_base: "http://vllm.internal:8000/v1", api_key: none}
router_settings: {num_retries: 0, allowed_fails: 100, cooldown_time: 1}
"""
# A deployment's region in the simulated cloud, to break it by.
REGIONS = {"bedrock": "us-west-2", "vertex": "us-east5", "anthropic": "anthropic", "openai": "openai", "compatible": "vllm.internal"}
MODELS = list(REGIONS)

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}


def sdk(gateway, kind=openai.OpenAI, key="anything", **options):
    return kind(base_url=gateway.url + "/v1", api_key=key, **{"max_retries": 0, "timeout": 60, **options})


def said(text):
    return [{"role": "user", "content": text}]


@pytest.fixture(scope="module")
def gateway(start_once):
    return start_once(FLEET)


@pytest.fixture(scope="module")
def client(gateway):
    return sdk(gateway)


@pytest.mark.parametrize("model", MODELS)
def test_a_chat_is_answered_whole(client, model):
    answer = client.chat.completions.create(model=model, messages=said("Hello"))

    assert answer.object == "chat.completion"
    assert answer.id
    assert answer.created > 0
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content.startswith(f"Hello from {REGIONS[model]}.")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens > 0
    assert answer.usage.completion_tokens > 0
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


@pytest.mark.parametrize("model", MODELS)
def test_a_limit_on_tokens_is_told_by_the_finish_reason(client, model):
    answer = client.chat.completions.create(model=model, messages=said("Hello"), max_tokens=4)

    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 4


@pytest.mark.parametrize("model", MODELS)
def test_a_stream_is_the_same_conversation_in_pieces(client, model):
    chunks = list(client.chat.completions.create(model=model, messages=said("Hello"), stream=True))

    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    # Nobody asked for usage: every chunk has its choice, and none has a count.
    assert {len(chunk.choices) for chunk in chunks} == {1}
    assert {chunk.usage for chunk in chunks} == {None}
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text.startswith(f"Hello from {REGIONS[model]}.")
    reasons = [chunk.choices[0].finish_reason for chunk in chunks]
    assert [reason for reason in reasons if reason] == ["stop"] == reasons[-1:]


@pytest.mark.parametrize("model", MODELS)
def test_usage_comes_last_in_a_stream_that_asks_for_it(client, model):
    chunks = list(client.chat.completions.create(
        model=model, messages=said("Hello"), stream=True, stream_options={"include_usage": True}))

    assert [bool(chunk.usage) for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    last = chunks[-1]
    assert last.choices == []
    assert last.usage.completion_tokens > 0
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens


@pytest.mark.parametrize("model", MODELS)
def test_a_tool_is_called_and_its_answer_taken(client, model):
    messages = [{"role": "system", "content": "You are brief."}, *said("Use the tool: what is the weather in Oslo?")]
    first = client.chat.completions.create(model=model, messages=messages, tools=[WEATHER])

    assert first.choices[0].finish_reason == "tool_calls"
    call = first.choices[0].message.tool_calls[0]
    assert call.type == "function"
    assert call.function.name == "get_weather"
    assert "city" in json.loads(call.function.arguments)

    messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "Rain, 7 degrees."}]
    second = client.chat.completions.create(model=model, messages=messages, tools=[WEATHER])

    assert second.choices[0].finish_reason == "stop"
    assert "The tool has answered" in second.choices[0].message.content

    messages += [second.choices[0].message, *said("Thank you.")]
    third = client.chat.completions.create(model=model, messages=messages, tools=[WEATHER])

    assert third.choices[0].finish_reason == "stop"
    assert third.usage.prompt_tokens > first.usage.prompt_tokens


@pytest.mark.parametrize("model", MODELS)
def test_a_streamed_tool_call_adds_up_to_its_arguments(client, model):
    chunks = client.chat.completions.create(
        model=model, messages=said("What is the weather in Oslo?"), tools=[WEATHER], stream=True,
        tool_choice={"type": "function", "function": {"name": "get_weather"}})

    name, call_id, arguments, reason = "", "", "", None
    for chunk in chunks:
        choice = chunk.choices[0]
        reason = choice.finish_reason or reason
        for part in choice.delta.tool_calls or []:
            assert part.index == 0
            call_id += part.id or ""
            name += part.function.name or ""
            arguments += part.function.arguments or ""
    assert (name, reason) == ("get_weather", "tool_calls")
    assert call_id
    assert "city" in json.loads(arguments)


@pytest.mark.parametrize("model", MODELS)
def test_the_sdk_s_own_stream_helper_ends_with_the_whole_answer(client, model):
    with client.chat.completions.stream(model=model, messages=said("Hello")) as stream:
        kinds = {event.type for event in stream}
        whole = stream.get_final_completion()

    assert "content.delta" in kinds
    assert whole.choices[0].message.content.startswith(f"Hello from {REGIONS[model]}.")


def test_the_async_sdk_gets_the_same_from_all_of_them_at_once(gateway):
    async def whole(client, model):
        answer = await client.chat.completions.create(model=model, messages=said("Hello"))
        return answer.choices[0].message.content

    async def streamed(client, model):
        stream = await client.chat.completions.create(model=model, messages=said("Hello"), stream=True)
        return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    async def all_of_them():
        async with sdk(gateway, openai.AsyncOpenAI) as client:
            return await asyncio.gather(*(way(client, model) for way in (whole, streamed) for model in MODELS * 5))

    for model, text in zip(MODELS * 10, asyncio.run(all_of_them()), strict=True):
        assert text.startswith(f"Hello from {REGIONS[model]}.")


def test_models_are_listed_and_found(client):
    assert [model.id for model in client.models.list()] == MODELS
    assert client.models.retrieve("bedrock").id == "bedrock"
    with pytest.raises(openai.NotFoundError, match="no model \"gpt-5\" is served here"):
        client.models.retrieve("gpt-5")


def test_the_answer_names_who_gave_it(client):
    raw = client.chat.completions.with_raw_response.create(
        model="bedrock", messages=said("Hello"), extra_headers={"x-litellm-call-id": "call-7"})

    fields = raw.headers
    assert raw.parse().usage.total_tokens > 0
    assert fields["x-meridian-region"] == "us-west-2"
    assert fields["x-meridian-gateway-region"] == "multi"
    assert fields["x-meridian-attempts"] == "1"
    assert fields["x-meridian-residency"] == "any"
    assert fields["x-meridian-deployment"] == fields["x-litellm-model-id"] != ""
    assert int(fields["x-meridian-overhead-us"]) >= 0
    assert fields["x-litellm-call-id"] == "call-7"
    assert fields["x-litellm-model-region"] == "us-west-2"
    assert fields["x-litellm-attempted-retries"] == "0"
    assert fields["x-litellm-attempted-fallbacks"] == "0"


@pytest.mark.parametrize("model", ["bedrock", "openai"])
def test_the_answer_says_what_it_cost(client, model):
    raw = client.chat.completions.with_raw_response.create(model=model, messages=said("Say it in 500 words"))

    assert float(raw.headers["x-litellm-response-cost"]) > 0


# Errors are raised as the class that the SDK has for them.

def test_a_wrong_key_is_an_authentication_error(start):
    gateway = start(FLEET + "general_settings: {master_key: sk-master}\n")

    for key in ("sk-wrong", "sk-maste", "sk-masterr"):
        with pytest.raises(openai.AuthenticationError) as raised:
            sdk(gateway, key=key).chat.completions.create(model="bedrock", messages=said("Hello"))
        assert raised.value.code == "invalid_api_key"
        with pytest.raises(openai.AuthenticationError):
            sdk(gateway, key=key).models.list()
    assert gateway.process.poll() is None
    assert sdk(gateway, key="sk-master").chat.completions.create(model="bedrock", messages=said("Hello")).usage


def test_an_unknown_model_is_a_not_found_error(client):
    with pytest.raises(openai.NotFoundError, match="GET /v1/models lists") as raised:
        client.chat.completions.create(model="gpt-5", messages=said("Hello"))
    assert raised.value.code == "model_not_found"
    assert raised.value.body["request_id"]


@pytest.mark.parametrize("model", MODELS)
def test_a_wrong_request_is_a_bad_request_error(client, model):
    for wrong in ({"messages": []}, {"messages": [{"role": "nobody", "content": "Hello"}]}, {"messages": "Hello"}):
        with pytest.raises(openai.BadRequestError) as raised:
            client.chat.completions.create(model=model, **wrong)
        assert raised.value.message


def test_a_rule_that_leaves_nobody_is_a_permission_denied_error(client):
    with pytest.raises(openai.PermissionDeniedError, match="residency rule") as raised:
        client.chat.completions.create(model="bedrock", messages=said("Hello"), extra_headers={"x-meridian-allowed-regions": "eu"})
    assert raised.value.code == "residency_unavailable"


@pytest.mark.parametrize("model", MODELS)
def test_failures_of_the_provider_have_their_classes(start, model):
    gateway = start(FLEET)
    for state, values, expected in [("throttled", {"retry_after": 1}, openai.RateLimitError),
                                    ("erroring", {"probability": 1}, openai.InternalServerError),
                                    ("dark", {}, openai.InternalServerError)]:
        for stream in (False, True):
            gateway.region(REGIONS[model], state, **values)
            with pytest.raises(expected) as raised:
                sdk(gateway).chat.completions.create(model=model, messages=said("Hello"), stream=stream)
            assert raised.value.message
            gateway.region(REGIONS[model], "healthy")
            until(lambda: gateway.ask(model).status_code == 200)


def test_without_retries_of_the_sdk_one_request_is_one(start):
    gateway = start(FLEET)
    gateway.region("us-west-2", "erroring", probability=1)

    with pytest.raises(openai.InternalServerError):
        sdk(gateway, max_retries=0).chat.completions.create(model="bedrock", messages=said("Hello"))

    assert gateway.reached() == {"us-west-2": 1}


def test_an_sdk_that_retries_waits_as_long_as_it_was_told(start):
    gateway = start(FLEET)
    gateway.region("us-west-2", "throttled", retry_after=1)
    with pytest.raises(openai.RateLimitError) as raised:
        sdk(gateway).chat.completions.create(model="bedrock", messages=said("Hello"))
    assert int(raised.value.response.headers["retry-after"]) >= 1
    gateway.region("us-west-2", "healthy")

    raw = sdk(gateway, max_retries=3).chat.completions.with_raw_response.create(model="bedrock", messages=said("Hello"))

    assert raw.parse().usage
    assert raw.headers["x-meridian-region"] == "us-west-2"


# A stream that is cut never looks complete.

@pytest.mark.parametrize("model", MODELS)
def test_a_stream_that_breaks_off_raises(start, model):
    gateway = start(FLEET)
    # Cut inside a chunk; ended as HTTP wants it but too early; whole but for its last event.
    for state, values in [("cutting", {"after_tokens": 5}), ("lying", {"after_tokens": 5}), ("lying", {})]:
        gateway.region(REGIONS[model], state, **values)
        text = ""
        with pytest.raises(openai.APIError):
            for chunk in sdk(gateway).chat.completions.create(model=model, messages=said("Hello"), stream=True):
                text += chunk.choices[0].delta.content or ""
                assert chunk.choices[0].finish_reason is None
        assert text.startswith("Hello from")


@pytest.mark.parametrize("model", MODELS)
def test_an_answer_that_breaks_off_is_an_error_and_no_answer(start, model):
    gateway = start(FLEET)
    for state in ("cutting", "lying"):
        gateway.region(REGIONS[model], state)
        with pytest.raises(openai.InternalServerError):
            sdk(gateway).chat.completions.create(model=model, messages=said("Hello"))


@pytest.mark.parametrize("model", MODELS)
def test_a_region_that_goes_dark_in_the_middle_of_a_stream_raises(start, model):
    gateway = start(FLEET, pace=0.2)

    def read():
        stream = sdk(gateway).chat.completions.create(model=model, messages=said("Say it in 4000 words"), stream=True)
        for number, _ in enumerate(stream):
            if number == 3:
                gateway.region(REGIONS[model], "dark")

    with pytest.raises(openai.APIError):
        read()


def test_the_async_sdk_raises_on_a_cut_stream_as_well(start):
    gateway = start(FLEET)
    gateway.region("us-west-2", "cutting", after_tokens=5)

    async def read():
        async with sdk(gateway, openai.AsyncOpenAI) as client:
            async for _ in await client.chat.completions.create(model="bedrock", messages=said("Hello"), stream=True):
                pass

    with pytest.raises(openai.APIError):
        asyncio.run(read())


# One group a case, so that what one case does to health is no other's business.
STATES = ["cutting", "lying", "dark", "erroring", "throttled", "retired", "unauthorized"]
FIRST = dict(zip([(state, stream) for state in STATES for stream in (False, True)], [
    "us-east-1", "us-east-2", "us-west-1", "ca-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1",
    "eu-north-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"], strict=True))


@pytest.fixture(scope="module")
def pairs(start_once):
    lines = ["model_list:"]
    for (state, stream), region in FIRST.items():
        for place in (region, "us-west-2"):
            lines.append(f"  - model_name: claude-{state}-{stream}\n    litellm_params: "
                         f"{{model: 'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', aws_region_name: {place}}}")
        for host in (f"{state}-{stream}.internal".lower(), "second.internal"):
            lines.append(f"  - model_name: llama-{state}-{stream}\n    litellm_params: "
                         f"{{model: openai/llama, api_base: 'http://{host}/v1'}}")
    lines.append("router_settings: {routing_strategy: priority-routing, num_retries: 2}\n")
    return start_once("\n".join(lines))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("family", ["claude", "llama"])
def test_until_the_first_word_another_region_takes_over(pairs, family, state, stream):
    first = FIRST[state, stream] if family == "claude" else f"{state}-{stream}.internal".lower()
    pairs.region(first, state, **({"after_tokens": 0} if state in ("cutting", "lying") else {}))

    raw = sdk(pairs).chat.completions.with_raw_response.create(
        model=f"{family}-{state}-{stream}", messages=said("Hello"), stream=stream)

    if stream:
        chunks = list(raw.parse())
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        assert chunks[-1].choices[0].finish_reason == "stop"
    else:
        text = raw.parse().choices[0].message.content
    assert text.startswith(f"Hello from {'us-west-2' if family == 'claude' else 'second.internal'}.")
    assert raw.headers["x-meridian-attempts"] == "2"

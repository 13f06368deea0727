"""Models that have the Responses API alone, asked by clients of Chat Completions and of Messages: what the provider gets is valid by
OpenAI's own types, and what the client gets is what its SDK takes for its own dialect's."""

import json

import anthropic
import openai
import pytest
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming, ResponseCreateParamsStreaming

import fakes
from test_judges import accept
from test_messages import client_of
from test_openai_python import sdk
from test_responses import COMPLETED, FAILED, NATIVE_RESPONSE, TEXT, native_events

ONE = """
model_list:
  - model_name: gpt
    litellm_params: {model: openai/responses/gpt-5-pro, api_key: sk-1, api_base: %s/v1}
router_settings: {num_retries: 1}
"""
FUNCTION = {"name": "get_weather", "description": "The weather in a city.", "strict": True,
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
CALL = {"id": "fc_1", "type": "function_call", "status": "completed", "call_id": "call_1", "name": "get_weather",
        "arguments": '{"city":"Gent"}'}
ASKING = {**NATIVE_RESPONSE, "output": [{"id": "rs_1", "type": "reasoning", "summary": []}, CALL]}


def valid(seen, kind=ResponseCreateParamsNonStreaming):
    """The body, which has to fit OpenAI's own types, and nothing beside them."""
    sent = seen.json()
    accept(kind, sent)
    assert (seen.path, seen.field("authorization")) == ("/v1/responses", "Bearer sk-1")
    return sent


def whole(response):
    return fakes.fake(lambda seen, reply: reply.whole(200, response))


def streaming(*events, end=True):
    def answer(seen, reply):
        reply.begin()
        for piece in native_events(*events):
            reply.piece(piece)
        reply.finish() if end else reply.hang_up()

    return fakes.fake(answer)


def test_a_chat_is_answered(start):
    with whole(NATIVE_RESPONSE) as provider:
        answer = sdk(start(ONE % provider.url, simulated=False)).chat.completions.create(
            model="gpt", max_completion_tokens=50, reasoning_effort="low", metadata={"k": "v"},
            messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}])
    assert (answer.object, answer.model) == ("chat.completion", "gpt")
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("From OpenAI.", "stop")
    usage = answer.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (7, 4, 11)
    assert (usage.prompt_tokens_details.cached_tokens, usage.completion_tokens_details.reasoning_tokens) == (3, 1)
    sent = valid(provider.seen[0])
    assert (sent["model"], sent["max_output_tokens"], sent["reasoning"]) == ("gpt-5-pro", 50, {"effort": "low"})
    assert sent["store"] is False
    assert [item["role"] for item in sent["input"]] == ["system", "user"]


def test_a_limit_is_a_length(start):
    cut = {**NATIVE_RESPONSE, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    with whole(cut) as provider:
        answer = sdk(start(ONE % provider.url, simulated=False)).chat.completions.create(
            model="gpt", messages=[{"role": "user", "content": "Hi"}])
    assert answer.choices[0].finish_reason == "length"


def test_tools_go_there_and_back(start):
    with whole(ASKING) as provider:
        client = sdk(start(ONE % provider.url, simulated=False))
        history = [{"role": "user", "content": "Weather?"}]
        tools = [{"type": "function", "function": FUNCTION}]
        first = client.chat.completions.create(model="gpt", messages=history, tools=tools, tool_choice="required")
        asked, = first.choices[0].message.tool_calls
        assert first.choices[0].finish_reason == "tool_calls"
        assert (asked.id, asked.function.name, asked.function.arguments) == ("call_1", "get_weather", '{"city":"Gent"}')
        history += [first.choices[0].message, {"role": "tool", "tool_call_id": asked.id, "content": "12 C"}]
        client.chat.completions.create(model="gpt", messages=history, tools=tools)
    sent = valid(provider.seen[0])
    assert sent["tools"] == [{"type": "function", **FUNCTION}] and sent["tool_choice"] == "required"
    again = valid(provider.seen[1])["input"]
    assert [item["type"] for item in again] == ["message", "function_call", "function_call_output"]
    assert (again[1]["call_id"], again[2]["call_id"], again[2]["output"]) == ("call_1", "call_1", "12 C")


def test_a_stream_is_chats_own(start):
    with streaming(TEXT, COMPLETED) as provider:
        client = sdk(start(ONE % provider.url, simulated=False))
        chunks = list(client.chat.completions.create(
            model="gpt", stream=True, stream_options={"include_usage": True}, messages=[{"role": "user", "content": "Hi"}]))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "From OpenAI."
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert (chunks[-1].choices, chunks[-1].usage.total_tokens) == ([], 11)
    sent = valid(provider.seen[0], ResponseCreateParamsStreaming)
    assert sent["stream"] is True and "stream_options" not in sent


def test_a_streamed_call_adds_up(start):
    pieces = [("response.output_item.added", {"output_index": 1, "item": {**CALL, "arguments": ""}}),
              *[("response.function_call_arguments.delta", {"item_id": "fc_1", "output_index": 1, "delta": piece})
                for piece in ('{"city"', ':"Gent"}')],
              ("response.function_call_arguments.done", {"item_id": "fc_1", "output_index": 1, "arguments": CALL["arguments"]}),
              ("response.output_item.done", {"output_index": 1, "item": CALL}),
              ("response.completed", {"response": ASKING})]
    with streaming(*pieces) as provider:
        client = client_of(start(ONE % provider.url, simulated=False))
        with client.messages.stream(model="gpt", max_tokens=99, messages=[{"role": "user", "content": "Weather?"}],
                                    tools=[{"name": "get_weather", "input_schema": FUNCTION["parameters"]}]) as stream:
            message = stream.get_final_message()
    called = [block for block in message.content if block.type == "tool_use"]
    assert [(block.id, block.name, block.input) for block in called] == [("call_1", "get_weather", {"city": "Gent"})]
    assert message.stop_reason == "tool_use"
    sent = valid(provider.seen[0], ResponseCreateParamsStreaming)
    assert sent["max_output_tokens"] == 99 and sent["tools"][0]["strict"] is False


def test_a_messages_client_is_answered(start):
    with whole(NATIVE_RESPONSE) as provider:
        message = client_of(start(ONE % provider.url, simulated=False)).messages.create(
            model="gpt", max_tokens=99, system="Be brief.", messages=[{"role": "user", "content": "Hi"}])
    assert (message.content[0].text, message.stop_reason) == ("From OpenAI.", "end_turn")
    assert (message.usage.input_tokens, message.usage.cache_read_input_tokens, message.usage.output_tokens) == (4, 3, 4)
    valid(provider.seen[0])


def test_a_stream_that_fails_before_content_is_tried_again(start):
    def answer(seen, reply):
        reply.begin()
        for piece in native_events(FAILED) if len(provider.seen) == 1 else native_events(TEXT, COMPLETED):
            reply.piece(piece)
        reply.finish()

    with fakes.fake(answer) as provider:
        chunks = sdk(start(ONE % provider.url, simulated=False)).chat.completions.create(
            model="gpt", stream=True, messages=[{"role": "user", "content": "Hi"}])
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "From OpenAI."
        assert len(provider.seen) == 2


@pytest.mark.parametrize("end", [True, False])
def test_a_stream_without_its_end_is_never_passed_on_as_whole(start, end):
    with streaming(TEXT, end=end) as provider:
        client = sdk(start(ONE % provider.url, simulated=False))
        with pytest.raises(openai.APIError, match="."):
            for _ in client.chat.completions.create(model="gpt", stream=True, messages=[{"role": "user", "content": "Hi"}]):
                pass


def test_errors_arrive_in_the_clients_dialect(start):
    def answer(seen, reply):
        reply.whole(400, {"error": {"message": "No such effort.", "type": "invalid_request_error", "param": "reasoning.effort",
                                    "code": "invalid_value"}})

    with fakes.fake(answer) as provider:
        gateway = start(ONE % provider.url, simulated=False)
        with pytest.raises(openai.BadRequestError, match="No such effort"):
            sdk(gateway).chat.completions.create(model="gpt", messages=[{"role": "user", "content": "Hi"}])
        with pytest.raises(anthropic.BadRequestError, match="No such effort"):
            client_of(gateway).messages.create(model="gpt", max_tokens=9, messages=[{"role": "user", "content": "Hi"}])


def test_what_that_api_has_not_is_refused_or_dropped(start):
    with whole(NATIVE_RESPONSE) as provider:
        client = sdk(start(ONE % provider.url, simulated=False))
        ask = {"model": "gpt", "messages": [{"role": "user", "content": "Hi"}], "seed": 1, "stop": ["x"]}
        with pytest.raises(openai.BadRequestError) as refused:
            client.chat.completions.create(**ask)
        for word in ("`seed`", "`stop`", "drop_params"):
            assert word in refused.value.message
        sdk(start(ONE % provider.url + "litellm_settings: {drop_params: true}\n", simulated=False)).chat.completions.create(**ask)
    sent = valid(provider.seen[0])
    assert "seed" not in json.dumps(sent) and "stop" not in sent

"""OpenAI's Python SDK on /v1/responses: translated for every provider, and passed through where one has the API itself."""

import asyncio
import json

import openai
import pydantic
import pytest

import fakes
from test_openai_python import FLEET, REGIONS, sdk

TRANSLATED = ["bedrock", "vertex", "anthropic", "compatible"]
MODELS = [*TRANSLATED, "openai"]  # The last has the API itself.
NATIVE = """
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-5, api_key: sk-1, api_base: %s/v1}
    model_info: {mode: responses}
router_settings: {num_retries: 1}
"""
CHAT = """
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-5, api_key: sk-1, api_base: %s/v1}
router_settings: {num_retries: 0}
"""
WEATHER = {"type": "function", "name": "get_weather", "description": "The weather in a city.", "strict": False,
           "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}


@pytest.fixture(scope="module")
def gateway(start_once):
    return start_once(FLEET)


@pytest.fixture(scope="module")
def client(gateway):
    return sdk(gateway)


@pytest.mark.parametrize("model", TRANSLATED)
def test_a_response_is_whole(client, model):
    answer = client.responses.create(
        model=model, input="Hello", instructions="Be brief.", temperature=0.5, metadata={"a": "b"}, user="u")

    assert (answer.object, answer.status, answer.error, answer.incomplete_details) == ("response", "completed", None, None)
    assert answer.id.startswith("resp_") and answer.created_at > 0
    assert answer.model == model
    assert answer.output_text.startswith(f"Hello from {REGIONS[model]}.")
    assert [item.type for item in answer.output] == ["message"]
    assert answer.output[0].role == "assistant" and answer.output[0].status == "completed"
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    # What a response repeats of its request.
    assert (answer.instructions, answer.temperature, answer.metadata, answer.user) == ("Be brief.", 0.5, {"a": "b"}, "u")
    assert (answer.tools, answer.tool_choice, answer.parallel_tool_calls, answer.text.format.type) == ([], "auto", True, "text")
    # Every field is of the type that the SDK promises.
    type(answer).model_validate(answer.model_dump(), strict=True)


@pytest.mark.parametrize("model", MODELS)
def test_a_limit_on_tokens_makes_it_incomplete(client, model):
    answer = client.responses.create(model=model, input="Hello", max_output_tokens=4)

    assert answer.status == "incomplete"
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert answer.usage.output_tokens == 4
    assert answer.max_output_tokens == (4 if model in TRANSLATED else None)  # The cloud's OpenAI repeats nothing.


@pytest.mark.parametrize("model", MODELS)
def test_a_stream_has_openais_events_in_openais_order(client, model):
    events = list(client.responses.create(model=model, input="Hello", stream=True))

    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = [event.type for event in events]
    assert kinds[:4] == ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"]
    assert set(kinds[4:-4]) == {"response.output_text.delta"}
    assert kinds[-4:] == ["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    last = events[-1].response
    assert text == last.output_text == events[-4].text
    assert text.startswith(f"Hello from {REGIONS[model]}.")
    assert last.usage.output_tokens > 0
    assert {event.response.id for event in events if hasattr(event, "response")} == {last.id}
    for event in events:
        type(event).model_validate(event.model_dump(), strict=True)


@pytest.mark.parametrize("model", MODELS)
def test_the_sdks_own_stream_helper_ends_with_the_whole_response(client, model):
    with client.responses.stream(model=model, input="Hello") as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        whole = stream.get_final_response()

    assert whole.output_text == text
    assert whole.status == "completed"


@pytest.mark.parametrize("model", MODELS)
def test_tools_over_three_turns(client, model):
    history = [{"role": "user", "content": "Use the tool: what is the weather in Oslo?"}]
    first = client.responses.create(model=model, input=history, tools=[WEATHER], instructions="You are brief.")

    call = next(item for item in first.output if item.type == "function_call")
    assert (call.name, call.status) == ("get_weather", "completed")
    assert "city" in json.loads(call.arguments)

    # As OpenAI's guide has it: the output goes back as it came.
    history += [*first.output, {"type": "function_call_output", "call_id": call.call_id, "output": "Rain, 7 degrees."}]
    second = client.responses.create(model=model, input=history, tools=[WEATHER])
    assert "The tool has answered" in second.output_text

    history += [*second.output, {"role": "user", "content": "Thank you."}]
    third = client.responses.create(model=model, input=history, tools=[WEATHER])
    assert third.status == "completed"
    assert third.usage.input_tokens > first.usage.input_tokens


@pytest.mark.parametrize("model", MODELS)
def test_a_streamed_tool_call_adds_up_to_its_arguments(client, model):
    events = list(client.responses.create(
        model=model, input="What is the weather in Oslo?", tools=[WEATHER], stream=True,
        tool_choice={"type": "function", "name": "get_weather"}))

    pieces = "".join(event.delta for event in events if event.type == "response.function_call_arguments.delta")
    done = next(event for event in events if event.type == "response.function_call_arguments.done")
    item = next(event.item for event in events if event.type == "response.output_item.done" and event.item.type == "function_call")
    assert pieces == done.arguments == item.arguments
    assert "city" in json.loads(pieces)
    assert item.name == "get_weather" and item.call_id
    assert events[-1].response.output[-1] == item


class Place(pydantic.BaseModel):
    city: str
    country: str


@pytest.fixture(scope="module")
def newer(start_once):
    """The models that take a schema."""
    return sdk(start_once(FLEET.replace("claude-3-5-sonnet-20241022-v2:0", "claude-sonnet-4-5-20250929-v1:0")
                          .replace("claude-3-5-sonnet@20241022", "claude-sonnet-4-5@20250929")
                          .replace("claude-3-5-sonnet-20241022", "claude-sonnet-4-5-20250929")))


@pytest.mark.parametrize("model", MODELS)
def test_structured_output_is_parsed_by_the_sdk(newer, model):
    parsed = newer.responses.parse(model=model, input="Where is the Eiffel tower?", text_format=Place)

    assert isinstance(parsed.output_parsed, Place)


def test_the_async_sdk_gets_the_same_from_all_of_them_at_once(gateway):
    async def whole(client, model):
        return (await client.responses.create(model=model, input="Hello")).output_text

    async def streamed(client, model):
        stream = await client.responses.create(model=model, input="Hello", stream=True)
        return "".join([event.delta async for event in stream if event.type == "response.output_text.delta"])

    async def all_of_them():
        async with sdk(gateway, openai.AsyncOpenAI) as client:
            return await asyncio.gather(*(way(client, model) for way in (whole, streamed) for model in MODELS * 5))

    for model, text in zip(MODELS * 10, asyncio.run(all_of_them()), strict=True):
        assert text.startswith(f"Hello from {REGIONS[model]}.")


def test_what_needs_a_store_is_refused_with_the_remedy(client):
    for field, value, words in (("previous_response_id", "resp_1", "send the earlier items in `input`"),
                                ("conversation", "conv_1", "stores no responses"),
                                ("background", True, "set `stream: true`")):
        with pytest.raises(openai.BadRequestError, match=words) as refused:
            client.responses.create(model="bedrock", input="Hello", **{field: value})
        assert refused.value.code == "unsupported_parameter"
        assert f"`{field}`" in refused.value.message
    with pytest.raises(openai.BadRequestError, match="send the item itself"):
        client.responses.create(model="bedrock", input=[{"type": "item_reference", "id": "msg_1"}])
    assert client.responses.create(model="bedrock", input="Hello", store=True, background=False).store is False


def test_hosted_tools_are_openais_alone(client):
    with pytest.raises(openai.BadRequestError, match="`tools` .* cannot be sent to"):
        client.responses.create(model="bedrock", input="Hello", tools=[{"type": "web_search"}])


def test_errors_have_openais_shape(client):
    with pytest.raises(openai.NotFoundError, match="no model \"gpt-9\""):
        client.responses.create(model="gpt-9", input="Hello")
    with pytest.raises(openai.BadRequestError, match="`input` is missing"):
        client.responses.create(model="bedrock", input=[])


def test_a_mock_answers_in_this_dialect(client):
    answer = client.responses.create(model="bedrock", input="Hello", extra_body={"mock_response": "It is a mock."})
    assert answer.output_text == "It is a mock."
    with client.responses.stream(model="bedrock", input="Hello", extra_body={"mock_response": "It is a mock."}) as stream:
        assert stream.get_final_response().output_text == "It is a mock."


def test_a_dark_region_is_not_noticed(start):
    gateway = start(FLEET.replace("router_settings: {num_retries: 0,", "router_settings: {num_retries: 2, fallbacks: [{bedrock: [vertex]}],"))
    gateway.region("us-west-2", "dark")

    with sdk(gateway).responses.stream(model="bedrock", input="Hello") as stream:
        assert stream.get_final_response().output_text.startswith("Hello from us-east5.")


def signed_claude(seen, reply):
    """Claude as it answers with thinking, and refuses a conversation whose thinking lacks its signature."""
    asked = seen.json()
    blocks = [block for message in asked["messages"] if message["role"] == "assistant" for block in message["content"]]
    thought = {"type": "thinking", "thinking": "Let me see.", "signature": "c2lnbmVk"}
    redacted = {"type": "redacted_thinking", "data": "cmVkYWN0ZWQ="}
    if blocks and blocks[:2] != [thought, redacted]:
        reply.whole(400, {"type": "error", "error": {"type": "invalid_request_error", "message": f"unsigned: {blocks}"}})
        return
    content = [thought, redacted, {"type": "text", "text": "Hello."}]
    usage = {"input_tokens": 5, "output_tokens": 9, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 2}
    if not asked.get("stream"):
        reply.whole(200, {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": content,
                          "stop_reason": "end_turn", "stop_sequence": None, "usage": usage})
        return
    events = [{"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant", "model": "c", "content": [],
                                                    "stop_reason": None, "stop_sequence": None, "usage": usage}},
              {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
              {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Let me "}},
              {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "see."}},
              {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2lnbmVk"}},
              {"type": "content_block_stop", "index": 0},
              {"type": "content_block_start", "index": 1, "content_block": redacted},
              {"type": "content_block_stop", "index": 1},
              {"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": ""}},
              {"type": "content_block_delta", "index": 2, "delta": {"type": "text_delta", "text": "Hello."}},
              {"type": "content_block_stop", "index": 2},
              {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": usage},
              {"type": "message_stop"}]
    reply.begin()
    for event in events:
        reply.piece(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
    reply.finish()


@pytest.mark.parametrize("streamed", [False, True])
def test_reasoning_is_an_item_that_comes_back_signed(start, streamed):
    with fakes.fake(signed_claude) as provider:
        gateway = start("model_list: [{model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, api_key: k, api_base: '%s'}}]"
                        % provider.url, simulated=False)
        client = sdk(gateway)
        asked = {"model": "claude", "max_output_tokens": 8000, "reasoning": {"effort": "medium", "summary": "auto"},
                 "include": ["reasoning.encrypted_content"], "store": False}

        def respond(items):
            if not streamed:
                return client.responses.create(input=items, **asked)
            with client.responses.stream(input=items, **asked) as stream:
                kinds = [event.type for event in stream]
                assert kinds.count("response.reasoning_summary_text.delta") == 2
                assert kinds.index("response.reasoning_summary_part.done") < kinds.index("response.output_text.delta")
                return stream.get_final_response()

        history = [{"role": "user", "content": "Hi"}]
        first = respond(history)
        assert [item.type for item in first.output] == ["reasoning", "reasoning", "message"]
        assert first.output[0].summary[0].text == "Let me see."
        assert first.output[0].encrypted_content
        assert first.usage.input_tokens == 10
        assert (first.usage.input_tokens_details.cached_tokens, first.usage.output_tokens) == (3, 9)
        history += [item.model_dump(exclude_unset=True) for item in first.output]
        second = respond([*history, {"role": "user", "content": "And?"}])
        assert second.output_text == "Hello."
        assert provider.seen[0].json()["thinking"] == {"type": "enabled", "budget_tokens": 2048}


NATIVE_RESPONSE = {
    "id": "resp_9", "object": "response", "created_at": 1, "status": "completed", "error": None, "incomplete_details": None,
    "model": "gpt-5-2026", "output": [{"id": "msg_9", "type": "message", "status": "completed", "role": "assistant",
                                       "content": [{"type": "output_text", "text": "From OpenAI.", "annotations": []}]}],
    "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
    "usage": {"input_tokens": 7, "input_tokens_details": {"cached_tokens": 3}, "output_tokens": 4,
              "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 11}, "metadata": {"usage": "mine"}}


def native_events(*more):
    def event(kind, number, **rest):
        return f"event: {kind}\ndata: {json.dumps({'type': kind, 'sequence_number': number, **rest})}\n\n".encode()

    begun = {**NATIVE_RESPONSE, "status": "in_progress", "output": [], "usage": None}
    return [event("response.created", 0, response=begun),
            event("response.output_item.added", 1, output_index=0, item={"id": "msg_9", "type": "message", "content": []}),
            event("response.content_part.added", 2, item_id="msg_9", output_index=0, content_index=0,
                  part={"type": "output_text", "text": "", "annotations": []}),
            *[event(kind, 3 + at, **rest) for at, (kind, rest) in enumerate(more)]]


TEXT = ("response.output_text.delta", {"item_id": "msg_9", "output_index": 0, "content_index": 0, "delta": "From OpenAI.", "logprobs": []})
COMPLETED = ("response.completed", {"response": NATIVE_RESPONSE})
FAILED = ("response.failed", {"response": {**NATIVE_RESPONSE, "status": "failed", "error": {"code": "server_error", "message": "oops"}}})


def test_where_the_provider_has_the_api_the_body_passes_as_it_is(start):
    with fakes.fake(lambda seen, reply: reply.whole(200, NATIVE_RESPONSE)) as provider:
        gateway = start(NATIVE % provider.url, simulated=False)
        body = (b'{"model" : "gpt", "input":[{"role":"user","content":"Hi"},{"type":"reasoning","id":"rs_1","summary":[],'
                b'"encrypted_content":"gAAA"}],"tools":[{"type":"web_search"}],"new_field":{"a":[1.50]},"store":true}')
        answer = gateway.http.post("/v1/responses", content=body, headers={"content-type": "application/json"})

    assert answer.json() == NATIVE_RESPONSE
    seen, = provider.seen
    assert (seen.path, seen.body) == ("/v1/responses", body.replace(b'"gpt"', b'"gpt-5"'))
    assert seen.field("authorization") == "Bearer sk-1"
    assert gateway.metric("meridian_tokens_total", kind="output") in (None, 4)


def test_a_native_stream_passes_as_it_is(start):
    pieces = native_events(TEXT, COMPLETED)

    def answer(seen, reply):
        reply.begin()
        for piece in pieces:
            reply.piece(piece)
        reply.finish()

    with fakes.fake(answer) as provider:
        gateway = start(NATIVE % provider.url, simulated=False)
        got = gateway.http.post("/responses", json={"model": "gpt", "input": "Hi", "stream": True})
        assert got.content == b"".join(pieces)
        assert b"stream_options" not in provider.seen[0].body
        with sdk(gateway).responses.stream(model="gpt", input="Hi") as stream:
            assert stream.get_final_response().output_text == "From OpenAI."


def test_a_native_stream_that_fails_before_content_is_tried_again(start):
    def answer(seen, reply):
        reply.begin()
        for piece in native_events(FAILED) if len(provider.seen) == 1 else native_events(TEXT, COMPLETED):
            reply.piece(piece)
        reply.finish()

    with fakes.fake(answer) as provider:
        gateway = start(NATIVE % provider.url, simulated=False)
        with sdk(gateway).responses.stream(model="gpt", input="Hi") as stream:
            assert stream.get_final_response().output_text == "From OpenAI."
        assert len(provider.seen) == 2


@pytest.mark.parametrize("config", [NATIVE, CHAT])
def test_a_stream_cut_behind_content_is_noticed_by_the_sdk(start, config):
    def answer(seen, reply):
        reply.begin()
        if seen.path.endswith("/responses"):
            for piece in native_events(TEXT):
                reply.piece(piece)
        else:
            reply.piece(fakes.openai_chunk({"role": "assistant", "content": "Hel"}))
        reply.hang_up()

    with fakes.fake(answer) as provider:
        gateway = start(config % provider.url, simulated=False)
        got = []
        with pytest.raises(openai.APIError, match="."):
            for event in sdk(gateway).responses.create(model="gpt", input="Hi", stream=True):
                got.append(event)
        assert got[0].type == "response.created"
        if config is CHAT:
            assert got[-1].type == "response.failed" and got[-1].response.error.code == "server_error"


def test_fields_for_the_gateway_and_thoughts_of_others_do_not_reach_a_native_provider(start):
    with fakes.fake(lambda seen, reply: reply.whole(200, NATIVE_RESPONSE)) as provider:
        gateway = start(NATIVE % provider.url, simulated=False)
        client = sdk(gateway)
        client.responses.create(
            model="gpt", reasoning={"effort": "low", "summary": "auto"}, tools=[{"type": "web_search"}], extra_body={"num_retries": 3},
            input=[{"role": "user", "content": "Hi"},
                   {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "meridian:thinking:c2lnbmVk"},
                   {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "gAAA"},
                   {"role": "assistant", "content": "Hello."}, {"role": "user", "content": "And?"}])
    seen, = provider.seen
    sent = seen.json()
    assert seen.path == "/v1/responses"
    assert "num_retries" not in sent
    assert sent["reasoning"] == {"effort": "low", "summary": "auto"} and sent["tools"] == [{"type": "web_search"}]
    assert [item.get("type") for item in sent["input"]] == ["message", "reasoning", "message", "message"]
    assert sent["input"][1] == {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "gAAA"}


def test_a_compatible_server_is_asked_in_chat(start):
    def answer(seen, reply):
        reply.whole(200, {**fakes.openai_answer(), "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "reasoning_content": "Hm.", "content": "Hello."}}]})

    with fakes.fake(answer) as provider:
        gateway = start(CHAT % provider.url, simulated=False)
        answer = sdk(gateway).responses.create(
            model="gpt", instructions="Be brief.", max_output_tokens=50, tools=[WEATHER], tool_choice="auto",
            text={"format": {"type": "json_schema", "name": "r", "schema": {"type": "object"}, "strict": True}},
            reasoning={"effort": "low"}, include=["reasoning.encrypted_content"], store=False, input=[
                {"role": "user", "content": [{"type": "input_text", "text": "What is it?"},
                                             {"type": "input_image", "image_url": "data:image/png;base64,QUJD", "detail": "low"}]}])
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert answer.output[0].summary[0].text == "Hm."
    seen, = provider.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.json() == {
        "model": "gpt-5", "max_completion_tokens": 50, "reasoning_effort": "low", "tool_choice": "auto",
        "messages": [{"role": "system", "content": "Be brief."},
                     {"role": "user", "content": [{"type": "text", "text": "What is it?"},
                                                  {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD", "detail": "low"}}]}],
        "tools": [{"type": "function", "function": {k: v for k, v in WEATHER.items() if k != "type"}}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "r", "schema": {"type": "object"}, "strict": True}}}


def test_a_conversation_moves_from_openai_to_claude_and_back(client):
    """Thoughts that one cannot read are left out for it: the simulated OpenAI refuses what it did not encrypt."""
    history = [{"role": "user", "content": "Hello"},
               {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAAB"},
               {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "meridian:thinking:c2lnbmVk"}]
    for model in ("bedrock", "openai", "vertex"):
        answer = client.responses.create(model=model, input=history)
        assert answer.output_text.startswith(f"Hello from {REGIONS[model]}.")
        history += [*answer.output, {"role": "user", "content": "Hello again"}]

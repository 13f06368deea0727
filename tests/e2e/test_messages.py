"""Anthropic's own SDK as the client: /v1/messages to each provider, whole and streamed, and its errors."""

import json

import anthropic
import pytest

import fakes
from conftest import example

BEDROCK = example("active-passive.yaml")
DIRECT = """
model_list:
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4-5, api_key: sk-ant-1, api_base: %s}
"""
GPT = """
model_list:
  - model_name: claude
    litellm_params: {model: openai/gpt-4o, api_key: sk-1, api_base: %s/v1}
"""


def client_of(gateway, key="none"):
    return anthropic.Anthropic(base_url=gateway.url, api_key=key, max_retries=0)


def ask(client, model="claude", **more):
    return client.messages.create(model=model, max_tokens=64, messages=[{"role": "user", "content": "Hello"}], **more)


@pytest.fixture(scope="module")
def bedrock(start_once):
    return start_once(BEDROCK)


def test_a_whole_answer_from_bedrock(bedrock):
    raw = client_of(bedrock).messages.with_raw_response.create(
        model="claude-global", max_tokens=64, messages=[{"role": "user", "content": "Hello"}])
    message = raw.parse()

    assert raw.headers["x-meridian-region"] == "us-west-2"
    assert (message.type, message.role, message.stop_reason) == ("message", "assistant", "end_turn")
    assert message.model == "claude-global"
    assert message.id.startswith("msg_")
    assert message.content[0].type == "text" and message.content[0].text
    assert message.usage.input_tokens > 0 and message.usage.output_tokens > 0


def test_a_stream_from_bedrock_has_anthropics_events_in_anthropics_order(bedrock):
    kinds = []
    with client_of(bedrock).messages.stream(
            model="claude-global", max_tokens=64, messages=[{"role": "user", "content": "Hello"}]) as stream:
        for event in stream:
            if event.type not in ("text", "ping"):
                kinds.append(event.type)
        message = stream.get_final_message()

    assert kinds[0] == "message_start" and kinds[1] == "content_block_start"
    assert set(kinds[2:-3]) == {"content_block_delta"}
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert message.content[0].text and message.stop_reason == "end_turn" and message.usage.output_tokens > 0


def test_tools_over_three_turns(bedrock):
    client = client_of(bedrock)
    tools = [{"name": "look_up", "description": "Finds a fact.",
              "input_schema": {"type": "object", "properties": {"what": {"type": "string"}}, "required": ["what"]}}]
    first = client.messages.create(model="claude-global", max_tokens=64, tools=tools, tool_choice={"type": "tool", "name": "look_up"},
                                   messages=[{"role": "user", "content": "Find it"}])

    assert first.stop_reason == "tool_use"
    call = next(part for part in first.content if part.type == "tool_use")
    assert call.name == "look_up"
    second = client.messages.create(model="claude-global", max_tokens=64, tools=tools, messages=[
        {"role": "user", "content": "Find it"},
        {"role": "assistant", "content": [part.model_dump() for part in first.content]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": [{"type": "text", "text": "42"}]}]}])
    assert second.content


def test_a_dark_region_is_not_noticed(start):
    gateway = start(BEDROCK)
    gateway.region("us-west-2", "dark")

    raw = client_of(gateway).messages.with_raw_response.create(
        model="claude-global", max_tokens=64, messages=[{"role": "user", "content": "Hello"}])

    assert raw.headers["x-meridian-region"] == "us-east-1"
    assert raw.headers["x-meridian-attempts"] == "2"


def test_to_anthropic_itself_the_body_passes_as_it_is(start):
    with fakes.fake(lambda seen, reply: reply.whole(200, fakes.anthropic_answer())) as provider:
        gateway = start(DIRECT % provider.url, simulated=False)
        body = b'{"model" : "claude", "max_tokens":5,"new_field":{"a":[1.50]}, "messages":[{"role":"user","content":"Hi"}]}'
        answer = gateway.http.post("/v1/messages", content=body, headers={
            "content-type": "application/json", "anthropic-beta": "files-api-2025-04-14", "anthropic-version": "2023-06-01",
            "x-secret": "mine", "x-api-key": "the client's"})

    assert answer.json() == fakes.anthropic_answer()
    seen, = provider.seen
    assert seen.body == body.replace(b'"claude"', b'"claude-sonnet-4-5"')
    assert seen.path == "/v1/messages"
    assert seen.field("anthropic-beta") == "files-api-2025-04-14"
    assert seen.field("anthropic-version") == "2023-06-01"
    assert seen.field("x-api-key") == "sk-ant-1"
    assert seen.field("x-secret") is None
    assert gateway.metric("meridian_tokens_total", kind="output") in (None, 5)


def test_to_openai_and_back(start):
    def answer(seen, reply):
        asked = seen.json()
        if asked.get("stream"):
            reply.begin()
            for piece in (fakes.openai_chunk({"role": "assistant", "content": ""}), fakes.openai_chunk({"content": "Hel"}),
                          fakes.openai_chunk({"content": "lo"}), fakes.openai_chunk({}, "stop"),
                          b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"f","choices":[],'
                          b'"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}\n\n', b"data: [DONE]\n\n"):
                reply.piece(piece)
            reply.finish()
        else:
            reply.whole(200, fakes.openai_answer())

    with fakes.fake(answer) as provider:
        gateway = start(GPT % provider.url, simulated=False)
        client = client_of(gateway)
        message = ask(client, system="Be brief.", stop_sequences=["END"])
        assert message.content[0].text == "Hello from the fake."
        assert (message.usage.input_tokens, message.usage.output_tokens) == (3, 5)
        sent = provider.seen[0].json()
        assert sent["messages"][0] == {"role": "system", "content": "Be brief."}
        assert sent["stop"] == ["END"]

        with client.messages.stream(model="claude", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]) as stream:
            assert "".join(stream.text_stream) == "Hello"
            final = stream.get_final_message()
        assert provider.seen[1].json()["stream_options"] == {"include_usage": True}
        assert (final.usage.output_tokens, final.stop_reason) == (5, "end_turn")


def test_errors_come_in_anthropics_shape(start):
    gateway = start(example("active-passive.yaml", replace=[("model_list:", "general_settings: {master_key: sk-master-1234}\nmodel_list:")]))

    with pytest.raises(anthropic.AuthenticationError) as refused:
        ask(client_of(gateway, "wrong"), "claude-global")
    assert refused.value.body["error"]["type"] == "authentication_error"

    good = client_of(gateway, "sk-master-1234")
    with pytest.raises(anthropic.NotFoundError) as unknown:
        ask(good, "nobody")
    assert unknown.value.body["error"]["type"] == "not_found_error"
    assert unknown.value.body["request_id"]

    with pytest.raises(anthropic.BadRequestError) as lacking:
        good.post("/v1/messages", body={"model": "claude-global", "messages": [{"role": "user", "content": "x"}]}, cast_to=object)
    assert "max_tokens" in json.dumps(lacking.value.body)

    with pytest.raises(anthropic.PermissionDeniedError):
        ask(good, "claude-global", extra_headers={"x-meridian-allowed-regions": "jp"})
    assert gateway.http.get("/v1/messages", headers={"x-api-key": "sk-master-1234"}).json()["type"] == "error"


def test_a_region_that_dies_in_mid_stream_makes_the_sdk_raise(start):
    gateway = start(BEDROCK)
    gateway.region("us-west-2", "cutting")

    with pytest.raises(anthropic.APIError):
        with client_of(gateway).messages.stream(
                model="claude-global", max_tokens=64, messages=[{"role": "user", "content": "Hello"}]) as stream:
            for _ in stream:
                pass

"""What the gateway sends to Gemini, judged by google-genai's own types; and thoughts that come back signed."""

import json
import urllib.parse

import openai
import pydantic
import pytest
from google.genai import types

import fakes
from conftest import until
from test_judges import PIXEL, REQUESTS, TokenDesk, WEATHER, send, service_account

MORE = {
    "json": {"messages": [{"role": "user", "content": "Hello"}],
             "response_format": {"type": "json_schema", "json_schema": {"name": "r", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}},
    "effort": {"messages": [{"role": "user", "content": "Hello"}], "reasoning_effort": "low"},
    "choices": {"messages": [{"role": "user", "content": "Hello"}], "n": 2, "logprobs": True, "top_logprobs": 3},
    "everything": {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
                   "temperature": 1.5, "top_p": 0.5, "top_k": 3, "stop": "END", "seed": 7, "presence_penalty": 0.5, "frequency_penalty": -0.5,
                   "max_completion_tokens": 64, "tools": [WEATHER, {"googleSearch": {}}], "tool_choice": "required",
                   "safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]},
}
PARTS = {"contents": list[types.Content], "systemInstruction": types.Content, "tools": list[types.Tool], "toolConfig": types.ToolConfig,
         "generationConfig": types.GenerationConfig, "safetySettings": list[types.SafetySetting]}


def chunk(*parts, **more):
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, "index": 0, **more}], "modelVersion": "gemini", "responseId": "R1"}


USAGE = {"promptTokenCount": 3, "candidatesTokenCount": 5, "thoughtsTokenCount": 2, "totalTokenCount": 10}
SIGNED = [chunk({"text": "Hm.", "thought": True}), chunk({"text": "Let me see.", "thoughtSignature": "dGV4dA=="}),
          chunk({"functionCall": {"name": "get_weather", "args": {"city": "Oslo"}}, "thoughtSignature": "Y2FsbA=="}),
          {**chunk({"text": ""}, finishReason="STOP"), "usageMetadata": USAGE}]
PLAIN = [chunk({"text": "Hello"}), {**chunk({"text": " there."}, finishReason="STOP"), "usageMetadata": USAGE}]


def gemini(chunks):
    def answer(seen, reply):
        if "alt=sse" not in seen.path:
            parts = [part for each in chunks for part in each["candidates"][0]["content"]["parts"]]
            reply.whole(200, {**chunk(*parts, finishReason="STOP"), "usageMetadata": USAGE})
            return
        reply.begin()
        for each in chunks:
            reply.piece(b"data: " + json.dumps(each).encode() + b"\r\n\r\n")
        reply.finish()
    return answer


def key_fleet(provider, model="gemini-2.5-flash"):
    return f"""
model_list:
  - model_name: gemini
    litellm_params: {{model: gemini/{model}, api_base: "{provider.url}", api_key: AIza-test}}
"""


def judge(body):
    assert not body.keys() - PARTS.keys(), "a member that no GenerateContentRequest has"
    for name, value in body.items():
        adapter = pydantic.TypeAdapter(PARTS[name])
        adapter.validate_json(json.dumps(value))  # google-genai's models forbid what they do not know.


@pytest.mark.parametrize("stream", [False, True])
def test_google_genai_s_types_take_each_body(start, stream):
    with fakes.fake(gemini(PLAIN)) as provider:
        gateway = start(key_fleet(provider), simulated=False)
        for name, request in {**REQUESTS, **MORE}.items():
            answer = gateway.ask("gemini", **{"text": "", **request, "stream": stream})
            assert answer.status_code == 200, (name, answer.text)
            seen = provider.seen[-1]
            judge(seen.json())
            assert seen.path == "/v1beta/models/gemini-2.5-flash:" + ("streamGenerateContent?alt=sse" if stream else "generateContent")
            assert seen.field("x-goog-api-key") == "AIza-test"
            assert seen.field("authorization") is None


@pytest.mark.parametrize("stream", [False, True])
def test_vertex_is_asked_with_a_token_and_the_same_body(start, tmp_path, stream):
    desk = TokenDesk()
    with fakes.fake(gemini(PLAIN)) as provider, fakes.fake(desk) as tokens:
        (tmp_path / "account.json").write_text(service_account(tokens.url + "/token"))
        gateway = start(f"""
model_list:
  - model_name: gemini
    litellm_params: {{model: vertex_ai/gemini-2.5-flash, vertex_project: project-1, vertex_location: europe-west1,
      api_base: "{provider.url}", vertex_credentials: {tmp_path / "account.json"}}}
""", simulated=False)
        until(lambda: desk.given)

        send(gateway, "gemini", "tool results", stream)

        seen = provider.seen[-1]
        judge(seen.json())
        assert seen.field("authorization") == "Bearer token-1"
        place = "/v1/projects/project-1/locations/europe-west1/publishers/google/models/gemini-2.5-flash"
        assert urllib.parse.unquote(seen.path) == f"{place}:{'streamGenerateContent?alt=sse' if stream else 'generateContent'}"
        assert '"id"' not in seen.body.decode(), "Vertex's v1 refuses ids of calls"


def test_what_was_said_arrives_whole(start):
    with fakes.fake(gemini(PLAIN)) as provider:
        gateway = start(key_fleet(provider), simulated=False)
        send(gateway, "gemini", "tool results", False)
        turns = provider.seen[-1].json()["contents"]
        assert [turn["role"] for turn in turns] == ["user", "model", "user", "user"]
        assert [part["functionCall"] for part in turns[1]["parts"]] == [
            {"name": "get_weather", "args": {"city": "Oslo"}}, {"name": "get_weather", "args": {"city": "Rome", "days": 3}}]
        assert [part["functionResponse"] for part in turns[2]["parts"]] == [
            {"name": "get_weather", "response": {"output": "Rain"}}, {"name": "get_weather", "response": {"output": "Sun"}}]

        send(gateway, "gemini", "an image", False)
        assert provider.seen[-1].json()["contents"][0]["parts"][1] == {"inlineData": {"mimeType": "image/png", "data": PIXEL}}


@pytest.mark.parametrize("stream", [False, True])
def test_signatures_survive_three_turns_of_openai_s_sdk(start, stream):
    with fakes.fake(gemini(SIGNED)) as provider:
        gateway = start(key_fleet(provider, "gemini-3-pro-preview"), simulated=False)
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key="any", max_retries=0)
        messages = [{"role": "user", "content": "Weather in Oslo?"}]
        for _ in range(3):
            asked = {"model": "gemini", "messages": messages, "tools": [WEATHER]}
            if stream:
                with client.chat.completions.stream(**asked) as events:
                    for _event in events:
                        pass
                    message = events.get_final_completion().choices[0].message
            else:
                message = client.chat.completions.create(**asked).choices[0].message
            [call] = message.tool_calls
            # As a client does that knows nothing but OpenAI's own fields.
            messages += [{"role": "assistant", "content": message.content, "tool_calls": [
                {"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": call.function.arguments}}]},
                {"role": "tool", "tool_call_id": call.id, "content": "Rain"}]

        judge(provider.seen[-1].json())
        calls = [part for turn in provider.seen[-1].json()["contents"] for part in turn["parts"] if "functionCall" in part]
        assert [part["thoughtSignature"] for part in calls] == ["Y2FsbA=="] * 2


def test_a_stream_without_a_finish_reason_raises_and_never_looks_complete(start):
    with fakes.fake(gemini(PLAIN[:1])) as provider:
        gateway = start(key_fleet(provider), simulated=False)
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key="any", max_retries=0)
        chunks = []
        with pytest.raises(openai.APIError):
            for each in client.chat.completions.create(model="gemini", messages=[{"role": "user", "content": "Hello"}], stream=True):
                chunks.append(each)
    assert all(not each.choices or each.choices[0].finish_reason is None for each in chunks)


def test_a_quota_s_end_arrives_as_429_with_the_wait_that_google_names(start):
    def exhausted(_, reply):
        reply.whole(429, {"error": {"code": 429, "message": "Quota exceeded for quota metric.", "status": "RESOURCE_EXHAUSTED", "details": [
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}]}})

    with fakes.fake(exhausted) as provider:
        answer = start(key_fleet(provider) + "\nrouter_settings: {num_retries: 0}\n", simulated=False).ask("gemini")

    assert answer.status_code == 429
    assert "Quota exceeded" in answer.json()["error"]["message"]
    assert answer.headers["retry-after"] == "17"

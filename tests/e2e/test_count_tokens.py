"""POST /v1/messages/count_tokens: anthropic's SDK is the client; botocore and google-genai judge what providers are asked."""

import base64
import json
import urllib.parse

import anthropic
import botocore.session
import botocore.validate
import google.genai.types as genai
import pytest
from anthropic.types import message_count_tokens_params

import fakes
from test_judges import KEY_ID, MODEL, SECRET, accept, signature_by_botocore, with_blobs
from test_judges_google import key_fleet

TOOL = {"name": "get_weather", "description": "The weather in a city.",
        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
ASKED = {"model": "claude", "system": "Be brief.", "messages": [{"role": "user", "content": "Weather in Oslo?"}], "tools": [TOOL]}


def count(gateway, **fields):
    client = anthropic.Anthropic(base_url=gateway.url, api_key="none", max_retries=0)
    return client.messages.with_raw_response.count_tokens(**{**ASKED, **fields})


def bedrock_fleet(*urls, model=MODEL):
    return "model_list:\n" + "".join(f"""
  - model_name: claude
    litellm_params:
      model: bedrock/{model}
      aws_region_name: {region}
      aws_access_key_id: {KEY_ID}
      aws_secret_access_key: {SECRET}
      aws_bedrock_runtime_endpoint: {url}
    model_info: {{input_cost_per_token: 0.000003, output_cost_per_token: 0.000015}}
""" for url, region in zip(urls, ("us-west-2", "eu-west-1"), strict=False)
    ) + "\nrouter_settings: {routing_strategy: priority-routing, num_retries: 2, allowed_fails: 0}\n"


def answers(reply_with, status=200, **fields):
    return fakes.fake(lambda _, reply: reply.whole(status, reply_with, **fields))


@pytest.mark.parametrize("path", ["/v1/messages/count_tokens", "/messages/count_tokens"])
def test_to_anthropic_itself_the_body_passes_as_it_is(start, path):
    with answers({"input_tokens": 403}) as provider:
        gateway = start(f"""
model_list:
  - model_name: claude
    litellm_params: {{model: anthropic/claude-sonnet-4-5, api_base: "{provider.url}", api_key: sk-ant-1}}
""", simulated=False)
        answer = gateway.http.post(path, json=ASKED, headers={"anthropic-beta": "token-counting-2024-11-01"})

        assert answer.json() == {"input_tokens": 403}
        assert "x-meridian-token-count" not in answer.headers
        seen = provider.seen[-1]
        assert seen.path == "/v1/messages/count_tokens"
        assert seen.json() == {**ASKED, "model": "claude-sonnet-4-5"}
        assert seen.field("anthropic-beta") == "token-counting-2024-11-01"
        accept(message_count_tokens_params.MessageCountTokensParams, seen.json())


def test_what_the_file_forces_upon_answers_is_not_sent_with_a_count(start):
    with answers({"input_tokens": 7}) as provider:
        gateway = start(f"""
model_list:
  - model_name: claude
    litellm_params: {{model: anthropic/claude-sonnet-4-5, api_base: "{provider.url}", api_key: sk-ant-1, inference_geo: us, temperature: 0.2}}
""", simulated=False)
        assert count(gateway, thinking={"type": "enabled", "budget_tokens": 1024}).parse().input_tokens == 7
        body = provider.seen[-1].json()
        accept(message_count_tokens_params.MessageCountTokensParams, body)
        assert body.keys() == {"model", "messages", "system", "tools", "thinking"}


@pytest.mark.parametrize("model", [MODEL, f"us.{MODEL}", f"invoke/us.{MODEL}"])
def test_bedrock_s_service_model_takes_each_body_and_botocore_signs_the_same(start, model):
    with answers({"inputTokens": 31}) as provider:
        gateway = start(bedrock_fleet(provider.url, model=model), simulated=False)
        answer = count(gateway)

        assert answer.parse().input_tokens == 31
        assert answer.headers["x-meridian-region"] == "us-west-2"
        seen = provider.seen[-1]
        assert seen.path == f"/model/{urllib.parse.quote(MODEL, safe='')}/count-tokens", "by the model's own name"
        _, signature = signature_by_botocore(seen, provider.url)
        assert seen.field("authorization").endswith(f"Signature={signature}")
        shape = botocore.session.get_session().get_service_model("bedrock-runtime").operation_model("CountTokens").input_shape
        report = botocore.validate.ParamValidator().validate({"modelId": MODEL, **with_blobs(seen.json(), shape)}, shape)
        assert not report.has_errors(), report.generate_report()
        if model.startswith("invoke/"):
            inner = json.loads(base64.b64decode(seen.json()["input"]["invokeModel"]["body"]))
            assert inner["anthropic_version"] == "bedrock-2023-05-31" and "model" not in inner
        else:
            assert seen.json()["input"]["converse"].keys() == {"messages", "system", "toolConfig"}


def test_google_genai_s_types_take_gemini_s_body(start):
    with answers({"totalTokens": 12}) as provider:
        gateway = start(key_fleet(provider), simulated=False)
        assert count(gateway, model="gemini").parse().input_tokens == 12
        seen = provider.seen[-1]
        assert seen.path.endswith("/models/gemini-2.5-flash:countTokens")
        wrapped = seen.json().pop("generateContentRequest")
        assert seen.json().keys() == {"generateContentRequest"} and wrapped.pop("model") == "models/gemini-2.5-flash"
        assert wrapped["contents"][0]["parts"] == [{"text": "Weather in Oslo?"}]
        genai.GenerateContentConfig.model_validate(
            {"systemInstruction": wrapped["systemInstruction"], "tools": wrapped["tools"]})


def test_nobody_to_ask_is_an_estimate_and_says_so(start):
    with fakes.fake(lambda _, reply: reply.hang_up()) as provider:
        gateway = start(f"""
model_list:
  - model_name: claude
    litellm_params: {{model: openai/gpt-4o, api_base: "{provider.url}/v1", api_key: sk-1}}
""", simulated=False)
        answer = count(gateway)
        short = answer.parse().input_tokens

        assert answer.headers["x-meridian-token-count"] == "estimated"
        assert 20 < short < 80
        assert count(gateway, messages=[{"role": "user", "content": "word " * 4000}]).parse().input_tokens > short + 4000
        assert not provider.seen, "nobody was asked"


@pytest.mark.parametrize(("status", "error", "message"), [
    (400, "ValidationException", "The provided model doesn't support counting tokens."),
    (400, "ValidationException", "The provided model identifier is invalid."),
    (403, "AccessDeniedException", "User is not authorized to perform: bedrock:CountTokens"),
])
def test_a_provider_that_may_not_count_stays_well_and_we_estimate(start, status, error, message):
    def bedrock(seen, reply):
        if seen.path.endswith("/count-tokens"):
            reply.whole(status, {"message": message}, x_amzn_errortype=error)
        else:
            reply.whole(200, fakes.converse_answer())

    with fakes.fake(bedrock) as provider:
        gateway = start(bedrock_fleet(provider.url), simulated=False)
        for _ in range(3):
            answer = count(gateway)
            assert answer.parse().input_tokens > 0
            assert answer.headers["x-meridian-token-count"] == "estimated"
        assert gateway.states() == {"us-west-2": "ready"}
        assert gateway.ask("claude").status_code == 200


def test_a_limit_on_counting_moves_on_and_says_nothing_about_chats(start):
    def bedrock(seen, reply):
        if seen.path.endswith("/count-tokens"):
            reply.whole(429, {"message": "Too many requests"}, x_amzn_errortype="ThrottlingException")
        else:
            reply.whole(200, fakes.converse_answer())

    with fakes.fake(bedrock) as first, answers({"inputTokens": 5}) as second:
        gateway = start(bedrock_fleet(first.url, second.url), simulated=False)
        answer = count(gateway)
        assert answer.parse().input_tokens == 5 and answer.headers["x-meridian-region"] == "eu-west-1"
        assert gateway.states() == {"us-west-2": "ready", "eu-west-1": "ready"}
        assert gateway.ask("claude").headers["x-meridian-region"] == "us-west-2"


def test_what_is_wrong_with_the_request_stays_the_client_s(start):
    with answers({"message": "A conversation must start with a user message."}, 400, x_amzn_errortype="ValidationException") as provider:
        gateway = start(bedrock_fleet(provider.url), simulated=False)
        with pytest.raises(anthropic.BadRequestError, match="start with a user message"):
            count(gateway)
        with pytest.raises(anthropic.BadRequestError, match="messages"):
            count(gateway, messages=[])
        with pytest.raises(anthropic.NotFoundError):
            count(gateway, model="nobody")


FLEET = """
model_list:
  - model_name: claude
    litellm_params: {model: bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: us-west-2}
    metadata: {priority: 1}
  - model_name: claude
    litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: eu-west-1}
    metadata: {priority: 2}
  - model_name: direct
    litellm_params: {model: anthropic/claude-sonnet-4-5}
  - model_name: vertex
    litellm_params: {model: vertex_ai/claude-sonnet-4-5@20250929, vertex_project: acme, vertex_location: europe-west1}
  - model_name: gemini
    litellm_params: {model: gemini/gemini-2.5-flash}
  - model_name: vertex-gemini
    litellm_params: {model: vertex_ai/gemini-2.5-flash, vertex_project: acme, vertex_location: europe-west1}
general_settings: {master_key: sk-master}
router_settings: {routing_strategy: priority-routing, num_retries: 2}
"""


def master(gateway, model, headers=None):
    client = anthropic.Anthropic(base_url=gateway.url, api_key="sk-master", max_retries=0)
    return client.messages.with_raw_response.count_tokens(**{**ASKED, "model": model}, extra_headers=headers or {})


def test_every_provider_of_the_simulated_cloud_counts(start):
    gateway = start(FLEET)
    gateway.http.headers["authorization"] = "Bearer sk-master"
    for model, operation in [("claude", "CountTokens"), ("direct", "messages.count_tokens"), ("vertex", "count-tokens"),
                             ("gemini", "countTokens"), ("vertex-gemini", "countTokens")]:
        answer = master(gateway, model)
        assert answer.parse().input_tokens > 0
        assert "x-meridian-token-count" not in answer.headers, f"{model} was asked"
        assert gateway.log()[-1]["operation"] == operation


def test_the_rules_of_a_chat_hold(start):
    gateway = start(FLEET)
    gateway.http.headers["authorization"] = "Bearer sk-master"
    with pytest.raises(anthropic.AuthenticationError):
        count(gateway)
    with pytest.raises(anthropic.PermissionDeniedError, match="residency"):
        master(gateway, "direct", {"x-meridian-allowed-regions": "eu"})
    assert gateway.log() == []
    assert master(gateway, "claude", {"x-meridian-allowed-regions": "eu"}).headers["x-meridian-region"] == "eu-west-1"

    gateway.region("us-west-2", "dark")
    answer = master(gateway, "claude")
    assert answer.headers["x-meridian-region"] == "eu-west-1" and answer.headers["x-meridian-attempts"] == "2"


def test_a_count_is_no_served_chat(start):
    gateway = start(FLEET)
    gateway.http.headers["authorization"] = "Bearer sk-master"
    answer = master(gateway, "claude")

    assert "x-litellm-response-cost" not in answer.headers
    assert gateway.metric("meridian_endpoint_requests_total", endpoint="count_tokens") == 1
    assert not gateway.metric("meridian_tokens_total")
    assert not gateway.metric("meridian_spend_dollars_total")

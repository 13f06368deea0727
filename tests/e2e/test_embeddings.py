"""POST /v1/embeddings: openai's SDK is the client; botocore, google-genai and openai's own types judge what providers are asked."""

import json
import math
import urllib.parse

import google.genai.types as genai
import openai
import openai.types
import pydantic
import pytest

import fakes
from test_judges import KEY_ID, SECRET, exhausted, signature_by_botocore

TITAN = "amazon.titan-embed-text-v2:0"
FLEET = """
model_list:
  - model_name: openai
    litellm_params: {model: openai/text-embedding-3-small}
  - model_name: azure
    litellm_params: {model: azure/embed-1, api_base: "https://acme.openai.azure.com", api_version: "2024-10-21"}
  - model_name: titan
    litellm_params: {model: bedrock/amazon.titan-embed-text-v2:0, aws_region_name: us-west-2}
    metadata: {priority: 1}
  - model_name: titan
    litellm_params: {model: bedrock/amazon.titan-embed-text-v2:0, aws_region_name: eu-west-1}
    metadata: {priority: 2}
  - model_name: cohere
    litellm_params: {model: bedrock/cohere.embed-multilingual-v3, aws_region_name: eu-west-1}
  - model_name: vertex
    litellm_params: {model: vertex_ai/text-embedding-005, vertex_project: acme, vertex_location: europe-west1}
  - model_name: vertex-gemini
    litellm_params: {model: vertex_ai/gemini-embedding-001, vertex_project: acme, vertex_location: europe-west1}
    model_info: {mode: embedding}
  - model_name: gemini
    litellm_params: {model: gemini/gemini-embedding-001}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4-5}
router_settings: {routing_strategy: priority-routing, num_retries: 2}
"""
EVERY = ["openai", "azure", "titan", "cohere", "vertex", "vertex-gemini", "gemini"]


def client_of(gateway):
    return openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="none", max_retries=0)


@pytest.fixture(scope="module")
def cloud(start_once):
    return start_once(FLEET)


@pytest.mark.parametrize("encoding", [openai.NOT_GIVEN, "float", "base64"])
@pytest.mark.parametrize("model", EVERY)
def test_several_texts_in_their_order(cloud, model, encoding):
    texts = ["one", "two, and a little more", "drei: Grüße"]
    together = client_of(cloud).embeddings.create(model=model, input=texts, encoding_format=encoding)

    assert [each.index for each in together.data] == [0, 1, 2]
    assert together.usage.prompt_tokens == together.usage.total_tokens > 0
    for text, each in zip(texts, together.data, strict=True):
        alone = client_of(cloud).embeddings.create(model=model, input=text).data[0].embedding
        if encoding == "base64":
            continue  # The SDK hands base64 back as it came, where it was asked for by name.
        assert alone == pytest.approx(each.embedding, abs=1e-6), "the vector of this text and no other"
        assert math.sqrt(sum(x * x for x in alone)) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("model", "dimensions"), [("openai", 256), ("titan", 256), ("vertex", 256), ("vertex-gemini", 256), ("gemini", 256)])
def test_dimensions_are_asked_for(cloud, model, dimensions):
    answer = client_of(cloud).embeddings.create(model=model, input="text", dimensions=dimensions)
    assert len(answer.data[0].embedding) == dimensions


def test_base64_holds_the_same_numbers(cloud):
    whole = client_of(cloud).embeddings.create(model="titan", input="text", encoding_format="float").data[0].embedding
    assert client_of(cloud).embeddings.create(model="titan", input="text").data[0].embedding == pytest.approx(whole, abs=1e-7)


def test_a_provider_that_cannot_is_never_silent(cloud):
    client = client_of(cloud)
    with pytest.raises(openai.BadRequestError, match="`dimensions` cannot be sent"):
        client.embeddings.create(model="cohere", input="a", dimensions=256)
    with pytest.raises(openai.BadRequestError, match="takes text only"):
        client.embeddings.create(model="titan", input=[1, 2, 3])
    with pytest.raises(openai.BadRequestError, match="makes no embeddings"):
        client.embeddings.create(model="claude", input="a")
    with pytest.raises(openai.BadRequestError, match="input"):
        client.embeddings.create(model="gemini", input=[])
    with pytest.raises(openai.BadRequestError, match="endpoint"):
        client.chat.completions.create(model="titan", messages=[{"role": "user", "content": "Hello"}])
    assert set(cloud.states().values()) == {"ready"}


def test_as_many_calls_as_the_provider_s_limit_makes_necessary(start):
    gateway = start(FLEET)
    client = client_of(gateway)
    for model, calls in [("titan", 5), ("cohere", 1), ("vertex", 1), ("vertex-gemini", 5), ("gemini", 1)]:
        since = gateway.mark()
        assert len(client.embeddings.create(model=model, input=["a", "b", "c", "d", "e"]).data) == 5
        assert len(gateway.log(since)) == calls, model
    since = gateway.mark()
    assert len(client.embeddings.create(model="cohere", input=[f"text {i}" for i in range(200)]).data) == 200
    assert len(gateway.log(since)) == 3


def test_a_dark_region_is_not_noticed_and_a_rule_holds(start):
    gateway = start(FLEET)
    raw = client_of(gateway).embeddings.with_raw_response
    gateway.region("us-west-2", "dark")
    answer = raw.create(model="titan", input=["a", "b"])
    assert answer.headers["x-meridian-region"] == "eu-west-1" and answer.headers["x-meridian-attempts"] == "2"
    assert len(answer.parse().data) == 2
    gateway.region("us-west-2", "healthy")

    since = gateway.mark()
    raw.create(model="titan", input="a", extra_headers={"x-meridian-allowed-regions": "eu"})
    assert gateway.reached(since) == {"eu-west-1": 1}
    with pytest.raises(openai.PermissionDeniedError):
        raw.create(model="openai", input="a", extra_headers={"x-meridian-allowed-regions": "eu"})


def test_what_it_costs_is_counted_as_input(start):
    gateway = start(FLEET)
    answer = client_of(gateway).embeddings.with_raw_response.create(model="openai", input="word " * 4000)
    tokens = answer.parse().usage.prompt_tokens
    assert float(answer.headers["x-litellm-response-cost"]) == pytest.approx(tokens * 0.02e-6, abs=1e-6)
    assert gateway.metric("meridian_tokens_total", type="input") == tokens
    assert gateway.metric("meridian_endpoint_requests_total", endpoint="embedding") == 1
    gemini = client_of(gateway).embeddings.with_raw_response.create(model="gemini", input="a text")
    assert gemini.headers["x-meridian-token-count"] == "estimated", "Google's developer API does not say"
    assert "x-meridian-token-count" not in client_of(gateway).embeddings.with_raw_response.create(model="cohere", input="a").headers


def test_a_reply_of_megabytes_flows_and_its_usage_is_seen(start):
    gateway = start(FLEET)
    answer = client_of(gateway).embeddings.create(model="openai", input=[f"text {i}" for i in range(500)])
    assert len(answer.data) == 500
    assert gateway.metric("meridian_tokens_total", type="input") == answer.usage.prompt_tokens


# What providers are sent.

def test_to_openai_the_body_passes_as_it_is(start):
    reply = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.25, -1.0]}], "model": "text-embedding-3-small",
             "usage": {"prompt_tokens": 3, "total_tokens": 3}, "more": "of theirs"}
    with fakes.fake(lambda _, to: to.whole(200, reply)) as provider:
        gateway = start(f"""
model_list:
  - model_name: e
    litellm_params: {{model: openai/text-embedding-3-small, api_base: "{provider.url}/v1", api_key: sk-1}}
  - model_name: f
    litellm_params: {{model: openai/text-embedding-3-small, api_base: "{provider.url}/v1", api_key: sk-1, dimensions: 512, user: u-1}}
""", simulated=False)
        body = {"model": "e", "input": [[1, 2], [3]], "encoding_format": "base64", "user": "u"}
        for path in ("/v1/embeddings", "/embeddings"):
            assert gateway.http.post(path, json=body).json() == reply
            assert provider.seen[-1].json() == {**body, "model": "text-embedding-3-small"}
            assert provider.seen[-1].path == "/v1/embeddings"
        client_of(gateway).embeddings.create(model="f", input="a")
        assert provider.seen[-1].json() == {"model": "text-embedding-3-small", "input": "a", "dimensions": 512, "encoding_format": "base64", "user": "u-1"}
        for seen in provider.seen:
            # Which kind of list `input` is, pydantic decides before it looks inside, and wrongly for lists of tokens.
            plain = {**seen.json(), "input": "a"}
            exhausted(pydantic.TypeAdapter(openai.types.EmbeddingCreateParams).validate_python(plain))


def test_botocore_signs_each_of_titan_s_calls_the_same(start):
    with fakes.fake(lambda _, to: to.whole(200, {"embedding": [0.5], "inputTextTokenCount": 2})) as provider:
        gateway = start(f"""
model_list:
  - model_name: e
    litellm_params:
      model: bedrock/{TITAN}
      aws_region_name: us-west-2
      aws_access_key_id: {KEY_ID}
      aws_secret_access_key: {SECRET}
      aws_bedrock_runtime_endpoint: {provider.url}
""", simulated=False)
        answer = client_of(gateway).embeddings.create(model="e", input=["a", "b"], dimensions=512, encoding_format="float")
        assert answer.to_dict() == {"object": "list", "model": "e", "usage": {"prompt_tokens": 4, "total_tokens": 4},
                                    "data": [{"object": "embedding", "index": i, "embedding": [0.5]} for i in (0, 1)]}
        assert [seen.json() for seen in provider.seen] == [{"inputText": text, "dimensions": 512} for text in ("a", "b")]
        for seen in provider.seen:
            assert seen.path == f"/model/{urllib.parse.quote(TITAN, safe='')}/invoke"
            _, signature = signature_by_botocore(seen, provider.url)
            assert seen.field("authorization").endswith(f"Signature={signature}")


def test_google_genai_s_types_take_gemini_s_batch(start):
    with fakes.fake(lambda _, to: to.whole(200, {"embeddings": [{"values": [0.5]}, {"values": [1]}]})) as provider:
        gateway = start(f"""
model_list:
  - model_name: e
    litellm_params: {{model: gemini/gemini-embedding-001, api_base: "{provider.url}", api_key: AIza-test}}
""", simulated=False)
        client_of(gateway).embeddings.create(model="e", input=["a", "b"], dimensions=128, extra_body={"task_type": "RETRIEVAL_QUERY"})
        requests = provider.seen[-1].json()["requests"]
        assert provider.seen[-1].path == "/v1beta/models/gemini-embedding-001:batchEmbedContents"
        for text, request in zip(("a", "b"), requests, strict=True):
            assert request.pop("model") == "models/gemini-embedding-001"
            assert genai.Content.model_validate(request.pop("content")).parts[0].text == text
            config = genai.EmbedContentConfig.model_validate_json(json.dumps(request))
            assert (config.output_dimensionality, config.task_type) == (128, "RETRIEVAL_QUERY")


def test_a_call_that_fails_halfway_moves_the_whole_request(start):
    def second_call_fails(_, to):
        if len(first.seen) == 2:
            to.whole(500, {"message": "oops"}, x_amzn_errortype="InternalServerException")
        else:
            to.whole(200, {"embedding": [1], "inputTextTokenCount": 1})

    def well(_, to):
        to.whole(200, {"embedding": [2], "inputTextTokenCount": 1})

    with fakes.fake(second_call_fails) as first, fakes.fake(well) as second:
        gateway = start("model_list:\n" + "".join(f"""
  - model_name: e
    litellm_params: {{model: "bedrock/{TITAN}", aws_region_name: {region}, aws_access_key_id: {KEY_ID}, aws_secret_access_key: "{SECRET}",
                      aws_bedrock_runtime_endpoint: "{url}"}}
""" for url, region in ((first.url, "us-west-2"), (second.url, "eu-west-1"))) + "\nrouter_settings: {routing_strategy: priority-routing}\n", simulated=False)
        answer = client_of(gateway).embeddings.create(model="e", input=["a", "b", "c"], encoding_format="float")
        assert [each.embedding for each in answer.data] == [[2.0]] * 3
        assert len(second.seen) == 3

"""bedrock/invoke/: Claude by Bedrock's InvokeModel, whole and in chunks; botocore is the judge of both sides."""

import base64
import json
import re
import subprocess
import urllib.parse

import anthropic
import boto3
import botocore.exceptions
import openai
import pytest
from anthropic.types import message_create_params

import fakes
from conftest import BINARY, CLEAN
from test_judges import KEY_ID, MODEL, REQUESTS, SECRET, accept, send, signature_by_botocore

ARN = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/jf2sje1c0jnb"
FLEET = """
model_list:
  - model_name: claude
    litellm_params: {model: bedrock/invoke/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: us-west-2}
    metadata: {priority: 1}
  - model_name: claude
    litellm_params: {model: bedrock/invoke/eu.anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: eu-west-1}
    metadata: {priority: 2}
router_settings: {routing_strategy: priority-routing, num_retries: 2}
"""
EVENTS = [
    {"type": "message_start", "message": {**fakes.anthropic_answer(), "content": [], "stop_reason": None,
                                          "usage": {"input_tokens": 3, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}} for text in ("Hello", " from", " the fake.")),
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 5}},
    {"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 3, "outputTokenCount": 5,
                                                                  "invocationLatency": 812, "firstByteLatency": 301}}]


def chunk(event):
    return fakes.event("chunk", {"bytes": base64.b64encode(json.dumps(event).encode()).decode(), "p": "abcdefgh"})


def invoked(seen, reply):
    if seen.path.endswith("/invoke"):
        reply.whole(200, fakes.anthropic_answer(), x_amzn_requestid="r-1")
        return
    reply.begin("application/vnd.amazon.eventstream")
    for event in EVENTS:
        reply.piece(chunk(event))
    reply.finish()


def fleet(*urls, model=MODEL):
    return "model_list:\n" + "".join(f"""
  - model_name: claude
    litellm_params:
      model: bedrock/invoke/{model}
      aws_region_name: {region}
      aws_access_key_id: {KEY_ID}
      aws_secret_access_key: {SECRET}
      aws_bedrock_runtime_endpoint: {url}
""" for url, region in zip(urls, ("us-west-2", "eu-west-1"), strict=False)
    ) + "\nrouter_settings: {routing_strategy: priority-routing, num_retries: 2}\n"


def messages(gateway):
    return anthropic.Anthropic(base_url=gateway.url, api_key="none", max_retries=0).messages


HELLO = {"model": "claude", "max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture(scope="module")
def aws(start_once):
    with fakes.fake(invoked) as provider:
        yield provider, start_once(fleet(provider.url), simulated=False)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", REQUESTS)
def test_botocore_makes_the_same_signature_and_anthropic_s_types_take_the_body(aws, name, stream):
    provider, gateway = aws
    send(gateway, "claude", name, stream)
    seen = provider.seen[-1]

    _, signature = signature_by_botocore(seen, provider.url)

    assert seen.field("authorization").endswith(f"Signature={signature}")
    assert seen.path == f"/model/{urllib.parse.quote(MODEL, safe='')}/invoke{'-with-response-stream' if stream else ''}"
    body = seen.json()
    assert body.pop("anthropic_version") == "bedrock-2023-05-31"
    assert not {"model", "stream"} & body.keys()
    accept(message_create_params.MessageCreateParamsNonStreaming, {"model": "m", **body})


@pytest.mark.parametrize("stream", [False, True])
def test_an_arn_is_one_segment_and_signed_as_botocore_signs_it(start, stream):
    with fakes.fake(invoked) as provider:
        gateway = start(fleet(provider.url, model=ARN), simulated=False)
        send(gateway, "claude", "plain", stream)
        seen = provider.seen[-1]

        _, signature = signature_by_botocore(seen, provider.url)

        assert seen.path == f"/model/{urllib.parse.quote(ARN, safe='')}/invoke{'-with-response-stream' if stream else ''}"
        assert seen.field("authorization").endswith(f"Signature={signature}")


def test_a_bedrock_api_key_is_sent_as_a_bearer(start):
    with fakes.fake(invoked) as provider:
        gateway = start(f"""
model_list:
  - model_name: claude
    litellm_params: {{model: "bedrock/invoke/{MODEL}", aws_region_name: us-west-2, api_key: bedrock-key-1,
                      aws_bedrock_runtime_endpoint: "{provider.url}"}}
""", simulated=False)
        send(gateway, "claude", "plain", False)
        assert provider.seen[-1].field("authorization") == "Bearer bedrock-key-1"
        assert provider.seen[-1].path.endswith("/invoke")


def test_an_anthropic_client_gets_claude_s_own_words(aws):
    _, gateway = aws
    assert messages(gateway).create(**HELLO).to_dict()["id"] == fakes.anthropic_answer()["id"]

    lines = gateway.http.post("/v1/messages", json={**HELLO, "stream": True}).text.split("\n\n")

    told = [json.loads(line.split("\ndata: ")[1]) for line in lines if line]
    assert told == [*EVENTS[:-1], {"type": "message_stop"}], "but for Bedrock's own counts"


def test_what_only_anthropic_s_dialect_has_arrives_as_it_was_written(aws):
    provider, gateway = aws
    messages(gateway).create(**HELLO, thinking={"type": "enabled", "budget_tokens": 1024}, extra_body={"max_tokens": 2048},
                             tools=[{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}], metadata={"user_id": "u-1"})
    body = provider.seen[-1].json()
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert body["tools"] == [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]
    assert body["metadata"] == {"user_id": "u-1"}


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_chunks_are_read_wherever_they_are_cut(start, size):
    whole = b"".join(chunk(event) for event in EVENTS)

    def cut(_, reply):
        reply.begin("application/vnd.amazon.eventstream")
        for at in range(0, len(whole), size):
            reply.piece(whole[at:at + size])
        reply.finish()

    with fakes.fake(cut) as provider:
        gateway = start(fleet(provider.url), simulated=False)
        with messages(gateway).stream(**HELLO) as stream:
            assert "".join(stream.text_stream) == "Hello from the fake."
            assert stream.get_final_message().usage.output_tokens == 5
        client = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="none", max_retries=0)
        said = client.chat.completions.create(model="claude", messages=HELLO["messages"], stream=True)
        assert "".join(one.choices[0].delta.content or "" for one in said if one.choices) == "Hello from the fake."


def test_an_exception_before_content_moves_to_the_next_region(start):
    def throttled(_, reply):
        reply.begin("application/vnd.amazon.eventstream")
        reply.piece(chunk(EVENTS[0]))
        reply.piece(fakes.exception("throttlingException", "Too many requests"))
        reply.finish()

    with fakes.fake(throttled) as first, fakes.fake(invoked) as second:
        gateway = start(fleet(first.url, second.url), simulated=False)
        with messages(gateway).stream(**HELLO) as stream:
            assert stream.get_final_text() == "Hello from the fake."
        assert len(first.seen) == 1 and len(second.seen) == 1


@pytest.mark.parametrize("ending", ["exception", "nothing", "half a frame"])
def test_a_stream_that_breaks_off_raises_and_never_looks_complete(start, ending):
    def broken(_, reply):
        reply.begin("application/vnd.amazon.eventstream")
        for event in EVENTS[:4]:
            reply.piece(chunk(event))
        if ending == "exception":
            reply.piece(fakes.exception("modelStreamErrorException", "the model stopped"))
        elif ending == "half a frame":
            reply.piece(chunk(EVENTS[4])[:50])
        reply.finish()

    with fakes.fake(broken) as provider:
        gateway = start(fleet(provider.url), simulated=False)
        with pytest.raises((anthropic.APIError, anthropic.APIConnectionError)):
            with messages(gateway).stream(**HELLO) as stream:
                stream.get_final_message()
        client = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="none", max_retries=0)
        with pytest.raises(openai.APIError):
            list(client.chat.completions.create(model="claude", messages=HELLO["messages"], stream=True))


def test_the_simulated_cloud_takes_it_and_a_dark_region_is_not_noticed(start):
    gateway = start(FLEET)
    assert messages(gateway).create(**HELLO).content[0].text
    with messages(gateway).stream(**HELLO) as stream:
        assert stream.get_final_text()
    assert [entry["operation"] for entry in gateway.log()] == ["InvokeModel", "InvokeModelWithResponseStream"]
    assert [entry["status"] for entry in gateway.log()] == [200, 200]

    gateway.region("us-west-2", "dark")
    with messages(gateway).stream(**HELLO) as stream:
        assert stream.get_final_text()
    assert gateway.log()[-1]["region"] == "eu-west-1"


@pytest.fixture(scope="module")
def cloud():
    """The simulated cloud by itself, as an SDK sees it."""
    process = subprocess.Popen([BINARY, "cloud", "--port", "0", "--pace", "0"], stdout=subprocess.PIPE, text=True, env=CLEAN)
    yield re.search(r"http://\S+", process.stdout.readline())[0]
    process.terminate()
    process.communicate()


def runtime(url, key="AKIDSTRANGER", secret="x"):
    return boto3.client("bedrock-runtime", region_name="us-west-2", endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret)


@pytest.fixture(scope="module")
def known(cloud):
    """The cloud tells a stranger its keys."""
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        runtime(cloud).invoke_model(modelId=MODEL, body=b"{}")
    return runtime(cloud, *re.search(r"its access key is (\S+), its secret (\S+?)\.\)", str(refusal.value)).groups())


BODY = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]})


def test_boto3_reads_what_the_cloud_answers(known):
    whole = json.loads(known.invoke_model(modelId=MODEL, body=BODY)["body"].read())
    assert whole["content"][0]["text"] and whole["stop_reason"] == "end_turn"

    events = [json.loads(event["chunk"]["bytes"])
              for event in known.invoke_model_with_response_stream(modelId=MODEL, body=BODY)["body"]]

    assert [events[0]["type"], events[-1]["type"]] == ["message_start", "message_stop"]
    said = "".join(event["delta"].get("text", "") for event in events if event["type"] == "content_block_delta")
    assert said.startswith("Hello from us-west-2.")
    metrics = events[-1]["amazon-bedrock-invocationMetrics"]
    assert metrics["outputTokenCount"] == events[-2]["usage"]["output_tokens"] == len(said.split())


@pytest.mark.parametrize(("body", "complaint"), [
    ({"max_tokens": 1, "messages": HELLO["messages"]}, "anthropic_version"),
    ({"anthropic_version": "bedrock-2023-05-31", "model": "m", "max_tokens": 1, "messages": HELLO["messages"]}, "model"),
    ({"anthropic_version": "bedrock-2023-05-31", "stream": True, "max_tokens": 1, "messages": HELLO["messages"]}, "stream"),
])
def test_the_cloud_refuses_what_bedrock_would(known, body, complaint):
    with pytest.raises(botocore.exceptions.ClientError, match=complaint):
        known.invoke_model(modelId=MODEL, body=json.dumps(body))

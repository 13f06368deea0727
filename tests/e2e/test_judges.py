"""What the gateway really sends, judged by the vendors' own libraries."""

import base64
import functools
import json
import subprocess
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.session
import botocore.validate
import google.auth.jwt
import openai
import openai.types.chat.completion_create_params
import pydantic
import pytest
from anthropic.types import message_create_params
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import fakes
from conftest import CLEAN, ROOT, until

MODEL = "anthropic.claude-3-5-sonnet-20241022-v2:0"
KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
                   "required": ["city"], "additionalProperties": False}}}
PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
IMAGE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}

DOCUMENT = {"type": "file", "file": {"filename": "my_report v1.2.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQKJUVPRgo="}}

# Requests of every shape that the seed's providers have to take.
REQUESTS = {
    "plain": {"messages": [{"role": "user", "content": "Hello"}]},
    "unicode": {"messages": [{"role": "user", "content": "Grüße, 世界 \U0001f600 \" \\ \n\t end"}]},
    "system": {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}], "max_tokens": 7},
    "turns": {"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi."},
                           {"role": "user", "content": [{"type": "text", "text": "How"}, {"type": "text", "text": "are you?"}]}]},
    "sampling": {"messages": [{"role": "user", "content": "Hello"}], "temperature": 0.5, "top_p": 0.9, "stop": ["END", "STOP"], "max_tokens": 64},
    "tools": {"messages": [{"role": "user", "content": "Weather?"}], "tools": [WEATHER], "tool_choice": "auto"},
    "a tool by name": {"messages": [{"role": "user", "content": "Weather?"}], "tools": [WEATHER],
                       "tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
    "tool results": {"messages": [
        {"role": "user", "content": "Weather in Oslo and Rome?"},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}},
            {"id": "call_2", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Rome","days":3}'}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain"},
        {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "Sun"}]},
        {"role": "user", "content": "And tomorrow?"}], "tools": [WEATHER]},
    "an image": {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, IMAGE]}]},
    "a document": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Read."}, DOCUMENT, DOCUMENT]}]},
    "many words": {"messages": [{"role": "user", "content": "word " * 100_000}]},
}


def send(gateway, model, name, stream):
    answer = gateway.ask(model, **{"text": "", **REQUESTS[name], "stream": stream})
    assert answer.status_code == 200, answer.text
    return answer


# AWS: a fake Bedrock that answers both ways and keeps what it was sent.

def bedrock(seen, reply):
    if seen.path.endswith("/converse"):
        reply.whole(200, fakes.converse_answer(), x_amzn_requestid="r-1")
    else:
        reply.begin("application/vnd.amazon.eventstream")
        for kind, body in fakes.converse_events(["Hello", " from", " the fake."]):
            reply.piece(fakes.event(kind, body))
        reply.finish()


def bedrock_fleet(*urls, extra=""):
    return "model_list:\n" + "".join(f"""
  - model_name: claude
    litellm_params:
      model: bedrock/{MODEL}
      aws_region_name: {region}
      aws_access_key_id: {KEY_ID}
      aws_secret_access_key: {SECRET}
      aws_bedrock_runtime_endpoint: {url}
      {extra}""" for url, region in zip(urls, ("us-west-2", "eu-west-1", "us-east-1"), strict=False)
    ) + "\nrouter_settings: {routing_strategy: priority-routing, num_retries: 2}\n"


@pytest.fixture(scope="module")
def aws(start_once):
    with fakes.fake(bedrock) as provider:
        yield provider, start_once(bedrock_fleet(provider.url), simulated=False)


def signature_by_botocore(seen, url, token=None):
    """What AWS's own library signs for the request that arrived."""
    authorization = seen.field("authorization")
    signed = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
    request = botocore.awsrequest.AWSRequest(seen.method, url + seen.path, data=seen.body)
    for name in signed:
        request.headers[name] = seen.field(name)
    request.context["timestamp"] = seen.field("x-amz-date")
    credentials = botocore.credentials.Credentials(KEY_ID, SECRET, token)
    signer = botocore.auth.SigV4Auth(credentials, "bedrock", "us-west-2")
    # headers_to_sign leaves out what it thinks proxies change; what was signed is what counts.
    signer.headers_to_sign = lambda _: request.headers
    canonical = signer.canonical_request(request)
    return signed, signer.signature(signer.string_to_sign(request, canonical), request)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", REQUESTS)
def test_botocore_makes_the_same_signature(aws, name, stream):
    provider, gateway = aws
    send(gateway, "claude", name, stream)
    seen = provider.seen[-1]

    signed, signature = signature_by_botocore(seen, provider.url)

    authorization = seen.field("authorization")
    assert authorization.startswith(f"AWS4-HMAC-SHA256 Credential={KEY_ID}/")
    assert "/us-west-2/bedrock/aws4_request" in authorization
    assert {"host", "x-amz-date"} <= set(signed)
    assert authorization.endswith(f"Signature={signature}")
    assert seen.path == f"/model/{urllib.parse.quote(MODEL, safe='')}/converse{'-stream' if stream else ''}"


def test_a_session_token_is_sent_and_signed(start):
    with fakes.fake(bedrock) as provider:
        gateway = start(bedrock_fleet(provider.url, extra="aws_session_token: FwoGZXIvYXdzEXAMPLE=="), simulated=False)
        send(gateway, "claude", "plain", False)
        [seen] = provider.seen

        signed, signature = signature_by_botocore(seen, provider.url, "FwoGZXIvYXdzEXAMPLE==")

        assert seen.field("x-amz-security-token") == "FwoGZXIvYXdzEXAMPLE=="
        assert "x-amz-security-token" in signed
        assert seen.field("authorization").endswith(f"Signature={signature}")


@pytest.mark.parametrize("source", ["environment", "shared files"])
def test_keys_come_from_where_aws_s_own_tools_look(start, tmp_path, source):
    fleet = "\n".join(line for line in bedrock_fleet("{url}").splitlines() if "access_key" not in line)
    if source == "environment":
        env = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
    else:
        (tmp_path / "credentials").write_text(f"[work]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n")
        env = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"), "AWS_PROFILE": "work"}
    with fakes.fake(bedrock) as provider:
        gateway = start(fleet.replace("{url}", provider.url), simulated=False, env=env)
        send(gateway, "claude", "plain", False)

        _, signature = signature_by_botocore(provider.seen[0], provider.url)

        assert provider.seen[0].field("authorization").endswith(f"Signature={signature}")


def with_blobs(value, shape):
    """A JSON body as botocore holds it: bytes where the model says blob."""
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        return {key: with_blobs(member, shape.members[key]) if key in shape.members else member for key, member in value.items()}
    if shape.type_name == "list":
        return [with_blobs(member, shape.member) for member in value]
    if shape.type_name == "map":
        return {key: with_blobs(member, shape.value) for key, member in value.items()}
    return base64.b64decode(value, validate=True) if shape.type_name == "blob" else value


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", REQUESTS)
def test_bedrock_s_service_model_takes_each_body(aws, name, stream):
    provider, gateway = aws
    send(gateway, "claude", name, stream)
    operation = botocore.session.get_session().get_service_model("bedrock-runtime").operation_model(
        "ConverseStream" if stream else "Converse")
    shape = operation.input_shape

    body = {"modelId": MODEL, **with_blobs(provider.seen[-1].json(), shape)}

    report = botocore.validate.ParamValidator().validate(body, shape)
    assert not report.has_errors(), report.generate_report()


def test_what_was_said_arrives_whole(aws):
    provider, gateway = aws
    send(gateway, "claude", "unicode", False)
    assert provider.seen[-1].json()["messages"] == [{"role": "user", "content": [{"text": REQUESTS["unicode"]["messages"][0]["content"]}]}]

    send(gateway, "claude", "tool results", False)
    turns = provider.seen[-1].json()["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"], "results and the next question are one turn"
    uses = [block["toolUse"] for block in turns[1]["content"] if "toolUse" in block]
    assert [(use["toolUseId"], use["input"]) for use in uses] == [("call_1", {"city": "Oslo"}), ("call_2", {"city": "Rome", "days": 3})]
    results = [block["toolResult"] for block in turns[2]["content"] if "toolResult" in block]
    assert [(result["toolUseId"], result["content"]) for result in results] == [("call_1", [{"text": "Rain"}]), ("call_2", [{"text": "Sun"}])]

    send(gateway, "claude", "an image", False)
    image = provider.seen[-1].json()["messages"][0]["content"][1]["image"]
    assert image == {"format": "png", "source": {"bytes": PIXEL}}


# Anthropic, directly and on Vertex; OpenAI.

def exhausted(value):
    """Pydantic checks an Iterable's items as they are taken, so all are taken."""
    if isinstance(value, dict):
        return {key: exhausted(member) for key, member in value.items()}
    if isinstance(value, (str, bytes, int, float, type(None))):
        return value
    return [exhausted(member) for member in value]


types_of = functools.cache(pydantic.TypeAdapter)  # Kept: an Iterable that is checked later needs it.


def simple(messages):
    """A list of one text says what the text says."""
    def one(content):
        return content[0]["text"] if isinstance(content, list) and len(content) == 1 and content[0]["type"] == "text" else content
    return [{**message, "content": one(message.get("content"))} for message in messages]


def accept(kind, body):
    exhausted(types_of(kind).validate_python(body))
    # anthropic 2.x has dropped the sampling fields from its types; the version we send to these models has them.
    unknown = body.keys() - kind.__required_keys__ - kind.__optional_keys__ - {"temperature", "top_p"}
    assert not unknown, f"the SDK knows no {unknown}"


def anthropic(seen, reply):
    if not seen.json().get("stream"):
        reply.whole(200, fakes.anthropic_answer())
        return
    reply.begin()
    usage = {"input_tokens": 3, "output_tokens": 1}
    for event in [{"type": "message_start", "message": {**fakes.anthropic_answer(), "content": [], "stop_reason": None, "usage": usage}},
                  {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                  {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello from the fake."}},
                  {"type": "content_block_stop", "index": 0},
                  {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 5}},
                  {"type": "message_stop"}]:
        reply.piece(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
    reply.finish()


@pytest.mark.parametrize("stream", [False, True])
def test_anthropic_s_types_take_each_body(start, stream):
    kind = message_create_params.MessageCreateParamsStreaming if stream else message_create_params.MessageCreateParamsNonStreaming
    with fakes.fake(anthropic) as provider:
        gateway = start(f"""
model_list:
  - model_name: claude
    litellm_params: {{model: anthropic/claude-3-5-sonnet-20241022, api_base: "{provider.url}", api_key: sk-ant-test}}
""", simulated=False)
        for name in REQUESTS:
            send(gateway, "claude", name, stream)
            seen = provider.seen[-1]
            accept(kind, seen.json())
            assert seen.path == "/v1/messages"
            assert seen.field("x-api-key") == "sk-ant-test"
            assert seen.field("anthropic-version") == "2023-06-01"
            assert seen.field("authorization") is None


def openai_fake(seen, reply):
    if not seen.json().get("stream"):
        reply.whole(200, fakes.openai_answer())
        return
    reply.begin()
    reply.piece(fakes.openai_chunk({"role": "assistant", "content": "Hello"}) + fakes.openai_chunk({}, "stop"))
    reply.piece(b"data: [DONE]\n\n")
    reply.finish()


@pytest.mark.parametrize("stream", [False, True])
def test_openai_s_types_take_each_body(start, stream):
    params = openai.types.chat.completion_create_params
    kind = params.CompletionCreateParamsStreaming if stream else params.CompletionCreateParamsNonStreaming
    with fakes.fake(openai_fake) as provider:
        gateway = start(f"""
model_list:
  - model_name: passed
    litellm_params: {{model: openai/gpt-4o, api_base: "{provider.url}/v1", api_key: sk-test}}
  - model_name: written
    litellm_params: {{model: openai/gpt-4o, api_base: "{provider.url}/v1", api_key: sk-test, temperature: 0.3}}
""", simulated=False)
        for model in ("passed", "written"):
            for name in REQUESTS:
                send(gateway, model, name, stream)
                seen = provider.seen[-1]
                body = seen.json()
                accept(kind, body)
                assert seen.path == "/v1/chat/completions"
                assert seen.field("authorization") == "Bearer sk-test"
                assert body["model"] == "gpt-4o"
                assert simple(body["messages"]) == simple(REQUESTS[name]["messages"])
                assert (body.get("stream_options") or {}).get("include_usage", False) == stream, "usage is wanted for the books"
                if model == "written":
                    assert body["temperature"] == REQUESTS[name].get("temperature", 0.3)


# Google: the JWT that is posted, and the token that comes of it.

ACCOUNT = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = ACCOUNT.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def service_account(token_uri):
    key = ACCOUNT.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return json.dumps({"type": "service_account", "project_id": "project-1", "private_key_id": "key-1", "private_key": key.decode(),
                       "client_email": "gateway@project-1.iam.gserviceaccount.com", "client_id": "1", "token_uri": token_uri})


class TokenDesk:
    """Google's token endpoint: gives token-1, token-2, ..., each for so many seconds."""

    def __init__(self, life=3600, hold=None):
        self.life = life
        self.hold = hold or threading.Event()
        if hold is None:
            self.hold.set()
        self.given = 0

    def __call__(self, _, reply):
        self.hold.wait(30)
        self.given += 1
        reply.whole(200, {"access_token": f"token-{self.given}", "expires_in": self.life, "token_type": "Bearer"})


def vertex_fleet(provider, credentials):
    return f"""
model_list:
  - model_name: claude
    litellm_params:
      model: vertex_ai/claude-3-5-sonnet@20241022
      vertex_project: project-1
      vertex_location: europe-west1
      api_base: {provider.url}
      vertex_credentials: {credentials}
"""


@pytest.mark.parametrize("stream", [False, True])
def test_google_auth_verifies_the_jwt_and_anthropic_s_types_take_the_body(start, tmp_path, stream):
    kind = message_create_params.MessageCreateParamsStreaming if stream else message_create_params.MessageCreateParamsNonStreaming
    desk = TokenDesk()
    with fakes.fake(anthropic) as provider, fakes.fake(desk) as tokens:
        (tmp_path / "account.json").write_text(service_account(tokens.url + "/token"))
        gateway = start(vertex_fleet(provider, tmp_path / "account.json"), simulated=False)
        until(lambda: desk.given)

        for name in REQUESTS:
            send(gateway, "claude", name, stream)
            seen = provider.seen[-1]
            body = seen.json()
            assert body.pop("anthropic_version") == "vertex-2023-10-16"
            assert "model" not in body
            accept(kind, {**body, "model": "claude"})
            assert seen.field("authorization") == "Bearer token-1"
            place = "/v1/projects/project-1/locations/europe-west1/publishers/anthropic/models/claude-3-5-sonnet@20241022"
            assert seen.path == f"{place}:{'streamRawPredict' if stream else 'rawPredict'}"

        [asked] = tokens.seen
        assert asked.path == "/token"
        form = dict(urllib.parse.parse_qsl(asked.body.decode()))
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        claims = google.auth.jwt.decode(form["assertion"], certs=PUBLIC, audience="https://oauth2.googleapis.com/token")
        assert claims["iss"] == "gateway@project-1.iam.gserviceaccount.com"
        assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
        assert claims["exp"] - claims["iat"] == 3600
        assert google.auth.jwt.decode_header(form["assertion"]) == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}


def test_one_token_is_fetched_for_all_who_ask_at_once(start, tmp_path):
    hold = threading.Event()
    desk = TokenDesk(hold=hold)
    with fakes.fake(anthropic) as provider, fakes.fake(desk) as tokens:
        (tmp_path / "account.json").write_text(service_account(tokens.url + "/token"))
        gateway = start(vertex_fleet(provider, tmp_path / "account.json"), simulated=False)
        with ThreadPoolExecutor(20) as pool:
            # They come while the first token is still on its way.
            answers = [pool.submit(gateway.ask, "claude") for _ in range(20)]
            until(lambda: tokens.seen)
            hold.set()
            statuses = {answer.result().status_code for answer in answers}

        assert statuses == {200}
        assert {seen.field("authorization") for seen in provider.seen} == {"Bearer token-1"}
        assert len(tokens.seen) == 1


def test_a_token_is_renewed_ahead_of_its_end(start, tmp_path):
    desk = TokenDesk(life=6)  # Renewed at half of it.
    with fakes.fake(anthropic) as provider, fakes.fake(desk) as tokens:
        (tmp_path / "account.json").write_text(service_account(tokens.url + "/token"))
        gateway = start(vertex_fleet(provider, tmp_path / "account.json"), simulated=False)
        until(lambda: desk.given)

        until(lambda: gateway.ask("claude").status_code == 200 and provider.seen[-1].field("authorization") == "Bearer token-3", seconds=30)

        assert {seen.field("authorization") for seen in provider.seen} == {"Bearer token-1", "Bearer token-2", "Bearer token-3"}
        assert gateway.metric("meridian_client_requests_total", outcome="answered") == len(provider.seen), "none met a token that had ended"
        assert desk.given <= 4


def test_an_authorized_user_s_refresh_token_is_exchanged(start, tmp_path):
    desk = TokenDesk()
    with fakes.fake(anthropic) as provider, fakes.fake(desk) as tokens:
        (tmp_path / "user.json").write_text(json.dumps({
            "type": "authorized_user", "client_id": "id-1", "client_secret": "secret/1", "refresh_token": "1//refresh+1", "token_uri": tokens.url}))
        gateway = start(vertex_fleet(provider, tmp_path / "user.json"), simulated=False)
        until(lambda: desk.given)
        send(gateway, "claude", "plain", False)

        assert dict(urllib.parse.parse_qsl(tokens.seen[0].body.decode())) == {
            "grant_type": "refresh_token", "client_id": "id-1", "client_secret": "secret/1", "refresh_token": "1//refresh+1"}


# Event streams, made by others than us.

def answer_with(pieces):
    def answer(_, reply):
        reply.begin("application/vnd.amazon.eventstream")
        for piece in pieces:
            reply.piece(piece)
        reply.finish()
    return answer


def read_stream(gateway):
    client = openai.OpenAI(base_url=gateway.url + "/v1", api_key="any", max_retries=0)
    chunks = []
    try:  # What breaks before any content is an error status: nothing was given away yet.
        stream = client.chat.completions.create(model="claude", messages=[{"role": "user", "content": "Hello"}], stream=True,
                                                stream_options={"include_usage": True})
        for chunk in stream:
            chunks.append(chunk)
    except openai.APIError as error:
        return chunks, error
    return chunks, None


WORDS = ["Hello", " from", " Grüße", " 世界", ' "quoted"\n']


def by_python():
    return [fakes.event(kind, body) for kind, body in fakes.converse_events(WORDS)]


def by_smithy():
    """The same frames by AWS's JavaScript codec."""
    script = """
      const { createRequire } = require("node:module");
      const need = createRequire(process.env.E2E_NODE + "/");
      const { EventStreamCodec, Int64 } = need("@smithy/eventstream-codec");
      const { toUtf8, fromUtf8 } = need("@smithy/util-utf8");
      const codec = new EventStreamCodec(toUtf8, fromUtf8);
      const text = (value) => ({ type: "string", value });
      for (const [kind, body] of JSON.parse(process.argv[1])) {
        const headers = { ":event-type": text(kind), ":content-type": text("application/json"), ":message-type": text("event"),
                          ":odd": { type: "long", value: Int64.fromNumber(7) } };
        console.log(Buffer.from(codec.encode({ headers, body: fromUtf8(JSON.stringify(body)) })).toString("base64"));
      }"""
    done = subprocess.run(["node", "-e", script, json.dumps(list(fakes.converse_events(WORDS)))], capture_output=True, text=True,
                          timeout=60, env={**CLEAN, "E2E_NODE": str(ROOT / "build/e2e-node")})
    assert done.returncode == 0, done.stderr
    return [base64.b64decode(line) for line in done.stdout.split()]


@pytest.mark.parametrize("encoder", [by_python, by_smithy])
@pytest.mark.parametrize("size", [0, 1, 7, 100_000])
def test_frames_are_read_wherever_they_are_cut(start, encoder, size):
    frames = encoder()
    whole = b"".join(frames)
    pieces = [whole[i:i + size] for i in range(0, len(whole), size)] if size else frames
    with fakes.fake(answer_with(pieces)) as provider:
        chunks, error = read_stream(start(bedrock_fleet(provider.url), simulated=False))

    assert error is None
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "".join(WORDS)
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.total_tokens == 8


def flipped(piece, at):
    return piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1:]


@pytest.mark.parametrize("pieces", [
    pytest.param([*by_python()[:3], fakes.exception("modelStreamErrorException", "It broke.")], id="an exception"),
    pytest.param([*by_python()[:3], fakes.exception("throttlingException", "Too many tokens.")], id="throttled"),
    pytest.param([*by_python()[:3], flipped(by_python()[3], -2)], id="a wrong checksum of a message"),
    pytest.param([*by_python()[:3], flipped(by_python()[3], 5)], id="a wrong checksum of a prelude"),
    pytest.param([*by_python()[:3], b"\xff" * 64], id="a length of 4 GiB"),
    pytest.param([*by_python()[:3], by_python()[3][:20]], id="an end inside a frame"),
    pytest.param(by_python()[:-2], id="an end without messageStop"),
])
def test_a_broken_event_stream_raises_and_never_looks_complete(start, pieces):
    with fakes.fake(answer_with(pieces)) as provider:
        chunks, error = read_stream(start(bedrock_fleet(provider.url), simulated=False))

    assert error is not None
    assert all(not chunk.choices or chunk.choices[0].finish_reason is None for chunk in chunks)


# A model that is retired in one region.

def retired(_, reply):
    reply.whole(400, {"message": "The provided model identifier is invalid."}, x_amzn_errortype="ValidationException",
                x_amzn_requestid="r-2")


@pytest.mark.parametrize("stream", [False, True])
def test_a_retired_model_moves_to_the_next_region_and_is_not_asked_again(start, stream):
    with fakes.fake(retired) as gone, fakes.fake(bedrock) as alive:
        gateway = start(bedrock_fleet(gone.url, alive.url), simulated=False)

        first = send(gateway, "claude", "plain", stream)
        assert first.headers["x-meridian-region"] == "eu-west-1"
        assert first.headers["x-meridian-attempts"] == "2"

        until(lambda: send(gateway, "claude", "plain", stream).headers["x-meridian-attempts"] == "1")
        asked = len(gone.seen)
        for _ in range(10):
            send(gateway, "claude", "plain", stream)
        assert len(gone.seen) == asked
        assert gateway.metric("meridian_deployment_state", state="misconfigured", region="us-west-2") == 1


def test_a_request_that_bedrock_finds_wrong_is_the_client_s_and_moves_nowhere(start):
    def wrong(_, reply):
        reply.whole(400, {"message": "Malformed input request: #/messages: expected minimum item count: 1."}, x_amzn_errortype="ValidationException:http://internal.amazon.com/")

    with fakes.fake(wrong) as first, fakes.fake(bedrock) as second:
        gateway = start(bedrock_fleet(first.url, second.url), simulated=False)

        answer = gateway.ask("claude")

        assert answer.status_code == 400
        assert "expected minimum item count" in answer.json()["error"]["message"]
        assert (len(first.seen), len(second.seen)) == (1, 0)

"""What an operator sees: health, readiness, explanations, metrics; and the secrets that nobody may see."""

import json
import re
import socket

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import fakes
from conftest import EXAMPLES, example, meridian, samples, until

KEYED = example("active-passive.yaml", replace=[("model_list:", "general_settings: {master_key: sk-master-1234}\nmodel_list:")])
MASTER = {"authorization": "Bearer sk-master-1234"}


# Health.

def test_health_is_open_and_tells_strangers_no_more_than_regions(start):
    gateway = start(KEYED)

    body = gateway.http.get("/health").json()

    assert set(body) == {"status", "region", "version", "config", "regions"}
    assert body["status"] == "healthy"
    assert body["region"] == "us-west-2", "the first tier's"
    assert [one["region"] for one in body["regions"]] == ["eu-west-1", "us-east-1", "us-west-2"]
    assert {one["state"] for one in body["regions"]} == {"ready"}


def test_with_the_master_key_health_lists_every_deployment(start):
    gateway = start(KEYED)

    body = gateway.http.get("/health", headers=MASTER).json()

    assert (body["healthy_count"], body["unhealthy_count"]) == (3, 0)
    assert {one["provider_region"] for one in body["healthy_endpoints"]} == {"us-west-2", "us-east-1", "eu-west-1"}
    assert {one["model_name"] for one in body["healthy_endpoints"]} == {"claude-global"}


def test_liveliness_answers_whatever_else_is_wrong(start):
    gateway = start(KEYED)
    for region in ("us-west-2", "us-east-1", "eu-west-1"):
        gateway.http.put(f"/_cloud/regions/{region}", json={"state": "dark"}, headers=MASTER)

    for path in ("/health/liveliness", "/health/liveness"):
        assert gateway.http.get(path).status_code == 200


def test_readiness_answers_for_a_model_under_a_rule(start):
    gateway = start(example("active-passive.yaml", replace=[("allowed_fails: 5", "allowed_fails: 1")]))

    def ready(**query):
        answer = gateway.http.get("/health/readiness", params=query)
        return answer.status_code, answer.json().get("status")

    assert ready() == (200, "healthy")
    assert ready(model="claude-global") == (200, "healthy")
    assert ready(model="claude-global", residency="eu") == (200, "healthy")
    assert ready(model="claude-global", residency="jp") == (503, "residency_unavailable")
    assert ready(model="nobody")[0] == 503
    assert gateway.http.get("/health/readiness", params={"model": "claude-global", "residency": "atlantis"}).status_code == 400

    gateway.region("eu-west-1", "dark")
    assert gateway.ask("claude-global", headers={"x-meridian-allowed-regions": "eu"}).status_code in (502, 503)
    until(lambda: ready(model="claude-global", residency="eu") == (503, "no_healthy_deployment"))
    assert ready(model="claude-global") == (200, "healthy"), "the others are"


# What is for operators only.

@pytest.mark.parametrize("path", ["/model/info", "/v1/model/info", "/explain?model=claude-global", "/_cloud/log"])
def test_operators_pages_need_the_master_key_where_there_is_one(start_keyed, path):
    for headers in ({}, {"authorization": "Bearer sk-master-123"}, {"authorization": "Bearer"}):
        answer = start_keyed.http.get(path, headers=headers)
        assert answer.status_code in (401, 404)
        assert "master" not in json.dumps(answer.json()).lower().replace("master key", "").replace("master_key", "")
    assert start_keyed.http.get(path, headers=MASTER).status_code == 200


@pytest.fixture(scope="module")
def start_keyed(start_once):
    return start_once(KEYED)


@pytest.mark.parametrize("field", ["authorization", "x-api-key", "api-key", "x-litellm-api-key", "x-goog-api-key"])
def test_a_key_may_come_in_any_of_the_usual_headers(start_keyed, field):
    value = "sk-master-1234"
    assert start_keyed.ask("claude-global", headers={field: f"Bearer {value}" if field == "authorization" else value}).status_code == 200
    assert start_keyed.ask("claude-global", headers={field: f"Bearer {value}x"}).status_code == 401


def test_a_key_given_twice_is_refused(start_keyed):
    answer = start_keyed.http.get("/v1/models", headers=[("authorization", "Bearer sk-master-1234"), ("authorization", "Bearer other")])
    assert answer.status_code == 401


def own_address():
    """This machine's address towards the world; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]


def test_without_a_master_key_operators_pages_answer_on_loopback_only(start):
    gateway = start(EXAMPLES / "active-passive.yaml", host="")
    paths = ["/model/info", "/explain?model=claude-global"]

    for path in [*paths, "/_cloud/log"]:
        assert gateway.http.get(path).status_code == 200
        assert httpx.get(f"http://[::1]:{gateway.port}{path}", trust_env=False).status_code == 200
    assert "EVERYBODY who can reach this port" in gateway.errors()

    # Another address of this machine is no loopback; a machine without one has nobody to keep out.
    if address := own_address():
        with httpx.Client(base_url=f"http://{address}:{gateway.port}", trust_env=False) as elsewhere:
            for path in paths:
                assert elsewhere.get(path).status_code == 403
            assert elsewhere.put("/_cloud/regions/us-west-2", json={"state": "dark"}).status_code == 404
            assert "healthy_endpoints" not in elsewhere.get("/health").json()
            assert elsewhere.get("/v1/models").status_code == 200, "the data plane is open, as warned of"


def test_model_info_names_each_deployment_its_place_and_its_price(start_keyed):
    entries = start_keyed.http.get("/model/info", headers=MASTER).json()["data"]

    assert [entry["model_name"] for entry in entries] == ["claude-global"] * 3
    assert [entry["model_info"]["provider_region"] for entry in entries] == ["us-west-2", "us-east-1", "eu-west-1"]
    assert [entry["model_info"]["country"] for entry in entries] == ["US", "US", "IE"]
    assert [entry["model_info"]["tier"] for entry in entries] == [1, 2, 3]
    assert all(0 < entry["model_info"]["input_cost_per_token"] < 1e-4 for entry in entries)
    assert len({entry["model_info"]["id"] for entry in entries}) == 3


def test_explain_tells_what_would_happen_now(start):
    gateway = start(example("active-passive.yaml", replace=[("allowed_fails: 5", "allowed_fails: 1")]))

    def text(**query):
        answer = gateway.http.get("/explain", params={"model": "claude-global", "format": "text", **query})
        assert answer.status_code == 200
        return answer.text

    assert text().index("us-west-2") < text().index("us-east-1") < text().index("eu-west-1")
    assert json.loads(gateway.http.get("/explain", params={"model": "claude-global"}).text)

    before = text()
    gateway.region("us-west-2", "dark")
    assert gateway.ask("claude-global", headers=MASTER).status_code == 200
    until(lambda: text() != before)
    assert "us-west-2" in text(), "who is passed over is named, too"
    assert gateway.http.get("/explain").status_code == 400
    assert gateway.http.get("/explain", params={"model": "claude-global", "down": "moon"}).status_code == 400


# Metrics.

SEED = ["litellm_requests_total", "litellm_errors_total", "litellm_request_duration_seconds_count"]


def test_the_seed_s_metrics_are_there_at_zero_for_each_region_from_the_start(start):
    gateway = start(EXAMPLES / "active-active.yaml")
    read = samples(gateway.http.get("/metrics").text)

    for name in SEED:
        assert {labels["region"]: value for series, labels, value in read if series == name} == {
            "us-west": 0, "eu-west": 0, "ap-southeast": 0}
    buckets = [labels for series, labels, _ in read if series == "litellm_request_duration_seconds_bucket"]
    assert all(set(labels) == {"region", "le"} for labels in buckets), "more labels would break the seed's alert"
    assert {"2", "+Inf"} <= {labels["le"] for labels in buckets if labels["region"] == "us-west"}


def test_the_page_is_what_prometheus_reads(start):
    gateway = start(EXAMPLES / "active-active.yaml")
    for _ in range(3):
        gateway.ask("claude-global")
    answer = gateway.http.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    read = samples(answer.text)
    keys = [(name, tuple(sorted(labels.items()))) for name, labels, _ in read]
    assert len(keys) == len(set(keys)), "no series twice"
    kinds = dict(line.split()[2:4] for line in answer.text.splitlines() if line.startswith("# TYPE"))
    for name, labels, value in read:
        family = name if name in kinds else name.rsplit("_", 1)[0]
        assert family in kinds, name
        assert value >= 0
    histograms = [name for name, kind in kinds.items() if kind == "histogram"]
    assert "litellm_request_duration_seconds" in histograms
    for name in histograms:
        series = {}
        for sample, labels, value in read:
            if sample == f"{name}_bucket":
                series.setdefault(tuple(sorted((k, v) for k, v in labels.items() if k != "le")), []).append((float(labels["le"]), value))
        for buckets in series.values():
            assert [edge for edge, _ in buckets] == sorted(edge for edge, _ in buckets)
            assert [count for _, count in buckets] == sorted(count for _, count in buckets)
            assert buckets[-1][0] == float("inf")


def test_attempts_are_counted_at_the_region_attempted(start):
    gateway = start(EXAMPLES / "active-passive.yaml")
    gateway.region("us-west-2", "erroring", probability=1)

    for _ in range(4):
        assert gateway.ask("claude-global").headers["x-meridian-region"] == "us-east-1"

    for name, west, east in [("litellm_requests_total", 4, 4), ("litellm_errors_total", 4, 0),
                             ("litellm_request_duration_seconds_count", 4, 4)]:
        assert (gateway.metric(name, region="us-west-2"), gateway.metric(name, region="us-east-1")) == (west, east), name
    assert gateway.metric("meridian_client_requests_total", outcome="answered", region="us-east-1") == 4
    assert gateway.metric("meridian_client_requests_total", region="us-west-2") == 0
    assert gateway.metric("meridian_tokens_total", region="us-east-1", type="output") > 0
    assert gateway.metric("meridian_spend_dollars_total", region="us-east-1") > 0
    assert gateway.metric("meridian_request_attempts_sum") == 8


def test_what_clients_got_wrong_is_no_region_s_error(start):
    gateway = start(EXAMPLES / "active-passive.yaml")

    assert gateway.http.post("/v1/chat/completions", content=b"{").status_code == 400
    assert gateway.ask("nobody").status_code == 404
    assert gateway.ask("claude-global", headers={"x-meridian-allowed-regions": "jp"}).status_code == 403

    assert gateway.metric("litellm_errors_total") == 0
    assert gateway.metric("litellm_requests_total") == 0
    for outcome in ("refused_request", "refused_model", "refused_residency"):
        assert gateway.metric("meridian_client_requests_total", outcome=outcome) == 1
    assert gateway.metric("meridian_residency_denials_total", reason="no_deployment") == 1
    assert gateway.metric("meridian_residency_violations_total") == 0


def test_each_request_is_one_line_of_the_log(start):
    gateway = start(EXAMPLES / "active-passive.yaml")
    gateway.region("us-west-2", "erroring", probability=1)
    gateway.ask("claude-global", "A private question", headers={"x-litellm-call-id": "call-1"})
    gateway.ask("no\nbody=\x1b[31m", headers={"x-litellm-call-id": "call-2"})

    until(lambda: "id=call-2" in gateway.errors())
    lines = [line for line in gateway.errors().splitlines() if "event=request" in line]
    assert len(lines) == 2
    assert "outcome=answered status=200" in lines[0]
    assert "attempts=us-west-2:server_error,us-east-1:ok" in lines[0]
    assert "region=us-east-1" in lines[0]
    assert "status=404" in lines[1]
    assert "\x1b" not in gateway.errors()
    assert "private" not in gateway.errors()


# Secrets.

def planted(tmp_path):
    """A file and an environment full of secrets, and all of those."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    account = tmp_path / "account.json"
    account.write_text(json.dumps({"type": "service_account", "client_email": "a@b", "private_key": key, "token_uri": "http://127.0.0.1:1/token"}))
    secrets = {
        "master": "sk-master-SECRET00", "in file": "sk-file-SECRET01", "in environment": "sk-env-SECRET02",
        "aws": "aws/SECRET03/abcdefghijklmnopqrstuvwxyz", "aws session": "SECRET04SESSION", "header": "hdr-SECRET05",
        "usual variable": "sk-usual-SECRET06", "google": key.splitlines()[5], "proxy": "SECRET07"}
    env = {"MY_KEY": secrets["in environment"], "OPENAI_API_KEY": secrets["usual variable"], "ANTHROPIC_API_KEY": secrets["usual variable"],
           "HTTPS_PROXY": f"http://user:{secrets['proxy']}@127.0.0.1:1"}
    return secrets, env, account


def test_secrets_show_nowhere(start, tmp_path):
    secrets, env, account = planted(tmp_path)

    def indiscreet(seen, reply):
        # Providers do repeat the key that they refuse.
        reply.whole(401, {"error": {"message": f"Incorrect API key provided: {seen.field('authorization')}. {seen.field('x-team')}",
                                    "type": "invalid_request_error", "code": "invalid_api_key"}})

    with fakes.fake(indiscreet) as provider:
        config = f"""
general_settings: {{master_key: {secrets['master']}}}
model_list:
  - model_name: file
    litellm_params: {{model: openai/a, api_base: "{provider.url}/v1", api_key: {secrets['in file']}, extra_headers: {{x-team: {secrets['header']}}}}}
  - model_name: environment
    litellm_params: {{model: openai/b, api_base: "{provider.url}/v1", api_key: os.environ/MY_KEY}}
  - model_name: aws
    litellm_params: {{model: bedrock/anthropic.claude-3-haiku-20240307-v1:0, aws_region_name: us-west-2, aws_access_key_id: AKIDEXAMPLE,
      aws_secret_access_key: "{secrets['aws']}", aws_session_token: {secrets['aws session']}, aws_bedrock_runtime_endpoint: "{provider.url}"}}
  - model_name: google
    litellm_params: {{model: vertex_ai/claude-3-5-sonnet@20241022, vertex_location: us-east5, vertex_credentials: {account}}}
  - model_name: usual
    litellm_params: {{model: anthropic/claude-3-5-sonnet-20241022}}
"""
        gateway = start(config, simulated=False, env=env)
        key = {"authorization": f"Bearer {secrets['master']}"}
        shown = []
        for model in ("file", "environment", "aws", "google", "usual"):
            for stream in (False, True):
                answer = gateway.ask(model, headers=key, stream=stream)
                assert answer.status_code >= 400
                shown.append(answer.text + str(answer.headers))
        shown.append(gateway.ask("file", headers={"authorization": "Bearer sk-guess-SECRET08"}).text)
        for path in ("/health", "/metrics", "/model/info", "/v1/models", "/explain?model=file", "/explain?model=file&format=text"):
            answer = gateway.http.get(path, headers=key)
            assert answer.status_code == 200
            shown.append(answer.text)
        # A broken file's messages, and the commands'.
        broken = tmp_path / "broken.yaml"
        broken.write_text(config.replace("api_key:", "api_kye:").replace("master_key", "mastre_key"))
        gateway.config.write_text(broken.read_text())
        gateway.signal(1)
        until(lambda: "outcome=refused" in gateway.errors())
        good = tmp_path / "good.yaml"
        good.write_text(config)
        for command in (["check", good], ["check", broken], ["explain", "--config", good, "--model", "file"], ["prometheus", good]):
            shown += map(str, meridian(*command, env=env))
        until(lambda: gateway.errors().count("event=request") >= 11)
        shown.append(gateway.errors())

        everything = "\n".join(shown)
        assert "event=request" in everything
        for name, secret in [*secrets.items(), ("a guess", "SECRET08")]:
            assert secret not in everything, f"{name}: {everything[max(0, everything.find(secret) - 300):][:500]}"


OPERATORS_PAGES = ("/metrics", "/model/info", "/v1/model/info", "/explain?model=claude-global", "/_cloud/log")


@pytest.fixture
def with_admin_port(start):
    gateway = start(KEYED, "--admin-port", "0", "--admin-host", "127.0.0.1")
    port = re.search(r"^Operators' pages are on http://127.0.0.1:(\d+) alone$", gateway.process.stdout.readline(), re.M)[1]
    return gateway, httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=MASTER, timeout=60, trust_env=False)


def test_with_a_port_of_their_own_operators_pages_are_on_no_other(with_admin_port):
    gateway, admin = with_admin_port
    for path in OPERATORS_PAGES:
        assert admin.get(path).status_code == 200, path
        for method in ("GET", "HEAD", "POST"):
            answer = gateway.http.request(method, path, headers=MASTER)
            assert answer.status_code == 404, path
        assert gateway.http.get(path, headers=MASTER).json()["error"]["code"] == "other_port"
    for path in ("/health", "/health/readiness", "/health/liveliness"):
        assert gateway.http.get(path).status_code == admin.get(path).status_code == 200


def test_the_admin_port_serves_no_model(with_admin_port):
    gateway, admin = with_admin_port
    for path in ("/v1/chat/completions", "/v1/messages", "/v1/embeddings"):
        answer = admin.post(path, json={"model": "claude-global", "messages": [{"role": "user", "content": "Hello"}]})
        assert (answer.status_code, answer.json()["error"].get("code", "other_port")) == (404, "other_port")
    assert gateway.ask("claude-global", headers=MASTER).status_code == 200

"""Keys of the file that steer the gateway itself: limits, mocks, clients' own keys, where users are, certificates."""

import contextlib
import datetime
import email.utils
import signal
import socket
import ssl
import threading

import httpx
import mmdb_writer
import netaddr
import openai
import pytest

import fakes
from conftest import example, until

MOCK = """
model_list:
  - model_name: canned
    litellm_params: {model: openai/gpt-4o, mock_response: "Nobody was called."}
"""


def client_of(gateway):
    return openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="none", max_retries=0)


def test_mock_response_answers_and_calls_nobody(start):
    gateway = start(MOCK, simulated=False)
    asked = {"model": "canned", "messages": [{"role": "user", "content": "Hello"}]}

    whole = client_of(gateway).chat.completions.create(**asked)
    streamed = list(client_of(gateway).chat.completions.create(**asked, stream=True))

    assert whole.choices[0].message.content == "Nobody was called."
    assert whole.usage.completion_tokens > 0
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed if chunk.choices) == "Nobody was called."
    assert streamed[-1].choices[0].finish_reason == "stop"


def test_a_client_may_ask_for_a_mock(start):
    gateway = start(example("active-passive.yaml"))

    answer = gateway.ask("claude-global", mock_response="As you wish: \u00fc")

    assert answer.json()["choices"][0]["message"]["content"] == "As you wish: \u00fc"
    assert gateway.log() == []


def test_a_mock_tells_health_nothing(start):
    gateway = start(example("active-passive.yaml", replace=[("allowed_fails: 5", "allowed_fails: 1")]))
    gateway.region("us-west-2", "dark")
    assert gateway.ask("claude-global").headers["x-meridian-region"] == "us-east-1"
    until(lambda: gateway.states()["us-west-2"] != "ready")

    for _ in range(5):
        answer = gateway.ask("claude-global", mock_response="All is well.")
        assert answer.status_code == 200 and "x-meridian-region" not in answer.headers

    assert gateway.states()["us-west-2"] != "ready"
    assert gateway.metric("meridian_attempts_total", outcome="ok", region="us-west-2") in (None, 0)


OWN_KEY = """
model_list:
  - model_name: mine
    litellm_params: {model: openai/gpt-4o, api_base: "%s/v1", api_key: sk-gateway, configurable_clientside_auth_params: [api_key]}
  - model_name: ours
    litellm_params: {model: openai/gpt-4o, api_base: "%s/v1", api_key: sk-gateway}
"""


def test_a_client_brings_its_own_key_where_the_file_lets_it(start):
    def answer(seen, reply):
        if seen.field("authorization") == "Bearer sk-bad":
            reply.whole(401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}})
        else:
            reply.whole(200, fakes.openai_answer())

    with fakes.fake(answer) as provider:
        gateway = start(OWN_KEY % (provider.url, provider.url), simulated=False)

        assert gateway.ask("mine").status_code == 200
        assert gateway.ask("mine", api_key="sk-client").status_code == 200
        assert [seen.field("authorization") for seen in provider.seen] == ["Bearer sk-gateway", "Bearer sk-client"]
        assert "api_key" not in provider.seen[1].json()

        assert gateway.ask("ours", api_key="sk-client").status_code == 400
        assert gateway.ask("mine", api_base="http://127.0.0.1:1").status_code == 400
        assert gateway.ask("mine", api_key="sk-a\r\nx: y").status_code == 400
        assert len(provider.seen) == 2

        # A client's bad key is the client's matter: the deployment stays in use.
        for _ in range(5):
            assert gateway.ask("mine", api_key="sk-bad").status_code == 401
        assert gateway.ask("mine").status_code == 200


@pytest.mark.parametrize("key", ["max_parallel_requests", "global_max_parallel_requests"])
def test_beyond_the_limit_of_open_requests_it_is_429_and_health_answers(start, key):
    release = threading.Event()

    def answer(seen, reply):
        release.wait(20)
        reply.whole(200, fakes.openai_answer())

    with fakes.fake(answer) as provider:
        gateway = start(f"general_settings: {{{key}: 2}}\n" + OWN_KEY % (provider.url, provider.url), simulated=False)
        statuses = []
        open_ones = [threading.Thread(target=lambda: statuses.append(httpx.post(
            f"{gateway.url}/v1/chat/completions", json={"model": "ours", "messages": []}, timeout=30, trust_env=False).status_code))
            for _ in range(2)]
        for one in open_ones:
            one.start()
        until(lambda: len(provider.seen) == 2)

        refused = gateway.ask("ours")
        assert refused.status_code == 429 and refused.headers["retry-after"] == "1"
        assert refused.json()["error"]["code"] == "too_many_requests"
        assert gateway.http.get("/health/liveliness").status_code == 200

        release.set()
        for one in open_ones:
            one.join()
        assert statuses == [200, 200]
        assert gateway.ask("ours").status_code == 200, "the places are free again"


def test_further_connections_wait_for_room(start):
    gateway = start(MOCK, "--max-connections", 2, simulated=False)
    gateway.http.close()
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(httpx.Client(base_url=gateway.url, trust_env=False)) for _ in range(2)]
        for one in held:
            assert one.get("/health/liveliness").status_code == 200
        waiting = stack.enter_context(httpx.Client(base_url=gateway.url, trust_env=False, timeout=0.5))
        with pytest.raises(httpx.TimeoutException):
            waiting.get("/health/liveliness")
        held[0].close()
        late = stack.enter_context(httpx.Client(base_url=gateway.url, trust_env=False, timeout=10))
        assert late.get("/health/liveliness").status_code == 200


def test_a_maxmind_file_says_where_users_are(start, tmp_path):
    writer = mmdb_writer.MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-Country", languages=["en"])
    writer.insert_network(netaddr.IPSet(["198.51.100.0/24"]), {"country": {"iso_code": "DE"}})
    writer.insert_network(netaddr.IPSet(["203.0.113.0/24"]), {"registered_country": {"iso_code": "US"}})
    file = tmp_path / "countries.mmdb"
    writer.to_db_file(str(file))
    gateway = start(example("active-passive.yaml", replace=[
        ("router_settings:", "router_settings:\n  residency_by_location: {EU: [eu], US: [us], default: [eu]}"),
        ("model_list:", f"general_settings:\n  user_location: {{trusted_proxies: [127.0.0.1], geoip_db: {file}}}\nmodel_list:")]))

    def served(address):
        return gateway.ask("claude-global", headers={"x-forwarded-for": address}).headers["x-meridian-region"]

    assert served("203.0.113.9") == "us-west-2"
    assert served("198.51.100.7") == "eu-west-1"
    assert served("6.6.6.6, 198.51.100.7") == "eu-west-1"
    assert served("203.0.113.9, 192.0.2.1") == "eu-west-1", "unknown: the default rule"


def test_a_maxmind_file_that_cannot_be_read_stops_the_start(start):
    with pytest.raises(AssertionError, match="geoip_db: cannot read the MaxMind file /nowhere.mmdb"):
        start("general_settings: {user_location: {geoip_db: /nowhere.mmdb}}\n" + MOCK, simulated=False)


def test_a_renewed_certificate_is_used_after_sighup(start, tmp_path):
    authority = fakes.Authority(tmp_path)
    certificate, key = authority.certificate("one", "DNS:localhost", "IP:127.0.0.1")
    gateway = start(MOCK, "--ssl_certfile_path", certificate, "--ssl_keyfile_path", key, simulated=False)

    def subject():
        with ssl.create_default_context(cafile=str(authority.file)).wrap_socket(
                socket.create_connection(("127.0.0.1", gateway.port)), server_hostname="localhost") as tls:
            return dict(entry[0] for entry in tls.getpeercert()["subject"])["commonName"]

    assert subject() == "one"
    renewed, renewed_key = authority.certificate("two", "DNS:localhost", "IP:127.0.0.1")
    renewed.replace(certificate)
    renewed_key.replace(key)
    gateway.signal(signal.SIGHUP)
    until(lambda: subject() == "two")

    certificate.write_text("no certificate")
    gateway.signal(signal.SIGHUP)
    until(lambda: "the certificate in use stays" in gateway.errors())
    assert subject() == "two"


def test_a_standby_is_kept_warm(start):
    with fakes.fake(lambda seen, reply: reply.whole(200, fakes.openai_answer())) as provider:
        accepted = []
        process_request = provider.server.process_request
        provider.server.process_request = lambda request, address: (accepted.append(address), process_request(request, address))
        gateway = start(OWN_KEY % (provider.url, provider.url), "--num_workers", 1, simulated=False)
        until(lambda: gateway.metric("meridian_open_connections", side="provider") == 1)

        assert gateway.ask("ours").status_code == 200
        assert len(accepted) == 1, "the request went over the connection that was there"


ONE_BEDROCK = """
model_list:
  - model_name: claude
    litellm_params:
      model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0
      aws_region_name: us-west-2
      aws_access_key_id: AKIAEXAMPLE
      aws_secret_access_key: secret
      aws_bedrock_runtime_endpoint: "%s"
"""


def test_a_wrong_clock_is_learnt_from_the_provider(start):
    ahead = datetime.timedelta(hours=2)

    def answer(seen, reply):
        theirs = datetime.datetime.now(datetime.UTC) + ahead
        reply.handler.date_time_string = lambda *_: email.utils.format_datetime(theirs, usegmt=True)
        signed = datetime.datetime.strptime(seen.field("x-amz-date"), "%Y%m%dT%H%M%S%z")
        if abs(theirs - signed) > datetime.timedelta(minutes=5):
            reply.whole(403, {"message": "Signature expired: it is later than you think"},
                        x_amzn_errortype="InvalidSignatureException")
        else:
            reply.whole(200, fakes.converse_answer())

    with fakes.fake(answer) as bedrock:
        gateway = start(ONE_BEDROCK % bedrock.url, simulated=False)

        answers = [gateway.ask("claude").status_code for _ in range(3)]

        assert answers[-2:] == [200, 200]
        assert sum(1 for seen in bedrock.seen if "claude" in seen.path) <= 4

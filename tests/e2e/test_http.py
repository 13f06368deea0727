"""HTTP/1.1 as it is on the wire: connections, framing, limits, leaving, TLS both ways, proxies."""

import contextlib
import json
import os
import pathlib
import socket
import threading

import httpx2
import openai
import pytest

import fakes
from conftest import meridian, until
from load import post
from plain import Line

FLEET = """
model_list:
  - model_name: claude
    litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: us-west-2}
  - model_name: llama
    litellm_params: {model: openai/llama, api_base: "http://vllm.internal:8000/v1"}
router_settings: {num_retries: 0, allowed_fails: 100}
"""


def chat(text="Hello", model="claude", **fields):
    return json.dumps({"model": model, "messages": [{"role": "user", "content": text}], **fields}).encode()


@pytest.fixture(scope="module")
def gateway(start_once):
    return start_once(FLEET)


@pytest.fixture
def line(gateway):
    with Line(gateway) as line:
        yield line


# One connection, many requests.

def test_a_connection_is_kept(line):
    for _ in range(5):
        line.send(post(chat()))
        answer = line.answer()
        assert answer.status == 200
        assert answer.field("connection") is None


def test_a_connection_is_kept_after_a_stream_and_after_an_error(line):
    for body, status in [(chat(stream=True), 200), (b"{", 400), (chat(model="nobody"), 404), (chat(), 200)]:
        line.send(post(body))
        assert line.answer().status == status


def test_requests_sent_ahead_are_answered_in_their_order(line):
    names = [f"call-{i}" for i in range(8)]
    ahead = b"".join(post(chat(model=["claude", "llama"][i % 2], stream=i % 3 == 0), fields=f"x-litellm-call-id: {name}\r\n")
                     for i, name in enumerate(names))

    line.send(ahead + b"GET /health/liveliness HTTP/1.1\r\nhost: gateway\r\n\r\n")

    assert [line.answer().field("x-litellm-call-id") for _ in names] == names
    assert line.answer().body == b'"I\'m alive!"'


def test_a_request_may_come_byte_by_byte(line):
    for byte in post(chat()):
        line.send(bytes([byte]))
    assert line.answer().status == 200


def test_expect_100_continue_is_answered_before_the_body_comes(line):
    whole = post(chat(), fields="expect: 100-continue\r\n")
    head, _, body = whole.partition(b"\r\n\r\n")

    line.send(head + b"\r\n\r\n")
    assert line.head() == "HTTP/1.1 100 Continue\r\n\r\n"
    line.send(body)
    assert line.answer().status == 200

    # A body that is there already needs no invitation.
    line.send(whole)
    assert line.answer().status == 200


def test_a_body_may_come_in_chunks(line):
    body = chat("A question that is cut into chunks", model="llama")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 7]), body[i:i + 7]) for i in range(0, len(body), 7))
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\ntransfer-encoding: chunked\r\n\r\n"

    for message in (head + chunks + b"0\r\n\r\n",
                    head + b"%X;name=value\r\n%s\r\n0\r\nx-trailer: 1\r\n\r\n" % (len(body), body)):
        line.send(message)
        assert line.answer().status == 200
    for byte in head + chunks + b"0\r\n\r\n":
        line.send(bytes([byte]))
    assert line.answer().status == 200


def test_head_is_get_without_a_body(line):
    line.send("HEAD /health HTTP/1.1\r\nhost: gateway\r\n\r\n")
    head = line.answer(without_body=True)
    line.send("GET /health HTTP/1.1\r\nhost: gateway\r\n\r\n")
    whole = line.answer()

    assert head.status == whole.status == 200
    assert int(head.field("content-length")) == len(whole.body)


def test_http_1_0_is_answered_without_chunks_and_closed(gateway):
    for body in (chat(), chat(stream=True), chat(model="llama", stream=True)):
        with Line(gateway) as line:
            line.send(post(body).replace(b"HTTP/1.1", b"HTTP/1.0"))
            head = line.head()
            assert "transfer-encoding" not in head.lower()
            rest = line.rest()
            assert rest.endswith(b"data: [DONE]\n\n") if b'"stream": true' in body else json.loads(rest)["usage"]


def test_connection_close_is_honoured(gateway):
    for body in (chat(), chat(stream=True)):
        with Line(gateway) as line:
            line.send(post(body, fields="connection: close\r\n"))
            answer = line.answer()
            assert answer.status == 200
            assert answer.field("connection") == "close"
            assert line.ended()


def test_unknown_paths_and_methods_are_told_what_to_do(line):
    for message, status, code in [("GET /v2/nothing HTTP/1.1", 404, "unknown_path"),
                                  ("GET /v1/chat/completions HTTP/1.1", 405, "method_not_allowed"),
                                  ("DELETE /health HTTP/1.1", 404, "unknown_path"),
                                  ("BREW /health HTTP/1.1", 404, "unknown_path")]:
        line.send(message + "\r\nhost: gateway\r\ncontent-length: 0\r\n\r\n")
        answer = line.answer()
        assert answer.status == status
        assert json.loads(answer.body)["error"]["code"] == code


def test_ipv4_and_ipv6_are_served_by_default(start):
    gateway = start(FLEET, host="")

    for host in ("127.0.0.1", "::1"):
        with Line(gateway, host) as line:
            line.send(post(chat()))
            assert line.answer().status == 200


def test_an_ipv6_address_is_shown_as_it_is_typed_into_a_browser(start):
    gateway = start(FLEET, host="::1")

    assert gateway.ask("claude").status_code == 200


# Those who leave, and those who read slowly.

@pytest.mark.parametrize("model", ["claude", "llama"])
def test_a_client_that_leaves_in_the_middle_of_a_stream_ends_it_upstream(start, model):
    gateway = start(FLEET, pace=0.5)
    with Line(gateway) as line:
        line.send(post(chat("Say it in 4000 words", model=model, stream=True)))
        line.until(b'"content":"')
        assert [entry["outcome"] for entry in gateway.log()] == ["under way"]

    # 4,000 words would take half a minute.
    until(lambda: [entry["outcome"] for entry in gateway.log()] == ["client left"], seconds=5)
    until(lambda: gateway.metric("meridian_requests_in_flight") == 0)
    assert gateway.metric("meridian_client_requests_total", outcome="client_left") == 1
    assert gateway.metric("litellm_errors_total") == 0, "nobody's fault"


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_before_the_first_token_ends_it_upstream(start, stream):
    gateway = start(FLEET)
    gateway.region("us-west-2", "stalling")
    with Line(gateway) as line:
        line.send(post(chat(stream=stream)))
        until(lambda: gateway.metric("meridian_attempts_waiting", region="us-west-2") == 1)

    until(lambda: [entry["outcome"] for entry in gateway.log()] == ["client left"], seconds=5)
    until(lambda: gateway.metric("meridian_attempts_in_flight", region="us-west-2") == 0)


def resident_kb(pid):
    return int(next(line.split()[1] for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
                    if line.startswith("VmRSS")))


def test_a_slow_reader_stops_the_reading_and_fills_no_memory(start):
    piece = fakes.openai_chunk({"content": "word " * 2000})
    sent = [0]
    left = threading.Event()

    def endless(_, reply):
        reply.begin()
        try:
            while sent[0] < 200 << 20:
                reply.piece(piece)
                sent[0] += len(piece)
        except OSError:
            left.set()

    with fakes.fake(endless) as provider:
        # A sanitizer keeps what is freed for a while, which is not what is measured here.
        gateway = start(f"model_list: [{{model_name: m, litellm_params: {{model: openai/m, api_base: '{provider.url}/v1'}}}}]",
                        simulated=False, env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"})
        with Line(gateway, receive_buffer=4096) as line:
            line.send(post(chat(model="m", stream=True)))
            line.until(b'"content"')
            before = resident_kb(gateway.process.pid)
            for _ in range(300):
                assert len(line.socket.recv(1)) == 1
            # It stands still when every socket between here and there is full, which is some megabytes.
            seen = [-1]
            until(lambda: seen[-1] == sent[0] or seen.append(sent[0]), every=0.5)
            assert sent[0] < 64 << 20
            assert resident_kb(gateway.process.pid) - before < 8 << 10
        assert left.wait(10), "the provider was not told that the client had left"


# TLS.

@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return fakes.Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def localhost(authority):
    return authority.certificate("localhost", "DNS:localhost", "IP:127.0.0.1")


@pytest.fixture(scope="module")
def secure(start_once, localhost):
    certificate, key = localhost
    return start_once(FLEET, "--ssl_certfile_path", certificate, "--ssl_keyfile_path", key)


def test_the_openai_sdk_trusts_the_gateway_s_certificate_by_its_ca_file(secure, authority):
    with httpx2.Client(verify=authority.client()) as http:
        client = openai.OpenAI(base_url=f"https://localhost:{secure.port}/v1", api_key="any", http_client=http, max_retries=0)
        for text in ("Hello", "x" * 500_000):  # In one record, and in many.
            answer = client.chat.completions.create(model="claude", messages=[{"role": "user", "content": text}])
            assert answer.choices[0].finish_reason == "stop"
        for model in ("claude", "llama"):
            chunks = list(client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hello"}], stream=True))
            assert chunks[-1].choices[0].finish_reason == "stop"


def test_an_sdk_that_does_not_know_the_ca_does_not_connect(secure):
    client = openai.OpenAI(base_url=f"https://localhost:{secure.port}/v1", api_key="any", max_retries=0)
    with pytest.raises(openai.APIConnectionError):
        client.models.list()


def test_over_tls_too_requests_may_be_sent_ahead_and_clients_may_leave(secure, authority):
    with Line(secure, wrap=authority.client()) as line:
        line.send(post(chat()) * 3)
        assert [line.answer().status for _ in range(3)] == [200] * 3
    with Line(secure, wrap=authority.client()) as line:
        line.send(post(chat()))
    with Line(secure, wrap=authority.client()) as line:
        line.send(post(chat()))
        assert line.answer().status == 200


def test_plain_http_at_a_tls_port_ends_and_harms_nobody(secure, authority):
    for nonsense in (b"GET /health HTTP/1.1\r\nhost: g\r\n\r\n", b"\x16\x03\x01", b"\x00" * 5000):
        with Line(secure) as line:
            line.send(nonsense)
            with contextlib.suppress(OSError):  # It may have been hung up on already.
                line.socket.shutdown(socket.SHUT_WR)
            line.rest()
    with Line(secure, wrap=authority.client()) as line:
        line.send(post(chat()))
        assert line.answer().status == 200


def towards(url):
    return f"""
model_list:
  - model_name: m
    litellm_params: {{model: openai/m, api_base: "{url}/v1", api_key: sk-test}}
router_settings: {{num_retries: 0, allowed_fails: 100}}
"""


def answer_hello(_, reply):
    reply.whole(200, fakes.openai_answer())


def test_a_provider_s_certificate_is_verified_by_name_and_its_session_resumed(start, authority, localhost):
    with fakes.fake(answer_hello, authority.server(*localhost)) as provider:
        gateway = start(towards(f"https://localhost:{provider.port}"), "--ca-file", authority.file, "--num_workers", 1, simulated=False)

        for _ in range(3):
            assert gateway.ask("m").json()["choices"][0]["message"]["content"] == "Hello from the fake."
        assert set(provider.names) == {"localhost"}, "each hello holds the name"
        assert len(provider.names) <= 2, "the requests share one connection; a standby may be kept warm beside it"
        before = len(provider.resumed)

        # A reload drops the connections and keeps the sessions.
        gateway.config.write_text(towards(f"https://localhost:{provider.port}") + "general_settings: {}\n")
        gateway.signal(1)
        until(lambda: gateway.metric("meridian_config_reloads_total", outcome="applied") == 1)
        assert gateway.ask("m").status_code == 200
        assert not provider.resumed[0]
        assert len(provider.resumed) > before and all(provider.resumed[before:])


@pytest.mark.parametrize("case", ["another name", "signed by itself", "signed by somebody else"])
def test_a_provider_with_a_wrong_certificate_gets_nothing(start, authority, localhost, tmp_path, case):
    pair, trusted = {
        "another name": lambda: (authority.certificate("other", "DNS:other.example"), authority.file),
        "signed by itself": lambda: (authority.certificate("self", "DNS:localhost", signed=False), authority.file),
        "signed by somebody else": lambda: (localhost, fakes.Authority(tmp_path).file),
    }[case]()
    with fakes.fake(answer_hello, authority.server(*pair)) as provider:
        gateway = start(towards(f"https://localhost:{provider.port}"), "--ca-file", trusted, simulated=False)

        answer = gateway.ask("m")

        assert answer.status_code == 502
        assert "certificate" in answer.json()["error"]["message"]
        assert provider.seen == []


def test_a_missing_certificate_is_one_sentence(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(FLEET)

    status, _, errors = meridian("--config", config, "--port", 0, "--ssl_certfile_path", tmp_path / "none.pem", "--ssl_keyfile_path", tmp_path / "none.key")

    assert status == 1
    last = errors.strip().splitlines()[-1]
    assert last.startswith("meridian: ")
    assert "none.pem" in last


# Proxies.

@pytest.mark.parametrize("password", [None, "user:p@ss"])
def test_https_proxy_gives_a_tunnel_to_names_that_only_it_knows(start, authority, password):
    pair = authority.certificate("model", "DNS:model.invalid")
    with fakes.fake(answer_hello, authority.server(*pair)) as provider:
        proxy = fakes.ConnectProxy({"model.invalid": ("127.0.0.1", provider.port)}, password)
        place = f"{password}@127.0.0.1" if password else "127.0.0.1"
        gateway = start(towards("https://model.invalid"), "--ca-file", authority.file, simulated=False,
                        env={"HTTPS_PROXY": f"http://{place}:{proxy.port}"})

        assert gateway.ask("m").status_code == 200
        # Once for the request, and perhaps once more for a standby that is kept warm.
        assert set(proxy.asked) == {"CONNECT model.invalid:443 HTTP/1.1"}
        assert set(provider.names) == {"model.invalid"}
        proxy.close()


def test_a_proxy_that_refuses_is_a_502_that_names_it(start, authority):
    proxy = fakes.ConnectProxy(password="somebody:else")
    gateway = start(towards("https://model.invalid"), simulated=False, env={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"})

    answer = gateway.ask("m")

    assert answer.status_code == 502
    assert "proxy" in answer.json()["error"]["message"]
    proxy.close()


def test_no_proxy_names_who_is_reached_without_one(start, authority, localhost):
    with fakes.fake(answer_hello, authority.server(*localhost)) as provider:
        proxy = fakes.ConnectProxy()
        gateway = start(towards(f"https://localhost:{provider.port}"), "--ca-file", authority.file, simulated=False,
                        env={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "NO_PROXY": "other.example, localhost"})

        assert gateway.ask("m").status_code == 200
        assert proxy.asked == []
        proxy.close()


def test_probes_go_through_the_proxy_as_well(start, authority):
    pair = authority.certificate("model", "DNS:model.invalid")
    with fakes.fake(answer_hello, authority.server(*pair)) as provider:
        proxy = fakes.ConnectProxy({"model.invalid": ("127.0.0.1", provider.port)})
        gateway = start(towards("https://model.invalid").replace("num_retries: 0", "num_retries: 0, health_check_interval: 0.2"),
                        "--ca-file", authority.file, simulated=False, env={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"})

        until(lambda: (gateway.metric("meridian_probes_total", kind="connect", outcome="ok") or 0) >= 2)
        assert gateway.metric("meridian_probes_total", outcome="failed") == 0
        assert provider.seen == []
        proxy.close()

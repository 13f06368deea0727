"""A gateway whose file changes, and one that is told to end: requests in flight notice neither."""

import re
import signal
import threading
import time

import httpx
import openai
import pytest

from conftest import meridian, until

FLEET = """
model_list:
  - model_name: claude
    litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: us-west-2}
  - model_name: llama
    litellm_params: {model: openai/llama, api_base: "http://vllm.internal:8000/v1"}
"""


def model_list(*names):
    return "model_list:\n" + "".join(
        f"  - model_name: {name}\n    litellm_params: {{model: 'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', aws_region_name: us-west-2}}\n"
        for name in names)


def models(gateway):
    return [model["id"] for model in gateway.http.get("/v1/models").json()["data"]]


class Reading:
    """A stream read on a thread of its own: what was said, whether its end came, and the error it raised."""

    def __init__(self, gateway, model, text):
        self.words = 0
        self.reason = None
        self.error = None
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key="any", max_retries=0, timeout=60)
        self.thread = threading.Thread(target=self._read, args=(client, model, text), daemon=True)
        self.thread.start()

    def _read(self, client, model, text):
        try:
            for chunk in client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}], stream=True):
                self.words += bool(chunk.choices[0].delta.content)
                self.reason = chunk.choices[0].finish_reason or self.reason
        except openai.APIError as error:
            self.error = error

    def end(self, seconds=60):
        self.thread.join(seconds)
        assert not self.thread.is_alive(), f"still reading after {self.words} words"
        return self


# Reload.

def test_sighup_applies_a_new_file(start):
    gateway = start(model_list("one"))
    before = gateway.http.get("/health").json()["config"]

    gateway.config.write_text(model_list("one", "two"))
    gateway.signal(signal.SIGHUP)

    until(lambda: models(gateway) == ["one", "two"])
    assert gateway.ask("two").status_code == 200
    assert gateway.http.get("/health").json()["config"] != before
    until(lambda: "outcome=applied" in gateway.errors())


@pytest.mark.parametrize("way", ["written in place", "replaced, as editors do"])
def test_a_changed_file_is_noticed_without_a_signal(start, way):
    gateway = start(model_list("one"))

    text = model_list("one", "two")
    if way == "written in place":
        gateway.config.write_text(text)
    else:
        fresh = gateway.folder / "fresh"
        fresh.write_text(text)
        fresh.rename(gateway.config)

    until(lambda: models(gateway) == ["one", "two"])


def test_a_bad_file_is_refused_with_its_problems_and_the_old_one_stays(start):
    gateway = start(model_list("one"))
    hash_before = gateway.http.get("/health").json()["config"]

    gateway.config.write_text(model_list("two") + "    litellm_parms: {}\nrouter_settings: {num_retries: many, routing_stratgy: simple-shuffle}\n")
    gateway.signal(signal.SIGHUP)

    until(lambda: "outcome=refused" in gateway.errors())
    problems = [line for line in gateway.errors().splitlines() if line.startswith(f"{gateway.config}:") and "warning" not in line]
    assert len(problems) == 3, "all of them, not the first"
    assert all(re.match(rf"{re.escape(str(gateway.config))}:\d+:\d+: \S+: .+", line) for line in problems)
    assert models(gateway) == ["one"]
    assert gateway.http.get("/health").json()["config"] == hash_before
    assert gateway.ask("one").status_code == 200
    assert gateway.metric("meridian_config_last_reload_successful") == 0
    assert gateway.metric("meridian_config_reloads_total", outcome="refused") >= 1

    gateway.config.write_text(model_list("two"))
    gateway.signal(signal.SIGHUP)
    until(lambda: models(gateway) == ["two"])
    assert gateway.metric("meridian_config_last_reload_successful") == 1


def test_a_file_that_has_gone_is_refused_as_well(start):
    gateway = start(model_list("one"))

    gateway.config.unlink()
    gateway.signal(signal.SIGHUP)

    until(lambda: "outcome=refused" in gateway.errors())
    assert gateway.ask("one").status_code == 200


@pytest.mark.parametrize("model", ["claude", "llama"])
def test_a_stream_goes_on_over_reloads_that_remove_its_deployment(start, model):
    gateway = start(FLEET, pace=0.5)
    reading = Reading(gateway, model, "Say it in 250 words")
    until(lambda: reading.words > 3)

    for i in range(3):
        gateway.config.write_text(model_list(f"other-{i}"))
        gateway.signal(signal.SIGHUP)
        until(lambda: models(gateway) == [f"other-{i}"])
    assert reading.reason is None, "too fast to show anything"

    assert reading.end().error is None
    assert reading.reason == "stop"
    assert reading.words == 250
    assert gateway.ask(model).status_code == 404


def test_health_is_kept_over_a_reload(start):
    two = FLEET.replace("llama\n", "claude\n", 1) + "router_settings: {allowed_fails: 1, cooldown_time: 60}\n"
    gateway = start(two)
    gateway.region("us-west-2", "dark")
    until(lambda: gateway.ask("claude").status_code == 200 and gateway.states()["us-west-2"] == "down")

    gateway.config.write_text(two + "general_settings: {drain_timeout: 5}\n")
    gateway.signal(signal.SIGHUP)
    until(lambda: gateway.metric("meridian_config_reloads_total", outcome="applied") == 1)

    assert gateway.states()["us-west-2"] == "down"


class Load:
    """Clients that ask again and again until told to stop; each keeps its connection."""

    def __init__(self, gateway, model, clients=8, fields=None):
        self.answers = 0
        self.problems = []
        self.stopping = threading.Event()
        self.url = gateway.url + "/v1/chat/completions"
        self.body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], **(fields or {})}
        self.threads = [threading.Thread(target=self._run, args=(i,), daemon=True) for i in range(clients)]
        for thread in self.threads:
            thread.start()

    def _run(self, number):
        with httpx.Client(timeout=60, trust_env=False) as http:
            while not self.stopping.is_set():
                try:
                    answer = http.post(self.url, json={**self.body, "stream": number % 2 == 0})
                    whole = answer.text.endswith("data: [DONE]\n\n") if number % 2 == 0 else answer.json()["usage"]
                    if answer.status_code != 200 or not whole:
                        self.problems.append(answer.text)
                except httpx.HTTPError as error:
                    self.problems.append(repr(error))
                self.answers += 1

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        return self


def test_fifty_reloads_under_load_cost_no_request(start):
    gateway = start(FLEET)
    load = Load(gateway, "claude", clients=6)
    other = Load(gateway, "llama", clients=2)

    for i in range(50):
        gateway.config.write_text(FLEET + f"general_settings: {{drain_timeout: {i + 1}}}\n")
        gateway.signal(signal.SIGHUP)
        until(lambda: gateway.metric("meridian_config_reloads_total", outcome="applied") >= i + 1, every=0.01)

    assert load.stop().problems == []
    assert other.stop().problems == []
    assert load.answers > 50
    assert other.answers > 10


# The end.

def test_sigterm_under_load_loses_no_request(start):
    gateway = start(FLEET + "general_settings: {drain_delay: 1.5, drain_timeout: 30}\n", pace=0.05)
    load = Load(gateway, "claude")
    other = Load(gateway, "llama", clients=2)
    until(lambda: load.answers > 20)
    assert gateway.http.get("/health/readiness").status_code == 200

    gateway.signal(signal.SIGTERM)
    # A load balancer asks, hears that it is over, and sends nobody here any more; until then all is served.
    until(lambda: gateway.http.get("/health/readiness").status_code == 503, every=0.02)
    assert gateway.http.get("/health").json()["status"] == "draining"
    assert gateway.ask("claude").status_code == 200

    assert load.stop().problems == []
    assert other.stop().problems == []
    assert gateway.wait() == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(gateway.url + "/health")


@pytest.mark.parametrize("model", ["claude", "llama"])
def test_a_stream_that_ends_within_the_drain_timeout_is_whole(start, model):
    gateway = start(FLEET + "general_settings: {drain_timeout: 30}\n", pace=0.5)
    reading = Reading(gateway, model, "Say it in 150 words")
    until(lambda: reading.words > 3)

    gateway.signal(signal.SIGTERM)

    assert reading.end().error is None
    assert (reading.reason, reading.words) == ("stop", 150)
    assert gateway.wait() == 0


@pytest.mark.parametrize("model", ["claude", "llama"])
def test_a_stream_beyond_the_drain_timeout_gets_an_error_event(start, model):
    gateway = start(FLEET + "general_settings: {drain_timeout: 1}\n", pace=0.5)
    reading = Reading(gateway, model, "Say it in 4000 words")
    until(lambda: reading.words > 3)

    gateway.signal(signal.SIGTERM)

    error = reading.end().error
    assert error is not None
    assert not isinstance(error, openai.APIConnectionError), "an event said so; the connection did not just break"
    assert error.message
    assert reading.reason is None
    assert gateway.wait() == 0


def test_an_idle_connection_does_not_hold_the_end_up(start):
    gateway = start(FLEET + "general_settings: {drain_timeout: 30}\n")
    assert gateway.ask("claude").status_code == 200

    began = time.monotonic()
    gateway.signal(signal.SIGTERM)

    assert gateway.wait() == 0
    assert time.monotonic() - began < 10


def test_a_second_sigterm_ends_at_once(start):
    gateway = start(FLEET + "general_settings: {drain_timeout: 600}\n", pace=0.5)
    reading = Reading(gateway, "claude", "Say it in 4000 words")
    until(lambda: reading.words > 3)

    gateway.signal(signal.SIGINT)
    # The first is being obeyed once nobody new gets in.
    until(lambda: "refused" in _connects(gateway))
    assert gateway.process.poll() is None
    gateway.signal(signal.SIGTERM)

    assert gateway.wait(20) == 0
    assert reading.end().reason is None


def _connects(gateway):
    try:
        httpx.get(gateway.url + "/health/liveliness")
        return "it does"
    except httpx.ConnectError:
        return "refused"


# What keeps it from starting is said in a sentence.

def test_a_port_in_use_is_one_sentence(start, tmp_path):
    gateway = start(FLEET)

    status, out, errors = meridian("--config", gateway.config, "--host", "127.0.0.1", "--port", gateway.port)

    assert status == 1
    assert out == ""
    own = [line for line in errors.splitlines() if "warning:" not in line]
    assert own == [f"meridian: port {gateway.port} is in use by another program; choose another with --port, or stop that program"]


def test_an_error_in_the_file_names_its_place_and_nothing_starts(tmp_path):
    config = tmp_path / "broken.yaml"
    config.write_text("model_list:\n  - model_name: claude\n    litellm_params:\n      model: bedrock/anthropic.claude\n      aws_regoin_name: us-west-2\n")

    status, out, errors = meridian("--config", config, "--port", 0)

    assert status == 1
    assert out == ""
    assert re.search(rf"(?m)^{re.escape(str(config))}:5:7: model_list\[0\]\.litellm_params\.aws_regoin_name: .*aws_region_name", errors)


def test_nothing_to_serve_is_one_sentence():
    status, out, errors = meridian("--port", 0)

    assert status == 1
    assert errors.startswith("meridian: say what to serve: --config FILE")
    assert len(errors.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    status, _, errors = meridian("--config", tmp_path / "none.yaml")

    assert status == 1
    assert str(tmp_path / "none.yaml") in errors
    assert len(errors.splitlines()) == 1


def test_strict_makes_a_warning_stop_the_start(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(FLEET)

    status, _, errors = meridian("--config", config, "--port", 0, "--strict")

    assert status == 1
    assert "warning" in errors

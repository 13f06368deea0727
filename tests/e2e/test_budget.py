"""max_budget: what may be spent through a gateway, beyond its restarts, and what is said when it is spent."""

import signal
import sqlite3
import time

import anthropic
import httpx
import openai
import pytest

import fakes
from conftest import meridian, until

# Every answer of the simulated cloud costs some micro-dollars.
FLEET = """
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_key: sk-any}
litellm_settings:
  max_budget: %s
  %s
"""


def fleet(limit="0.000001", period=""):
    return FLEET % (limit, f"budget_duration: {period}" if period else "drop_params: true")


def spent(gateway):
    return gateway.metric("meridian_budget_spent_dollars")


def test_a_budget_that_is_used_up_refuses_in_each_dialect(start):
    gateway = start(fleet(period="30d"))
    assert gateway.ask("gpt").status_code == 200
    mark = gateway.mark()

    with pytest.raises(openai.BadRequestError) as chat:
        openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="any", max_retries=0).chat.completions.create(
            model="gpt", messages=[{"role": "user", "content": "Hello"}])
    with pytest.raises(openai.BadRequestError) as response:
        openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="any", max_retries=0).responses.create(model="gpt", input="Hello")
    with pytest.raises(anthropic.BadRequestError) as message:
        anthropic.Anthropic(base_url=gateway.url, api_key="any", max_retries=0).messages.create(
            model="gpt", max_tokens=9, messages=[{"role": "user", "content": "Hello"}])

    for error in (chat, response):
        assert (error.value.type, error.value.code) == ("budget_exceeded", "budget_exceeded")
    assert message.value.body["error"]["type"] == "budget_exceeded"
    for words in ("of $0.000001 spent since 20", "it begins anew at 20", "litellm_settings.max_budget"):
        assert words in chat.value.message and words in message.value.message
    assert gateway.log(mark) == []
    assert gateway.metric("meridian_client_requests_total", outcome="refused_limit") == 3
    assert gateway.metric("meridian_budget_limit_dollars") == pytest.approx(0.000001)
    assert spent(gateway) > 0.000001
    assert gateway.metric("meridian_budget_reset_timestamp_seconds") == pytest.approx(time.time() + 30 * 86400, abs=60)


def test_counting_tokens_is_free(start):
    gateway = start(fleet())
    assert gateway.ask("gpt").status_code == 200
    assert gateway.ask("gpt").status_code == 400

    counted = gateway.http.post("/v1/messages/count_tokens", json={"model": "gpt", "messages": [{"role": "user", "content": "Hello"}]})

    assert counted.status_code == 200


def test_without_a_period_a_budget_does_not_begin_anew(start):
    gateway = start(fleet())
    gateway.ask("gpt")

    assert "it does not begin anew by itself" in gateway.ask("gpt").json()["error"]["message"]
    assert gateway.metric("meridian_budget_reset_timestamp_seconds") is None


def test_a_budget_begins_anew_after_its_period(start):
    gateway = start(fleet(period="3s"))
    until(lambda: gateway.ask("gpt").status_code == 400)
    until(lambda: gateway.ask("gpt").status_code == 200, seconds=10)


def test_spending_survives_a_restart(start, tmp_path):
    state = tmp_path / "deep" / "state.db"
    gateway = start(fleet("1"), "--state", state)
    for _ in range(3):
        assert gateway.ask("gpt").status_code == 200
    before = spent(gateway)
    assert before > 0
    gateway.stop()

    again = start(fleet(), "--state", state)

    assert spent(again) == before
    assert again.ask("gpt").json()["error"]["code"] == "budget_exceeded"


def test_spending_survives_a_sudden_end(start, tmp_path):
    state = tmp_path / "state.db"
    gateway = start(fleet("1"), "--state", state)
    gateway.ask("gpt")
    before = spent(gateway)
    time.sleep(2.5)  # It is written within a second or so.
    gateway.signal(signal.SIGKILL)
    gateway.stop(expect=-signal.SIGKILL)

    assert spent(start(fleet("1"), "--state", state)) == before


def test_gateways_with_one_state_file_share_a_budget(start, tmp_path):
    state = tmp_path / "state.db"
    one = start(fleet("1"), "--state", state)
    other = start(fleet("1"), "--state", state)
    for gateway in (one, other, one):
        assert gateway.ask("gpt").status_code == 200
    each = spent(one)
    assert each > 0

    # What the other spent is learnt with the next amount that is written.
    def total():
        one.ask("gpt")
        other.ask("gpt")
        time.sleep(1.5)
        return spent(one) > each * 2 and abs(spent(one) - spent(other)) < each

    until(total)


def test_a_reload_changes_the_limit_and_forgives_nothing(start):
    gateway = start(fleet())
    gateway.ask("gpt")
    before = spent(gateway)
    assert gateway.ask("gpt").status_code == 400

    gateway.config.write_text(fleet("1"))
    gateway.signal(signal.SIGHUP)

    until(lambda: gateway.ask("gpt").status_code == 200)
    assert spent(gateway) > before
    assert gateway.metric("meridian_budget_limit_dollars") == 1


def test_the_command_line_may_limit_a_file_without_a_budget(start):
    gateway = start(fleet("0"), "--max_budget", "0.000001")

    assert gateway.ask("gpt").status_code == 200
    assert gateway.ask("gpt").json()["error"]["code"] == "budget_exceeded"


def test_no_budget_touches_no_file(start, tmp_path):
    gateway = start(fleet("0"), simulated=False, env={"XDG_STATE_HOME": str(tmp_path)})
    assert spent(gateway) is None
    assert list(tmp_path.iterdir()) == []


def test_the_usual_place_is_the_home_of_the_users_state(start, tmp_path):
    gateway = start(fleet("5"), simulated=False, env={"XDG_STATE_HOME": str(tmp_path)})
    assert spent(gateway) == 0
    assert (tmp_path / "meridian" / "state.db").exists()


def test_a_budget_that_could_not_be_kept_stops_the_start(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(fleet("5"))

    status, _, errors = meridian("--config", config, "--port", "0", "--state", "/dev/null/state.db")
    assert status == 1 and "the state file /dev/null/state.db" in errors

    status, _, errors = meridian("--config", config, "--port", "0")
    assert status == 1 and "no place to keep what is spent" in errors


def test_a_disk_that_fails_is_loud_and_the_gateway_serves_on(start, tmp_path):
    state = tmp_path / "state.db"
    gateway = start(fleet("1"), "--state", state)
    gateway.ask("gpt")
    time.sleep(1.5)

    with sqlite3.connect(state, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert gateway.ask("gpt").status_code == 200
        until(lambda: "event=state_file level=error" in gateway.errors())
        assert gateway.ask("gpt").status_code == 200
        other.execute("ROLLBACK")
    until(lambda: "event=state_file level=info" in gateway.errors())
    before = spent(gateway)
    gateway.stop()

    assert spent(start(fleet("1"), "--state", state)) == before


def test_a_stream_that_its_client_leaves_is_charged_for_what_it_had(start):
    def answer(seen, reply):
        reply.begin()
        for _ in range(40):
            reply.piece(fakes.openai_chunk({"content": "word " * 20}))
        time.sleep(30)

    with fakes.fake(answer) as provider:
        gateway = start(f"""
model_list:
  - model_name: gpt
    litellm_params: {{model: openai/gpt-4o, api_base: "{provider.url}/v1", api_key: k, input_cost_per_token: 0, output_cost_per_token: 0.01}}
litellm_settings: {{max_budget: 100}}
""", simulated=False)
        with httpx.stream("POST", f"{gateway.url}/v1/chat/completions", trust_env=False,
                          json={"model": "gpt", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}) as stream:
            next(stream.iter_bytes())
        until(lambda: spent(gateway))

        assert spent(gateway) > 0.05

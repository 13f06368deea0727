"""The files of the seed as they stand: each loads, says what it means, and does what it says."""

import math
import os
import time

import pytest

from conftest import BINARY, EXAMPLES, example, meridian, until
from load import burst, fire, post

COMPLETE = sorted(path.name for path in EXAMPLES.glob("*.yaml") if ".fragment." not in path.name)
FRAGMENT = (EXAMPLES / "health-checks.fragment.yaml").read_text()
GROUPS = {"residency-eu.yaml": "claude-eu", "residency-us.yaml": "claude-us",
          "active-active.yaml": "claude-global", "active-passive.yaml": "claude-global"}

# The fragment's keys take the place of the file's own: two router_settings in one file would be refused.
CHECKED = example("active-active.yaml", replace=[("  health_check_interval: 30\n", FRAGMENT.removeprefix("router_settings:\n"))])


@pytest.mark.parametrize("name", COMPLETE)
def test_each_example_passes_check(name):
    _, out, _ = meridian("check", EXAMPLES / name, check=0)

    assert out.startswith("Fleet\n")
    assert GROUPS.get(name, "claude") in out


@pytest.mark.parametrize("name", COMPLETE)
def test_each_example_is_explained(name):
    _, out, _ = meridian("explain", "--config", EXAMPLES / name, "--model", GROUPS.get(name, "claude"), check=0)

    assert len(out.splitlines()) >= 2


def test_an_explanation_names_who_is_left_out_and_why():
    arguments = ["explain", "--config", EXAMPLES / "active-passive.yaml", "--model", "claude-global"]

    _, out, _ = meridian(*arguments, "--down", "us-west-2", check=0)
    assert out.index("us-east-1") < out.index("eu-west-1")
    assert "us-west-2" in out

    _, out, _ = meridian(*arguments, "--allowed", "eu", check=0)
    assert "eu-west-1" in out

    status, _, errors = meridian(*arguments, "--down", "moon-1")
    assert status == 1
    assert errors == 'meridian explain: down: no deployment is in "moon-1"\n'


@pytest.mark.parametrize("name", COMPLETE)
def test_each_example_serves(start, name):
    gateway = start(EXAMPLES / name)

    assert gateway.ask(GROUPS.get(name, "claude")).status_code == 200


# litellm-multi-region and litellm-us-west: started as LiteLLM is.

@pytest.fixture
def litellm(tmp_path):
    link = tmp_path / "litellm"
    link.symlink_to(os.path.abspath(BINARY))
    return link


def test_the_multi_region_file_runs_under_litellm_s_name_and_flags(start, litellm):
    gateway = start(EXAMPLES / "litellm-multi-region.yaml", "--num_workers", "2", "--telemetry", "False", binary=litellm)

    assert gateway.ask("claude").status_code == 200
    assert gateway.http.get("/health").json()["region"] == "multi"
    assert set(gateway.states()) == {"us-west-2", "eu-west-1", "ap-southeast-1"}


def test_the_us_west_gateway_says_where_it_is(start, litellm):
    gateway = start(EXAMPLES / "litellm-us-west.yaml", binary=litellm)

    assert gateway.http.get("/health").json()["region"] == "us-west-2"


def test_us_east_takes_over_only_when_us_west_is_down(start):
    gateway = start(EXAMPLES / "litellm-us-west.yaml")

    for _ in range(50):
        assert gateway.ask("claude").headers["x-meridian-region"] == "us-west-2"
    assert gateway.reached() == {"us-west-2": 50}

    gateway.region("us-west-2", "dark")
    for _ in range(20):
        answer = gateway.ask("claude")
        assert answer.status_code == 200
        assert answer.headers["x-meridian-region"] == "us-east-1"


# weighted.yaml

def test_the_elided_model_is_resolved_with_a_warning_that_names_the_choice():
    _, _, errors = meridian("check", EXAMPLES / "weighted.yaml", check=0)

    warnings = [line for line in errors.splitlines() if "..." in line]
    assert [line.split("weighted.yaml:")[1].split(":")[0] for line in warnings] == ["5", "9"]
    assert all("anthropic.claude" in line for line in warnings)


def test_weights_of_40_and_60_are_kept(start):
    gateway = start(EXAMPLES / "weighted.yaml")
    body = b'{"model":"claude","messages":[{"role":"user","content":"Hello"}],"max_tokens":2}'
    count, share = 5000, 0.4

    replies = burst(gateway, [post(body)] * count)

    assert {reply.status for reply in replies} == {200}
    west = sum(reply.field("x-meridian-region") == "us-west-2" for reply in replies)
    # Independent choices: binomial. Four sigma are passed once in 16,000 runs.
    sigma = math.sqrt(count * share * (1 - share))
    assert abs(west - count * share) <= 4 * sigma
    assert gateway.reached() == {"us-west-2": west, "eu-west-1": count - west}


# health-checks.fragment.yaml

def test_the_fragment_in_a_file_is_in_force(tmp_path):
    path = tmp_path / "checked.yaml"
    path.write_text(CHECKED)

    _, out, errors = meridian("check", path, check=0)

    assert "no health checks" not in out + errors
    for word in ("30 s", "5 s", "60 s"):
        assert word in out


def test_a_region_is_unhealthy_after_three_fails_and_is_tried_again_after_its_rest(start):
    # The fragment's minutes as seconds. Its three fails are its own.
    quick = CHECKED.replace("health_check_interval: 30", "health_check_interval: 0.2").replace("cooldown_time: 60", "cooldown_time: 2")
    gateway = start(quick)
    gateway.region("us-west-2", "erroring", probability=1)

    fire(gateway, "claude-global", rate=40, seconds=2.5)
    until(lambda: gateway.ask("claude-global") and gateway.states()["us-west"] == "down")
    failed = [entry for entry in gateway.log() if entry["region"] == "us-west-2"]
    # At the third it rests for two seconds at least, and passed connect probes do not end that.
    third = failed[2]["ms"]
    assert [entry for entry in failed if third + 100 < entry["ms"] < third + 2000] == []
    assert {entry["status"] >= 500 for entry in failed} == {True}

    # Then one trial at a time, a probe and no client's request; when it passes, the region serves again.
    mark = gateway.mark()
    until(lambda: "us-west-2" in gateway.reached(mark), seconds=10)
    assert all(entry["probe"] for entry in gateway.log(mark) if entry["region"] == "us-west-2")
    gateway.region("us-west-2", "healthy")
    until(lambda: gateway.states()["us-west"] == "ready", seconds=30)


def test_a_dark_region_is_found_out_by_probes_alone(start):
    quick = CHECKED.replace("health_check_interval: 30", "health_check_interval: 0.2")
    gateway = start(quick)
    gateway.region("eu-west-1", "dark")

    until(lambda: gateway.states()["eu-west"] == "down")

    assert gateway.metric("meridian_probes_total", region="eu-west", kind="connect", outcome="failed") >= 3
    assert gateway.reached() == {}, "a connect probe is no request"
    began = time.monotonic()
    assert gateway.ask("claude-global").headers["x-meridian-attempts"] == "1"
    assert time.monotonic() - began < 10

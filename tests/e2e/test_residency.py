"""Pattern 3 of the seed: a rule is never crossed, whatever is dark."""

import httpx

from conftest import EXAMPLES, example
from load import fire

US_AND_EU = """
model_list:
  - model_name: claude
    litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: us-west-2}
  - model_name: claude
    litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: eu-west-1}
router_settings: {num_retries: 5, allowed_fails: 1, cooldown_time: 1}
"""


def test_the_eu_file_serves_from_belgium_only(start):
    gateway = start(EXAMPLES / "residency-eu.yaml")

    for _ in range(10):
        answer = gateway.ask("claude-eu")
        assert answer.status_code == 200
        assert answer.headers["x-meridian-region"] == "europe-west1"
        assert answer.headers["x-meridian-residency"].endswith("; admitted")

    assert gateway.reached() == {"europe-west1": 10}


def test_with_the_eu_dark_there_is_a_clear_error_and_nothing_leaves(start):
    gateway = start(EXAMPLES / "residency-eu.yaml")
    gateway.region("europe-west1", "dark")

    for _ in range(10):
        answer = gateway.ask("claude-eu")
        assert answer.status_code in (502, 503)
        assert answer.json()["error"]["message"]

    assert gateway.reached() == {}


def test_the_us_file_serves_from_oregon(start):
    gateway = start(EXAMPLES / "residency-us.yaml")

    assert gateway.ask("claude-us").headers["x-meridian-region"] == "us-west-2"
    assert gateway.reached() == {"us-west-2": 1}


def test_a_request_may_narrow_where_it_goes(start):
    gateway = start(US_AND_EU)

    for _ in range(20):
        answer = gateway.ask("claude", headers={"x-meridian-allowed-regions": "eu"})
        assert answer.headers["x-meridian-region"] == "eu-west-1"

    assert gateway.reached() == {"eu-west-1": 20}


def test_no_failure_of_the_allowed_region_opens_another(start):
    for state in ("dark", "erroring", "throttled", "stalling", "retired", "unauthorized", "cutting"):
        gateway = start(US_AND_EU)
        gateway.region("eu-west-1", state, **({"probability": 1} if state == "erroring" else {}))
        for stream in (False, True):
            try:
                answer = gateway.ask("claude", headers={"x-meridian-allowed-regions": "eu", "x-litellm-timeout": "2", "x-litellm-stream-timeout": "2"}, stream=stream)
                assert answer.status_code >= 400
            except httpx.RemoteProtocolError:
                assert (state, stream) == ("cutting", True), "only a stream may break off after its begin"
        assert set(gateway.reached()) <= {"eu-west-1"}, state


def test_a_rule_that_leaves_nobody_is_a_403_that_says_so(start):
    gateway = start(US_AND_EU)

    answer = gateway.ask("claude", headers={"x-meridian-allowed-regions": "jp"})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "residency_unavailable"
    assert gateway.reached() == {}


def test_under_load_and_outages_nothing_crosses(start):
    gateway = start(example("active-active.yaml", replace=[("num_retries: 2", "num_retries: 2\n  allowed_regions: [eu]")]))

    shots = fire(gateway, "claude-global", rate=100, seconds=4, events=[
        (1.0, lambda: gateway.region("eu-west-1", "dark")),
        (2.0, lambda: gateway.region("eu-west-1", "erroring", probability=0.5)),
        (3.0, lambda: gateway.region("eu-west-1", "healthy")),
    ])

    assert {shot.region for shot in shots if shot.status == 200} == {"eu-west"}
    assert set(gateway.reached()) <= {"eu-west-1"}

"""Pattern 1 of the seed: all traffic to the primary, the next in line when it goes dark, back by one trial."""

import time

from conftest import EXAMPLES, example, until
from load import fire

# The original's numbers are minutes; these are the same rules in seconds.
QUICK = [("cooldown_time: 300", "cooldown_time: 2")]


def test_the_original_file_sends_everything_to_the_primary(start):
    gateway = start(EXAMPLES / "active-passive.yaml")

    for _ in range(20):
        assert gateway.ask("claude-global").headers["x-meridian-region"] == "us-west-2"

    assert gateway.reached() == {"us-west-2": 20}


def test_a_dark_region_costs_no_request_at_fifty_a_second(start):
    gateway = start(example("active-passive.yaml", replace=QUICK))

    shots = fire(gateway, "claude-global", rate=50, seconds=6, events=[
        (1.5, lambda: gateway.region("us-west-2", "dark")),
        (4.0, lambda: gateway.region("us-east-1", "dark")),
    ])

    assert [shot for shot in shots if shot.status != 200 or shot.error] == []
    served = [shot.region for shot in shots]
    assert set(served[:50]) == {"us-west-2"}
    assert set(served[100:180]) == {"us-east-1"}
    assert set(served[-50:]) == {"eu-west-1"}


def test_the_primary_comes_back_by_one_trial_after_its_rest(start):
    gateway = start(example("active-passive.yaml", replace=QUICK))
    gateway.region("us-west-2", "erroring", probability=1)
    began = time.monotonic()
    while gateway.http.get("/health").json()["regions"][-1]["state"] == "ready":
        assert gateway.ask("claude-global").headers["x-meridian-region"] == "us-east-1"
        assert time.monotonic() - began < 20
    assert gateway.reached()["us-west-2"] == 5, "it rests at the fifth fault in a row"

    # While it rests nothing goes there; then one request tries, fails, and the rest begins anew.
    mark = gateway.mark()
    shots = fire(gateway, "claude-global", rate=50, seconds=3.2)
    assert {shot.status for shot in shots} == {200}
    assert gateway.reached(mark)["us-west-2"] == 1

    gateway.region("us-west-2", "healthy")
    until(lambda: gateway.ask("claude-global").headers["x-meridian-region"] == "us-west-2", seconds=15)


def test_with_all_regions_dark_the_client_gets_a_clear_503_with_retry_after(start):
    gateway = start(example("active-passive.yaml", replace=QUICK))
    for region in ("us-west-2", "us-east-1", "eu-west-1"):
        gateway.region(region, "dark")

    answers = [gateway.ask("claude-global") for _ in range(12)]

    assert {answer.status_code for answer in answers} <= {502, 503}
    last = answers[-1]
    assert last.status_code == 503
    assert int(last.headers["retry-after"]) >= 1
    assert last.json()["error"]["code"] == "no_healthy_deployment"

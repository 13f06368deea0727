"""Pattern 2 of the seed: every region serves, the fastest first."""

import pytest

from conftest import example
from load import fire, quantile

SHUFFLED = [('routing_strategy: "latency-based-routing"', 'routing_strategy: "simple-shuffle"')]


def first_tokens(gateway, count=120):
    fire(gateway, "claude-global", rate=20, seconds=3, stream=True)  # Learn.
    shots = fire(gateway, "claude-global", rate=20, seconds=count / 20, stream=True)
    assert {shot.status for shot in shots} == {200}
    return quantile([shot.first for shot in shots], 0.95)


def test_a_region_eight_times_slower_costs_shuffle_four_times_what_it_costs_latency_routing(start):
    by_latency = start(example("active-active.yaml"), pace=0.3)
    shuffled = start(example("active-active.yaml", replace=SHUFFLED), pace=0.3)
    for gateway in (by_latency, shuffled):
        gateway.region("us-west-2", "slow", factor=8)

    assert first_tokens(shuffled) >= 4 * first_tokens(by_latency)


def test_no_region_starves(start):
    gateway = start(example("active-active.yaml"), pace=0.05)

    fire(gateway, "claude-global", rate=100, seconds=8, stream=True)

    assert set(gateway.reached()) == {"us-west-2", "eu-west-1", "ap-southeast-1"}


def test_the_labels_of_the_file_are_what_people_see(start):
    gateway = start(example("active-active.yaml"))

    seen = {gateway.ask("claude-global").headers["x-meridian-region"] for _ in range(30)}

    assert seen <= {"us-west", "eu-west", "ap-southeast"}
    assert {one["region"] for one in gateway.http.get("/health").json()["regions"]} == {"us-west", "eu-west", "ap-southeast"}


@pytest.mark.parametrize("stream", [False, True])
def test_a_dark_region_is_steered_around_without_an_error(start, stream):
    gateway = start(example("active-active.yaml"), pace=0.02)

    shots = fire(gateway, "claude-global", rate=50, seconds=4, stream=stream,
                 events=[(1.0, lambda: gateway.region("us-west-2", "dark"))])

    assert [shot.error or shot.status for shot in shots if shot.status != 200 or shot.error] == []

"""Twenty seconds of what tools/soak does for hours."""

import os

import soak


def test_every_request_ends_exactly_once(start):
    # What was freed is kept by ASan for a while, which looks like a leak.
    gateway = start(soak.config(1), pace=0.1, env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=4"})
    problems, line = soak.soak(gateway, 20, seed=1)
    print(line)
    assert not problems, "\n".join(problems[:20])

"""Random faults, reloads and clients of every temper, for minutes or hours. Whatever happens, every request ends exactly once: its
client gets one whole answer or one clear error, the log has one line of it, the counters add up; and memory and descriptors stay.

    tools/soak --minutes 30 [--seed N] [--binary build/release/meridian]
"""

import argparse
import json
import os
import pathlib
import random
import re
import signal
import sys
import threading
import time

import httpx

MODELS = {
    "claude": [("bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", "aws_region_name: us-west-2"),
               ("bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", "aws_region_name: eu-west-1"),
               ("vertex_ai/claude-3-5-sonnet@20241022", "vertex_project: p, vertex_location: us-east5")],
    "gpt": [("openai/gpt-4o", "api_key: sk-test"), ("openai/llama", 'api_base: "http://vllm.internal:8000/v1", api_key: none')],
}
REGIONS = ["us-west-2", "eu-west-1", "us-east5", "openai", "vllm.internal"]
FAULTS = [{"state": "healthy"}, {"state": "healthy"}, {"state": "dark"}, {"state": "slow", "factor": 5}, {"state": "throttled"},
          {"state": "erroring", "probability": 0.5}, {"state": "cutting", "after_tokens": 5}, {"state": "lying", "after_tokens": 5}]
CLIENTS = 12
PAUSE = 0.02  # Of a client between two requests: the point is what happens, not how much.


def config(drain):
    """A file that says something new each time, so that a reload is one."""
    listed = "".join(f"  - model_name: {name}\n    litellm_params: {{model: '{model}', {more}}}\n"
                     for name, deployments in MODELS.items() for model, more in deployments)
    return (f"model_list:\n{listed}router_settings: {{num_retries: 2, allowed_fails: 2, cooldown_time: 1, timeout: 20}}\n"
            f"general_settings: {{drain_timeout: {drain}}}\n")


class Books:
    """What the clients saw. One lock: this is a test's."""

    def __init__(self):
        self.lock = threading.Lock()
        self.outcomes = {}
        self.ids = {}  # Of answers whose head came: how often.
        self.problems = []

    def note(self, outcome, identity=None):
        with self.lock:
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
            if identity:
                self.ids[identity] = self.ids.get(identity, 0) + 1

    def problem(self, text):
        with self.lock:
            self.problems.append(text)

    def asked(self):
        with self.lock:
            return sum(self.outcomes.values())


def judge(kind, text):
    """What a streamed answer that came to its end says: "answered", "cut" with an error event, or what is wrong with it."""
    if kind == "messages":
        whole, failed = "event: message_stop" in text, "event: error" in text
    elif kind == "responses":
        whole, failed = "event: response.completed" in text, "event: response.failed" in text or "event: error" in text
    else:
        whole, failed = text.endswith("data: [DONE]\n\n"), '"error":' in text
    if failed:
        return "cut"
    return "answered" if whole else f"a stream of {kind} ended as if it were whole: {text[-300:]!r}"


class Client(threading.Thread):
    """Asks again and again, in every dialect; reads slowly now and then, and leaves now and then."""

    PATHS = {"chat": "/v1/chat/completions", "messages": "/v1/messages", "responses": "/v1/responses"}

    def __init__(self, url, books, dice, over):
        super().__init__(daemon=True)
        self.url, self.books, self.dice, self.over = url, books, dice, over
        self.start()

    def run(self):
        while not self.over.is_set():
            with httpx.Client(base_url=self.url, timeout=60, trust_env=False) as http:
                for _ in range(self.dice.randrange(1, 40)):
                    if self.over.is_set():
                        break
                    self.ask(http)
                    time.sleep(PAUSE)

    def ask(self, http):
        dice = self.dice
        kind, stream = dice.choice(list(self.PATHS)), dice.random() < 0.6
        text = f"Say it in {dice.choice((3, 30, 120))} words"
        body = {"model": dice.choice(list(MODELS)), "stream": stream}
        if kind == "responses":
            body["input"] = text
        else:
            body["messages"] = [{"role": "user", "content": text}]
        if kind == "messages":
            body["max_tokens"] = 400
        leaves = dice.random() < 0.05
        slowly = 0.002 if dice.random() < 0.05 else 0
        identity = None
        try:
            with http.stream("POST", self.PATHS[kind], json=body) as answer:
                identity = answer.headers.get("x-litellm-call-id")
                got = b""
                for piece in answer.iter_raw():
                    got += piece
                    if leaves:
                        return self.books.note("left", identity)
                    time.sleep(slowly)
            self.take(kind, stream, answer, got.decode(), identity)
        except httpx.RemoteProtocolError:  # The framing is broken off behind an error event: how a cut stream ends.
            self.books.note("cut" if stream else "broken", identity)
            if not stream:
                self.books.problem("an answer that is no stream was broken off")
        except httpx.HTTPError as error:
            self.books.note("lost", identity)
            self.books.problem(repr(error))

    def take(self, kind, stream, answer, text, identity):
        if not identity:
            self.books.problem(f"an answer without an id: {answer.status_code} {text[:200]}")
        if answer.status_code == 200:
            outcome = judge(kind, text) if stream else "answered" if json.loads(text) else "empty"
            if outcome not in ("answered", "cut"):
                self.books.problem(outcome)
            return self.books.note(outcome, identity)
        message = json.loads(text)["error"]["message"]
        if not message or answer.status_code not in (429, 500, 502, 503, 504, 529):
            self.books.problem(f"{answer.status_code} {text[:300]}")
        return self.books.note(f"refused {answer.status_code}", identity)


def resident(process):
    """Bytes of memory that are its own, and how many descriptors it has."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024, len(os.listdir(f"/proc/{process}/fd"))


def trouble(gateway, books, dice, over):
    """Breaks and mends regions, and has the file read again, until told to stop."""
    reloads = 0
    with httpx.Client(base_url=gateway.url, timeout=60, trust_env=False) as http:
        def put(region, fault):
            answer = http.put(f"/_cloud/regions/{region}", json=fault)
            if answer.status_code != 200:
                books.problem(f"the cloud takes no {fault}: {answer.text}")

        while not over.wait(dice.uniform(0.05, 0.5)):
            put(dice.choice(REGIONS), dice.choice(FAULTS))
            if dice.random() < 0.3:
                reloads += 1
                gateway.config.write_text(config(1 + reloads % 30))
                gateway.signal(signal.SIGHUP)
        for region in REGIONS:
            put(region, {"state": "healthy"})


def quiet(gateway, seconds=30):
    """Waits until nothing is under way."""
    deadline = time.monotonic() + seconds
    while gateway.metric("meridian_requests_in_flight") and time.monotonic() < deadline:
        time.sleep(0.1)


def logged(gateway):
    """Ids of the lines of requests to an API of models."""
    return re.findall(r"event=request id=(\S+) .*path=/v1/(?:chat/completions|messages|responses) ", gateway.errors())


def settle(gateway, books):
    """Compares the books of both sides, once nothing is under way."""
    quiet(gateway)
    time.sleep(0.5)  # The log is written behind the answers.
    lines = logged(gateway)
    problems = []
    if gateway.metric("meridian_requests_in_flight"):
        problems.append("requests are under way that nobody waits for")
    for name, ids in (("log", lines), ("answers", [one for one, times in books.ids.items() for _ in range(times)])):
        if len(set(ids)) != len(ids):
            problems.append(f"an id stands twice in the {name}")
    missing = set(books.ids) - set(lines)
    if missing:
        problems.append(f"{len(missing)} requests have no line in the log")
    asked, counted = books.asked(), int(gateway.metric("meridian_client_requests_total"))
    if not asked == counted == len(lines):
        problems.append(f"clients asked {asked} times, counters say {counted}, the log has {len(lines)} lines")
    answered = sum(books.outcomes.get(outcome, 0) for outcome in ("answered",))
    says = int(gateway.metric("meridian_client_requests_total", outcome="answered"))
    # Who leaves may do so after the last byte was sent.
    if not answered <= says <= answered + books.outcomes.get("left", 0):
        problems.append(f"clients got {answered} whole answers, the gateway counts {says}")
    return problems


def soak(gateway, seconds, seed, say=lambda line: None):
    """Runs it; everything that was found wrong, and a line that says what happened."""
    dice = random.Random(seed)
    books, over = Books(), threading.Event()
    clients = [Client(gateway.url, books, random.Random(dice.random()), over) for _ in range(CLIENTS)]
    breaker = threading.Thread(target=trouble, args=(gateway, books, random.Random(dice.random()), over), daemon=True)
    breaker.start()
    began, marks = time.monotonic(), []
    step = min(10.0, seconds / 10)
    while (passed := time.monotonic() - began) < seconds:
        time.sleep(min(step, seconds - passed) + 0.01)
        marks.append(resident(gateway.process.pid))
        say(f"soak: {time.monotonic() - began:5.0f} s, {books.asked():7} requests, {marks[-1][0] / 2**20:6.1f} MiB, "
            f"{marks[-1][1]} descriptors, {len(books.problems)} problems")
    over.set()
    for thread in [*clients, breaker]:
        thread.join(90)
    problems = books.problems + settle(gateway, books)
    # Warm after a third. What stands open then is a matter of dice, so it is two means that are compared.
    third = max(1, len(marks) // 3)
    middle, end = marks[third:2 * third] or marks, marks[-third:]
    means = [[sum(mark[i] for mark in some) / len(some) for i in (0, 1)] for some in (middle, end)]
    if means[1][0] > means[0][0] * 1.2 + 8 * 2**20:
        problems.append(f"memory grows: {means[0][0] / 2**20:.1f} MiB in the second third, {means[1][0] / 2**20:.1f} in the last")
    if means[1][1] > means[0][1] * 1.5 + 20:
        problems.append(f"descriptors grow: {means[0][1]:.0f} in the second third, {means[1][1]:.0f} in the last")
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(books.outcomes.items()))
    reloads = int(gateway.metric("meridian_config_reloads_total", outcome="applied") or 0)
    return problems, (f"seed {seed}, {seconds:.0f} s: {books.asked()} requests ({outcomes}), {reloads} reloads, memory "
                      f"{means[0][0] / 2**20:.1f} -> {means[1][0] / 2**20:.1f} MiB, descriptors {means[0][1]:.0f} -> {means[1][1]:.0f}")


def main():
    reader = argparse.ArgumentParser(prog="tools/soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--minutes", type=float, default=5, help="how long (5)")
    reader.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of the dice of faults and clients")
    reader.add_argument("--binary", help="the program (build/release/meridian)")
    options = reader.parse_args()
    if options.binary:
        os.environ["MERIDIAN_BIN"] = options.binary
    from conftest import Gateway  # It reads MERIDIAN_BIN.

    gateway = Gateway(config(1), pace=0.1)
    print(f"soak: seed {options.seed}, {options.minutes:g} minutes, pid {gateway.process.pid}", flush=True)
    try:
        problems, line = soak(gateway, options.minutes * 60, options.seed, lambda line: print(line, flush=True))
    finally:
        gateway.stop()
    for problem in problems[:20]:
        print(f"soak: {problem}")
    print(f"soak: {line}")
    print(f"soak: {len(problems)} problems" if problems else "soak: every request ended exactly once")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

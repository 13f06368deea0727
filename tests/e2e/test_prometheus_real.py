"""Debian's prometheus, with the files of deploy/prometheus, scrapes the real program."""

import contextlib
import re
import shutil
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from conftest import EXAMPLES, ROOT, until

KIT = ROOT / "deploy/prometheus"


def replaced(text, *pairs):
    for old, new in pairs:
        assert re.search(old, text), old
        text = re.sub(old, new, text)
    return text


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Prometheus:
    """One of our own on loopback; its files are the kit's but for what `edit` does to them."""

    def __init__(self, folder, gateway, **edits):
        assert shutil.which("prometheus"), "Debian's prometheus is not installed; run tools/setup --test"
        for path in KIT.glob("*.yml"):
            shutil.copy(path, folder)
        scrape = folder / "prometheus.yml"
        scrape.write_text(replaced(scrape.read_text(), (r"localhost:4000", f"127.0.0.1:{gateway.port}"),
                                   (r"scrape_interval: \w+", "scrape_interval: 1s"), (r"evaluation_interval: \w+", "evaluation_interval: 1s")))
        for name, pairs in edits.items():
            path = folder / name
            path.write_text(replaced(path.read_text(), *pairs))
        self.output = open(folder / "output", "w+")
        for _ in range(5):  # Somebody may take the free port before it does.
            port = free_port()
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={scrape}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}"],
                stdout=self.output, stderr=subprocess.STDOUT, cwd=folder)
            self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)
            if self._ready():
                return
        raise AssertionError((folder / "output").read_text())

    def _ready(self):
        def answers():
            with contextlib.suppress(httpx.HTTPError):
                return self.http.get("/-/ready").status_code == 200
            return False

        until(lambda: answers() or self.process.poll() is not None, seconds=60)
        return self.process.poll() is None

    def query(self, text):
        """Results as (labels, value)."""
        answer = self.http.get("/api/v1/query", params={"query": text}).json()
        assert answer["status"] == "success", answer
        return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]

    def by_region(self, text):
        return {labels.get("region"): value for labels, value in self.query(text)}

    def rules(self):
        groups = self.http.get("/api/v1/rules").json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def firing(self):
        """(alert, region) of those that fire."""
        alerts = self.http.get("/api/v1/alerts").json()["data"]["alerts"]
        return {(one["labels"]["alertname"], one["labels"].get("region")) for one in alerts if one["state"] == "firing"}

    def close(self):
        self.http.close()
        self.process.terminate()
        self.process.wait(30)
        self.output.close()


@pytest.fixture
def scrape():
    with contextlib.ExitStack() as running:
        def begin(gateway, **edits):
            folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="meridian-prometheus-", ignore_cleanup_errors=True)))
            prometheus = Prometheus(folder, gateway, **edits)
            running.callback(prometheus.close)
            return prometheus

        yield begin


def queries():
    """The kit's queries; the first four are the seed's, in its order."""
    blocks = re.split(r"\n\s*\n", (KIT / "queries.promql").read_text())
    found = ["\n".join(line for line in block.splitlines() if not line.startswith("#")).strip() for block in blocks]
    return [query for query in found if query]


def test_the_seed_s_queries_answer_by_region_and_its_alerts_load_as_they_are(start, scrape):
    gateway = start(EXAMPLES / "active-passive.yaml")
    gateway.region("us-west-2", "erroring", probability=1)
    prometheus = scrape(gateway)
    until(lambda: prometheus.query('up{job="litellm"} == 1'))
    # A rate needs two samples that differ, so there has to be one before.
    until(lambda: prometheus.query('litellm_requests_total{region="us-west-2"} == 0'))
    for _ in range(3):
        assert gateway.ask("claude-global").status_code == 200
    requests, latency, errors, available = queries()[:4]
    assert (requests, latency) == ("sum by (region) (litellm_requests_total)",
                                   "histogram_quantile(0.95, sum by (region, le) (litellm_request_duration_seconds_bucket))")

    until(lambda: prometheus.by_region(requests).get("us-east-1") == 3)
    assert prometheus.by_region(requests) == {"us-west-2": 3, "us-east-1": 3, "eu-west-1": 0}
    slow = prometheus.by_region(latency)
    assert set(slow) == {"us-west-2", "us-east-1", "eu-west-1"}
    assert 0 < slow["us-west-2"] < 60
    until(lambda: prometheus.by_region(errors).get("us-west-2", 0) > 0)
    assert {region: value for region, value in prometheus.by_region(errors).items() if region != "us-west-2"} == {"us-east-1": 0, "eu-west-1": 0}
    assert prometheus.by_region(available) == {"us-west-2": 1}

    for query in queries():
        prometheus.query(query)
    loaded = {rule["name"]: rule for rule in prometheus.rules()}
    for name, seconds, expression in [("RegionDown", 120, 'up{job="litellm"} == 0'),
                                      ("HighLatencyInRegion", 300, "histogram_quantile(0.95, litellm_request_duration_seconds_bucket) > 2")]:
        assert loaded[name]["duration"] == seconds
        assert loaded[name]["query"] == expression
    assert {rule["health"] for rule in prometheus.rules()} <= {"ok", "unknown"}
    assert all(rule["type"] == "alerting" for rule in prometheus.rules())
    assert [rule["lastError"] for rule in prometheus.rules() if rule.get("lastError")] == []


# Minutes would be waited for otherwise; the expressions are the seed's.
AT_ONCE = {"alerts-seed.yml": [(r"for: \dm", "for: 1s")]}


def test_region_down_fires_when_the_gateway_has_gone(start, scrape):
    gateway = start(EXAMPLES / "litellm-us-west.yaml")
    prometheus = scrape(gateway, **AT_ONCE)
    until(lambda: prometheus.query('up{job="litellm"} == 1'))
    assert prometheus.firing() == set()

    gateway.signal(15)
    assert gateway.wait() == 0

    until(lambda: ("RegionDown", "us-west-2") in prometheus.firing(), seconds=40)


def test_high_latency_fires_for_the_slow_region_alone(start, scrape):
    gateway = start(EXAMPLES / "active-passive.yaml", pace=0.1)
    prometheus = scrape(gateway, **AT_ONCE)

    # Two seconds and a bit at the primary; the others, which take over when it rests, are quick.
    gateway.region("us-west-2", "slow", factor=100)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: gateway.ask("claude-global", max_tokens=1), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    gateway.region("us-west-2", "dark")
    for _ in range(8):
        assert gateway.ask("claude-global", max_tokens=1).headers["x-meridian-region"] == "us-east-1"

    until(lambda: ("HighLatencyInRegion", "us-west-2") in prometheus.firing(), seconds=40)
    assert ("HighLatencyInRegion", "us-east-1") not in prometheus.firing()

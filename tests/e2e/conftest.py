"""The real binary on a port of its own, in front of its simulated cloud, and what tests ask of both."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import httpx
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
BINARY = os.environ.get("MERIDIAN_BIN", str(ROOT / "build/asan/meridian"))

# Nothing of the machine may steer a test: no keys, no proxies, no regions, nobody's home.
CLEAN = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")}


class Gateway:
    """One running gateway. `pace`: how fast its cloud answers (1 = like a real one, 0 = at once). `under`: a command that
    starts it; `log`: where its stderr goes instead of the file that `errors` reads."""

    def __init__(self, config, *flags, pace=0.0, simulated=True, env=None, host="127.0.0.1", binary=BINARY, under=(), log=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="meridian-e2e-"))
        if isinstance(config, str):
            path = self.folder / "config.yaml"
            path.write_text(config)
        else:
            path = config
        self.config = path
        command = [*map(str, under), str(binary), "--config", str(path), "--port", "0", *map(str, flags)]
        if host:
            command += ["--host", host]
        if simulated:
            command += ["--simulated-cloud", "--simulated-pace", str(pace)]
        self.errors_path = self.folder / "stderr"
        with open(self.errors_path, "w") as errors:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log or errors, text=True, env={**CLEAN, "HOME": str(self.folder), **(env or {})})
        line = self.process.stdout.readline()
        found = re.search(r" on (https?)://\S+:(\d+) ", line)
        if not found:
            self.process.kill()
            self.process.wait()
        assert found, f"no address in {line!r}; stderr: {self.errors()}"
        self.port = int(found[2])
        self.address = f"127.0.0.1:{self.port}" if host != "::1" else f"[::1]:{self.port}"
        self.url = f"{found[1]}://{self.address}"
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def errors(self):
        return self.errors_path.read_text()

    # The simulated cloud inside.

    def region(self, name, state, **values):
        answer = self.http.put(f"/_cloud/regions/{name}", json={"state": state, **values})
        assert answer.status_code == 200, answer.text

    def log(self, since=0):
        """What reached which region, oldest first. A connection without a request is not in it."""
        entries = []
        while True:
            page = self.http.get("/_cloud/log", params={"since": since, "limit": 10000}).json()["entries"]
            if not page:
                return entries
            entries += page
            since = page[-1]["seq"]

    def reached(self, since=0):
        """Requests by region."""
        counts = {}
        for entry in self.log(since):
            counts[entry["region"]] = counts.get(entry["region"], 0) + 1
        return counts

    def mark(self):
        """The number of the last entry of the log, for `since`."""
        return self.http.get("/_cloud/log", params={"since": 0, "limit": 0}).json()["last"]

    # The gateway itself.

    def ask(self, model, text="Hello", headers=None, **fields):
        body = {"model": model, "messages": [{"role": "user", "content": text}], **fields}
        return self.http.post("/v1/chat/completions", json=body, headers=headers or {})

    def states(self):
        """The state of each region, by its label."""
        return {one["region"]: one["state"] for one in self.http.get("/health").json()["regions"]}

    def metric(self, name, **labels):
        """The sum of the series of that name which have these labels; None where there is none."""
        found = [value for series, has, value in samples(self.http.get("/metrics").text)
                 if series == name and labels.items() <= has.items()]
        return sum(found) if found else None

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=60):
        """Its exit status, once it has ended."""
        return self.process.wait(seconds)

    def stop(self, expect=0):
        """Ends it as an operator would. A sanitizer's finding shows in the exit status. A test may do so before its fixture."""
        if not self.folder.exists():
            return
        self.http.close()
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            status = self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = "a kill, after 60 s of SIGTERM"
        self.process.stdout.close()
        errors = self.errors()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert status == expect, f"ended with {status}: {errors[-6000:]}"


@contextlib.contextmanager
def gateways():
    """Starts gateways and ends them all, each of which must end well."""
    running = []

    def begin(config, *flags, **options):
        gateway = Gateway(config, *flags, **options)
        running.append(gateway)
        return gateway

    try:
        yield begin
    finally:
        problems = []
        for gateway in running:
            try:
                gateway.stop()
            except AssertionError as problem:
                problems.append(str(problem))
        assert not problems, "\n".join(problems)


@pytest.fixture
def start():
    """Gateways of one test."""
    with gateways() as begin:
        yield begin


@pytest.fixture(scope="module")
def start_once():
    """Gateways that the tests of a file share; whoever breaks a region uses `start`."""
    with gateways() as begin:
        yield begin


def example(name, replace=()):
    """An example's text; `replace` holds (old, new) pairs, and each old must be found."""
    text = (EXAMPLES / name).read_text()
    for old, new in replace:
        assert old in text, f"{old!r} is not in {name}"
        text = text.replace(old, new)
    return text


def until(true, seconds=20, every=0.05):
    """Waits until `true()` holds; its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = true()
        if value:
            return value
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(every)


def meridian(*arguments, env=None, check=None):
    """Runs a command to its end: (status, stdout, stderr)."""
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=60, env={**CLEAN, **(env or {})})
    if check is not None:
        assert done.returncode == check, done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


SAMPLE = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


def samples(text):
    """Prometheus' text format as (name, labels, value); a line that is not of it is an error."""
    read = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        found = SAMPLE.match(line)
        assert found, f"not a sample: {line!r}"
        labels = dict(LABEL.findall(found[2] or ""))
        assert LABEL.sub("", found[2] or "") == "", f"labels: {line!r}"
        read.append((found[1], labels, float(found[3])))
    return read

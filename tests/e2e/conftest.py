"""The real binary on a port of its own, in front of its simulated cloud, and what tests ask of both."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

import httpx
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
BINARY = os.environ.get("MERIDIAN_BIN", str(ROOT / "build/asan/meridian"))

# Nothing of the machine may steer a test: no keys, no proxies, no regions.
CLEAN = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")}


class Gateway:
    """One running gateway. `pace`: how fast its cloud answers (1 = like a real one, 0 = at once)."""

    def __init__(self, config, *flags, pace=0.0, simulated=True, env=None, name="gateway"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"meridian-{name}-"))
        if isinstance(config, str):
            path = self.folder / "config.yaml"
            path.write_text(config)
        else:
            path = config
        self.config = path
        command = [BINARY, "--config", str(path), "--host", "127.0.0.1", "--port", "0", *flags]
        if simulated:
            command += ["--simulated-cloud", "--simulated-pace", str(pace)]
        self.errors_path = self.folder / "stderr"
        with open(self.errors_path, "w") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**CLEAN, **(env or {})})
        line = self.process.stdout.readline()
        found = re.search(r"https?://\S+?:(\d+)", line)
        assert found, f"no address in {line!r}; stderr: {self.errors()}"
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.url, timeout=60)

    def errors(self):
        return self.errors_path.read_text()

    # The simulated cloud inside.

    def region(self, name, state, **values):
        answer = self.http.put(f"/_cloud/regions/{name}", json={"state": state, **values})
        assert answer.status_code == 200, answer.text

    def log(self, since=0):
        """What reached which region, oldest first, without connection probes."""
        entries = []
        while True:
            page = self.http.get("/_cloud/log", params={"since": since, "limit": 1000}).json()["entries"]
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
        entries = self.log()
        return entries[-1]["seq"] if entries else 0

    # The gateway itself.

    def ask(self, model, text="Hello", headers=None, **fields):
        body = {"model": model, "messages": [{"role": "user", "content": text}], **fields}
        return self.http.post("/v1/chat/completions", json=body, headers=headers or {})

    def stop(self, expect=0):
        self.http.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()
        assert status == expect, f"ended with {status}: {self.errors()[-4000:]}"


@pytest.fixture
def start():
    """Starts gateways and ends them after the test, each of which must end well."""
    running = []

    def begin(config, *flags, **options):
        gateway = Gateway(config, *flags, **options)
        running.append(gateway)
        return gateway

    yield begin
    for gateway in running:
        gateway.stop()


def example(name, **replacements):
    """An example's text; `replacements` are (old, new) pairs that must be found."""
    text = (EXAMPLES / name).read_text()
    for old, new in replacements.get("replace", []):
        assert old in text, f"{old!r} is not in {name}"
        text = text.replace(old, new)
    return text


def until(true, seconds=20, every=0.05):
    """Waits until `true()` holds; the last value."""
    deadline = time.monotonic() + seconds
    while True:
        value = true()
        if value or time.monotonic() > deadline:
            assert value, "it did not become true in time"
            return value
        time.sleep(every)


def meridian(*arguments, env=None, check=None):
    """Runs a command to its end: (status, stdout, stderr)."""
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=60, env={**CLEAN, **(env or {})})
    if check is not None:
        assert done.returncode == check, done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


def pretty(value):
    return json.dumps(value, indent=1)[:4000]

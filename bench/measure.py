"""Running things and reading what they cost."""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import time

import contenders

CORE_OF_CLIENT = 0
CORE_OF_GATEWAY = 1
TICK = 1e6 / os.sysconf("SC_CLK_TCK")  # us
_given = set()


class Failed(Exception):
    """A measurement that cannot be had, in a sentence."""


def free_port():
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


class Program:
    """A child on one core; ends with the block that opened it."""

    def __init__(self, command, core, port, folder, patience=10):
        self.name = pathlib.Path(str(command[0])).name
        self.log = folder / f"{self.name}-{port}.log"
        self.patience = patience
        self.port = port
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(core), *map(str, command)], stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, env=contenders.ENVIRONMENT)

    def __enter__(self):
        until = time.monotonic() + self.patience
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.01)
        self.end()
        raise Failed(f"{self.name} does not listen: {self.log.read_text()[-500:]}")

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tree(self):
        parents = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(stat.parent.name)] = int(fields[1])
        tree = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in tree} - tree:
            tree |= more
        return tree

    def cpu_us(self):
        """User and system time of the whole process tree so far, us."""
        user = system = 0.0
        for pid in self.tree():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            user += int(fields[11]) * TICK
            system += int(fields[12]) * TICK
        return user, system

    def memory_kib(self):
        """Proportional set size of the tree: what two processes share counts once."""
        total = 0
        for pid in self.tree():
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])
        return total


def start_load(port, model="gpt-4o", **options):
    words = ["taskset", "-c", CORE_OF_CLIENT, contenders.BUILD / "bench_load", "--port", port,
             "--model", model, "--key", contenders.KEY]
    for name, value in options.items():
        words += ["--" + name.replace("_", "-")] + ([] if value is True else [value])
    return subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True)


def finish_load(process):
    """The client's report; a reply that is not whole spoils the measurement."""
    report = json.loads(process.communicate(timeout=300)[0])
    if report["bad"] or not report["good"]:
        raise Failed(f"{report['bad']} bad and {report['good']} good replies: {report['problem']}")
    return report


def load(gateway, model, **options):
    """The client's report, and what the gateway's process tree spent for it."""
    before = gateway.cpu_us()
    report = finish_load(start_load(gateway.port, model, **options))
    after = gateway.cpu_us()
    done = report["events"] or report["good"]
    report["user_us"] = (after[0] - before[0]) / done
    report["cpu_us"] = (sum(after) - sum(before)) / done
    return report


def upstream(folder, events=20, pace_us=1000):
    ports = [free_port() for _ in range(3)]
    command = [contenders.BUILD / "bench_upstream", "--ports", ",".join(map(str, ports)),
               "--events", events, "--pace-us", pace_us]
    program = Program(command, CORE_OF_CLIENT, ports[0], folder)
    program.ports = ports
    return program


def gateway(name, folder, ports, port=None):
    port = port or free_port()
    command = contenders.CONTENDERS[name][0](folder, port, ports)
    return Program(command, CORE_OF_GATEWAY, port, folder)


def first_answer_ms(name, folder, ports):
    """From the start of the process to the end of its first answer, ms."""
    port = free_port()
    body = json.dumps({"model": contenders.CONTENDERS[name][1],
                       "messages": [{"role": "user", "content": "hello"}]})
    headers = {"authorization": "Bearer " + contenders.KEY, "content-type": "application/json"}
    began = time.monotonic()
    program = gateway(name, folder, ports, port)
    try:
        while time.monotonic() < began + 10:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("POST", "/v1/chat/completions", body, headers)
                reply = connection.getresponse()
                reply.read()
                if reply.status == 200:
                    return (time.monotonic() - began) * 1e3
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.0005)
        raise Failed(f"{name} does not answer")
    finally:
        program.end()


def _instructions(folder, model, events, pace_us, **options):
    with upstream(folder, events, pace_us) as provider:
        port = free_port()
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.{port}",
                   *contenders.meridian(folder, port, provider.ports)]
        program = Program(command, CORE_OF_GATEWAY, port, folder, patience=120)
        with program:
            finish_load(start_load(port, model, events=events, concurrency=1, **options))
        return int(re.search(r"Collected : (\d+)", program.log.read_text())[1])


def instructions_a_request(folder, model, quick):
    """User-space instructions; the difference of two runs cancels start and end out."""
    few, many = (300, 800) if quick else (500, 2500)
    counts = [_instructions(folder, model, 1, 1000, requests=n) for n in (few, many)]
    return (counts[1] - counts[0]) / (many - few)


def instructions_an_event(folder, model, quick):
    streams, few, many = (5 if quick else 20), 20, 120
    # Slow enough that two events never share a read, under valgrind as well.
    counts = [_instructions(folder, model, n, 4000, requests=streams, stream=True)
              for n in (few, many)]
    return (counts[1] - counts[0]) / (streams * (many - few))

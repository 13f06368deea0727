"""What a machine can do to a program: no descriptors, no room for the log, nobody who reads it, no DNS, signals. Each time the
gateway goes on with what it can do, says what it cannot, and recovers by itself."""

import contextlib
import os
import random
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

import fakes
from conftest import until
from load import post
from plain import Line

BODY = b'{"model": "m", "messages": [{"role": "user", "content": "Hello"}]}'


def config(port, host="127.0.0.1", more=""):
    return f"""
model_list:
  - model_name: m
    litellm_params: {{model: openai/m, api_base: "http://{host}:{port}/v1", api_key: k}}
{more}
router_settings: {{num_retries: 0, disable_cooldowns: true, timeout: 10}}
"""


def hello(seen, reply):
    reply.whole(200, fakes.openai_answer())


def greet(talk):
    """The same in one write: two would wait for each other's acknowledgements, 40 ms each time."""
    while talk.request() is not None:
        talk.send(fakes.whole(fakes.openai_answer()))


@pytest.fixture(scope="module")
def provider():
    with fakes.raw(greet) as provider:
        yield provider


def spent(gateway):
    """Seconds of CPU that the program has used."""
    fields = open(f"/proc/{gateway.process.pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def assert_idle(gateway, seconds=1):
    """Spinning would be a core for all of that time; what an idle gateway does (ticks, under a sanitizer) is a twentieth of one."""
    before = spent(gateway)
    time.sleep(seconds)
    assert spent(gateway) - before < seconds / 4


def waits(line):
    """Nothing has been said to this client."""
    line.socket.setblocking(False)
    try:
        return line.socket.recv(1) and False
    except BlockingIOError:
        return True
    finally:
        line.socket.settimeout(30)


@contextlib.contextmanager
def limited(gateway, what, soft):
    before = resource.prlimit(gateway.process.pid, what)
    resource.prlimit(gateway.process.pid, what, (soft, before[1]))
    yield
    resource.prlimit(gateway.process.pid, what, before)


def no_more_descriptors(gateway):
    """From now on the lowest free number, which the next descriptor would get, is too high."""
    used = {int(name) for name in os.listdir(f"/proc/{gateway.process.pid}/fd")}
    return limited(gateway, resource.RLIMIT_NOFILE, next(number for number in range(len(used) + 1) if number not in used))


# Descriptors.

def test_without_a_descriptor_new_clients_wait_and_old_ones_are_served(start, provider):
    gateway = start(config(provider.port), simulated=False)
    with Line(gateway) as known:
        known.send(post(BODY))
        assert known.answer().status == 200
        with no_more_descriptors(gateway):
            with Line(gateway) as new:
                new.send(post(BODY))
                assert_idle(gateway)
                assert waits(new)
                known.send(post(BODY))
                assert known.answer().status == 200
                resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, (4096, resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE)[1]))
                assert new.answer().status == 200


def test_a_provider_that_cannot_be_dialled_for_want_of_a_descriptor_is_told_as_that(start, provider):
    with fakes.fake(hello) as other:
        gateway = start(config(provider.port, more=f"""
  - model_name: other
    litellm_params: {{model: openai/m, api_base: "{other.url}/v1", api_key: k}}
"""), simulated=False)
        with Line(gateway) as line:
            line.send(post(BODY))
            assert line.answer().status == 200
            with no_more_descriptors(gateway):
                line.send(post(BODY.replace(b'"m"', b'"other"')))
                answer = line.answer()
                assert answer.status == 502
                assert b"no provider could be reached: this gateway has no file descriptor left (ulimit -n)" in answer.body
            line.send(post(BODY.replace(b'"m"', b'"other"')))
            assert line.answer().status == 200


def test_few_descriptors_are_shared_out_so_that_every_client_gets_a_provider(start):
    """Of 100, 64 are kept for other things and half the rest are clients: 18. The others wait in the kernel until one leaves."""
    held = threading.Event()
    asking = []

    def slow(seen, reply):
        asking.append(seen)
        held.wait(30)
        reply.whole(200, fakes.openai_answer())

    with fakes.fake(slow) as provider:
        gateway = start(config(provider.port), simulated=False, under=("sh", "-c", 'ulimit -n 100 && exec "$@"', "sh"))
        with contextlib.ExitStack() as open_lines:
            lines = [open_lines.enter_context(Line(gateway)) for _ in range(40)]
            for line in lines:
                line.send(post(BODY))
            until(lambda: len(asking) == 18)
            assert_idle(gateway)
            assert len(asking) == 18
            held.set()
            while lines:
                answered, _, _ = select.select([line.socket for line in lines], [], [], 10)
                assert answered, f"{len(lines)} wait for ever"
                for line in [line for line in lines if line.socket in answered]:
                    assert line.answer().status == 200
                    line.socket.close()
                    lines.remove(line)


# The log.

def ask_often(gateway, times=20):
    for _ in range(times):
        assert gateway.ask("m").status_code == 200


def test_a_full_disk_costs_the_log_and_no_request(start, provider):
    with open("/dev/full", "wb") as full:
        gateway = start(config(provider.port), simulated=False, log=full)
        ask_often(gateway)
        assert_idle(gateway)


def test_a_log_that_may_not_grow_says_afterwards_what_is_missing(start, provider):
    gateway = start(config(provider.port), simulated=False)
    ask_often(gateway, 3)
    until(lambda: gateway.errors().count("event=request") == 3)
    size = gateway.errors_path.stat().st_size
    with limited(gateway, resource.RLIMIT_FSIZE, size + 10):
        ask_often(gateway, 5)
        until(lambda: gateway.errors_path.stat().st_size == size + 10)
        ask_often(gateway, 5)
        assert_idle(gateway)
        assert gateway.errors_path.stat().st_size == size + 10
    ask_often(gateway, 1)
    until(lambda: gateway.errors().count("event=request") >= 4)
    begun, dropped, last = gateway.errors()[size:].splitlines()
    assert len(begun) == 10
    assert re.fullmatch(r'level=warning event=log_dropped batches=[1-9]\d* why="the log cannot be written: File too large"', dropped)
    assert "event=request" in last


def test_a_log_whose_reader_has_gone_costs_no_request(start, provider):
    reader, writer = os.pipe()
    gateway = start(config(provider.port), simulated=False, log=writer)
    os.close(writer)
    os.close(reader)
    ask_often(gateway)
    assert_idle(gateway)


@pytest.mark.parametrize("blocking", [True, False])
def test_a_log_that_nobody_reads_costs_no_request_and_does_not_hold_up_the_end(start, provider, blocking):
    reader, writer = os.pipe()
    os.set_blocking(writer, blocking)
    gateway = start(config(provider.port), simulated=False, log=writer)
    os.close(writer)
    ask_often(gateway, 400)  # Of 300 bytes each; a pipe holds 64 KiB.
    assert_idle(gateway)
    gateway.signal(signal.SIGTERM)
    assert gateway.wait(10) == 0
    os.close(reader)


def test_a_log_that_is_read_again_is_whole(start, provider):
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    gateway = start(config(provider.port), simulated=False, log=writer)
    os.close(writer)
    ask_often(gateway, 400)
    gateway.signal(signal.SIGTERM)
    with open(reader) as log:
        lines = log.read().splitlines()
    assert sum("event=request" in line and line.endswith(tuple("0123456789")) for line in lines) == 400
    assert gateway.wait(10) == 0


# DNS. A name server of our own in the place of the system's needs a mount namespace.

def may_unshare():
    return subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0 and os.getuid() == 0


class NameServer:
    """Answers every name with `address`: None: not at all; "": there is no such name."""

    def __init__(self):
        self.address = "127.0.0.1"
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.host = f"127.53.{random.randrange(256)}.{random.randrange(1, 255)}"
        self.socket.bind((self.host, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                question, sender = self.socket.recvfrom(512)
                self.asked += 1
                answer = self._answer(question)
                if answer:
                    self.socket.sendto(answer, sender)

    def _answer(self, question):
        end = question.index(b"\0", 12) + 5
        kind = struct.unpack("!H", question[end - 4:end - 2])[0]
        if self.address is None:
            return None
        found = kind == 1 and self.address != ""
        head = question[:2] + struct.pack("!HHHHH", 0x8180 | (3 if self.address == "" else 0), 1, int(found), 0, 0)
        record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4) + socket.inet_aton(self.address) if found else b""
        return head + question[12:end] + record


@pytest.fixture
def names():
    if not may_unshare():
        pytest.skip("not allowed to give a program a name server of its own")
    server = NameServer()
    yield server
    server.socket.close()


@pytest.fixture
def named(start, names, tmp_path):
    """A gateway that dials its provider anew for each request, by name, and that provider on all addresses of loopback."""
    resolv = tmp_path / "resolv.conf"
    resolv.write_text(f"nameserver {names.host}\n")

    def here(seen, reply):
        reply.whole(200, fakes.openai_answer(reply.handler.request.getsockname()[0]), connection="close")
        reply.handler.close_connection = True

    with fakes.fake(here, host="0.0.0.0") as provider:
        yield lambda: start(config(provider.port, host="provider.test"), simulated=False,
                            under=("unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolv))


def served_by(gateway):
    return gateway.ask("m").json()["choices"][0]["message"]["content"]


def test_when_dns_goes_the_last_addresses_stay(named, names):
    gateway = named()
    assert served_by(gateway) == "127.0.0.1"
    names.address = None
    before = names.asked
    # Both kinds of address are asked for twice; the fifth question shows that those were given up.
    until(lambda: gateway.ask("m").status_code == 200 and names.asked >= before + 5, seconds=40)
    assert served_by(gateway) == "127.0.0.1"


def test_when_a_name_is_gone_the_last_addresses_stay(named, names):
    gateway = named()
    assert served_by(gateway) == "127.0.0.1"
    names.address = ""
    before = names.asked
    until(lambda: gateway.ask("m").status_code == 200 and names.asked >= before + 3)
    assert served_by(gateway) == "127.0.0.1"


def test_a_changed_address_is_followed(named, names):
    gateway = named()
    assert served_by(gateway) == "127.0.0.1"
    names.address = "127.0.0.2"
    until(lambda: served_by(gateway) == "127.0.0.2")


def test_a_name_that_is_unknown_at_the_start_is_told_and_found_later(named, names):
    names.address = ""
    gateway = named()
    answer = gateway.ask("m")
    assert answer.status_code == 502
    assert answer.json()["error"]["message"] == "no provider could be reached: DNS: Domain name not found"
    names.address = "127.0.0.1"
    until(lambda: gateway.ask("m").status_code == 200)


# Signals.

def test_a_reload_and_the_end_asked_for_at_once_are_an_end(start, provider):
    for _ in range(5):
        gateway = start(config(provider.port), simulated=False)
        gateway.signal(signal.SIGSTOP)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGHUP):
            gateway.signal(number)
        gateway.signal(signal.SIGCONT)
        assert gateway.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_the_start_ends_it(start, provider, number):
    gateway = start(config(provider.port), simulated=False)
    gateway.signal(number)  # The line with the port has just come.
    assert gateway.wait(10) == 0


def test_a_gateway_that_was_stopped_goes_on_where_it_was(start):
    """As by a debugger, or a machine that is moved: time that passes meanwhile is the deadline's, not the process'."""
    held = threading.Event()

    def slow(seen, reply):
        held.wait(30)
        reply.whole(200, fakes.openai_answer())

    with fakes.fake(slow) as provider:
        gateway = start(config(provider.port), simulated=False)
        with Line(gateway) as line:
            line.send(post(BODY))
            until(lambda: provider.seen or True)
            gateway.signal(signal.SIGSTOP)
            held.set()
            with Line(gateway) as new:
                new.send(post(BODY))
                time.sleep(1)
                gateway.signal(signal.SIGCONT)
                assert line.answer().status == 200
                assert new.answer().status == 200


@pytest.mark.parametrize("number", [signal.SIGPIPE, signal.SIGXFSZ])
def test_what_a_failed_write_sends_ends_nothing(start, provider, number):
    gateway = start(config(provider.port), simulated=False)
    gateway.signal(number)
    ask_often(gateway, 2)

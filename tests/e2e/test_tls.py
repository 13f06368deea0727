"""TLS with every certificate that should not be trusted and every version that should not be spoken, on both sides. What works
as it should (SDKs, resumption towards providers, proxies) is in test_http.py; renewal by SIGHUP in test_keys_of_the_file.py."""

import datetime
import ipaddress
import re
import signal
import socket
import ssl
import threading
import time
import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import fakes
from conftest import meridian, until
from load import post
from plain import Line

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
BODY = b'{"model": "m", "messages": [{"role": "user", "content": "Hello"}]}'
SECRET = "sk-of-the-provider"


class Signer:
    """A certificate with its key, which may sign others."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    def write(self, folder, name, *chain):
        """A PEM file with key, certificate and chain."""
        path = folder / f"{name}.pem"
        pem = serialization.Encoding.PEM
        path.write_bytes(b"".join([
            self.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
            self.certificate.public_bytes(pem), *(one.certificate.public_bytes(pem) for one in chain)]))
        return path


def certificate(name, signer=None, ca=False, names=("localhost",), addresses=("127.0.0.1",), since=NOW - DAY, until=NOW + DAY, usage=None,
                digest=None):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternatives = [*map(x509.DNSName, names), *(x509.IPAddress(ipaddress.ip_address(one)) for one in addresses)]
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(signer.certificate.subject if signer else subject)
               .public_key(key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)
               .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True))
    if alternatives and not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return Signer(builder.sign(signer.key if signer else key, digest or hashes.SHA256()), key)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A folder, its authority, and the file in which others trust it."""
    folder = tmp_path_factory.mktemp("authority")
    root = certificate("Test authority", ca=True)
    path = folder / "ca.pem"
    path.write_bytes(root.certificate.public_bytes(serialization.Encoding.PEM))
    root.folder, root.file = folder, path
    return root


@pytest.fixture(scope="module")
def good(authority):
    return certificate("localhost", authority).write(authority.folder, "good")


def server(pem, **limits):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return limited(context, **limits)


def limited(context, highest=None, lowest=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if lowest or highest:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = lowest or ssl.TLSVersion.TLSv1
            context.maximum_version = highest or ssl.TLSVersion.MAXIMUM_SUPPORTED
    return context


def towards(port, host="localhost", more=""):
    return f"""
model_list:
  - model_name: m
    litellm_params: {{model: openai/m, api_base: "https://{host}:{port}/v1", api_key: {SECRET}{more}}}
router_settings: {{num_retries: 0, disable_cooldowns: true, timeout: 10}}
"""


def hello(seen, reply):
    reply.whole(200, fakes.openai_answer())


# Towards providers.

BAD = {
    "expired": lambda root: [certificate("localhost", root, since=NOW - 9 * DAY, until=NOW - DAY)],
    "not yet valid": lambda root: [certificate("localhost", root, since=NOW + DAY, until=NOW + 9 * DAY)],
    "another name": lambda root: [certificate("localhost", root, names=["other.example"], addresses=[])],
    "its name as the common name alone": lambda root: [certificate("localhost", root, names=[], addresses=[])],
    "a wildcard for the whole": lambda root: [certificate("localhost", root, names=["*"], addresses=[])],
    "its address, and its name as the common name": lambda root: [certificate("localhost", root, names=[])],
    "signed by itself": lambda root: [certificate("localhost")],
    "signed by somebody else": lambda root: [certificate("localhost", certificate("Another authority", ca=True))],
    "signed by somebody of the same name": lambda root: [certificate("localhost", certificate("Test authority", ca=True))],
    "for clients alone": lambda root: [certificate("localhost", root, usage=ExtendedKeyUsageOID.CLIENT_AUTH)],
    "an expired certificate in the middle": lambda root: (lambda middle: [certificate("localhost", middle), middle])(
        certificate("Middle", root, ca=True, since=NOW - 9 * DAY, until=NOW - DAY)),
    "signed by one who may not sign": lambda root: (lambda middle: [certificate("localhost", middle), middle])(certificate("localhost", root)),
    "the middle is missing": lambda root: [certificate("localhost", certificate("Middle", root, ca=True))],
}


REASON = {"expired": "certificate has expired", "not yet valid": "certificate is not yet valid", "another name": "hostname mismatch",
          "signed by itself": "self-signed certificate", "an expired certificate in the middle": "certificate has expired",
          "signed by somebody else": "unable to get local issuer certificate",
          "signed by somebody of the same name": "certificate signature failure", "the middle is missing": "unable to get local issuer certificate"}


@pytest.mark.parametrize("case", BAD)
def test_a_provider_that_cannot_prove_its_name_gets_not_one_byte(start, authority, case):
    leaf, *chain = BAD[case](authority)
    with fakes.raw(lambda talk: talk.request(), server(leaf.write(authority.folder, "bad", *chain))) as provider:
        gateway = start(towards(provider.port), "--ca-file", authority.file, simulated=False)

        answer = gateway.ask("m")

        assert answer.status_code == 502
        error = answer.json()["error"]
        assert error["code"] == "provider_unreachable"
        reason = error["message"].removeprefix("no provider could be reached: ")
        assert reason.startswith("certificate not accepted: ")
        assert REASON.get(case, "") in reason
        assert provider.bytes == b""
        until(lambda: f'error=provider_unreachable why="{reason}"' in gateway.errors())  # For the operator.
        assert SECRET not in answer.text + gateway.errors()


def test_a_chain_with_its_middle_is_accepted(start, authority):
    middle = certificate("Middle", authority, ca=True)
    pem = certificate("localhost", middle, usage=ExtendedKeyUsageOID.SERVER_AUTH).write(authority.folder, "chain", middle)
    with fakes.fake(hello, server(pem)) as provider:
        assert start(towards(provider.port), "--ca-file", authority.file, simulated=False).ask("m").status_code == 200


@pytest.mark.parametrize("names, host, status", [(["localhost"], "127.0.0.1", 502), ([], "127.0.0.1", 200)])
def test_an_address_is_proved_by_the_address_and_is_no_name_to_be_sent(start, authority, names, host, status):
    """RFC 6066 3: no SNI for literal addresses."""
    pem = certificate("address", authority, names=names, addresses=[] if names else ["127.0.0.1"]).write(authority.folder, "address")
    with fakes.fake(hello, server(pem)) as provider:
        assert start(towards(provider.port, host), "--ca-file", authority.file, simulated=False).ask("m").status_code == status
        assert set(provider.names) == {None}


@pytest.mark.parametrize("version, taken", [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_old_versions_are_not_spoken_to_providers(start, authority, good, version, taken):
    version = ssl.TLSVersion[version]
    with fakes.fake(hello, server(good, lowest=version, highest=version)) as provider:
        answer = start(towards(provider.port), "--ca-file", authority.file, simulated=False).ask("m")
        assert answer.status_code == (200 if taken else 502)
        assert bool(provider.seen) == taken
        if not taken:
            assert "TLS handshake failed" in answer.json()["error"]["message"]


def test_ssl_verify_false_is_for_its_deployment_alone(start, authority):
    pem = certificate("self", names=["localhost"]).write(authority.folder, "self")
    with fakes.fake(hello, server(pem)) as provider:
        lax = towards(provider.port, more=", ssl_verify: false")
        strict = towards(provider.port).split("model_list:\n")[1].split("router_settings")[0].replace("model_name: m", "model_name: strict")
        gateway = start(lax.replace("router_settings", strict + "router_settings"), "--ca-file", authority.file, simulated=False)
        assert [gateway.ask(model).status_code for model in ("m", "strict", "m", "strict")] == [200, 502, 200, 502]


@pytest.fixture
def asking(authority, good):
    """A provider that serves nobody without a certificate of our authority."""
    context = server(good)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.file)
    with fakes.fake(hello, context) as provider:
        yield provider


def ours(authority, name, signer=None):
    return certificate(name, signer or authority, names=[], addresses=[], usage=ExtendedKeyUsageOID.CLIENT_AUTH).write(authority.folder, name)


def test_a_provider_that_asks_for_a_certificate_is_shown_that_of_its_deployment(start, authority, asking):
    """Mutual TLS; the other deployment of the same address has none to show and shares no connection."""
    shown = towards(asking.port, more=f", ssl_certificate: {ours(authority, 'client')}")
    bare = towards(asking.port).split("model_list:\n")[1].split("router_settings")[0].replace("model_name: m", "model_name: bare")
    gateway = start(shown.replace("router_settings", bare + "router_settings"), "--ca-file", authority.file, simulated=False)
    assert [gateway.ask(model).status_code for model in ("m", "bare", "m", "bare")] == [200, 502, 200, 502]
    assert len(asking.seen) == 2


def test_a_certificate_that_the_provider_does_not_know_is_a_clear_error(start, authority, asking):
    stranger = ours(authority, "stranger", certificate("Another authority", ca=True))
    answer = start(towards(asking.port, more=f", ssl_certificate: {stranger}"), "--ca-file", authority.file, simulated=False).ask("m")
    assert answer.status_code == 502
    assert asking.seen == []


def test_our_certificate_is_read_again_at_a_reload(start, authority, asking):
    stranger = ours(authority, "renewed", certificate("Another authority", ca=True))
    gateway = start(towards(asking.port, more=f", ssl_certificate: {stranger}"), "--ca-file", authority.file, simulated=False)
    assert gateway.ask("m").status_code == 502
    ours(authority, "renewed")
    gateway.process.send_signal(signal.SIGHUP)
    until(lambda: gateway.ask("m").status_code == 200)


def test_a_file_of_authorities_counts_for_its_deployment_alone(start, authority, good):
    with fakes.fake(hello, server(good)) as provider:
        known = towards(provider.port, more=f", ssl_verify: {authority.file}")
        strict = towards(provider.port).split("model_list:\n")[1].split("router_settings")[0].replace("model_name: m", "model_name: strict")
        gateway = start(known.replace("router_settings", strict + "router_settings"), simulated=False)
        assert [gateway.ask(model).status_code for model in ("m", "strict", "m")] == [200, 502, 200]


@pytest.mark.parametrize("key, content", [("ssl_certificate", b"-----BEGIN NOTHING"), ("ssl_certificate", None), ("ssl_verify", None)])
def test_files_that_cannot_be_used_stop_the_start(tmp_path, key, content):
    path = tmp_path / "ours.pem"
    if content:
        path.write_bytes(content)
    config = tmp_path / "config.yaml"
    config.write_text(towards(443, more=f", {key}: {path}"))
    _, told, problems = meridian("check", config, check=1)
    assert str(path) in told + problems


@pytest.mark.parametrize("case", ["speaks no TLS", "says nothing", "hangs up", "sends an alert", "sends garbage"])
def test_a_handshake_that_goes_wrong_is_an_error_in_time(start, authority, case):
    held = threading.Event()

    def serve(talk):
        talk.more()
        talk.send({"speaks no TLS": b"HTTP/1.1 400 Bad Request\r\n\r\n", "sends an alert": b"\x15\x03\x03\x00\x02\x02\x28",
                   "sends garbage": b"\x16\x03\x03\xff\xff" + b"\xaa" * 100}.get(case, b""))
        if case == "says nothing":
            held.wait(10)

    with fakes.raw(serve) as provider:
        gateway = start(towards(provider.port).replace("timeout: 10", "timeout: 1"), "--ca-file", authority.file, simulated=False)
        began = time.monotonic()
        answer = gateway.ask("m")
        held.set()
        assert answer.status_code == (504 if case == "says nothing" else 502)
        assert time.monotonic() - began < 3
        assert SECRET.encode() not in provider.bytes


# Towards clients.

@pytest.fixture(scope="module")
def provider():
    with fakes.fake(hello) as provider:
        yield provider


@pytest.fixture(scope="module")
def gateway(start_once, provider, good):
    return start_once(towards(provider.port).replace("https:", "http:"), "--ssl_certfile_path", good, "--ssl_keyfile_path", good,
                      simulated=False)


@pytest.fixture
def trusting(authority):
    return ssl.create_default_context(cafile=str(authority.file))


@pytest.mark.parametrize("version, taken", [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_old_versions_are_not_spoken_to_clients(gateway, trusting, version, taken):
    version = ssl.TLSVersion[version]
    limited(trusting, lowest=version, highest=version)
    if not taken:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            Line(gateway, wrap=trusting)
        return
    with Line(gateway, wrap=trusting) as line:
        line.send(post(BODY))
        assert line.answer().status == 200


@pytest.mark.parametrize("ciphers", ["aNULL:@SECLEVEL=0", "eNULL:@SECLEVEL=0", "RC4:@SECLEVEL=0", "3DES:@SECLEVEL=0", "EXPORT:@SECLEVEL=0"])
def test_weak_ciphers_are_not_spoken_to_clients(gateway, trusting, ciphers):
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    trusting.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        trusting.set_ciphers(ciphers)
    except ssl.SSLError:
        pytest.skip("this OpenSSL has none of them to offer")
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        Line(gateway, wrap=trusting)


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_client_that_comes_back_resumes_its_session(gateway, trusting, version):
    limited(trusting, lowest=ssl.TLSVersion[version], highest=ssl.TLSVersion[version])
    session = None
    for resumed in (False, True):
        with socket.create_connection(("127.0.0.1", gateway.port)) as plain, \
                trusting.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
            tls.sendall(post(BODY))
            assert tls.recv(12) == b"HTTP/1.1 200"
            assert tls.session_reused == resumed
            session = tls.session


def test_a_session_that_the_client_made_up_is_a_whole_handshake(gateway, trusting, start, good, provider):
    """Tickets of one process are nothing to another: keys are not shared and not written anywhere."""
    other = start(towards(provider.port).replace("https:", "http:"), "--ssl_certfile_path", good, "--ssl_keyfile_path", good, simulated=False)
    with socket.create_connection(("127.0.0.1", other.port)) as plain, trusting.wrap_socket(plain, server_hostname="localhost") as tls:
        tls.sendall(post(BODY))
        tls.recv(12)
        session = tls.session
    with socket.create_connection(("127.0.0.1", gateway.port)) as plain, \
            trusting.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
        assert not tls.session_reused
        tls.sendall(post(BODY))
        assert tls.recv(12) == b"HTTP/1.1 200"


def test_a_client_that_offers_http_2_alone_is_not_promised_it(gateway, trusting):
    trusting.set_alpn_protocols(["h2"])
    with Line(gateway, wrap=trusting) as line:
        assert line.socket.selected_alpn_protocol() is None
        line.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert line.answer().status == 400


@pytest.mark.parametrize("bytes_sent", [b"", b"\x16\x03\x01", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 20, b"\x80\x2e\x01\x00\x02",
                                        b"\x16\x03\x01\xff\xff", b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"])
def test_a_client_that_stalls_or_spoils_its_handshake_keeps_nobody_out(gateway, trusting, bytes_sent):
    with socket.create_connection(("127.0.0.1", gateway.port)) as stalled:
        stalled.sendall(bytes_sent)
        with Line(gateway, wrap=trusting) as line:
            line.send(post(BODY))
            assert line.answer().status == 200


def test_a_stalled_handshake_ends_after_ten_seconds(gateway):
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=13) as stalled:
        stalled.sendall(b"\x16\x03\x01")
        began = time.monotonic()
        try:
            assert stalled.recv(1) == b""
        except ConnectionResetError:
            pass
        assert 9 < time.monotonic() - began < 12


def test_a_certificate_that_is_replaced_is_used_without_a_signal(start, authority, provider, trusting):
    """As cert-manager does, and key and certificate one after the other, as certbot does."""
    pem, key = authority.folder / "watched.pem", authority.folder / "watched-key.pem"

    def renew():
        fresh = certificate("localhost", authority)
        fresh.write(authority.folder, "fresh").replace(key)
        pem.write_bytes(fresh.certificate.public_bytes(serialization.Encoding.PEM))
        return f"{fresh.certificate.serial_number:X}"

    def serial():
        with Line(gateway, wrap=trusting) as line:
            return line.socket.getpeercert()["serialNumber"].lstrip("0")

    before = renew()
    gateway = start(towards(provider.port).replace("https:", "http:"), "--ssl_certfile_path", pem, "--ssl_keyfile_path", key, simulated=False)
    assert serial() == before
    after = renew()
    until(lambda: serial() == after)


def test_open_connections_live_through_a_renewal_and_new_ones_see_it(start, authority, provider, trusting):
    pem = authority.folder / "renewed.pem"
    certificate("localhost", authority).write(authority.folder, "renewed")
    gateway = start(towards(provider.port).replace("https:", "http:"), "--ssl_certfile_path", pem, "--ssl_keyfile_path", pem, simulated=False)

    def serial():
        with Line(gateway, wrap=trusting) as line:
            return line.socket.getpeercert()["serialNumber"]

    with Line(gateway, wrap=trusting) as line:
        line.send(post(BODY))
        assert line.answer().status == 200
        before = serial()
        for spoiled in ("", "no certificate", pem.read_text().replace("BEGIN CERTIFICATE", "BEGIN NOTHING"),
                        re.sub(r"-----BEGIN PRIVATE.*?END PRIVATE KEY-----\n", "", pem.read_text(), flags=re.S)):
            kept = gateway.errors().count("the certificate in use stays")
            pem.write_text(spoiled)
            gateway.signal(1)
            until(lambda: gateway.errors().count("the certificate in use stays") == kept + 1)
            assert serial() == before
            certificate("localhost", authority).write(authority.folder, "renewed")
        gateway.signal(1)
        until(lambda: serial() != before)
        line.send(post(BODY))
        assert line.answer().status == 200
    assert "PRIVATE KEY" not in gateway.errors()

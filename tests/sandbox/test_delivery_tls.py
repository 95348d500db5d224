"""Webhooks over TLS: only to receivers whose certificate is trusted."""

from __future__ import annotations

import ipaddress
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sumsub.sandbox import process
from tests.sandbox.caller import Caller, send, until
from tests.sandbox.receiver import receiving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "receiver.pem"
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return file


@pytest.mark.parametrize("trusted", [True, False])
def test_a_receiver_over_tls_is_sent_to_when_its_certificate_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    slow_machine = {"webhook_timeout_scale": 10, "review_delay_ms": 600_000}
    with (
        receiving(tls) as receiver,
        process.start(applicants=30, webhook_url=receiver.url, scenario=slow_machine) as sandbox,
    ):
        token = sandbox.tokens_csv(1, "outcome=approved").split()[1]
        Caller(sandbox, sandbox.recipient).reuse(token)

        def logged() -> list[bytes]:
            return send(sandbox.url, "GET", "/_sandbox/deliveries.jsonl").body.splitlines()

        until(lambda: len(logged()) >= 2, 20)
        attempts = [json.loads(line) for line in logged()]
        seen = len(receiver.bodies)
    if trusted:
        assert {a["state"] for a in attempts} == {"delivered"}
        assert seen == 2
    else:
        assert all("certificate is not trusted" in a["error"] for a in attempts)
        assert seen == 0

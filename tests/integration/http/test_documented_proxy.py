"""A server in production behind TLS, with the configuration of nginx that the documentation gives."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.http.nginx import tls_proxy
from tests.integration.servers import Server, free_port, running

pytestmark = pytest.mark.nginx
BUNNY = Path(__file__).parents[2] / "media" / "bigbuckbunny.mp4"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this address, signed by its own key, which goes into the other file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "proxy.pem", folder / "proxy.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, secret


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[Server, str]]:
    """The server, and its address behind the proxy."""
    certificate, key = make_certificate(tmp_path)
    port = free_port()
    address = f"https://127.0.0.1:{port}"
    settings = {
        "STREAMCORE_ENVIRONMENT": "production",
        "STREAMCORE_SECRET_KEY": "a secret of the tests, of more than 32 characters",
        "STREAMCORE_PUBLIC_URL": address,
        "STREAMCORE_TRUSTED_PROXIES": '["127.0.0.1"]',
        "SSL_CERT_FILE": str(certificate),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    async with (
        running(Server(tmp_path / "data", settings)) as server,
        tls_proxy(port, server.url, tmp_path / "nginx", certificate, key),
    ):
        yield server, address


async def test_a_film_goes_in_and_its_stream_comes_out(site: tuple[Server, str], tmp_path: Path) -> None:
    server, address = site
    report = await server.command("upload", str(BUNNY), "--url", address, "--title", "Big Buck Bunny")
    stream = report.strip().rpartition("published: ")[2]
    assert stream.startswith(f"{address}/media/videos/")
    context = ssl.create_default_context(cafile=str(tmp_path / "proxy.pem"))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as http:
        for _ in range(2):
            async with http.get(stream) as master:
                assert (master.status, (await master.text()).partition("\n")[0]) == (200, "#EXTM3U")
        async with http.get(f"{address}/api/v1/videos") as videos:
            assert [video["title"] for video in (await videos.json())["data"]] == ["Big Buck Bunny"]
            assert "Strict-Transport-Security" in videos.headers
        async with http.get(f"{address}/metrics") as metrics:
            assert metrics.status == 403
    kept = [path for path in (tmp_path / "nginx" / "cache").rglob("*") if path.is_file()]
    assert kept, "files of public videos are kept"

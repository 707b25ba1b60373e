"""Capture and check: what happened is written down, and no picture is kept."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import http.server
import io
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image

from crawler import guard
from crawler.child import Job, fetch, run
from crawler.exchange import Exchange, unanswered

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # a Tuesday


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((60, 60), (-2, -1, 1, 1), 30).convert("RGB").save(out, kind)
    return out.getvalue()


def test_hops_addresses_headers_and_times_are_written_down(web: Any, serve: Any) -> None:
    web.routes["/"] = serve(302, b"", "text/html", Location="/page")
    web.page("/page", "<p>Bonjour</p>")
    exchange = fetch(web.url("/"), allow=web.allow, now=NOW, contact="https://vigie.example/contact")
    assert [(hop.status, hop.address, hop.port, hop.location) for hop in exchange.hops] == [
        (302, "127.0.0.1", web.port, "/page"),
        (200, "127.0.0.1", web.port, None),
    ]
    assert (exchange.asked, exchange.final_url) == (web.url("/"), web.url("/page"))
    assert (exchange.status, exchange.mime, exchange.charset, exchange.body) == (
        200,
        "text/html",
        "utf-8",
        b"<p>Bonjour</p>",
    )
    assert exchange.body_sha256 == hashlib.sha256(b"<p>Bonjour</p>").hexdigest()
    assert exchange.dns == ("127.0.0.1",)
    assert exchange.error_class is None
    assert NOW <= exchange.started_at <= exchange.ended_at < NOW + dt.timedelta(minutes=1)
    sent = {name.lower(): value for name, value in exchange.request_headers}
    assert sent["user-agent"].startswith("Vigie/")
    assert sent["user-agent"].endswith("(+https://vigie.example/contact)")
    assert not {"cookie", "referer", "authorization"} & set(sent)
    assert Exchange.from_json({"type": "exchange", **exchange.to_json()}) == exchange


@pytest.mark.parametrize("status", [404, 410, 403, 500])
def test_a_failing_status_is_an_answer_and_not_an_error(web: Any, serve: Any, status: int) -> None:
    web.routes["/"] = serve(status, b"<p>absent</p>", "text/html")
    exchange = fetch(web.url("/"), allow=web.allow, purpose="check")
    assert (exchange.status, exchange.error_class, exchange.body) == (status, None, b"<p>absent</p>")


def test_a_site_that_is_down_is_a_transient_exchange(web: Any) -> None:
    web.close()
    exchange = fetch(web.url("/"), allow=web.allow)
    assert (exchange.error_class, exchange.status, exchange.hops) == ("transient", None, ())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_in_a_page_is_cut_and_the_hash_is_of_the_untouched_body(web: Any, kind: str) -> None:
    data = picture(kind)
    plain = base64.b64encode(data).decode()
    script = f"<script>var x={{'i':'{plain}'}}</script>"
    html = f"<p>Avant</p><img src='data:image/{kind.lower()};base64,{plain}'>{script}<p>Après</p>"
    exchange = fetch(web.page("/", html), allow=web.allow)
    assert exchange.body is not None
    assert plain[40:80].encode() not in exchange.body
    assert "<p>Après</p>".encode() in exchange.body
    assert exchange.body_sha256 == hashlib.sha256(html.encode()).hexdigest()
    assert exchange.body_bytes == len(html.encode())
    assert [(cut.type, cut.length, cut.sha256) for cut in exchange.cut] == [
        (f"image/{kind.lower()}", len(data), hashlib.sha256(data).hexdigest())
    ] * 2


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/png", "PNG"),
        ("image/jpeg", "JPEG"),
        ("text/html", "PNG"),
        ("text/plain", "JPEG"),
        ("application/json", "WEBP"),
    ],
)
def test_an_address_that_answers_a_picture_keeps_headers_and_hash_only(
    web: Any, serve: Any, mime: str, kind: str
) -> None:
    data = picture(kind)
    web.routes["/p"] = serve(200, data, mime)
    exchange = fetch(web.url("/p"), allow=web.allow)
    assert (exchange.body, exchange.error_class, exchange.mime) == (None, None, mime)
    assert exchange.body_sha256 == hashlib.sha256(data).hexdigest()
    assert exchange.body_bytes == len(data)
    assert exchange.headers


@pytest.mark.parametrize(
    "mime", ["image/svg+xml", "video/mp4", "application/pdf", "application/octet-stream", "application/zip"]
)
def test_a_body_of_no_text_type_is_not_kept(web: Any, serve: Any, mime: str) -> None:
    web.routes["/p"] = serve(200, b"<svg xmlns='x'><path d='M0 0'/></svg>", mime)
    exchange = fetch(web.url("/p"), allow=web.allow)
    assert exchange.body is None
    assert exchange.body_sha256


def test_a_film_longer_than_the_limit_keeps_its_headers(web: Any, serve: Any) -> None:
    web.routes["/film"] = serve(200, b"\0\0\0\x18ftypmp42" + b"\0" * (9 * 1024 * 1024), "video/mp4")
    exchange = fetch(web.url("/film"), allow=web.allow)
    assert (exchange.status, exchange.error_class, exchange.body, exchange.body_sha256) == (200, None, None, None)


def test_headers_only_reads_no_body_and_opens_no_media_address(web: Any, serve: Any) -> None:
    web.page("/page", "<p>Texte</p>")
    web.routes["/p.png"] = serve(200, picture(), "image/png")
    exchange = fetch(web.url("/page"), allow=web.allow, headers_only=True)
    assert (exchange.status, exchange.body, exchange.body_sha256, exchange.body_bytes) == (200, None, None, 0)
    assert exchange.headers
    refused = fetch(web.url("/p.png"), allow=web.allow, headers_only=True)
    assert refused.error_class == "refused"
    web.routes["/"] = serve(302, b"", "text/html", Location="/p.png")
    assert fetch(web.url("/"), allow=web.allow, headers_only=True).error_class == "refused"
    assert "/p.png" not in web.asked


def test_an_address_on_the_no_fetch_list_is_refused_before_any_request(web: Any, serve: Any) -> None:
    key = "5a" * 32
    web.routes["/"] = serve(302, b"", "text/html", Location="/mineur")
    deny = [guard.keyed(key, web.url("/mineur"))]
    for path in ("/mineur", "/mineur#x", "/"):
        assert fetch(web.url(path), allow=web.allow, deny=deny, deny_key=key).error_class == "refused"
    assert web.asked == ["/"]


def test_robots_does_not_govern_a_known_address(web: Any, serve: Any) -> None:
    web.routes["/robots.txt"] = serve(200, b"User-agent: *\nDisallow: /", "text/plain")
    assert fetch(web.page("/p", "<p>x</p>"), allow=web.allow).status == 200
    assert "/robots.txt" not in web.asked


def test_an_exchange_without_answer_survives_json() -> None:
    nothing = unanswered("https://a.example/", "transient", NOW)
    assert Exchange.from_json(nothing.to_json()) == nothing


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[tuple[str, str, str]]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "inconnu.example")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + dt.timedelta(days=36500)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "cert.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))

    class Serve(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<p>Chez elle</p>")

        def log_message(self, *_: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    place = f"127.0.0.1:{server.server_port}"
    yield f"https://{place}/", place, hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
    server.shutdown()
    server.server_close()


def test_a_bad_certificate_is_recorded_and_the_capture_goes_on(self_signed: tuple[str, str, str]) -> None:
    url, place, fingerprint = self_signed
    exchange = fetch(url, allow=[place])
    assert (exchange.status, exchange.body, exchange.error_class) == (200, b"<p>Chez elle</p>", None)
    tls = exchange.hops[0].tls
    assert tls is not None
    assert tls["verified"] is False
    assert "self" in tls["problem"]
    assert tls["certificate_sha256"] == fingerprint
    assert tls["version"].startswith("TLSv1.")
    assert tls["cipher"]


def test_a_crawl_does_not_accept_a_bad_certificate(self_signed: tuple[str, str, str]) -> None:
    url, place, _ = self_signed
    said = list(run(Job("essai", "site", {"start_urls": [url], "delay_seconds": 0}, allow=(place,), seconds=20)))
    assert [message["class"] for message in said if message["type"] == "error"] == ["transient"]
    assert not [message for message in said if message["type"] == "sighting"]

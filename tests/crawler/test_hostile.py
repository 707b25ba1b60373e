"""Hostile sites: a canary that nobody may reach, and answers that would fill memory or never end."""

from __future__ import annotations

import gzip
import ipaddress
import json
import socket
import time
import zlib
from collections.abc import Callable
from typing import Any

import httpcore
import pytest

from crawler import http
from crawler.child import Job, fetch, run
from crawler.guarding import wrap
from crawler.trouble import CrawlerError, Refused

MIB = 1024 * 1024


def look(
    web: Any, *paths: str, signals: tuple[str, ...] = (), seconds: float = 20, **settings: Any
) -> list[dict[str, Any]]:
    starts = [path if "://" in path else web.url(path) for path in paths]
    given = {"start_urls": starts, "delay_seconds": 0, **settings}
    return list(run(Job("essai", "site", given, signals=signals, allow=web.allow, seconds=seconds)))


def classes(messages: list[dict[str, Any]]) -> list[str]:
    return [message["class"] for message in messages if message["type"] == "error"]


def sightings(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in messages if message["type"] == "sighting"]


# the canary


def test_the_crawler_does_not_knock_at_a_forbidden_address(web: Any, canary: Any) -> None:
    messages = look(
        web,
        canary.url,
        f"http://0x7f000002:{web.port}/",
        f"http://2130706434:{web.port}/",
        f"http://[::ffff:127.0.0.2]:{web.port}/",
    )
    assert classes(messages) == ["refused"] * 4
    assert canary.knocks == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_crawler_does_not_follow_a_redirect_there(web: Any, canary: Any, serve: Any, status: int) -> None:
    web.routes["/"] = serve(status, b"", "text/html", Location=canary.url)
    messages = look(web, "/")
    assert classes(messages) == ["refused"]
    assert sightings(messages) == []
    assert canary.knocks == 0


def test_the_crawler_does_not_follow_refresh_image_frame_or_feed_link_there(web: Any, canary: Any) -> None:
    web.page("/rafraichir", f"<meta http-equiv=refresh content='0;url={canary.url}'><p>x</p>")
    web.page(
        "/image",
        f"<p>Texte</p><img src='{canary.url}x.png'><iframe src='{canary.url}'></iframe><a href='{canary.url}'>y</a>",
    )
    entry = f"<title>t</title><link>{canary.url}</link><enclosure url='{canary.url}e.png'/>"
    feed = f"<rss version='2.0'><channel><item>{entry}</item></channel></rss>"
    web.page("/flux", feed)
    messages = look(web, "/rafraichir", "/image", signals=("pdq",), hosts=["127.0.0.1", "127.0.0.2"])
    messages += list(
        run(Job("essai", "feed", {"feeds": [web.url("/flux")], "delay_seconds": 0}, allow=web.allow, seconds=20))
    )
    assert classes(messages).count("refused") >= 3
    assert {media["refused"] for seen in sightings(messages) for media in seen["media"]} == {"refused"}
    assert canary.knocks == 0


def test_a_robots_txt_that_points_there_is_not_followed_and_forbids(web: Any, canary: Any, serve: Any) -> None:
    web.routes["/robots.txt"] = serve(302, b"", "text/plain", Location=canary.url)
    web.page("/", "<p>Texte</p>")
    assert classes(look(web, "/")) == ["transient"]
    assert canary.knocks == 0


def test_a_capture_does_not_knock_there_directly_or_by_redirect(web: Any, canary: Any, serve: Any) -> None:
    web.routes["/"] = serve(302, b"", "text/html", Location=canary.url)
    for address in (canary.url, web.url("/"), f"http://0x7f.0.0.2:{web.port}/", "file:///etc/hostname"):
        assert fetch(address, allow=web.allow).error_class == "refused"
    assert canary.knocks == 0


UNGUARDED = """
from crawler import guard, guarding, looking, run
guard.url_refusal = lambda *_: None
{more}
raise SystemExit(run.main())
"""


def test_the_socket_guard_alone_holds_when_the_address_rules_are_gone(web: Any, canary: Any, child_says: Any) -> None:
    header = json.dumps(
        {
            "source": "s",
            "kind": "site",
            "settings": {"start_urls": [canary.url], "delay_seconds": 0},
            "limits": {"seconds": 20},
        }
    )
    capture = json.dumps(
        {"source": "s", "kind": "capture", "settings": {"address": canary.url}, "limits": {"seconds": 20}}
    )
    for line in (header, capture):
        messages, _, _ = child_says(line, program=UNGUARDED.format(more=""))
        assert messages[-1]["type"] == "done"
    assert canary.knocks == 0
    # without the guard on the socket the same program does knock: the canary is alive
    child_says(header, program=UNGUARDED.format(more="guard.refusal = lambda *_: None"))
    assert canary.knocks > 0


def test_a_name_is_refused_when_any_of_its_answers_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "public.example": ["93.184.216.34"],
        "mixed.example": ["93.184.216.34", "10.0.0.1"],
        "private.example": ["127.0.0.1"],
        "mapped.example": ["::ffff:169.254.169.254"],
    }
    dialled: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (literal, port)) for literal in answers[host]]

    def dial(self: Any, host: str, *_: Any, **__: Any) -> Any:
        dialled.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", dial)
    for name in ("mixed.example", "private.example", "mapped.example"):
        with pytest.raises(Refused):
            http.Wire().connect_tcp(name, 443)
    with pytest.raises(httpcore.ConnectError):
        http.Wire().connect_tcp("public.example", 443)
    assert dialled == ["93.184.216.34"]


def test_a_name_that_changes_its_answer_is_checked_at_every_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 80))])
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda *_, **__: object())
    wire = http.Wire()
    wire.connect_tcp("rebinding.example", 80)
    with pytest.raises(Refused):
        wire.connect_tcp("rebinding.example", 80)


def test_the_reactor_dials_only_what_the_guard_lets_through() -> None:
    dialled: list[tuple[str, int]] = []
    guarded = wrap(
        lambda host, port, *_, **__: dialled.append((host, port)), Job("s", "site", allow=("127.0.0.1:8081",))
    )
    for host, port in (
        ("127.0.0.1", 8082),
        ("127.0.0.2", 8081),
        ("10.0.0.1", 80),
        ("forum.example", 80),
        ("8.8.8.8", 22),
    ):
        with pytest.raises(CrawlerError):
            guarded(host, port, "factory", timeout=3)
    guarded("127.0.0.1", 8081, "factory")
    guarded("8.8.8.8", 443, "factory", timeout=3)
    assert dialled == [("127.0.0.1", 8081), ("8.8.8.8", 443)]
    assert all(ipaddress.ip_address(host) for host, _ in dialled)


def test_nothing_but_http_can_be_asked_of_the_crawler(web: Any) -> None:
    messages = look(web, "file:///etc/hostname", "ftp://forum.example/", "data:text/html,x", "s3://seau/x")
    assert classes(messages) == ["refused"] * 4


# bombs and drips

BIG = 200 * MIB


def packed(encoding: str) -> bytes:
    zeros = b"\0" * MIB
    pack = zlib.compressobj(9, zlib.DEFLATED, 15 if encoding == "deflate" else 31)
    data = b"".join(pack.compress(zeros) for _ in range(BIG // MIB)) + pack.flush()
    return gzip.compress(data) if encoding == "gzip, gzip" else data


def endless(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>encore</p>" * 4096)


def big_headers(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-Grand: " + b"a" * 60_000 + b"\r\n")


def dripping(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.2)


def dripping_headers(handler: Any) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX-Lent: " + b"a" * 10_000:
        handler.wfile.write(bytes([letter]))
        handler.wfile.flush()
        time.sleep(0.2)


def declared_huge(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(2**40))
    handler.end_headers()
    handler.wfile.write(b"<p>x</p>" * (2 * MIB))


def cut_short(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<p>x</p>")


def hanging_up(handler: Any) -> None:
    handler.connection.close()


STREAMS: dict[str, tuple[Callable[[Any], None], set[str]]] = {
    "endless": (endless, {"refused"}),
    "big headers": (big_headers, {"transient", "refused"}),
    "dripping body": (dripping, {"transient"}),
    "dripping headers": (dripping_headers, {"transient"}),
    "declared huge": (declared_huge, {"refused"}),
    "cut short": (cut_short, {"transient"}),
    "hanging up": (hanging_up, {"transient"}),
}
BOMBS = ["gzip", "gzip, gzip", "deflate"]


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_refused_by_both_clients(web: Any, serve: Any, encoding: str) -> None:
    web.routes["/"] = serve(200, packed(encoding), "text/html", Content_Encoding=encoding)
    exchange = fetch(web.url("/"), allow=web.allow)
    assert (exchange.error_class, exchange.body) == ("refused", None)
    messages = look(web, "/")
    assert classes(messages) == ["refused"]
    assert sightings(messages) == []
    assert messages[-1]["bytes"] <= 9 * MIB


@pytest.mark.parametrize(("behaviour", "expected"), STREAMS.values(), ids=STREAMS)
def test_an_answer_without_end_ends_here_in_both_clients(web: Any, behaviour: Any, expected: set[str]) -> None:
    web.routes["/"] = behaviour
    exchange = fetch(web.url("/"), allow=web.allow, seconds=2)
    assert exchange.error_class in expected
    assert exchange.body is None
    messages = look(web, "/", seconds=8)
    assert set(classes(messages)) & expected
    assert sightings(messages) == []
    assert messages[-1]["type"] == "done"
    assert messages[-1]["bytes"] <= 20 * MIB


def test_a_redirect_loop_is_cut_in_both_clients(web: Any, serve: Any) -> None:
    web.routes["/"] = serve(302, b"", "text/html", Location="/?encore")
    exchange = fetch(web.url("/"), allow=web.allow)
    assert exchange.error_class == "refused"
    assert len(exchange.hops) == 11
    assert classes(look(web, "/")) == ["refused"]


def test_an_allowed_packing_is_read_by_both_clients(web: Any, serve: Any) -> None:
    web.routes["/"] = serve(200, gzip.compress(b"<p>Bonjour</p>"), "text/html", Content_Encoding="gzip")
    assert fetch(web.url("/"), allow=web.allow).body == b"<p>Bonjour</p>"
    assert [field["text"] for field in sightings(look(web, "/"))[0]["fields"] if field["name"] == "text"] == ["Bonjour"]

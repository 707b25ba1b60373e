"""The child process: its protocol, its limits, what it reports instead of seeing, and its death."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from config import messages as words
from crawler import child, guard
from crawler.child import Job, Query, fetch, run
from crawler.process import environment
from crawler.sighting import Sighting
from crawler.trouble import CLASSES

MARKER = b"VIGIE-MARKER-0123456789-abcdefghij"


def messages(web: Any, kind: str, settings: dict[str, Any], *queries: Query, **job: Any) -> list[dict[str, Any]]:
    given = {"allow": web.allow, "seconds": 20, **job}
    return list(run(Job("essai", kind, {"delay_seconds": 0, **settings}, **given), queries))


def of_type(said: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message for message in said if message["type"] == kind]


def picture(side: int = 120) -> bytes:
    out = io.BytesIO()
    image = Image.effect_mandelbrot((side, side), (-2, -1, 1, 1), 40).convert("RGB")
    image.save(out, "PNG")
    return out.getvalue() + MARKER


def test_a_search_opens_the_page_behind_each_result(web: Any, serve: Any) -> None:
    page = web.page("/t/42", "<title>Sujet 42</title><p>Camille Exemple est citée</p>")
    answer = {
        "results": [{"url": page, "content": "un extrait", "engines": ["x"]}],
        "unresponsive_engines": [["google", "CAPTCHA"]],
    }
    web.routes["/search"] = serve(200, json.dumps(answer).encode(), "application/json")
    said = messages(web, "searxng", {"endpoint": web.url("")}, Query("q1", "Camille Exemple"))
    (seen,) = (Sighting.from_json(message) for message in of_type(said, "sighting"))
    assert (seen.url, seen.via, seen.query_id, seen.status) == (page, "searxng", "q1", 200)
    assert "Camille Exemple est citée" in {field.text for field in seen.fields}
    assert "extrait" not in json.dumps(of_type(said, "sighting"))
    (searched,) = of_type(said, "searched")
    assert searched["count"] == 1
    assert searched["proof"]["unresponsive"] == [{"engine": "google", "reason": "CAPTCHA"}]
    assert [(error["class"], error["query_id"]) for error in of_type(said, "error")] == [("transient", "q1")]
    assert said[-1]["type"] == "done"


def test_a_result_that_cannot_be_opened_is_an_error_and_no_sighting(web: Any, serve: Any) -> None:
    answer = {"results": [{"url": web.url("/perdu"), "content": "Camille Exemple"}]}
    web.routes["/search"] = serve(200, json.dumps(answer).encode(), "application/json")
    said = messages(web, "searxng", {"endpoint": web.url("")}, Query("q1", "Camille Exemple"))
    assert of_type(said, "sighting") == []
    assert [(error["class"], error["status"], error["query_id"]) for error in of_type(said, "error")] == [
        ("gone", 404, "q1")
    ]


WALLS = {
    "auth": "<form><input type=password></form>",
    "blocked": "<title>Just a moment...</title><div class=cf-challenge></div>",
}


@pytest.mark.parametrize(("error_class", "html"), WALLS.items(), ids=WALLS)
def test_a_wall_is_an_error_and_no_sighting(web: Any, error_class: str, html: str) -> None:
    said = messages(web, "site", {"start_urls": [web.page("/", html)]})
    assert [error["class"] for error in of_type(said, "error")] == [error_class]
    assert of_type(said, "sighting") == []


STATUSES = [
    (401, "auth"),
    (403, "blocked"),
    (429, "quota"),
    (402, "quota"),
    (400, "bad_query"),
    (404, "gone"),
    (410, "gone"),
    (500, "transient"),
    (503, "blocked"),
]


def test_every_failing_status_has_its_class(web: Any, serve: Any) -> None:
    for status, _ in STATUSES:
        web.routes[f"/{status}"] = serve(status, b"<p>non</p>", "text/html")
    said = messages(web, "site", {"start_urls": [web.url(f"/{status}") for status, _ in STATUSES]})
    assert {(error["status"], error["class"]) for error in of_type(said, "error")} == set(STATUSES)
    assert of_type(said, "sighting") == []


def test_a_site_that_is_down_is_transient_and_never_nothing_found(web: Any) -> None:
    web.close()
    said = messages(web, "site", {"start_urls": [web.url("/")]})
    assert [error["class"] for error in of_type(said, "error")] == ["transient"]
    said = messages(web, "searxng", {"endpoint": web.url("")}, Query("q1", "Camille Exemple"))
    assert [(error["class"], error["query_id"]) for error in of_type(said, "error")] == [("transient", "q1")]
    assert of_type(said, "searched") == []


def test_robots_is_respected_and_said(web: Any, serve: Any) -> None:
    web.routes["/robots.txt"] = serve(200, b"User-agent: *\nDisallow: /prive\n", "text/plain")
    web.page("/", "<p>Ouvert</p><a href=/prive/a>a</a>")
    web.page("/prive/a", "<p>Ferme</p>")
    said = messages(web, "site", {"start_urls": [web.url("/")]})
    assert [error["class"] for error in of_type(said, "error")] == ["robots"]
    assert len(of_type(said, "sighting")) == 1
    assert "/prive/a" not in web.asked


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_fails_is_a_no(web: Any, serve: Any, status: int) -> None:
    web.routes["/robots.txt"] = serve(status, b"", "text/plain")
    web.page("/", "<p>x</p>")
    said = messages(web, "site", {"start_urls": [web.url("/")]})
    assert [error["class"] for error in of_type(said, "error")] == ["transient"]
    assert "/" not in web.asked


def test_the_budget_of_pages_is_kept_and_said(web: Any) -> None:
    for number in range(10):
        web.page(f"/{number}", f"<p>Page {number}</p>" + "".join(f"<a href=/{other}>x</a>" for other in range(10)))
    said = messages(web, "site", {"start_urls": [web.url("/0")]}, pages=4)
    assert len(of_type(said, "sighting")) == 4
    assert len([path for path in web.asked if path != "/robots.txt"]) == 4
    assert [error["class"] for error in of_type(said, "error")] == ["quota"]
    assert said[-1]["pages"] == 4


def test_the_budget_of_bytes_is_kept_and_said(web: Any) -> None:
    for number in range(6):
        web.page(f"/{number}", "<p>" + "mot " * 30_000 + f"</p><a href=/{number + 1}>x</a>")
    said = messages(web, "site", {"start_urls": [web.url("/0")]}, bytes=200_000)
    assert len(of_type(said, "sighting")) == 2
    assert [error["class"] for error in of_type(said, "error")] == ["quota"]


def test_a_site_read_again_gives_only_what_is_new(web: Any) -> None:
    web.page("/", "<p>Accueil</p><a href=/a>a</a>")
    web.page("/a", "<p>Ancien</p>")
    first = messages(web, "site", {"start_urls": [web.url("/")]})
    assert len(of_type(first, "sighting")) == 2
    web.page("/a", "<p>Nouveau texte</p>")
    second = messages(web, "site", {"start_urls": [web.url("/")]}, cursor=of_type(first, "cursor")[-1]["value"])
    assert [seen["url"] for seen in of_type(second, "sighting")] == [web.url("/a")]


def test_a_feed_is_asked_conditionally_and_its_entries_come_once(web: Any, serve: Any) -> None:
    entry = web.page("/billet", "<title>Billet</title><p>Texte</p>")
    feed = f"<rss version='2.0'><channel><item><title>B</title><link>{entry}</link></item></channel></rss>".encode()
    web.routes["/flux"] = serve(200, feed, "application/rss+xml", ETag='"7"')
    first = messages(web, "feed", {"feeds": [web.url("/flux")]})
    assert [seen["url"] for seen in of_type(first, "sighting")] == [entry]
    sent: list[str | None] = []

    def not_modified(handler: Any) -> None:
        sent.append(handler.headers.get("If-None-Match"))
        handler.send_response(304)
        handler.end_headers()

    web.routes["/flux"] = not_modified
    second = messages(web, "feed", {"feeds": [web.url("/flux")]}, cursor=of_type(first, "cursor")[-1]["value"])
    assert sent == ['"7"']
    assert of_type(second, "sighting") == []
    assert of_type(second, "searched")[0]["count"] == 0


def test_pictures_become_signals_and_nothing_of_them_is_written(
    web: Any, serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "tmp"
    empty.mkdir()
    monkeypatch.setenv("TMPDIR", str(empty))
    for number in range(20):
        web.routes[f"/{number}.png"] = serve(200, picture(100 + number), "image/png")
    web.page(
        "/",
        "<p>x</p>"
        + "".join(f"<img src=/{number}.png alt=Photo>" for number in range(20))
        + "<img src=data:image/gif;base64,R0lGOD>",
    )
    said = messages(web, "site", {"start_urls": [web.url("/")]}, signals=("pdq",))
    (seen,) = (Sighting.from_json(message) for message in of_type(said, "sighting"))
    assert len(seen.media) == 20
    assert all([each.type for each in media.signals] == ["pdq"] * 8 for media in seen.media)
    assert all(media.sha256 and media.md5 and media.bytes and media.width for media in seen.media)
    assert list(empty.iterdir()) == []
    assert MARKER.decode() not in json.dumps(said)


def test_pictures_are_not_fetched_when_no_signal_is_wanted(web: Any, serve: Any) -> None:
    web.routes["/p.png"] = serve(200, picture(), "image/png")
    said = messages(web, "site", {"start_urls": [web.page("/", "<p>x</p><img src=/p.png>")]})
    assert of_type(said, "sighting")[0]["media"][0]["signals"] == []
    assert "/p.png" not in web.asked


def test_a_picture_that_is_none_says_so_and_the_page_is_still_seen(web: Any, serve: Any) -> None:
    web.routes["/faux.png"] = serve(200, b"pas une image", "image/png")
    web.routes["/lourd.png"] = serve(200, b"\x89PNG\r\n\x1a\n" + b"\0" * (9 * 1024 * 1024), "image/png")
    html = "<p>x</p><img src=/faux.png><img src=/lourd.png><img src=/absent.png><video src=/film.mp4></video>"
    said = messages(web, "site", {"start_urls": [web.page("/", html)]}, signals=("pdq",))
    media = {each["url"].rpartition("/")[2]: each for each in of_type(said, "sighting")[0]["media"]}
    assert media["faux.png"]["refused"] == "not_a_picture"
    assert media["lourd.png"]["refused"] == "too_large"
    assert media["absent.png"]["refused"] == "gone"
    assert media["film.mp4"]["refused"] == "video"
    assert "/film.mp4" not in web.asked


def test_an_address_on_the_no_fetch_list_is_never_asked_for(web: Any, serve: Any) -> None:
    key = "5a" * 32
    web.routes["/p.png"] = serve(200, picture(), "image/png")
    web.page("/", "<p>x</p><img src=/p.png><a href=/mineur>y</a>")
    deny = (guard.keyed(key, web.url("/mineur")), guard.keyed(key, web.url("/p.png")))
    said = messages(web, "site", {"start_urls": [web.url("/")]}, signals=("pdq",), deny=deny, secrets={"deny_key": key})
    assert set(web.asked) == {"/robots.txt", "/"}
    assert [error["class"] for error in of_type(said, "error")] == ["refused"]
    assert of_type(said, "sighting")[0]["media"][0]["refused"] == "no_fetch_list"


def test_the_clock_of_the_child_starts_where_its_parent_says(web: Any) -> None:
    now = dt.datetime(2027, 1, 23, 9, 0, tzinfo=dt.UTC)
    said = messages(web, "site", {"start_urls": [web.page("/", "<p>x</p>")]}, now=now)
    assert of_type(said, "sighting")[0]["fetched_at"].startswith("2027-01-23T09:00:")


BAD_JOBS = {
    "nothing": "",
    "no json": "{",
    "a list": "[]",
    "no kind": '{"source": "s", "settings": {}}',
    "unknown kind": '{"source": "s", "kind": "inconnu", "settings": {}}',
    "unknown key": '{"source": "s", "kind": "site", "settings": {}, "extra": 1}',
    "wrong type": '{"source": "s", "kind": "site", "settings": {}, "allow": "127.0.0.1:80"}',
    "bad limit": '{"source": "s", "kind": "site", "settings": {}, "limits": {"pages": -1}}',
    "missing setting": '{"source": "s", "kind": "site", "settings": {}}',
    "bad query": '{"source": "s", "kind": "site", "settings": {"start_urls": ["https://a.example/"]}}'
    '\n{"query_id": "q"}',
    "naive now": '{"source": "s", "kind": "site", "settings": {}, "now": "2026-11-24T09:00:00"}',
    "capture of nothing": '{"source": "s", "kind": "capture", "settings": {}}',
    "hosts that are a number": '{"source": "s", "kind": "site", "settings": {"start_urls": ["https://a.example/"], '
    '"hosts": 5}}',
    "depth in words": '{"source": "s", "kind": "site", "settings": {"start_urls": ["https://a.example/"], '
    '"depth": "x"}}',
    "result_pages in words": '{"source": "s", "kind": "searxng", "settings": {"endpoint": "https://a.example/", '
    '"result_pages": "x"}}',
    "delay in words": '{"source": "s", "kind": "site", "settings": {"start_urls": ["https://a.example/"], '
    '"delay_seconds": "x"}}',
    "limit that is no number": '{"source": "s", "kind": "site", "settings": {"start_urls": ["https://a.example/"]}, '
    '"limits": {"seconds": NaN}}',
    "unknown signal": '{"source": "s", "kind": "site", "settings": {"start_urls": ["https://a.example/"]}, '
    '"signals": ["face"]}',
}


@pytest.mark.parametrize("lines", BAD_JOBS.values(), ids=BAD_JOBS)
def test_a_job_that_cannot_be_understood_is_an_error_and_exit_2(child_says: Any, lines: str) -> None:
    said, code, _ = child_says(lines)
    assert code == 2
    assert [message["type"] for message in said] == ["error", "done"]
    assert said[0]["class"] in ("bad_query", "shape")


def test_stdout_is_the_protocol_only_and_stderr_holds_no_personal_word(web: Any, serve: Any, child_says: Any) -> None:
    web.routes["/search"] = serve(
        200, json.dumps({"results": [{"url": web.url("/camille-exemple")}]}).encode(), "application/json"
    )
    web.page("/camille-exemple", "<p>Camille Exemple</p><a href='http://[mauvais'>x</a>")
    header = {
        "source": "s",
        "kind": "searxng",
        "settings": {"endpoint": web.url(""), "delay_seconds": 0},
        "allow": list(web.allow),
        "limits": {"seconds": 20},
    }
    said, code, stderr = child_says(json.dumps(header), json.dumps({"query_id": "q1", "text": "Camille Exemple"}))
    assert code == 0
    assert {message["type"] for message in said} >= {"sighting", "searched", "done"}
    assert said[-1]["type"] == "done"
    assert not any(word in stderr.lower() for word in ("camille", "exemple", "127.0.0.1", "http:"))


CRASH = """
from crawler import run
def crash(*_):
    print("bavard", flush=True)
    raise MemoryError("Camille")
run._look = crash
raise SystemExit(run.main())
"""


def test_a_print_or_a_crash_in_the_child_breaks_nothing_and_says_no_word(child_says: Any) -> None:
    header = '{"source": "s", "kind": "site", "settings": {}}'
    said, code, stderr = child_says(header, program=CRASH)
    assert [(message["type"], message.get("class")) for message in said] == [("error", "transient"), ("done", None)]
    assert code == 1
    assert "bavard" in stderr
    assert "MemoryError" in stderr
    assert "Camille" not in stderr


BREAKING = """
from crawler import run
from crawler.sources import site
class Broken(site.SiteReader):
    pass
def broken(*_):
    raise RuntimeError("Camille")
Broken.{method} = broken
site.reader = Broken
raise SystemExit(run.main())
"""


@pytest.mark.parametrize("method", ["start", "opened", "unchanged", "finish"])
def test_a_source_that_raises_anything_is_an_error_and_then_done(web: Any, child_says: Any, method: str) -> None:
    header = {
        "source": "s",
        "kind": "site",
        "settings": {"start_urls": [web.page("/", "<p>Texte</p>")], "delay_seconds": 0},
        "allow": list(web.allow),
        "limits": {"seconds": 20},
    }
    said, code, stderr = child_says(json.dumps(header), program=BREAKING.format(method=method))
    assert [error["class"] for error in of_type(said, "error")] == ["shape"]
    assert said[-1]["type"] == "done"
    assert code == 0
    assert "RuntimeError" in stderr
    assert "Camille" not in stderr


NEVER_BEGINS = """
from crawler import looking, run
def broken(*_, **__):
    raise RuntimeError("Camille")
looking.Looking.__init__ = broken
raise SystemExit(run.main())
"""


def test_a_crawl_that_cannot_even_begin_is_an_error_and_then_done(child_says: Any) -> None:
    header = '{"source": "s", "kind": "site", "settings": {"start_urls": ["https://a.example/"]}}'
    said, code, stderr = child_says(header, program=NEVER_BEGINS)
    assert [(message["type"], message.get("class")) for message in said] == [("error", "transient"), ("done", None)]
    assert code == 1
    assert "Camille" not in stderr


DISGUISES = ["text/html", "text/plain", "application/json", "application/rss+xml", "image/png", ""]


@pytest.mark.parametrize("mime", DISGUISES)
def test_a_picture_is_never_text_whatever_it_calls_itself(web: Any, serve: Any, mime: str) -> None:
    data = picture()
    web.routes["/p"] = serve(200, data, mime)
    for signals in ((), ("pdq",)):
        said = messages(web, "site", {"start_urls": [web.url("/p")]}, signals=signals)
        (seen,) = (Sighting.from_json(message) for message in of_type(said, "sighting"))
        assert [(field.name, field.text) for field in seen.fields] == [("url", web.url("/p"))]
        (media,) = seen.media
        assert (media.url, media.mime) == (web.url("/p"), "image/png")
        assert [each.type for each in media.signals] == list(signals) * 8
        assert of_type(said, "error") == []
        assert MARKER.decode() not in json.dumps(said)
    assert web.asked.count("/p") == 2


def test_a_feed_entry_or_a_search_result_that_is_a_picture_is_never_text(web: Any, serve: Any) -> None:
    web.routes["/p"] = serve(200, picture(), "text/html")
    feed = f"<rss version='2.0'><channel><item><title>B</title><link>{web.url('/p')}</link></item></channel></rss>"
    web.routes["/flux"] = serve(200, feed.encode(), "application/rss+xml")
    found = json.dumps({"results": [{"url": web.url("/p")}]}).encode()
    web.routes["/search"] = serve(200, found, "application/json")
    said = messages(web, "feed", {"feeds": [web.url("/flux")]}, signals=("pdq",))
    said += messages(web, "searxng", {"endpoint": web.url("")}, Query("q", "Camille Exemple"), signals=("pdq",))
    seen = of_type(said, "sighting")
    assert [len(each["media"][0]["signals"]) for each in seen] == [8, 8]
    assert {field["name"] for each in seen for field in each["fields"]} <= {"url", "description"}
    assert MARKER.decode() not in json.dumps(said)


def test_a_feed_or_a_search_that_is_a_picture_is_an_error_of_shape(web: Any, serve: Any) -> None:
    web.routes["/flux"] = serve(200, picture(), "application/rss+xml")
    web.routes["/search"] = serve(200, picture(), "application/json")
    said = messages(web, "feed", {"feeds": [web.url("/flux")]})
    said += messages(web, "searxng", {"endpoint": web.url("")}, Query("q", "Camille Exemple"))
    assert [error["class"] for error in of_type(said, "error")] == ["shape", "shape"]
    assert of_type(said, "sighting") == []


def test_a_redirect_that_is_not_followed_is_an_error_and_no_sighting(web: Any, serve: Any) -> None:
    places = {"/fichier": "file:///etc/passwd", "/appli": "intent://x", "/mauvais": "http://[x"}
    for path, location in places.items():
        web.routes[path] = serve(302, b"<p>Camille Exemple</p>", "text/html", Location=location)
    web.routes["/nulle-part"] = serve(302, b"<p>Camille Exemple</p>", "text/html")
    web.routes["/choix"] = serve(300, b"<p>Camille Exemple</p>", "text/html")
    paths = [*places, "/nulle-part", "/choix"]
    said = messages(web, "site", {"start_urls": [web.url(path) for path in paths]})
    assert of_type(said, "sighting") == []
    assert sorted(error["class"] for error in of_type(said, "error")) == ["refused"] * 2 + ["shape"] * 3


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_an_empty_page_is_an_error_even_behind_a_link(web: Any, serve: Any, body: bytes) -> None:
    web.page("/", "<p>Accueil</p><a href=/vide>x</a>")
    web.routes["/vide"] = serve(200, body, "text/html")
    said = messages(web, "site", {"start_urls": [web.url("/")]})
    assert [seen["url"] for seen in of_type(said, "sighting")] == [web.url("/")]
    assert [(error["class"], error["status"]) for error in of_type(said, "error")] == [("shape", 200)]


def test_the_wait_a_server_asks_for_is_told(web: Any, serve: Any) -> None:
    web.routes["/p"] = serve(429, b"<p>non</p>", "text/html", Retry_After="120")
    web.routes["/flux"] = serve(429, b"non", "text/plain", Retry_After="60")
    said = messages(web, "site", {"start_urls": [web.url("/p")]}) + messages(web, "feed", {"feeds": [web.url("/flux")]})
    assert [(error["class"], error["retry_after"]) for error in of_type(said, "error")] == [
        ("quota", 120),
        ("quota", 60),
    ]


def test_no_job_runs_when_its_no_fetch_list_cannot_be_applied(web: Any, child_says: Any) -> None:
    header: dict[str, Any] = {
        "source": "s",
        "kind": "site",
        "settings": {"start_urls": [web.page("/", "<p>Texte</p>")], "delay_seconds": 0},
        "allow": list(web.allow),
        "deny": [guard.keyed("5a" * 32, web.url("/mineur"))],
    }
    for secrets in ({}, {"deny_key": ""}, {"deny_key": "pas hexadecimal"}):
        for kind in ("site", "capture"):
            job = header | {"kind": kind, "secrets": secrets}
            job["settings"] = {**job["settings"], "address": web.url("/")}
            said, code, _ = child_says(json.dumps(job))
            assert [(message["type"], message.get("class")) for message in said] == [
                ("error", "refused"),
                ("done", None),
            ]
            assert code == 2
    assert fetch(web.url("/"), allow=web.allow, deny=("a" * 64,)).error_class == "refused"
    assert web.asked == []


def test_a_killed_child_is_a_transient_error_and_then_done(web: Any) -> None:
    web.routes["/"] = lambda handler: time.sleep(30)
    said = run(Job("essai", "site", {"start_urls": [web.url("/")], "delay_seconds": 0}, allow=web.allow, seconds=60))
    heard: list[dict[str, Any]] = []
    listener = threading.Thread(target=lambda: heard.extend(said))
    listener.start()
    os.kill(_child_of_this_test(), signal.SIGKILL)
    listener.join(timeout=20)
    assert [(message["type"], message.get("class")) for message in heard] == [("error", "transient"), ("done", None)]


def _child_of_this_test() -> int:
    for _ in range(200):
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        for task in Path("/proc/self/task").iterdir():
            children += (task / "children").read_text().split()
        for number in children:
            if b"crawler.run" in Path(f"/proc/{number}/cmdline").read_bytes():
                return int(number)
        time.sleep(0.05)
    raise AssertionError("no child was started")


def test_a_child_that_outlives_its_deadline_is_killed_with_its_group(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.child._START", -18.0)
    web.routes["/robots.txt"] = lambda handler: time.sleep(30)
    said = messages(web, "site", {"start_urls": [web.url("/")]}, seconds=20)
    assert [(message["type"], message.get("class")) for message in said] == [("error", "transient"), ("done", None)]


def test_closing_the_generator_ends_the_child(web: Any) -> None:
    web.page("/", "<p>x</p><a href=/lent>y</a>")
    web.routes["/lent"] = lambda handler: time.sleep(30)
    said = run(Job("essai", "site", {"start_urls": [web.url("/")], "delay_seconds": 0}, allow=web.allow, seconds=60))
    assert next(iter(said))["type"] == "sighting"
    number = _child_of_this_test()
    said.close()  # type: ignore[attr-defined]
    assert not Path(f"/proc/{number}").exists()


def test_a_child_gets_no_secret_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    given = environment()
    assert not [name for name in given if name.startswith(("VIGIE", "AWS", "HTTP", "PG"))]
    assert "secret" not in given.values()


def test_a_malformed_line_of_a_child_is_an_error_of_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        child, "_lines", lambda *_: (line for line in ("bruit", '{"type":"inconnu"}', '{"type":"done"}'))
    )
    said = list(run(Job("essai", "site")))
    assert [message.get("class") for message in said] == ["shape", "shape", None]


def test_every_error_class_has_its_words_in_both_languages() -> None:
    for error_class in CLASSES:
        both = words.both(f"crawler.error.{error_class}", {})
        assert both["fr"] != both["en"]

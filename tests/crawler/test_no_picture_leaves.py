"""A picture written into the words of a page, a JSON answer or a feed does not leave the crawler as words."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image

from crawler.child import run
from crawler.job import Job


def photo() -> str:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


PHOTO = photo()
LINES = "\n".join(PHOTO[at : at + 76] for at in range(0, len(PHOTO), 76))
SHAPES = {
    "visible words": ("text/html", f"<p>Avant</p><p>{PHOTO}</p><p>Après</p>"),
    "lines of mail": ("text/html", f"<p>Avant</p><pre>{LINES}</pre><p>Après</p>"),
    "data address in words": ("text/html", f"<p>Avant data:image/jpeg;base64,{PHOTO} Après</p>"),
    "alternative text": ("text/html", f"<p>Avant Après</p><img alt='{PHOTO}' src=/x.png>"),
    "JSON-LD": ("text/html", f'<p>Avant Après</p><script type="application/ld+json">{{"text":"{PHOTO}"}}</script>'),
    "JSON answer": ("application/json", json.dumps({"words": "Avant Après", "image": PHOTO})),
    "escaped JSON": ("application/json", json.dumps({"words": "Avant Après", "i": PHOTO}).replace("/", "\\/")),
    "plain text": ("text/plain", f"Avant\n{LINES}\nAprès"),
}


def seen(kind: str, settings: dict[str, Any], web: Any) -> str:
    messages = list(run(Job("essai", kind, {"delay_seconds": 0, **settings}, allow=web.allow, seconds=20)))
    sightings = [message for message in messages if message["type"] == "sighting"]
    assert sightings, messages
    return json.dumps(sightings, ensure_ascii=False)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_photo_in_a_page_is_named_and_not_carried(web: Any, serve: Any, shape: str) -> None:
    mime, body = SHAPES[shape]
    web.routes["/"] = serve(200, body.encode(), mime)
    said = seen("site", {"start_urls": [web.url("/")]}, web)
    assert "Avant" in said
    assert "Après" in said
    assert "data:vigie/cut;type=image/jpeg;length=" in said
    assert not any(PHOTO[at : at + 40] in said for at in range(0, len(PHOTO) - 40, 40))


def test_a_photo_in_a_feed_entry_is_not_carried(web: Any, serve: Any) -> None:
    entry = f"<item><title>Avant</title><description>{PHOTO}</description><link>{web.url('/a')}</link></item>"
    feed = f"<rss version='2.0'><channel>{entry}</channel></rss>"
    web.routes["/flux"] = serve(200, feed.encode(), "application/rss+xml")
    web.page("/a", "<p>Avant</p>")
    said = seen("feed", {"feeds": [web.url("/flux")]}, web)
    assert not any(PHOTO[at : at + 40] in said for at in range(0, len(PHOTO) - 40, 40))


def test_a_crawl_is_not_ended_by_the_memory_of_the_process_that_started_it(web: Any, serve: Any) -> None:
    """A worker that holds a large index starts crawls like any other."""
    index = bytearray(1300 * 1024 * 1024)
    index[::4096] = b"x" * len(range(0, len(index), 4096))
    web.routes["/"] = serve(200, b"<p>Avant</p>", "text/html")
    assert "Avant" in seen("site", {"start_urls": [web.url("/")]}, web)

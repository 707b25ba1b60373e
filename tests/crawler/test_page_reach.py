"""What of a page is read: every place where a name or a picture can stand, whatever size and shape the page has."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import page
from crawler.page import Page
from crawler.sighting import FIELD_NAMES

URL = "https://forum.example/sujet/"
HOST = "https://forum.example"
BOUND = 60  # seconds of processor time for the worst page: most take one, the holes this guards against took hours


def read(html: str, mime: str = "text/html") -> Page:
    return page.read(html.encode("utf-8", "replace"), URL, mime, "utf-8")


@pytest.mark.parametrize(
    ("html", "field", "text"),
    [
        ("<meta name=keywords content='Camille Exemple, forum'>", "description", "Camille Exemple, forum"),
        ("<meta name=author content='Camille Exemple'>", "description", "Camille Exemple"),
        ("<meta property=article:tag content='Camille Exemple'>", "description", "Camille Exemple"),
        ("<img src=/a.jpg title='Camille Exemple'>", "alt", "Camille Exemple"),
        ("<button aria-label='Camille Exemple'>x</button>", "alt", "Camille Exemple"),
        ("<input value='Camille Exemple'>", "alt", "Camille Exemple"),
        ("<a data-fancybox data-caption='Camille Exemple' href=/x>x</a>", "caption", "Camille Exemple"),
        ("<figure><figcaption>Camille <b>Exem</b>ple</figcaption></figure>", "caption", "Camille Exemple"),
        ("<a href='/u/12' title='Camille Exemple'>x</a>", "link", f"{HOST}/u/12\nCamille Exemple"),
        ("<iframe src=/camille-exemple></iframe>", "link", f"{HOST}/camille-exemple"),
        ("<p>Vue par @camille.ex hier, écrire à moi@poste.example</p>", "handle", "@camille.ex"),
        ("<span class='name username'>camille_ex</span>", "handle", "camille_ex"),
        ("<div data-screen-name=camille_ex></div>", "handle", "camille_ex"),
        ("<iframe srcdoc='&lt;p&gt;Camille &lt;b&gt;Ex&lt;/b&gt;emple'></iframe>", "text", "Camille Exemple"),
        ("<p style='display:none'>Camille Exemple</p>", "text", "Camille Exemple"),
        ("<span hidden>Camille</span> <span style=font-size:0>Exemple</span>", "text", "Camille Exemple"),
    ],
)
def test_a_name_is_found_in_the_field_where_the_page_writes_it(html: str, field: str, text: str) -> None:
    assert read(html).text(field) == text


def test_the_words_of_a_feed_entry_in_a_cdata_section_are_read() -> None:
    feed = (
        "<rss><item><title><![CDATA[Camille Exemple]]></title><description><![CDATA[<p>vue</p>]]></description></item>"
    )
    seen = read(feed, "application/rss+xml")
    assert "Camille Exemple" in seen.text("title") + seen.text("text")
    assert "vue" in seen.text("text")


def test_the_addresses_in_a_json_answer_are_links_and_its_last_words_are_read() -> None:
    rows = ",".join(f'{{"n":{number},"w":"mot{number}"}}' for number in range(40_000))
    seen = read(f'{{"url":"https://forum.example/camille-exemple","rows":[{rows}]}}', "application/json")
    assert seen.text("link") == "https://forum.example/camille-exemple"
    assert seen.text("text").endswith("mot39999")


@pytest.mark.parametrize(
    ("html", "path"),
    [
        ("<div style=\"background:#fff url('/photo.jpg') no-repeat\"></div>", "/photo.jpg"),
        ("<div style='background-image:url(/photo.jpg?w=3)'></div>", "/photo.jpg?w=3"),
        ('<div style="background-image:url(&quot;/photo.jpg&quot;)"></div>', "/photo.jpg"),
        ("<style>.a{background:url(/photo.webp)} @font-face{src:url(/police.woff2)}</style>", "/photo.webp"),
        ("<div data-bg='/photo'></div>", "/photo"),
        ("<div data-background-image='/photo.png'></div>", "/photo.png"),
        ("<img data-lazy-src=/photo.jpg>", "/photo.jpg"),
        ("<img data-whatever=/photo.jpg>", "/photo.jpg"),
        ("<img data-srcset='/p.jpg 1x, /photo.jpg 2x'>", "/photo.jpg"),
        ("<img srcset='/p.jpg?c=1,2 300w,/photo.jpg?c=1,2 900w'>", "/photo.jpg?c=1,2"),
        ("<noscript><img src=/photo.jpg></noscript>", "/photo.jpg"),
        ("<picture><source srcset='/photo.avif 2x'></picture>", "/photo.avif"),
        ("<video data-poster=/photo.jpg></video>", "/photo.jpg"),
        ("<video><source src=/film.mp4 type=video/mp4></video>", "/film.mp4"),
        ("<svg><image xlink:href=/photo.png /></svg>", "/photo.png"),
        ("<svg><image href=/photo.png /></svg>", "/photo.png"),
        ("<input type=image src=/photo.gif>", "/photo.gif"),
        ("<object data=/photo.png type=image/png></object>", "/photo.png"),
        ("<embed src=/film.webm>", "/film.webm"),
        ("<body background=/photo.gif>", "/photo.gif"),
        ("<link rel=image_src href=/photo.jpg>", "/photo.jpg"),
        ("<link rel=preload as=image imagesrcset='/photo.jpg 2x'>", "/photo.jpg"),
        ("<a href=/photo.jpg><span>voir</span></a>", "/photo.jpg"),
        ("<meta property=og:video:secure_url content=/film.mp4>", "/film.mp4"),
        ("<meta name=twitter:image:src content=/photo.jpg>", "/photo.jpg"),
        ("<meta itemprop=thumbnailUrl content=/photo.jpg>", "/photo.jpg"),
        ('<script type="application/ld+json">{"image":{"url":"/photo.jpg"}}</script>', "/photo.jpg"),
        ('<script type="application/ld+json">{"video":[{"contentUrl":"/film.mp4"}]}</script>', "/film.mp4"),
    ],
)
def test_a_picture_or_film_is_found_wherever_the_page_names_it(html: str, path: str) -> None:
    assert [media.url for media in read(html).media] == [HOST + path]


@pytest.mark.parametrize(
    "html",
    [
        "<a href=/article.html>x</a>",
        "<link rel=icon href=/favicon.ico>",
        "<link rel=stylesheet href=/style.css>",
        "<div data-id=12 data-url=/article></div>",
        "<script src=/script.js></script><iframe src=/cadre></iframe>",
        "<img src='data:image/png;base64,iVBORw0KGgo='><div style='background:url(data:image/gif;base64,R0lG)'>",
    ],
)
def test_what_is_no_picture_is_not_given_as_one(html: str) -> None:
    assert not read(html).media


def hostile() -> dict[str, bytes]:
    many = b" ".join(b"a%d=b" % number for number in range(400_000))
    photo = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4000)
    return {
        "ten megabytes": b"<p>Une ligne du texte.</p>" * 400_000,
        "a million zero-width characters": ("<p>a" + "\u200b" * 1_000_000).encode(),
        "one word of a megabyte": b"<p>" + b"a" * 1_000_000,
        "nothing but NULs": b"\x00" * 4_000_000,
        "lone surrogates": b"<p>\xed\xa0\x80\xed\xb0\x80" * 100_000,
        "another charset than declared": b"<meta charset=utf-16>" + "<p>été</p>".encode("cp1252") * 50_000,
        "a million nested blocks": b"<div>" * 1_000_000,
        "a million nested links": b"<a href=x>" * 700_000,
        "nested captions": b"<figcaption>a" * 2000,
        "half a million attributes": b"<a " + many + b">",
        "half a million attributes behind a quote": b"<a x='>' y=\"<\" " + many + b">",
        "tags that never end": b"<a " * 2_000_000,
        "quotes that never end": b"<a b=\"c d='e " * 500_000,
        "nothing but commas in srcset": b"<img srcset='"
        + b"," * 8000
        + b"'>"
        + b"<img srcset='"
        + b"a " * 4000
        + b"'>",
        "many commas": b"".join(b"<img srcset='" + b"," * 4000 + b"'>" for _ in range(300)),
        "styles without end": b"<div style='" + b"url(" * 1_000_000 + b"'>",
        "a photo of a megabyte as text": b"<p>" + photo,
        "open brackets": b"<script type='application/ld+json'>" + b"[" * 1_000_000,
    }


@pytest.mark.parametrize("kind", hostile())
def test_a_hostile_page_is_read_in_bounded_time_and_what_follows_it_is_kept(kind: str) -> None:
    body = hostile()[kind]
    begun = time.process_time()
    seen = page.read(body + b"\"'></a></script></style> <p>Camille Exemple</p>", URL, "text/html")
    assert time.process_time() - begun < BOUND
    if kind not in ("another charset than declared",):
        assert "Camille" in "".join(field.text for field in seen.fields)


pieces = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<a href='", "'>", '">', "<img srcset=\"", "<style>", "</style>", "<!--", "-->",
         "<![CDATA[", "url(", ")", "&#", "&#x", ";", "\x00", "\u200b", "\ud800", "data:image/png;base64,",
         "<script>", "</script>", "<title>", "<iframe srcdoc='",
         "<template shadowrootmode=open>", ", ", " 2x", "@a.b", "=", "<"]
    ),
)  # fmt: skip


@given(st.lists(pieces, max_size=40).map("".join))
def test_any_page_gives_each_field_once_and_whole_addresses(html: str) -> None:
    seen = read(html)
    names = [field.name for field in seen.fields]
    assert len(set(names)) == len(names)
    assert set(names) <= set(FIELD_NAMES)
    assert all(field.text for field in seen.fields)
    assert all(link.startswith(("http://", "https://")) for link in (*seen.links, *(media.url for media in seen.media)))
    for field in seen.fields:
        field.text.encode()


@given(st.lists(st.text("abcdefé", min_size=1, max_size=6), min_size=1, max_size=5))
def test_inline_tags_never_part_a_word_and_blocks_always_do(words: list[str]) -> None:
    shuffled = [f"<b>{word[:1]}</b><i>{word[1:]}</i>" for word in words]
    assert read("<p>" + "</p><p>".join(shuffled) + "</p>").text("text") == "\n".join(words)
    assert read("<div>" + "".join(shuffled) + "</div>").text("text") == "".join(words)


@given(st.text("abc <>='\"/", max_size=300))
def test_bounding_a_tag_changes_no_page_whose_tags_are_short(html: str) -> None:
    padding = "<p>mots</p>" * 600  # long enough that the tags are looked at
    alone = read("<p>mots</p>" + html).text("text")
    assert read(padding + html).text("text") == "mots\n" * 599 + alone

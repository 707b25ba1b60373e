"""Reading a page: what a reader sees, in the right charset, whatever the page tries."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import page
from crawler.page import Page
from crawler.sighting import FIELD_NAMES, Field, Media, Sighting
from fingerprints.signal import Signal

URL = "https://forum.example/sujet/lea-martin%C3%A9?p=1"


def read(html: str, url: str = URL) -> Page:
    return page.read(html.encode(), url, "text/html", "utf-8")


def test_a_split_name_stays_whole_and_blocks_become_lines() -> None:
    seen = read(
        "<div>Ca<b>mil</b><span>le</span> Ex<!-- x -->emp<wbr>le</div><p>Autre<br>ligne</p><td>a</td><td>b</td>"
    )
    assert seen.text("text") == "Camille Exemple\nAutre\nligne\na b"


def test_what_a_reader_does_not_see_is_left_out() -> None:
    seen = read(
        "<p>Vu</p><script>var x='Camille'</script><style>p{}</style><noscript>Camille</noscript>"
        "<template>Camille</template>"
    )
    assert seen.text("text") == "Vu"


def test_a_shadow_root_is_seen() -> None:
    assert read("<div><template shadowrootmode=open><p>Camille</p></template></div>").text("text") == "Camille"


def test_every_field_has_its_name_and_appears_once() -> None:
    seen = read(
        """<html lang="fr-FR"><head><title>Le  titre</title><meta property="og:title" content="Autre titre">
        <meta name=description content="Le résumé"><meta name="twitter:creator" content="@camille_ex">
        <script type="application/ld+json">{"@type":"VideoObject","headline":"Une vidéo","transcript":"elle dit",
        "author":{"name":"Jean Invente","url":"/jean"},"datePublished":"2026-08-31T10:00:00+02:00"}</script></head>
        <body><p>Corps</p><figure><img src=/a.jpg alt="Camille à la plage"><figcaption>Une photo</figcaption></figure>
        <a href="/camille-exemple#x" title="Voir Camille">ici</a></body></html>"""
    )
    names = [field.name for field in seen.fields]
    assert len(names) == len(set(names))
    assert set(names) == set(FIELD_NAMES)
    assert seen.text("title") == "Le titre\nAutre titre"
    assert seen.text("description") == "Le résumé"
    assert seen.text("alt") == "Camille à la plage"
    assert seen.text("caption") == "Une photo"
    assert seen.text("link") == "https://forum.example/camille-exemple\nVoir Camille"
    assert seen.text("handle") == "@camille_ex"
    assert "Une vidéo" in seen.text("jsonld")
    assert seen.text("transcript") == "elle dit"
    assert seen.text("url") == "https://forum.example/sujet/lea-martiné?p=1"
    assert seen.lang == "fr"
    assert seen.published_at == "2026-08-31T08:00:00+00:00"
    assert seen.author is not None
    assert (seen.author.name, seen.author.url) == ("Jean Invente", "https://forum.example/jean")


def test_media_are_references_and_never_data() -> None:
    seen = read(
        """<meta property=og:image content="/og.jpg"><img src="data:image/png;base64,iVBORw0KGgo=" alt=x>
        <img src=petit.jpg srcset="moyen.jpg 640w, /grand.jpg 1280w" width=640 alt="Elle">
        <img data-src="/paresseux.webp" src="data:image/gif;base64,R0lGOD">
        <video poster=/affiche.jpg src=/film.mp4></video>"""
    )
    assert [media.url.rpartition("/")[2] for media in seen.media] == [
        "grand.jpg", "petit.jpg", "paresseux.webp", "film.mp4", "affiche.jpg", "og.jpg",
    ]  # fmt: skip
    assert seen.media[0].alt == "Elle"
    assert not any("data:" in media.url for media in seen.media)


def test_links_are_absolute_web_addresses() -> None:
    seen = read(
        "<base href='https://autre.example/x/'><a href=y>1</a><a href='javascript:a()'>2</a>"
        "<a href=mailto:a@b>3</a><a href='#z'>"
    )
    assert seen.links == ("https://autre.example/x/y",)


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("Un été à l’école, cœur blessé : 10 €".encode("cp1252"), "iso-8859-1"),
        ("Un été à l’école, cœur blessé : 10 €".encode("cp1252"), "utf-8"),
        ("Un été à l’école, cœur blessé : 10 €".encode("cp1252"), None),
        ("Un été à l’école, cœur blessé : 10 €".encode(), None),
        ("Un été à l’école, cœur blessé : 10 €".encode(), "windows-1252"),
        ("Un été à l’école, cœur blessé : 10 €".encode(), "iso-8859-15"),
        ("Un été à l’école, cœur blessé : 10 €".encode("utf-16"), None),
        (b"\xef\xbb\xbf" + "Un été à l’école, cœur blessé : 10 €".encode(), "iso-8859-1"),
        ("Un été à l’école, cœur blessé : 10 €".encode(), "n'existe pas\x00"),
    ],
)
def test_a_french_page_is_read_right_whatever_it_declares(body: bytes, declared: str | None) -> None:
    assert page.read(body, URL, "text/html", declared).text("text") == "Un été à l’école, cœur blessé : 10 €"


@pytest.mark.parametrize("declared", ["iso-8859-15", "iso-8859-1", None])
def test_the_ligature_of_latin_9_is_read_as_a_letter(declared: str | None) -> None:
    seen = page.read("Le cœur et l'œuvre d'été".encode("iso-8859-15"), URL, "text/html", declared)
    assert seen.text("text") == "Le cœur et l'œuvre d'été"


def test_the_charset_in_the_page_is_used_when_the_server_says_nothing() -> None:
    body = "<meta charset=windows-1251><p>Привет, Камилла</p>".encode("cp1251")
    assert page.read(body, URL, "text/html").text("text") == "Привет, Камилла"


@pytest.mark.parametrize("depth", [1000, 3000, 100_000])
def test_deep_nesting_hides_nothing(depth: int) -> None:
    seen = read("<div><span>" * depth + "Camille Exemple" + "</span></div>" * depth + "<a href=/b>suite</a>")
    assert "Camille Exemple" in seen.text("text")
    assert seen.links == ("https://forum.example/b",)


def test_nuls_hide_nothing() -> None:
    assert read("<p>Cam\x00ille</p>\x00<p>Exemple</p>").text("text") == "Camille\nExemple"


def test_a_huge_page_is_read_up_to_the_limit() -> None:
    assert len(page.read(b"<p>" + b"a " * (6 * 1024 * 1024), URL, "text/html").text("text")) < page.MAX_BODY


@given(
    st.binary(max_size=400), st.sampled_from(["text/html", "text/plain", "application/json", "application/xml", None])
)
def test_no_bytes_make_reading_fail(body: bytes, mime: str | None) -> None:
    page.read(body, URL, mime)
    page.read(b"<a href='" + body + b"'><script type=application/ld+json>" + body, URL, mime, "utf-8")


def test_a_json_answer_gives_its_texts() -> None:
    assert (
        page.read(b'{"post":{"body":"Camille Exemple","n":3}}', URL, "application/json").text("text")
        == "Camille Exemple"
    )


def test_json_ld_that_is_broken_or_endless_says_nothing() -> None:
    deep = "[" * 5000 + "]" * 5000
    assert (
        read(f"<script type='application/ld+json'>{deep}</script><script type='application/ld+json'>{{</script>").text(
            "jsonld"
        )
        == ""
    )


@pytest.mark.parametrize(
    "html",
    [
        "<form action=/login><input type=text><input type=PASSWORD></form>",
        "<p>Connectez-vous</p><input type='password'>",
    ],
)
def test_a_page_that_is_a_password_form_is_a_login_wall(html: str) -> None:
    assert read(html).login_wall


def test_a_page_with_a_login_box_beside_its_text_is_no_wall() -> None:
    assert not read("<input type=password>" + "<p>Une vraie page avec du texte.</p>" * 60).login_wall


def test_a_redirect_to_login_is_a_wall_even_without_a_form() -> None:
    assert read("<div id=app></div>", "https://reseau.example/login?next=%2Fp").login_wall
    assert not read("<p>Bonjour</p>", "https://reseau.example/blogin/x").login_wall


def test_a_consent_page_is_a_consent_wall() -> None:
    assert read(
        "<h1>Avant de continuer</h1><p>Nous utilisons des cookies</p><button>Tout accepter</button>"
    ).consent_wall
    assert read("<p>x</p>", "https://consent.moteur.example/ml?continue=x").consent_wall
    assert not read("<p>Nous utilisons des cookies</p>" + "<p>Un long article sur autre chose.</p>" * 60).consent_wall


def test_a_robot_check_is_a_challenge() -> None:
    assert read("<title>Just a moment...</title><div class=cf-challenge></div>").challenge
    assert not read("<p>Bonjour</p>").challenge


def test_robots_meta_and_canonical_and_refresh_are_read() -> None:
    seen = read(
        "<meta name=robots content='NOINDEX, follow'><link rel=canonical href=/c>"
        "<meta http-equiv=Refresh content='0; url=/suite'>"
    )
    assert seen.noindex
    assert seen.canonical_url == "https://forum.example/c"
    assert seen.refresh == "https://forum.example/suite"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-31", "2026-08-31"),
        ("2026-08-31T10:00:00", "2026-08-31T10:00:00"),
        ("2026-08-31T10:00:00+02:00", "2026-08-31T08:00:00+00:00"),
        ("2026-08-31T10:00:00Z", "2026-08-31T10:00:00+00:00"),
        ("hier", None),
        ("0001-01-01T00:00:00+23:00", None),
    ],
)
def test_a_date_without_zone_gains_none(text: str, expected: str | None) -> None:
    assert page.instant(text) == expected


def test_a_sighting_survives_its_journey_through_json() -> None:
    at = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
    media = Media("https://a.example/p.jpg", width=3, signals=(Signal("pdq", "ab" * 32, 90, "rot90"),), refused=None)
    sighting = Sighting("blog", URL, URL, 200, (Field("text", "Bonjour"),), at, lang="fr", media=(media,))
    assert Sighting.from_json({"type": "sighting", **sighting.to_json()}) == sighting

"""The invented web behaves like the sites it stands for."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from demo import web
from demo.plain import Report
from demo.web import Web
from tests.demo.asking import get, post

SUBJECT = "/sujet/107-commerces-du-port"
PHOTO = "/photo/12-sans-pudeur"
ENTRY = "/billet/la-meme-en-plus-clair"


@pytest.fixture
def changing() -> Iterator[Web]:
    """A web of this test's own."""
    with web.start(slow_seconds=0) as running:
        yield running


def test_every_site_has_an_address_and_the_guard_knows_all_of_them(invented: Web) -> None:
    assert set(invented.sites) == {"search", "forum", "gallery", "feed", "slow", "failing", "robots", "host"}
    assert invented.allow == tuple(base.removeprefix("http://") for base in invented.sites.values())
    assert all(place.startswith("127.0.0.") for place in invented.allow)
    assert len(set(invented.allow)) == len(invented.allow)


def test_two_webs_can_run_at_the_same_time(invented: Web, changing: Web) -> None:
    assert not set(invented.allow) & set(changing.allow)


def test_every_page_that_search_knows_can_be_opened(invented: Web) -> None:
    listed = list(invented._listed())
    assert len(listed) >= 40
    assert {get(each.url).status for each in listed} == {200}
    assert {get(each.base + each.page.picture).status for each in listed if each.page.picture} == {200}


def test_a_long_subject_goes_on_on_a_second_page(invented: Web) -> None:
    first, second = get(invented.url("forum", SUBJECT)), get(invented.url("forum", f"{SUBJECT}?page=2"))
    assert "EXEMPLE Camille" not in first.text
    assert "EXEMPLE Camille" in second.text
    assert f"{SUBJECT}?page=2" in first.text
    assert get(invented.url("forum", f"{SUBJECT}?page=3")).status == 404
    assert get(invented.url("forum", f"{SUBJECT}?page=rien")).status == 404


def test_the_forum_lists_all_subjects_over_several_pages(invented: Web) -> None:
    pages = [get(invented.url("forum", target)).text for target in ("/", "/?page=2", "/?page=3")]
    assert [len(set(re.findall(r"/sujet/\d+", page))) for page in pages] == [8, 8, 1]


def test_a_member_has_a_profile_that_lists_what_he_wrote_in(invented: Web) -> None:
    assert SUBJECT in get(invented.url("forum", "/membre/rumeur_du_quai")).text
    assert get(invented.url("forum", "/membre/personne")).status == 404


def test_a_picture_has_words_for_those_who_cannot_see_it(invented: Web) -> None:
    page = get(invented.url("gallery", PHOTO)).text
    assert 'alt="Camille Exemple, photo privée"' in page
    assert "<figcaption>Camille Exemple comme vous" in page


def test_pictures_are_served_as_what_they_are(invented: Web) -> None:
    jpeg = get(invented.url("gallery", f"{PHOTO}/image.jpg"))
    png = get(invented.url("gallery", "/photo/18-sans-titre-18/image.png"))
    assert (jpeg.mime, jpeg.body[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert (png.mime, png.body[:4]) == ("image/png", b"\x89PNG")
    assert get(invented.url("gallery", f"{PHOTO}/image.png")).status == 404


def test_nothing_links_to_the_profile_of_the_impostor(invented: Web) -> None:
    gallery = [each for each in invented._listed() if each.base == invented.sites["gallery"]]
    assert any("/profil/" in each.url for each in gallery)
    assert not any("/profil/" in get(each.url).text for each in gallery)


def test_the_feed_is_rss_and_leads_to_its_entries(invented: Web) -> None:
    answer = get(invented.url("feed", "/flux.xml"))
    root = ElementTree.fromstring(answer.body)
    links = [item.findtext("link", "") for item in root.iter("item")]
    assert answer.mime.startswith("application/rss+xml")
    assert len(links) == 12
    assert all(get(link).status == 200 for link in links)
    enclosure = root.find(".//enclosure")
    assert enclosure is not None
    assert len(get(enclosure.attrib["url"]).body) == int(enclosure.attrib["length"])


def test_a_deleted_page_is_gone_with_its_picture_and_from_every_list(changing: Web) -> None:
    for site, target, listing in (("gallery", PHOTO, "/"), ("feed", ENTRY, "/flux.xml")):
        assert target in get(changing.url(site, listing)).text
        changing.delete(changing.url(site, target))
        assert get(changing.url(site, target)).status == 404
        assert get(changing.url(site, f"{target}/image.jpg")).status == 404
        assert target not in get(changing.url(site, listing)).text
    assert not any(PHOTO in each["url"] for each in _search(changing, "Camille Exemple"))


def test_a_deleted_second_page_leaves_the_first_one_alone(changing: Web) -> None:
    changing.delete(changing.url("forum", f"{SUBJECT}?page=2"))
    assert get(changing.url("forum", f"{SUBJECT}?page=2")).status == 404
    assert get(changing.url("forum", SUBJECT)).status == 200


def test_a_restored_page_is_back_and_its_words_say_so(changing: Web) -> None:
    before = get(changing.url("gallery", PHOTO)).text
    changing.delete(changing.url("gallery", PHOTO))
    changing.restore(changing.url("gallery", PHOTO))
    after = get(changing.url("gallery", PHOTO))
    assert after.status == 200
    assert "Remis en ligne" in after.text
    assert after.text != before
    assert get(changing.url("gallery", f"{PHOTO}/image.jpg")).status == 200


def test_a_page_behind_a_login_answers_but_shows_nothing_of_its_content(changing: Web) -> None:
    url = changing.url("forum", f"{SUBJECT}?page=2")
    before = get(url).text
    changing.login_wall(url)
    walled = get(url)
    assert walled.status == 200
    assert 'type="password"' in walled.text
    assert "Camille" not in walled.text
    changing.restore(url)
    assert get(url).text == before


def test_an_address_of_no_site_cannot_be_deleted(invented: Web) -> None:
    with pytest.raises(KeyError, match="none of the invented sites"):
        invented.delete("http://127.0.0.1:1/x")


def test_requests_are_counted_per_site(changing: Web) -> None:
    get(changing.url("forum", "/"))
    get(changing.url("forum", "/rien"))
    get(changing.url("slow", "/robots.txt"))
    counted = dict(changing.requests)
    assert (counted["forum"], counted["slow"], counted["gallery"]) == (2, 1, 0)


def test_requests_at_the_same_time_are_all_counted(changing: Web) -> None:
    threads = [threading.Thread(target=get, args=(changing.url("feed", "/"),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert changing.requests["feed"] == 20


def test_the_failing_site_fails_but_lets_its_robots_file_be_read(invented: Web) -> None:
    assert get(invented.url("failing", "/")).status == 500
    assert get(invented.url("failing", "/robots.txt")).status == 200


def test_the_slow_site_waits_before_each_page_and_never_before_its_robots_file(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("demo.site.time.sleep", waits.append)
    with web.start(slow_seconds=1.5) as running:
        get(running.url("slow", "/robots.txt"))
        get(running.url("forum", "/"))
        assert waits == []
        assert get(running.url("slow", "/vieux-potins")).status == 200
        assert waits == [1.5]


def test_one_folder_is_forbidden_to_programs_and_unknown_to_search(invented: Web) -> None:
    assert "Disallow: /reserve/" in get(invented.url("robots", "/robots.txt")).text
    assert "/reserve/fiche-17" in get(invented.url("robots", "/")).text
    assert "Camille Exemple" in get(invented.url("robots", "/reserve/fiche-17")).text
    assert not any("/reserve/" in each["url"] for each in _search(invented, "Camille Exemple"))


def test_the_host_numbers_the_reports_it_takes(changing: Web) -> None:
    url = changing.url("host", "/abus")
    assert '<form method="post"' in get(url).text
    first, second = (
        post(url, url="http://a.example/", motif="doxxing"),
        post(url, url="http://b.example/", motif="insulte"),
    )
    assert "AB-0001" in first.text
    assert "AB-0002" in second.text
    assert changing.reports[0] == Report("AB-0001", {"url": "http://a.example/", "motif": "doxxing"})


def test_the_host_refuses_a_report_without_an_address(invented: Web) -> None:
    answer = post(invented.url("host", "/abus"), motif="doxxing")
    assert answer.status == 422
    assert invented.reports == ()


def test_after_stop_no_site_answers(changing: Web) -> None:
    url = changing.url("forum", "/")
    with web.start(slow_seconds=0) as other:
        url = other.url("forum", "/")
        assert get(url).status == 200
    with pytest.raises(OSError, match="refused"):
        get(url)


def _search(running: Web, words: str) -> list[dict[str, str]]:
    results: list[dict[str, str]] = []
    for number in ("1", "2"):
        results += json.loads(post(running.search_url, q=words, format="json", pageno=number).body)["results"]
    return results

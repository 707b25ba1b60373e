"""Who carries a site without a record: the network's abuse mailbox, never the owner, the registrar or a CDN."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from config.errors import ConfigError
from config.registries import Registries
from crawler.rdap import RegistryError
from storage.database import transaction
from takedown import contacts, network, notices, store
from takedown.errors import AddresseeError
from takedown.tables import ContentRow, NoticeRow
from tests.takedown.desk import Desk, codes, track_of

TODAY = dt.date(2026, 11, 24)  # a Tuesday


def entity(roles: list[str], mail: str = "", name: str = "Exemple", kind: str = "org", **inside: Any) -> dict[str, Any]:
    lines: list[list[Any]] = [["version", {}, "text", "4.0"], ["fn", {}, "text", name], ["kind", {}, "text", kind]]
    lines += [["email", {}, "text", mail]] if mail else []
    return {"objectClassName": "entity", "roles": roles, "vcardArray": ["vcard", lines], **inside}


def ip(*entities: dict[str, Any], name: str = "EXEMPLE-NET") -> dict[str, Any]:
    return {"objectClassName": "ip network", "handle": "198.51.100.0 - 198.51.100.255", "name": name, "country": "FR",
            "startAddress": "198.51.100.0", "endAddress": "198.51.100.255", "entities": list(entities)}  # fmt: skip


HOSTED = ip(
    entity(["registrant"], name="Hébergeur Inventé SAS", entities=[entity(["abuse"], "abuse@hebergeur.example")]),
    entity(["administrative", "technical"], "proprietaire@site.example", "Jean Inventé", "individual"),
)
"""As RIPE writes it: the abuse role inside the organisation, people beside it."""
FLAT = ip(entity(["abuse"], "Abuse@Hebergeur.example", "Abuse desk", "group"), entity(["registrant"], name="Hébergeur"))
"""As ARIN writes it, in one row."""


class Registry(ThreadingHTTPServer):
    """A registry on loopback: what it answers, by address; a text is a redirect, a number a status."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, Any] | str | int | bytes] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answering)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/rdap/"


class _Answering(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path.rpartition("/")[2], 404)
        self.send_response(answer if isinstance(answer, int) else 302 if isinstance(answer, str) else 200)
        if isinstance(answer, str):
            self.send_header("Location", answer)
        body = json.dumps(answer).encode() if isinstance(answer, dict) else answer if isinstance(answer, bytes) else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[Registry]:
    server = Registry()
    yield server
    server.shutdown()
    server.server_close()


def find(desk: Desk, registry: Registry, url: str, *literals: str, fronts: bool = True) -> contacts.Found:
    shipped = Registries.load()
    nets = tuple((ip_network(net), (registry.url,)) for net in ("198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
    known = Registries(nets, shipped.fronts if fronts else ())
    allow = (f"127.0.0.1:{registry.server_address[1]}",)
    names = tuple(ip_address(one) for one in literals or ("198.51.100.7",))
    return contacts.find(
        url, TODAY, catalogue=desk.catalogue, registries=known, allow=allow, resolve=lambda host: names
    )


@pytest.mark.parametrize("shape", [HOSTED, FLAT], ids=["nested", "flat"])
def test_the_abuse_mailbox_of_the_network_holder_is_found_with_its_source_and_day(
    desk: Desk, registry: Registry, shape: dict[str, Any]
) -> None:
    registry.answers["198.51.100.7"] = shape
    found = find(desk, registry, "https://site.example/page?x=1")
    assert (found.host, found.status, found.mailbox) == ("site.example", "unverified", "abuse@hebergeur.example")
    assert (found.source, found.found_on) == (f"{registry.url}ip/198.51.100.7", TODAY)
    assert "Jean Inventé" not in json.dumps(found.to_json(), ensure_ascii=False)


def test_a_platform_of_ours_is_answered_from_its_record_and_nobody_is_asked(desk: Desk, registry: Registry) -> None:
    found = find(desk, registry, "https://images.example/p/1")
    assert (found.status, found.record, registry.asked) == ("record", "images", [])


@pytest.mark.parametrize(
    ("literal", "name", "expected"),
    [
        ("104.16.1.1", "", "Cloudflare"), ("2606:4700::1", "", "Cloudflare"), ("151.101.1.1", "", "Fastly"),
        ("198.51.100.7", "AKAMAI-PA", "Akamai"), ("198.51.100.7", "DDOS-GUARD-NET", "DDoS-Guard"),
    ],
)  # fmt: skip
def test_a_network_in_front_of_the_site_is_never_taken_for_its_host(
    desk: Desk, registry: Registry, literal: str, name: str, expected: str
) -> None:
    registry.answers[literal] = ip(entity(["abuse"], "abuse@front.example"), name=name)
    found = find(desk, registry, "https://site.example/", literal)
    assert (found.status, found.front, found.mailbox) == ("front", expected, None)
    with transaction(desk.factory) as session, pytest.raises(AddresseeError):
        contacts.keep(session, desk.clock(), found)


@pytest.mark.parametrize(
    "mailbox", ["abuse@site.example", "abuse@mail.site.example", "quelqu-un@gmail.com", "pas une adresse", ""]
)
def test_a_mailbox_that_the_site_or_anybody_may_read_is_not_proposed(
    desk: Desk, registry: Registry, mailbox: str
) -> None:
    registry.answers["198.51.100.7"] = ip(entity(["abuse"], mailbox))
    assert find(desk, registry, "https://www.site.example/").status == "none"
    assert find(desk, registry, "https://site.example/").mailbox is None


def test_only_the_abuse_role_is_read(desk: Desk, registry: Registry) -> None:
    registry.answers["198.51.100.7"] = ip(
        *(entity([role], f"{role}@hebergeur.example") for role in ("registrant", "administrative", "technical", "noc"))
    )
    assert find(desk, registry, "https://site.example/").mailbox is None


def test_a_redirect_to_another_registry_is_followed_and_one_to_elsewhere_inside_is_refused(
    desk: Desk, registry: Registry
) -> None:
    other = Registry()
    other.answers["198.51.100.7"] = HOSTED
    registry.answers["198.51.100.7"] = f"{other.url}ip/198.51.100.7"
    with pytest.raises(Exception, match="refuse"):
        find(desk, registry, "https://site.example/")
    assert other.asked == []
    registry.answers["198.51.100.7"] = f"{registry.url}ip/198.51.100.8"
    registry.answers["198.51.100.8"] = HOSTED
    assert find(desk, registry, "https://site.example/").source.endswith("198.51.100.8")
    other.shutdown()
    other.server_close()


@pytest.mark.parametrize("answer", [404, 429, 500, b"<html>", b"[]", b'{"objectClassName": "domain"}'])
def test_a_registry_without_a_usable_answer_is_an_error_and_never_nothing_found(
    desk: Desk, registry: Registry, answer: int | bytes
) -> None:
    registry.answers["198.51.100.7"] = answer
    with pytest.raises(RegistryError, match=r"registry|answer"):
        find(desk, registry, "https://site.example/")


def test_an_address_that_no_registry_answers_for_is_said(desk: Desk, registry: Registry) -> None:
    with pytest.raises(RegistryError, match="not on the public internet"):
        find(desk, registry, "https://site.example/", "192.168.1.1")


@pytest.mark.parametrize("shape", [{}, {"entities": 3}, {"entities": [1, {"roles": "abuse"}, {"vcardArray": ["x"]}]}])
def test_any_shape_of_answer_can_be_read(shape: Mapping[str, Any]) -> None:
    assert network.read(shape).mailboxes == ()


def test_a_letter_is_written_to_a_contact_only_once_a_person_confirmed_it(desk: Desk, registry: Registry) -> None:
    registry.answers["198.51.100.7"] = HOSTED
    with transaction(desk.factory) as session:
        content_id = desk.content(session, "https://site.example/sale")
        track_id = track_of(session, content_id).id
        assert session.get_one(ContentRow, content_id).platform == contacts.target_of("site.example")
        contacts.keep(session, desk.clock(), find(desk, registry, "https://site.example/sale"))
        with pytest.raises(AddresseeError):
            desk.draft(session, [track_id])
    with transaction(desk.factory) as session:
        contacts.confirm(session, desk.clock(), "site.example", actor=desk.lead)
        notice_id = desk.draft(session, [track_id])
        goes_to = store.open_addressee(session, session.get_one(NoticeRow, notice_id))
    assert (goes_to.value, goes_to.kind, goes_to.domains) == ("abuse@hebergeur.example", "host", ("hebergeur.example",))
    assert goes_to.source.startswith(registry.url)
    with transaction(desk.factory) as session:
        assert "notice.drafted" in codes(session, desk.case_id)
        assert notices.status_of(session, notice_id) == "draft"


def test_a_newer_answer_with_another_mailbox_must_be_confirmed_again(desk: Desk, registry: Registry) -> None:
    registry.answers["198.51.100.7"] = HOSTED
    with transaction(desk.factory) as session:
        contacts.keep(session, desk.clock(), find(desk, registry, "https://site.example/"))
        contacts.confirm(session, desk.clock(), "site.example", actor=desk.lead)
        contacts.keep(session, desk.clock(), find(desk, registry, "https://site.example/"))
        assert contacts.every(session)[0].confirmed_by == desk.lead
        registry.answers["198.51.100.7"] = ip(entity(["abuse"], "autre@hebergeur.example"))
        contacts.keep(session, desk.clock(), find(desk, registry, "https://site.example/"))
        assert contacts.every(session)[0].confirmed_by is None


def test_every_public_address_has_a_registry_offline() -> None:
    registries = Registries.load()
    served = {literal: registries.servers(ip_address(literal)) for literal in ("8.8.8.8", "193.0.6.139", "41.1.1.1")}
    assert served["193.0.6.139"] == ("https://rdap.db.ripe.net/",)
    assert all(urls and urls[0].startswith("https://") for urls in served.values())
    assert registries.servers(ip_address("2a00:1450::1")) == ("https://rdap.db.ripe.net/",)
    assert registries.servers(ip_address("10.0.0.1")) == ()
    assert registries.servers(ip_address("127.0.0.1")) == ()


def test_the_operators_own_bootstrap_file_replaces_ours_and_a_broken_one_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "rdap"
    folder.mkdir()
    (folder / "ipv4.json").write_text(json.dumps({"services": [[["127.0.0.0/8"], ["http://127.0.0.1:9/"]]]}))
    assert Registries.load(tmp_path).servers(ip_address("127.0.0.1")) == ("http://127.0.0.1:9/",)
    (folder / "ipv4.json").write_text("{}")
    with pytest.raises(ConfigError, match="bootstrap"):
        Registries.load(tmp_path)

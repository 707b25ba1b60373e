"""The commands typed by hand in personal mode: what they do, and a sentence with the right exit code for bad input."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import standing
from storage.database import open_engine
from vigie import wiring
from vigie.__main__ import main
from vigie.clock import real_clock

Type = Callable[..., tuple[int, str, str]]
NAME = "Camille Exemple"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """Types one command with what is given on standard input; gives exit code, stdout and stderr."""
    for name in ("VIGIE_KEY", "VIGIE_KEY_FILE", "VIGIE_MODE", "VIGIE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)

    def run(*words: str, given: str = "") -> tuple[int, str, str]:
        import io

        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        try:
            code = main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture
def case(typed: Type) -> str:
    """A prepared instance with Camille's case; gives the case's number."""
    assert typed("init")[0] == 0
    code, out, _ = typed("case", "open", "--json", given=json.dumps({"name": NAME}))
    assert code == 0
    return str(json.loads(out)["number"])


def test_before_init_every_command_says_what_to_do_first(typed: Type) -> None:
    code, _, err = typed("case", "list")
    assert code == 2
    assert "vigie init" in err


def test_init_makes_a_key_that_only_its_owner_reads_and_never_overwrites(typed: Type, tmp_path: Path) -> None:
    assert typed("init")[0] == 0
    key = tmp_path / "state" / "key"
    assert key.stat().st_mode & 0o077 == 0
    before = key.read_bytes()
    code, _, err = typed("init")
    assert (code, key.read_bytes()) == (2, before)
    assert "Nothing was changed" in err


def test_a_new_instance_is_well_according_to_the_doctor(typed: Type, case: str) -> None:
    code, out, _ = typed("doctor", "--json")
    states = {finding["what"]: finding["state"] for finding in json.loads(out)}
    assert code == 0
    assert (states["database"], states["ledger"], states["mail"]) == ("ok", "ok", "absent")


def test_the_doctor_says_what_to_do_about_a_full_disk_and_a_clock_that_was_set_back(
    typed: Type, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ahead:
        ahead.setattr(wiring, "real_clock", lambda _offset: real_clock(dt.timedelta(days=1)))
        assert typed("case", "pause", case)[0] == 0
    monkeypatch.setattr(standing, "room", lambda _folder: standing.LEAST_ROOM - 1)
    code, out, _ = typed("doctor", "--json")
    found = {finding["what"]: (finding["state"], finding["words"]) for finding in json.loads(out)}
    assert code == 1
    assert found["disk"][0] == found["clock"][0] == "problem"
    assert "make room there" in found["disk"][1]
    assert "Set it right" in found["clock"][1]


def test_a_watch_in_personal_mode_is_active_at_once_and_its_words_are_shown_to_its_owner_only(
    typed: Type, case: str
) -> None:
    document = {"case": case, "terms": [{"kind": "name", "value": NAME}], "sources": ["searxng"]}
    code, out, _ = typed("watch", "add", "--active", "--json", "-", given=json.dumps(document))
    added = json.loads(out)
    assert (code, added["state"], added["terms"]) == (0, "active", 1)
    assert NAME.casefold() not in typed("watch", "list", "--case", case)[1].casefold()
    code, out, _ = typed("watch", "test", added["watch"], "--json", "-", given="On a vu EXEMPLE Camille.")
    assert [match["matched"] for match in json.loads(out)] == ["EXEMPLE Camille"]


def test_a_name_of_everyday_words_is_warned_of_when_it_is_added_and_not_repeated(typed: Type, case: str) -> None:
    terms = [{"kind": "name", "value": NAME}, {"kind": "name", "value": "Lune Noire"}]
    document = {"case": case, "terms": terms, "sources": ["searxng"]}
    code, _, err = typed("watch", "add", "-", given=json.dumps(document))
    assert code == 0
    assert "Term 2" in err
    assert "Term 1" not in err
    assert "everyday words" in err
    assert "lune" not in err.casefold()


def test_a_text_that_is_not_there_is_told_in_plain_words(typed: Type, tmp_path: Path) -> None:
    code, _, err = typed("watch", "test", "W", str(tmp_path / "none.txt"))
    assert code == 2
    assert "No such file or directory. Give a readable UTF-8 file" in err
    assert "Errno" not in err


def test_a_fingerprint_without_an_age_is_refused_and_the_rest_is_kept(typed: Type, case: str) -> None:
    line = {"type": "sha256", "value": "ab" * 32, "id": "x"}
    document = {"case": case, "terms": [{"kind": "name", "value": NAME}], "fingerprints": [line], "sources": ["site"]}
    code, out, err = typed("watch", "add", "--json", "-", given=json.dumps(document))
    assert (code, json.loads(out)["terms"], json.loads(out)["fingerprints"]) == (3, 1, 0)
    assert "age of the person" in err


@pytest.mark.parametrize(
    ("words", "given", "code", "says"),
    [
        (("case", "open"), "not json", 2, "document"),
        (("case", "open"), '{"nom": "x"}', 2, "name"),
        (("case", "open"), '{"name": "x", "couleur": 1}', 2, "couleur"),
        (("case", "show", "V-0000-0000"), "", 1, "no such case"),
        (("case", "erase", "V-0000-0000", "--yes", "V-1111-1111"), "", 2, "Nothing was erased"),
        (("watch", "add", "-"), "[]", 2, "watch document"),
        (("watch", "pause", "nothing"), "", 1, "no such watch"),
        (("hit", "show", "nothing"), "", 1, "no such hit"),
        (("source", "show", "nothing"), "", 2, "vigie source list"),
        (("source", "new", "Bad Name"), "", 2, "small letters"),
        (("deadline", "compute", "--rule", "pres.limit", "--from", "2026-01-01"), "", 2, "press.limit"),
        (("deadline", "compute", "--rule", "press.limit", "--from", "hier"), "", 2, "date"),
        (("recourse", "explain", "-"), "{}", 2, "harm"),
        (("template", "review", "L99"), "", 2, "vigie template list"),
        (("notice", "preview", "nothing"), "", 1, "notice"),
        (("case", "open"), '{"name": "x", "ex_partner": "maybe"}', 2, "ex_partner"),
        (("case", "open"), '{"name": "x", "lang": "de"}', 2, "lang"),
        (("case", "open"), '{"name": "Une autre"}', 1, "one person"),
        (("serve", "--host", "0.0.0.0"), "", 5, "this machine only"),
        (("match", "text", "--terms", "/nonexistent", "--pages", "-", "--jsonl"), "", 2, "nonexistent"),
        (("token", "create", "nobody"), "", 1, "no such account"),
    ],
)
def test_bad_input_gets_a_sentence_and_the_right_exit_code(
    typed: Type, case: str, words: tuple[str, ...], given: str, code: int, says: str
) -> None:
    before = typed("audit", "verify", "--json")[1]
    got, _, err = typed(*words, given=given)
    assert (got, says.casefold() in err.casefold()) == (code, True), err
    assert "Traceback" not in err
    assert typed("audit", "verify", "--json")[1] == before


def test_an_erased_case_is_gone_and_its_chain_still_verifies(typed: Type, case: str) -> None:
    assert typed("case", "erase", case, "--yes", case)[0] == 0
    assert typed("case", "show", case)[0] == 1
    assert typed("audit", "verify")[0] == 0


def test_an_export_holds_everything_and_is_one_json_document(typed: Type, case: str) -> None:
    code, out, _ = typed("case", "export", case)
    assert (code, json.loads(out)["case"]["name"]) == (0, NAME)


def test_only_a_lawyer_signs_a_letter_off(typed: Type, case: str) -> None:
    word = "quatre mots en file indienne"
    assert typed("user", "add", "lawyer", given=f"ada@cabinet.example\nMe Ada Lexandre\n{word}\n")[0] == 0
    assert typed("user", "add", "agent", given=f"agent@cabinet.example\nUne personne\n{word}\n")[0] == 0
    refused = typed("template", "review", "L03", "--sign", given=f"agent@cabinet.example\n{word}\n")
    assert refused[0] == 5
    assert "Nothing was signed" in refused[2]
    code, out, _ = typed("template", "review", "L03", "--sign", "--json", given=f"ada@cabinet.example\n{word}\n")
    assert code == 0
    assert all(row["signed"] for row in json.loads(out))


@pytest.mark.parametrize("age", ["minor", "unknown", ""])
def test_no_command_makes_or_takes_a_signal_of_a_minor_or_of_unknown_age(
    typed: Type, case: str, tmp_path: Path, age: str
) -> None:
    line = {"id": "a", "type": "pdq", "value": "9c" * 32, "quality": 90}
    terms = [{"kind": "name", "value": NAME}]
    document = {"case": case, "terms": terms, "fingerprints": [line], "sources": ["demo-feed"]}
    document["sources"] = [json.loads(typed("source", "list", "--json")[1])[0]["id"]]
    said = ["--age-on-image", age] if age else []
    code, out, _ = typed("watch", "add", *said, "--json", given=json.dumps(document))
    assert (code, json.loads(out)["fingerprints"]) == (3, 0)
    watch = json.loads(out)["watch"]
    code, out, err = typed(
        "exchange", "import", "-", "--watch", watch, *said, given=json.dumps({**line, "refused": None})
    )
    assert (code, out) == (5, "")
    assert "adult" in err
    assert typed("exchange", "import", "-", *said, given=json.dumps(line))[:2] == (5, "")
    assert json.loads(typed("exchange", "list", "--watch", watch, "--json")[1]) == []
    if age:
        picture = tmp_path / "a.png"
        picture.write_bytes(b"never read")
        assert typed("hash", "image", str(picture), "--age-on-image", age, "--jsonl")[:2] == (5, "")


def test_signals_of_another_service_are_taken_in_and_approved_ones_given_out(typed: Type, case: str) -> None:
    source = json.loads(typed("source", "list", "--json")[1])[0]["id"]
    document = {"case": case, "terms": [{"kind": "name", "value": NAME}], "sources": [source]}
    watch = json.loads(typed("watch", "add", "--json", given=json.dumps(document))[1])["watch"]
    record = {"signalType": "ImagePDQ", "hashValue": "9c" * 32, "hashStatus": "Active", "caseNumbers": {"c": "Active"}}
    theirs = json.dumps({"count": 1, "hashRecords": [record]})
    adult = ("--age-on-image", "adult", "--json")
    assert json.loads(typed("exchange", "import", "-", "--watch", watch, *adult, given=theirs)[1])["taken"] == 1
    assert typed("exchange", "export", "--watch", watch)[0] == 4
    [row] = json.loads(typed("exchange", "list", "--watch", watch, "--json")[1])
    assert typed("exchange", "approve", row["id"])[0] == 0
    given = json.loads(typed("exchange", "export", "--watch", watch, "--format", "stopncii")[1])
    assert [each["hashValue"] for each in given["hashRecords"]] == ["9c" * 32]
    record["hashStatus"] = "Withdrawn"
    gone = json.dumps({"count": 1, "hashRecords": [record]})
    assert json.loads(typed("exchange", "import", "-", "--watch", watch, *adult, given=gone)[1])["withdrawn"] == 1
    assert typed("exchange", "export", "--watch", watch)[0] == 4
    bank = typed("exchange", "import", *adult[:2], given=theirs)[1]
    assert [json.loads(line)["type"] for line in bank.splitlines()] == ["pdq"]


def test_a_database_of_an_older_version_is_refused_with_the_command_that_upgrades_it(
    typed: Type, tmp_path: Path, case: str
) -> None:
    [database] = tmp_path.rglob("*.db")
    engine = open_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        newest = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    code, _, said = typed("case", "list")
    assert (code, "vigie db upgrade" in said) == (1, True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    assert case in typed("case", "list")[1]

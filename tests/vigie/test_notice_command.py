"""`vigie notice` on paper: every output into a file, an edited Word letter taken in, the changes told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from cases import case as case_room
from storage.database import transaction
from takedown import intake, notices, replies
from takedown.drafting import Office
from takedown.tables import NoticeRow
from tests.takedown import desk as stage
from tests.takedown import word_files as files
from vigie import wiring
from vigie.__main__ import main

Type = Callable[..., tuple[int, str, str]]
FACTS = {"data": "une adresse postale", "risk": "Des messages invitent à s'y rendre."}


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """Types one command in personal mode; gives exit code, stdout and stderr."""
    for name in ("VIGIE_KEY", "VIGIE_KEY_FILE", "VIGIE_MODE", "VIGIE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)

    def run(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        try:
            code = main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture
def notice(typed: Type) -> str:
    """A drafted letter of an invented case; gives its id."""
    assert typed("init")[0] == 0
    code, out, _ = typed("case", "open", "--json", given=json.dumps({"name": "Camille Exemple"}))
    assert code == 0
    loaded = wiring.load()
    now = loaded.clock()
    with transaction(loaded.factory) as session:
        case_id = case_room.by_number(session, json.loads(out)["number"]).id
        content = intake.by_address(
            session, now, case_id=case_id, url="https://www.tiktok.com/@x/video/1", harm="doxxing", actor="owner",
            catalogue=loaded.catalogue, age_on_image="none",
        )  # fmt: skip
        stage.seal(session, content)
        track = stage.track_of(session, content).id
        return notices.draft(
            session, now, track_ids=[track], actor="owner", catalogue=loaded.catalogue, letter="L01.doxxing",
            letterbook=loaded.letterbook, office=Office("Camille Exemple", "contact@boite.example"), facts=FACTS,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "begins"),
    [("pdf", b"%PDF-"), ("docx", b"PK"), ("html", b"<!DOCTYPE"), ("eml", b"From:"), ("text", b"***")],
)
def test_every_output_is_written_into_its_file(
    typed: Type, notice: str, tmp_path: Path, form: str, begins: bytes
) -> None:
    out = tmp_path / f"letter.{form}"
    code, said, err = typed("notice", "preview", notice, "--format", form, "--out", str(out))
    assert code == 0, err
    assert out.read_bytes().startswith(begins)
    assert "good faith" in said  # what is to be confirmed is told whatever the output


def test_an_output_without_a_file_or_of_another_name_is_a_usage_error(typed: Type, notice: str) -> None:
    assert typed("notice", "preview", notice, "--format", "pdf")[0] == 2
    code, _, err = typed("notice", "preview", notice, "--format", "odt", "--out", "x")
    assert (code, "text, html, pdf, eml, docx" in err) == (2, True)
    assert "Madame, Monsieur" in typed("notice", "preview", notice)[1]


def test_an_edited_word_letter_is_looked_at_then_taken_in(typed: Type, notice: str, tmp_path: Path) -> None:
    file = tmp_path / "letter.docx"
    assert typed("notice", "preview", notice, "--format", "docx", "--out", str(file))[0] == 0
    assert typed("notice", "changes", notice)[1].startswith("No change.")
    code, _, err = typed("notice", "import-docx", notice, str(file))
    assert (code, "exactly what the letter says" in err) == (5, True)
    document = docx.Document(str(file))
    run = files.paragraph(document, "sans mon consentement").runs[0]
    run.text = run.text.replace("sans mon consentement", "sans mon accord")
    document.save(str(file))
    code, said, _ = typed("notice", "import-docx", notice, str(file), "--look", "--lang", "fr")
    assert (code, "sans mon accord" in said, "À confirmer par une personne" in said) == (0, True, True)
    assert typed("notice", "changes", notice)[1].startswith("No change.")
    code, said, _ = typed("notice", "import-docx", notice, str(file), "--json")
    told = json.loads(said)
    assert code == 0
    assert told["checklist"]["dsa16.2.a"] == "to_confirm"
    assert [change["kind"] for change in told["changes"]] == ["changed"]
    assert "sans mon accord" in typed("notice", "changes", notice, "--lang", "fr")[1]
    assert "sans mon accord" in typed("notice", "preview", notice)[1].replace("\n", " ")


def test_an_answer_waits_on_the_command_line_until_somebody_has_read_it(typed: Type, notice: str) -> None:
    loaded = wiring.load()
    with transaction(loaded.factory) as session:
        row = session.get_one(NoticeRow, notice)
        number = case_room.load(session, row.case_id).number
        mail = f"From: abuse@host.example\nSubject: Re: {row.reference}\n\nNous ne retirerons rien."
        replies.take_in(session, loaded.clock(), mail.encode(), catalogue=loaded.catalogue)
    code, said, _ = typed("notice", "answers", "--case", number)
    assert (code, "sender not proved" in said, "Nous ne retirerons rien." in said) == (0, True, True)
    (waiting,) = json.loads(typed("notice", "answers", "--case", number, "--json")[1])
    assert waiting["kind"] == "refusal"
    assert typed("notice", "answers", "--case", number, "--read", "nobody")[0] == 2
    assert typed("notice", "answers", "--case", number, "--read", waiting["id"], "--kind", "other")[1] == (
        "No answer waits.\n"
    )
    assert typed("notice", "answers", "--case", "V-0000-0000")[0] != 0


def test_a_file_that_is_no_letter_is_refused_with_a_sentence(typed: Type, notice: str, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(b"%PDF-1.7")
    code, _, err = typed("notice", "import-docx", notice, str(file))
    assert (code, "not a Word file" in err) == (5, True)
    assert typed("notice", "import-docx", notice, str(tmp_path / "none.docx"))[0] == 2


def test_only_what_left_is_retracted_and_only_on_purpose(typed: Type, notice: str) -> None:
    assert typed("notice", "retract", notice)[0] == 2
    code, _, err = typed("notice", "retract", notice, "--yes")
    assert (code, "withdraw it instead" in err) == (5, True)


def test_the_review_pack_is_written_one_page_a_file(typed: Type, notice: str, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    assert typed("template", "review", "L01.doxxing", "--out", str(folder))[0] == 0
    (page,) = folder.iterdir()
    said = page.read_text(encoding="utf-8")
    for words in ("Never signed before.", "SPÉCIMEN", "[[à compléter", "legalize-fr", "SHA-256"):
        assert words in said


def test_a_letterhead_is_given_by_a_lead_and_refused_in_personal_mode(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(files.picture())
    assert typed("init")[0] == 0
    assert typed("user", "paper", "letterhead", str(picture))[0] == 5
    monkeypatch.setenv("VIGIE_MODE", "organisation")
    assert typed("user", "organisation", "association", "Association Passerelle")[0] == 0
    _, out, _ = typed(
        "user", "add", "lead", "--json", given="lead@exemple.invalid\nLa responsable\nquatre mots inventés là\n"
    )
    _, out, _ = typed("token", "create", json.loads(out)["account"], "--json")
    monkeypatch.setenv("VIGIE_TOKEN", json.loads(out)["token"])
    assert typed("user", "paper", "letterhead", "--remove")[0] == 4
    assert typed("user", "paper", "letterhead", str(picture))[0] == 0
    assert typed("user", "paper", "letterhead", "--remove")[0] == 0
    assert typed("user", "paper", "stamp", str(picture))[0] == 2
    picture.write_bytes(b"no picture")
    assert typed("user", "paper", "signature", str(picture))[0] == 5

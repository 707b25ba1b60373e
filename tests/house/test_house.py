"""The house stays as it was designed: rooms, imports, time, start-up, lock."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = (
    "config", "templates", "fingerprints", "crawler", "storage", "cases",
    "monitor", "evidence", "takedown", "portal", "vigie",
)  # fmt: skip
BESIDE = ("demo", "tests", "benchmarks", "docs")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in listed.splitlines()]


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def test_no_top_level_folder_escapes_the_contracts() -> None:
    folders = {path.parts[0] for path in tracked() if len(path.parts) > 1}
    assert folders - {".ci"} == {*ROOMS, *BESIDE}


def test_every_room_stands_in_the_import_contracts() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["id"] == "layers")["layers"]
    assert {room.strip() for line in layers for room in line.split("|")} == set(ROOMS)
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == {*ROOMS, "demo"}


def test_only_the_clock_of_vigie_and_the_edge_of_processes_read_the_time() -> None:
    """No room calls now(): a decision that reads the clock by itself cannot be tested, nor explained later."""
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*ROOMS, "demo")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and _reads_the_clock(node.func)
    ]
    allowed = ("vigie/clock.py", "demo/", "crawler/clock.py")  # the crawler's child stamps what it fetched
    assert [place for place in offenders if not place.startswith(allowed)] == []


def _reads_the_clock(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and (
        (
            function.attr in ("now", "utcnow", "today")
            and ast.unparse(function).split(".")[0] in ("dt", "date", "datetime")
        )
        or ast.unparse(function) == "time.time"
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, json; from vigie.__main__ import main; main(['--help']);"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(answer.stderr))
    assert not loaded & {"scrapy", "fastapi", "sqlalchemy", "numpy", "typer", "pydantic", "httpx"}
    assert "vigie COMMAND" in answer.stdout


def test_every_command_group_exists_and_explains_itself() -> None:
    from typer.testing import CliRunner

    from vigie.__main__ import GROUPS

    for name, (module, _) in GROUPS.items():
        app = importlib.import_module(module).app
        answer = CliRunner().invoke(app, ["--help"])
        assert answer.exit_code == 0, f"vigie {name} --help: {answer.output}"


def test_an_unknown_command_is_a_usage_error_that_says_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    from vigie.__main__ import main

    assert main(["no-such-thing"]) == 2
    assert "vigie --help" in capsys.readouterr().err


def test_every_direct_dependency_of_the_lock_imports() -> None:
    names = {"pillow": "PIL", "argon2-cffi": "argon2", "python-dateutil": "dateutil", "python-docx": "docx"}
    for requirement in PROJECT["project"]["dependencies"]:
        package = re.split(r"[\[<>=;]", requirement)[0]
        importlib.import_module(names.get(package, package.replace("-", "_")))


def test_every_direct_dependency_has_a_floor() -> None:
    extras = [line for group in PROJECT["project"]["optional-dependencies"].values() for line in group]
    assert [line for line in PROJECT["project"]["dependencies"] + extras if ">=" not in line] == []


def test_the_lock_has_hashes_and_no_address_of_a_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index-url" not in lock
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_no_file_promises_work_for_later() -> None:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|raise Not" + r"ImplementedError)\b")
    code = [path for path in tracked() if path.suffix in (".py", ".toml", ".j2", ".html", ".js")]
    assert [str(path) for path in code if (ROOT / path).exists() and words.search((ROOT / path).read_text())] == []


def test_every_word_of_the_glossary_lives_where_it_says() -> None:
    rows = re.findall(r"`([\w/.]+):(\w+)` \|$", (ROOT / "docs/glossary.md").read_text(), flags=re.MULTILINE)
    assert len(rows) > 25
    for place, word in rows:
        files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        assert any(word in path.read_text() for path in files), f"{word} is not in {place}"

"""Word files as people and attackers make them: edits with python-docx, and packages taken apart and put together."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
from PIL import Image

from takedown.letter import Letter
from takedown.render import docx as paper

SOFFICE = shutil.which("soffice") or ""
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def edited(letter: Letter, change: Callable[[Any], None]) -> bytes:
    """Our file, changed by python-docx as a person would in Word."""
    document = docx.Document(io.BytesIO(paper.render(letter)))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraph(document: Any, words: str) -> Any:
    return next(one for one in document.paragraphs if words in one.text)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        return {name: box.read(name) for name in box.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            box.writestr(name, data)
    return out.getvalue()


def with_part(letter: Letter, name: str, data: bytes = b"x") -> bytes:
    return packed({**parts(paper.render(letter)), name: data})


def with_text(letter: Letter, old: str, new: str) -> bytes:
    """Our file with something put into its text by hand; `old` must be there."""
    files = parts(paper.render(letter))
    text = files["word/document.xml"].decode()
    assert old in text
    return packed({**files, "word/document.xml": text.replace(old, new, 1).encode()})


def picture(form: str = "PNG", size: tuple[int, int] = (320, 80), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, form)
    return out.getvalue()


def through_libreoffice(data: bytes, ending: str, folder: Path) -> bytes:
    """What LibreOffice makes of a Word file: "pdf", or "docx" saved again."""
    source = folder / "given.docx"
    source.write_bytes(data)
    kind = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf"}[ending]
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "out"), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "out" / f"given.{ending}").read_bytes()

"""A thousand pictures pass through a run, watched by strace: no process of it opens anything for writing."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from crawler.job import Job
from crawler.process import environment
from tests.size import chosen

MARKER = b"ceci-est-un-pixel-qui-ne-reste-pas"
WRITING = re.compile(r'(?:openat|open|creat)\([^"]*"([^"]*)".*(?:O_WRONLY|O_RDWR|O_CREAT).*= \d+')
PAGES, EACH = chosen(sampled=(2, 50), deep=(20, 50))


def picture(number: int) -> bytes:
    """A JPEG that carries the marker beside its pixels."""
    out = io.BytesIO()
    Image.effect_noise((64 + number % 7, 64), 60 + number % 90).convert("RGB").save(out, "JPEG", comment=MARKER)
    return out.getvalue()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_byte_of_a_picture_reaches_a_disk_a_log_or_a_message(web: Any, serve: Any, tmp_path: Path) -> None:
    for number in range(PAGES * EACH):
        web.routes[f"/{number}.jpg"] = serve(200, picture(number), "image/jpeg")
    for page in range(PAGES):
        shown = "".join(f"<img src=/{page * EACH + number}.jpg>" for number in range(EACH))
        web.page(f"/{page}", f"<p>page {page}</p>{shown}")
    job = Job("site", "site", {"start_urls": [web.url(f"/{page}") for page in range(PAGES)], "delay_seconds": 0},
              {}, PAGES + 5, seconds=500, signals=("sha256", "md5", "pdq"), allow=web.allow)  # fmt: skip
    trace = tmp_path / "trace"
    watched = ["strace", "-f", "-qq", "-e", "trace=openat,open,creat,memfd_create", "-o", str(trace)]
    done = subprocess.run(
        [*watched, sys.executable, "-m", "crawler.run"], input=job.to_header().encode() + b"\n", env=environment(),
        cwd="/", capture_output=True, timeout=540, check=False,
    )  # fmt: skip
    assert sum(path.endswith(".jpg") for path in web.asked) == PAGES * EACH
    assert done.stdout.count(b'"type": "pdq"') == PAGES * EACH * 8
    lines = trace.read_text(errors="replace").splitlines()
    assert any("media_worker" in line or "PIL" in line for line in lines)
    assert {match.group(1) for line in lines if (match := WRITING.search(line))} <= {"/dev/null"}
    assert not any("memfd_create" in line for line in lines)
    assert MARKER not in done.stdout + done.stderr

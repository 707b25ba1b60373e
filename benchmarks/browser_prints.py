"""Whether the browser makes the prints that the server makes: `python -m benchmarks.browser_prints --photos DIR`.

DIR is made by `benchmarks.photographs`; the files of the packages are taken as they are, not the reference copies.
First the same decoded pixels in node (every bit must agree), then each file as Chromium decodes it.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.photographs import SUFFIXES
from fingerprints import decode
from fingerprints.pdq import QUALITY_FLOOR, pdq
from fingerprints.signal import Refused, Signal, distance

STATIC = Path(__file__).parents[1] / "portal/static"
MOST_PIXELS = 9_000_000
NEAR, SHARE = 10, 0.995  # bits, and the share of files that must be within them
IN_NODE = """
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
const { pdq } = await import(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { file, width, height } = JSON.parse(line);
  console.log(JSON.stringify(pdq(new Uint8ClampedArray(readFileSync(file)), width, height)));
}
"""
IN_BROWSER = """<!doctype html><meta charset=utf-8><title>prints</title><script type=module>
import { pdq } from "/static/pdq.js";
import { pixelsOf } from "/static/pixels.js";
const count = %d, found = [];
for (let at = 0; at < count; at += 1) {
  const file = await (await fetch(`/photo/${at}`)).blob();
  try {
    const { data, width, height } = await pixelsOf(file);
    found.push(pdq(data, width, height));
  } catch (error) { found.push({ refused: error.code ?? String(error) }); }
}
await fetch("/done", { method: "POST", body: JSON.stringify(found) });
</script>"""


def photographs(folder: Path, most: int) -> Iterator[tuple[bytes, Signal]]:
    """Different files of enough detail, with the server's print of each, in an order that their content gives."""
    files = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
    known = {hashlib.sha256(data).hexdigest(): data for path in files if 20_000 < len(data := path.read_bytes()) < 8e6}
    for _, data in sorted(known.items()):
        try:
            declared = decode.declare(data)
            if not 120_000 <= declared.width * declared.height <= MOST_PIXELS:
                continue
            ours = pdq(decode.picture(data))
        except Refused:
            continue
        if (ours.quality or 0) >= QUALITY_FLOOR:
            yield data, ours
            most -= 1
        if not most:
            return


def in_node(files: Sequence[bytes]) -> list[dict[str, Any]]:
    """What the browser's module makes of the pixels that Python decoded."""
    with tempfile.TemporaryDirectory() as folder:
        script, pixels = Path(folder) / "run.mjs", Path(folder) / "pixels"
        script.write_text(IN_NODE)
        asked = ["node", str(script), (STATIC / "pdq.js").as_uri()]
        with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
            assert node.stdin is not None
            assert node.stdout is not None
            found = []
            for data in files:
                rgb = decode.picture(data)
                height, width = rgb.shape[:2]
                pixels.write_bytes(np.dstack([rgb, np.full((height, width), 255, np.uint8)]).tobytes())
                node.stdin.write(json.dumps({"file": str(pixels), "width": width, "height": height}) + "\n")
                node.stdin.flush()
                found.append(json.loads(node.stdout.readline()))
            node.stdin.close()
    return found


def in_browser(files: Sequence[bytes]) -> list[dict[str, Any]]:
    """What Chromium makes of the files themselves."""
    told: list[list[dict[str, Any]]] = []
    done = threading.Event()

    class Serve(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if self.path.startswith("/photo/"):
                self.answer("application/octet-stream", files[int(name)])
            elif self.path.startswith("/static/"):
                self.answer("text/javascript", (STATIC / Path(name).name).read_bytes())
            else:
                self.answer("text/html", (IN_BROWSER % len(files)).encode())

        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer("text/plain", b"")
            done.set()

        def answer(self, mime: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", mime)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
        browser = subprocess.Popen(
            [program, *flags, f"http://127.0.0.1:{server.server_port}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            done.wait(10 * len(files))
        finally:
            browser.terminate()
            browser.wait()
            server.shutdown()
    return told[0] if told else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--most", type=int, default=300)
    asked = parser.parse_args()
    files, ours = zip(*photographs(asked.photos / "packages", asked.most), strict=True)
    kinds = {decode.declare(data).mime for data in files}
    print(f"{len(files)} photographs ({', '.join(sorted(kinds))})", flush=True)
    same = sum(
        (each["value"], each["quality"]) == (mine.value, mine.quality)
        for each, mine in zip(in_node(files), ours, strict=True)
    )
    print(
        f"same pixels, in node: {same} of {len(files)} equal in every bit", "held" if same == len(files) else "NOT HELD"
    )
    found = in_browser(files)
    off = sorted(distance(each["value"], mine.value) for each, mine in zip(found, ours, strict=True) if "value" in each)
    near = sum(bits <= NEAR for bits in off) / len(files)
    print(
        f"decoded by Chromium: {near:.4f} within {NEAR} bits (goal {SHARE}), median {off[len(off) // 2]}, worst "
        f"{off[-5:]}, {len(files) - len(off)} not read", "held" if near >= SHARE else "NOT HELD",
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""A headless Chromium driven over its debugging pipe: real pages, real key presses, no library needed."""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
    "--no-first-run", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
PATIENCE = 30.0  # seconds for one answer


@dataclass
class Tab:
    """One tab: `call` sends a command of the DevTools protocol and gives its result."""

    to: int
    back: int
    session: str = ""
    watched: list[dict[str, Any]] = field(default_factory=list)  # every request that a page made, as it was sent
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _rest: bytes = b""

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        wanted = {"id": number, "method": method, "params": params}
        os.write(self.to, json.dumps(wanted | ({"sessionId": self.session} if self.session else {})).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def open(self, address: str) -> None:
        """Go to an address and wait until its page and its scripts have run."""
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete'")

    def eval(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait for the page to make an expression true."""
        for _ in range(int(PATIENCE / 0.05)):
            if self.eval(expression):
                return
            time.sleep(0.05)
        raise AssertionError(f"never true: {expression}")

    def size(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Show the page this wide, in the light or the dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self) -> bytes:
        """The whole page as PNG."""
        whole = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": whole["width"], "height": min(whole["height"], 6000), "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    def press(self, key: str, code: int) -> None:
        """Press and release one key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of an element; works without scripts."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        corners = self.call("DOM.getBoxModel", nodeId=node)["model"]["content"]
        where = {"x": (corners[0] + corners[4]) / 2, "y": (corners[1] + corners[5]) / 2}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **where)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            self._rest += os.read(self.back, 1 << 20)
        raw, _, self._rest = self._rest.partition(b"\0")
        message = dict(json.loads(raw))
        if message.get("method") == "Network.requestWillBeSent":
            self.watched.append(message["params"]["request"])
        return message


@contextmanager
def tab() -> Iterator[Tab]:
    """A fresh browser with one tab, gone at the end with all it kept."""
    (theirs_in, to), (back, theirs_out) = os.pipe(), os.pipe()
    high_in, high_out = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs_in, theirs_out))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        asked = [PROGRAM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        quiet = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        ends = [(os.POSIX_SPAWN_DUP2, high_in, 3), (os.POSIX_SPAWN_DUP2, high_out, 4), quiet]
        process = os.posix_spawn(PROGRAM, asked, dict(os.environ), file_actions=ends)
        for end in (theirs_in, theirs_out, high_in, high_out):
            os.close(end)
        browser = Tab(to, back)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            browser.call(f"{domain}.enable")
        try:
            yield browser
        finally:
            browser.session = ""
            browser.call("Browser.close")
            os.waitpid(process, 0)
            os.close(to)
            os.close(back)

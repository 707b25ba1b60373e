"""The acceptance tests' option, marker and rig; they run only when the servers are there, or may be installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance import packages, rig


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--install-servers", action="store_true", help="Acceptance tests: install the Debian packages first (as root)."
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "acceptance: needs servers from Debian (packages.py); `make acceptance`")


@pytest.fixture(scope="module", name="rig")
def running_rig(request: pytest.FixtureRequest) -> Iterator[rig.Rig]:
    """The servers, anew for each file, for a story leaves its wiki changed; skips with what is missing."""
    if request.config.getoption("--install-servers", default=False):
        packages.install()
    if missing := packages.missing():
        pytest.skip(f"not installed: {', '.join(missing)}. As root: make acceptance, or {packages.command()}")
    with rig.running() as started:
        yield started

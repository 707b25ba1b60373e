"""One invented web for all tests of a module: a test that changes a page takes one of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo import web
from demo.mailbox import Mailbox
from demo.web import Web


@pytest.fixture(scope="module")
def invented() -> Iterator[Web]:
    """A running web whose slow site is as fast as the others."""
    with web.start(slow_seconds=0) as running:
        yield running


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A running mail server."""
    with Mailbox() as running:
        yield running

"""The family of errors of the monitor room."""


class MonitorError(Exception):
    """The message is a sentence that says what to do next; it never carries a watched name or an address."""


class DocumentError(MonitorError):
    """A watch document that is not right; nothing was changed."""


class WatchRefused(MonitorError):
    """The watch may not become what was asked: the state machine or a protective rule says no."""

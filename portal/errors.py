"""The errors of the portal: each becomes one quiet page, or one problem document of the API."""

from __future__ import annotations


class PortalError(Exception):
    """The family of errors of this room; `status` is the HTTP status, `code` a text of config/texts/portal.toml."""

    status = 500
    code = "portal.problem.broken"

    def __init__(self, code: str | None = None, **params: object) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.params = params


class NotFound(PortalError):
    """Nothing here for this visitor: it does not exist, was erased, or is somebody else's; never said which."""

    status, code = 404, "portal.problem.not_found"


class MustSignIn(PortalError):
    """The page needs a session and there is none, or it ended."""

    status, code = 401, "portal.problem.sign_in"


class Refused(PortalError):
    """A member of the case may not do this act now; the code says why and what to do."""

    status, code = 403, "portal.problem.refused"


class NotNow(PortalError):
    """The case, watch or letter does not allow this in its present state; nothing was changed."""

    status, code = 409, "portal.problem.refused"


class Incomplete(PortalError):
    """Something that was asked for is missing or cannot be read."""

    status, code = 422, "portal.problem.refused"


class Unkept(PortalError):
    """The database cannot be reached or written to now: the transaction was undone as a whole."""

    status, code = 503, "portal.problem.unkept"


class Forged(PortalError):
    """The form did not come from a page of ours, or the page is too old."""

    status, code = 403, "portal.problem.forged"


class TooLarge(PortalError):
    """More was sent than any form of ours holds."""

    status, code = 413, "portal.problem.too_large"


class WrongHost(PortalError):
    """The address in the Host header is not this instance's."""

    status, code = 421, "portal.problem.not_found"

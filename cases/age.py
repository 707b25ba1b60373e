"""The age that counts for an image: what was answered, made stricter by the harm and her age today (pure)."""

from __future__ import annotations

OF_MINORS = frozenset({"minor_image", "minor_plain_image"})
OF_IMAGES = OF_MINORS | {
    "intimate_image", "sexual_deepfake", "own_selfie", "leak_forum", "plain_image", "plain_deepfake",
}  # fmt: skip
"""Harms that are done with an image: for them, "no image is concerned" is no answer."""
OFTEN_WITH_IMAGES = frozenset({"sextortion", "private_messages", "closed_group", "archive_copy"})
"""Harms that may come with an image: believed to have none, except when the person is a minor today."""
NEVER_FETCHED = frozenset({"minor", "unknown"})
"""Ages for which nothing but the address is kept (design.md section 7, law.md 2.2 and 2.14)."""


def counts_as(harm: str | None, answered: str, under_18_today: str) -> str:
    """adult, minor, unknown, or none when no image is concerned.

    Who is under 18 today was under 18 on every image; a harm done to a minor's image says so itself; an image harm
    without an answer is of unknown age.
    """
    concerned = answered != "none" or harm in OF_IMAGES
    if harm in OF_MINORS or (under_18_today == "yes" and (concerned or harm in OFTEN_WITH_IMAGES)):
        return "minor"
    return "unknown" if concerned and answered == "none" else answered

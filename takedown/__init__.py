"""Takedown acts: contents, tracks, notices, deadlines, sending, replies, verdicts, follow-up."""

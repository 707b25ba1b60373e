"""Vigie against servers that nobody of this project wrote: MediaWiki, searx and an SMTP server, on loopback only."""

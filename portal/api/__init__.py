"""The JSON API: the same door, the same table of access, problem documents instead of pages."""

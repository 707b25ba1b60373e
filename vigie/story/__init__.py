"""The story of `vigie demo`: real rooms, processes and letters, on an invented web and with invented people."""

"""The story of `vigie demo`: real rooms, real processes and real letters, on an invented web and with invented people."""

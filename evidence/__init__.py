"""Evidence proves: it captures what was there, seals it, and verifies it offline."""

"""Storage keeps: the database, the vault that seals personal data, and the append-only ledger."""

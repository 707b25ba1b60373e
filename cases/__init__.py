"""Cases know who: case, subject, accounts, organisations, mandates, entitlement."""

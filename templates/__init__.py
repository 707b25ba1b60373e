"""Templates are what we send: letters, mails and layouts, as data."""

"""Config says what we know: settings, the catalogue of facts, and the words for codes."""

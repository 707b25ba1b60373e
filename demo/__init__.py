"""An invented web on loopback, for the demonstration and the tests; it imports no room."""

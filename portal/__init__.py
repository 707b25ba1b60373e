"""The portal shows: pages and a JSON API for the three users."""

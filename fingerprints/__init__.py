"""Fingerprints reduce an image or a video to comparable signals; the picture's bytes end here."""

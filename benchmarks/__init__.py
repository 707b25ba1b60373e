"""Speed as ratios against a named peer, both measured in one run; `make bench` prints the table."""

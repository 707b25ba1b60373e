"""The kinds of source, one file each, independent of each other; `crawler.discovery` finds them."""

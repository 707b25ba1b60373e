"""Delivery: the message that leaves, the guard that looks into it, and the channels it leaves by."""

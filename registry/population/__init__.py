"""Synthetic people: the special cases, the slice of a room and the population, the same for the same seed."""

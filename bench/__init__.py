"""Benchmarks: each prints a ratio between two sides measured in the same run and fails when it misses its goal."""

"""The declaration itself: layout, sums, file, críticas. Pure Python: neither Django nor another app (a contract)."""

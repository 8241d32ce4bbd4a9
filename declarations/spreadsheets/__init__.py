"""The spreadsheet that a municipality has: read within bounds, and its columns told which one is which."""

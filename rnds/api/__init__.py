"""What machines call: the access token and the keys that verify it."""

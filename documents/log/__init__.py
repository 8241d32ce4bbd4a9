"""The engine of the receipts log (registro de recibos): hashing, proofs, checkpoints and their examination. Pure."""

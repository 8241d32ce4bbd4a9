"""Proofs of identity that open a session."""

from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """Login and password, for funds and staff."""

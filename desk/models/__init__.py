"""Who has what in hand at the desk of the ministry."""

from desk.models.claims import Claim

__all__ = ["Claim"]

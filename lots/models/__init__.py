"""The nightly lots: the lot, its slices, what was found of each person, and the counters."""

from lots.models.lots import Lot, Pace
from lots.models.slices import Slice
from lots.models.visits import Outcome, Tally, Visit

__all__ = ["Lot", "Outcome", "Pace", "Slice", "Tally", "Visit"]

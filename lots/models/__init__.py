"""The nightly lots: the lot, its slices, what was found of each person, and the counters."""

from lots.models.findings import Finding, Outcome, Tally
from lots.models.lots import Lot, Pace
from lots.models.slices import Slice

__all__ = ["Finding", "Lot", "Outcome", "Pace", "Slice", "Tally"]

"""The technician's first access."""

from datetime import datetime


def send_first_access(*, technician_id: int, at: datetime) -> None:
    """Send the one-time link to the e-mail of the record."""

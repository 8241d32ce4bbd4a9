"""The address of the portal as whoever is in this room sees it."""

from django.conf import settings
from django.urls import get_script_prefix


def portal_url() -> str:
    """Origin and room, without the slash at the end: what reverse() does not write (addresses inside certificates)."""
    return f"{settings.PORTAL_URL}{get_script_prefix().rstrip('/')}"

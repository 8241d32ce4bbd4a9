"""The addresses of the portal as whoever is in this room sees them, without the slash at the end."""

from django.conf import settings
from django.urls import get_script_prefix


def portal_url() -> str:
    """Origin and room: what reverse() does not write (addresses inside certificates)."""
    return f"{settings.PORTAL_URL}{get_script_prefix().rstrip('/')}"


def tls_url() -> str:
    """The same at the door of mutual TLS: where machines call."""
    return f"{settings.TLS_URL.rstrip('/')}{get_script_prefix().rstrip('/')}"

"""Who acts, for every template."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from accounts.offices import inactive_profiles


def actor(request: HttpRequest) -> dict[str, Any]:
    """`actor`, and the profiles that somebody else may bring back: neither costs anything until a template uses it."""
    if not hasattr(request, "user"):
        # A request refused before the accounts were looked at, as one for another host, has nobody.
        return {}
    acting: Any = getattr(request, "actor", None)
    return {"actor": acting, "inactive_profiles": partial(inactive_profiles, acting)}

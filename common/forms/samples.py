"""«Preencher com dados de exemplo»: only in a demonstration, and only what was left to fill."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

PARAMETER = "exemplo"


def sample_wanted(request: HttpRequest) -> bool:
    """Whether the page was asked for with the example data."""
    return bool(settings.DEMO) and request.method != "POST" and PARAMETER in request.GET


def completed(present: dict[str, Any], sample: dict[str, Any]) -> dict[str, Any]:
    """The present values, and those of the sample where there is none."""
    return present | {name: value for name, value in sample.items() if present.get(name) in (None, "")}

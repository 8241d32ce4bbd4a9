"""What every page knows about the simulator itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common import switches


def simulator(request: HttpRequest) -> dict[str, Any]:
    """Switches that templates show."""
    return {"DEMO": settings.DEMO, "TRAINING_MODE": switches.now().training_mode}

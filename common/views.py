"""Pages of the house itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose session ended or that came from elsewhere."""
    return render(request, "session_expired.html", status=403)

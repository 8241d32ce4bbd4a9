"""What the ministry's screens share."""

from django.http import HttpRequest

from accounts.models import User


class StaffRequest(HttpRequest):
    """What LoginRequiredMiddleware lets through; the permission is asked by each screen."""

    user: User

"""What the screens of the staff (ministry and certifiers) share."""

from collections.abc import Callable

from django.http import HttpResponse

from accounts.models import User
from common.permissions import STAFF_DOOR
from common.requests import HttpRequest


class StaffRequest(HttpRequest):
    """What LoginRequiredMiddleware lets through; the permission is asked by each screen."""

    user: User


def staff_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead who is signed out to the sign-in of the staff, not to that of the entities."""
    view.login_url = STAFF_DOOR  # type: ignore[attr-defined]  # LoginRequiredMiddleware reads it from the view
    return view

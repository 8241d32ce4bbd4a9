"""What the screens of the staff (ministry and certifiers) share."""

from collections.abc import Callable

from django.http import HttpResponse

from common.permissions import STAFF_DOOR


def staff_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead who is signed out to the sign-in of the staff, not to that of the entities."""
    view.login_url = STAFF_DOOR  # type: ignore[attr-defined]  # SignInMiddleware reads it from the view
    return view

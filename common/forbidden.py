"""The page of a refusal for lack of a role (403): who may, from whom one gets the role, and where they enter."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.exceptions import NotPermitted
from common.navigation import page_asked_for, with_next
from common.permissions import STAFF_DOOR, holders_of

# What Django itself refuses is a page of the administrative area.
DJANGOS = NotPermitted("A sua conta não lê esta parte da administração.", permission="accounts.read_admin")


def forbidden(request: HttpRequest, refusal: NotPermitted) -> HttpResponse:
    """The page for who is signed in without the role; nothing was changed."""
    holders = holders_of(refusal.permission)
    door = holders.door if holders else settings.LOGIN_URL
    door_url = with_next(door, page_asked_for(request))
    context = {"refusal": refusal, "holders": holders, "door_url": door_url}
    return render(request, "403.html", context | {"is_staff_door": door == STAFF_DOOR}, status=403)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of its own PermissionDenied."""
    return forbidden(request, DJANGOS)

"""The admin site: the door of the staff, and a first page that sends home who has nothing to read in it."""

from collections.abc import Callable
from functools import update_wrapper
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from common import attempts
from common.actor import ActorRequest
from common.navigation import home_url, next_url, page_asked_for, with_next

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


class StaffSite(AdminSite):
    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Who enters lands on the page asked for, or at the desk: the lists of the admin are one link away.

        A refused password is answered by a redirect, so that a reload tries none.
        """
        asked = next_url(request)
        is_for_page = asked not in ("", reverse("admin:index"))
        answer = super().login(request, (extra_context or {}) | {"is_for_page": is_for_page})
        if (
            answer.status_code == HTTPStatus.FOUND
            and request.user.is_authenticated
            and not cast("ActorRequest", request).actor.offices
        ):
            return redirect(with_next(settings.SECOND_FACTOR_URL, asked if is_for_page else ""))
        if answer.status_code == HTTPStatus.FOUND and answer["Location"] == reverse("admin:index"):
            return redirect(asked if is_for_page else home_url(request))
        form = (getattr(answer, "context_data", None) or {}).get("form")
        if form is None:
            return answer
        if request.method == "POST":
            attempts.keep(request, "staff", form, fields=["username"])
            return redirect(with_next("admin:login", asked))
        attempts.put_back(request, "staff", form)
        return answer

    def admin_view(self, view: _View, cacheable: bool = False) -> _View:
        """Who is signed in and no staff goes to the door of the staff, as who is signed out does."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request) and not page_asked_for(request):
                return redirect("admin:login")
            return guarded(request, *args, **kwargs)

        return cast("_View", update_wrapper(inner, guarded))

    def index(  # type: ignore[override]  # Django's only draws a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list of what may be read; some of the staff, as the certifiers, only work in the portal."""
        if not self.get_app_list(request):
            return redirect(home_url(request))
        return super().index(request, extra_context)

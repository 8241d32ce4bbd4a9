"""The admin site: its first page sends home who has nothing to read in it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from common.navigation import home_url


class StaffSite(AdminSite):
    def index(  # type: ignore[override]  # Django's only draws a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list of what may be read; some of the staff, as the certifiers, only work in the portal."""
        if not self.get_app_list(request):
            return redirect(home_url(request))
        return super().index(request, extra_context)

"""Puts the admin site of the house in the place of Django's."""

from django.contrib.admin.apps import AdminConfig
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS = {True: ("yes", "Sim"), False: ("no", "Não"), None: ("unknown", "Sem informação")}


class StaffAdminConfig(AdminConfig):
    default_site = "common.admin_site.StaffSite"

    def ready(self) -> None:
        """Django says a yes or a no in the English words of Python, and has no setting for others."""
        super().ready()
        from django.contrib.admin.templatetags import admin_list  # noqa: PLC0415 -- needs the apps loaded

        admin_list._boolean_icon = icon  # type: ignore[attr-defined]  # left out of the stubs


def icon(value: bool | None) -> SafeString:
    """The picture of a yes, a no or neither, with its word."""
    name, word = ICONS[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), word)

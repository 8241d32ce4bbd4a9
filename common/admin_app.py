"""Puts the admin site of the house in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "common.admin_site.StaffSite"

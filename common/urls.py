"""Routes of the house itself."""

from django.urls import URLPattern, path

from common import health

app_name = "common"
urlpatterns: list[URLPattern] = [
    path("healthz", health.answer, name="health"),
]

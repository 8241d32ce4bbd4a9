"""Routes of rnds."""

from django.urls import URLPattern

app_name = "rnds"
urlpatterns: list[URLPattern] = []

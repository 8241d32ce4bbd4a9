"""Routes of the SIOPS, under /siops/."""

from django.urls import URLPattern

app_name = "siops"
urlpatterns: list[URLPattern] = []

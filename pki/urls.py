"""Routes of pki."""

from django.urls import URLPattern

app_name = "pki"
urlpatterns: list[URLPattern] = []

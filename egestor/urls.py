"""Routes of egestor."""

from django.urls import URLPattern

app_name = "egestor"
urlpatterns: list[URLPattern] = []

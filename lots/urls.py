"""Routes of the lots, inside the SISRede."""

from django.urls import path

app_name = "lots"
urlpatterns: list[object] = []

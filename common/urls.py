"""Routes of the house itself."""

from django.urls import URLPattern, path

from common import health, views

app_name = "common"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("fidelidade/", views.fidelity, name="fidelity"),
    path("glossario/", views.glossary, name="glossary"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", health.answer, name="health"),
]

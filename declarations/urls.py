"""Routes of the declaration, inside the SIOPS."""

from django.urls import path

from declarations.views import panel

app_name = "declarations"
urlpatterns = [
    path("siops/painel/", panel.panel, name="panel"),
    path("siops/painel/<int:pk>/abrir/", panel.declaration_open, name="declaration_open"),
]

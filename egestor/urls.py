"""Routes of egestor."""

from django.urls import URLPattern, path

from egestor.views import home, tokens

app_name = "egestor"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("token/", tokens.token_create, name="token_create"),
    path("token/responsavel/", tokens.token_responsible, name="token_responsible"),
    path("tokens/", tokens.token_list, name="token_list"),
    path("tokens/<int:pk>/cancelar/", tokens.token_cancel, name="token_cancel"),
]

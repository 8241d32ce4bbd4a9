"""Routes of the gateway: for programmes, and the one page of a message."""

from django.urls import path

from interop import views

app_name = "interop"
urlpatterns = [
    path("mensagens/<str:link>/", views.message, name="message"),
    path("sim/chamadas/<uuid:request_id>", views.own_exchange, name="own_exchange"),
]

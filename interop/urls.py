"""Routes of the gateway, for programmes."""

from django.urls import path

from interop import views

app_name = "interop"
urlpatterns = [
    path("sim/chamadas/<uuid:request_id>", views.own_exchange, name="own_exchange"),
]

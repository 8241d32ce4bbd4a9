"""Routes of the deadlines and sanctions, inside the SIOPS."""

from django.urls import path

from sanctions.views import defence, monitoring, queue

app_name = "sanctions"
urlpatterns = [
    path("siops/monitoramento/", monitoring.monitoring, name="monitoring"),
    path("siops/monitoramento/<slug:kind>/<int:pk>/defesa/", defence.defence_present, name="defence_present"),
    path("siops/ministerio/monitoramento/", queue.omission_list, name="omission_list"),
    path("siops/ministerio/monitoramento/minimo/", queue.shortfall_list, name="shortfall_list"),
    path("siops/ministerio/monitoramento/entes/<int:pk>/", queue.entity_detail, name="entity_detail"),
]

"""Routes of the public side of the SIOPS: pages, and the API that mirrors the real one."""

from django.urls import path

from transparency.views import deliveries, entities

app_name = "transparency"
urlpatterns = [
    path("siops/consulta/", deliveries.delivery_map, name="delivery_map"),
    path("siops/consulta/entrega.csv", deliveries.delivery_csv, name="delivery_csv"),
    path("siops/consulta/entrega.json", deliveries.delivery_json, name="delivery_json"),
    path("siops/consulta/entrega.pdf", deliveries.delivery_pdf, name="delivery_pdf"),
    path("siops/consulta/uf/<slug:acronym>/", deliveries.delivery_list, name="delivery_list"),
    path("siops/consulta/municipio/<str:ibge>/", entities.entity_detail, name="entity_detail"),
]

"""Routes of the public side of the SIOPS: pages, and the API that mirrors the real one."""

from django.urls import path

from transparency.views import annex, deliveries, entities, indicators

PLACE = "siops/consulta/municipio/<str:ibge>/"
app_name = "transparency"
urlpatterns = [
    path("siops/consulta/", deliveries.delivery_map, name="delivery_map"),
    path("siops/consulta/entrega.csv", deliveries.delivery_csv, name="delivery_csv"),
    path("siops/consulta/entrega.json", deliveries.delivery_json, name="delivery_json"),
    path("siops/consulta/entrega.pdf", deliveries.delivery_pdf, name="delivery_pdf"),
    path("siops/consulta/uf/<slug:acronym>/", deliveries.delivery_list, name="delivery_list"),
    path(PLACE, entities.entity_detail, name="entity_detail"),
    path(f"{PLACE}<int:year>/indicadores/", indicators.indicator_list, name="indicator_list"),
    path(f"{PLACE}<int:year>/indicadores.csv", indicators.indicator_csv, name="indicator_csv"),
    path(f"{PLACE}<int:year>/indicadores.json", indicators.indicator_json, name="indicator_json"),
    path(f"{PLACE}<int:year>/<int:bimester>/", annex.annex, name="annex"),
    path(f"{PLACE}<int:year>/<int:bimester>/anexo-12.csv", annex.annex_csv, name="annex_csv"),
    path(f"{PLACE}<int:year>/<int:bimester>/anexo-12.json", annex.annex_json, name="annex_json"),
    path(f"{PLACE}<int:year>/<int:bimester>/anexo-12.pdf", annex.annex_pdf, name="annex_pdf"),
]

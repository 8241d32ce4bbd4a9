"""Routes of the public side of the SIOPS: pages, and the API that mirrors the real one."""

from django.urls import path

from transparency.api import reading
from transparency.views import annex, deliveries, entities, indicators, sanctions

PLACE = "siops/consulta/municipio/<str:ibge>/"
API = "<str:ibge6>/<int:year>/<str:code>"
app_name = "transparency"
urlpatterns = [
    path("siops/consulta/", deliveries.delivery_map, name="delivery_map"),
    path("siops/consulta/entrega.csv", deliveries.delivery_csv, name="delivery_csv"),
    path("siops/consulta/entrega.json", deliveries.delivery_json, name="delivery_json"),
    path("siops/consulta/entrega.pdf", deliveries.delivery_pdf, name="delivery_pdf"),
    path("siops/consulta/uf/<slug:acronym>/", deliveries.delivery_list, name="delivery_list"),
    path("siops/consulta/sancoes/", sanctions.sanction_list, name="sanction_list"),
    path("siops/consulta/sancoes.csv", sanctions.sanction_csv, name="sanction_csv"),
    path("siops/consulta/sancoes.json", sanctions.sanction_json, name="sanction_json"),
    path("siops/consulta/sancoes.pdf", sanctions.sanction_pdf, name="sanction_pdf"),
    path(PLACE, entities.entity_detail, name="entity_detail"),
    path(f"{PLACE}<int:year>/indicadores/", indicators.indicator_list, name="indicator_list"),
    path(f"{PLACE}<int:year>/indicadores.csv", indicators.indicator_csv, name="indicator_csv"),
    path(f"{PLACE}<int:year>/indicadores.json", indicators.indicator_json, name="indicator_json"),
    path(f"{PLACE}<int:year>/indicadores.pdf", indicators.indicator_pdf, name="indicator_pdf"),
    path(f"{PLACE}<int:year>/<int:bimester>/", annex.annex, name="annex"),
    path(f"{PLACE}<int:year>/<int:bimester>/anexo-12.csv", annex.annex_csv, name="annex_csv"),
    path(f"{PLACE}<int:year>/<int:bimester>/anexo-12.json", annex.annex_json, name="annex_json"),
    path(f"{PLACE}<int:year>/<int:bimester>/anexo-12.pdf", annex.annex_pdf, name="annex_pdf"),
    path("v1/ente/estados", reading.states, name="api_states"),
    path("v1/ente/municipal/<str:uf>", reading.municipalities, name="api_municipalities"),
    path("v1/ente/anos", reading.years, name="api_years"),
    path(f"v1/rreo/municipal/<str:uf>/{API}", reading.annex, name="api_annex"),
    path(f"v1/despesas-por-subfuncao/<str:uf>/{API}", reading.expenses, name="api_expenses"),
    path(f"v1/indicador/municipal/{API}", reading.indicators, name="api_indicators"),
    path("v1/openapi.json", reading.openapi, name="api_description"),
]

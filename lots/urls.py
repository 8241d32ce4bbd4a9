"""Routes of the lots, inside the SISRede."""

from django.urls import path

from lots.views import lots

app_name = "lots"
LOT = "sisrede/lotes/<int:pk>"
urlpatterns = [
    path("sisrede/lotes/", lots.lot_list, name="lot_list"),
    path("sisrede/lotes/novo/", lots.lot_start, name="lot_start"),
    path(f"{LOT}/", lots.lot_detail, name="lot_detail"),
    path(f"{LOT}/andamento/", lots.lot_progress, name="lot_progress"),
    path(f"{LOT}/andamento.json", lots.lot_progress_json, name="lot_progress_json"),
    path(f"{LOT}/pausar/", lots.lot_pause, name="lot_pause"),
    path(f"{LOT}/retomar/", lots.lot_resume, name="lot_resume"),
    path(f"{LOT}/cancelar/", lots.lot_cancel, name="lot_cancel"),
    path(f"{LOT}/relatorio/", lots.lot_report, name="lot_report"),
    path(f"{LOT}/relatorio/<cnes>/", lots.lot_people, name="lot_people"),
    path(f"{LOT}/csv/", lots.lot_csv, name="lot_csv"),
    path(f"{LOT}/comparar/", lots.lot_compare, name="lot_compare"),
]

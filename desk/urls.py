"""Routes of the desk."""

from django.urls import path

from desk.views import desk, trail

app_name = "desk"
QUEUE = "filas/<slug:key>"
urlpatterns = [
    path("", desk.desk_home, name="home"),
    path("decisoes/", desk.decision_list, name="decisions"),
    path("auditoria/", trail.trail_list, name="trail"),
    path("auditoria/csv/", trail.trail_csv, name="trail_csv"),
    path(f"{QUEUE}/", desk.queue_list, name="queue"),
    path(f"{QUEUE}/proximo/", desk.next_item, name="next"),
    path(f"{QUEUE}/<int:pk>/assumir/", desk.item_take, name="take"),
    path(f"{QUEUE}/<int:pk>/devolver/", desk.item_give_back, name="give_back"),
]

"""Routes of the papers. They are printed on paper as QR codes: changing one breaks those already issued."""

from django.urls import path, re_path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.check, name="check"),
    path("arquivo/", views.check_file, name="check_file"),
    path("registro/", views.log_page, name="log"),
    path("registro/exportar/", views.log_export, name="log_export"),
    path("registro/desde/<int:size>/", views.log_checkpoint, name="log_checkpoint"),
    re_path(r"^processo/(?P<digits>[0-9]{17})/$", views.process, name="process"),
    re_path(r"^(?P<code>[0-9]{10})/(?P<crc>[0-9A-Fa-f]{8})/$", views.paper, name="paper"),
    re_path(r"^(?P<code>[0-9]{10})/(?P<crc>[0-9A-Fa-f]{8})/prova/$", views.paper_proof, name="paper_proof"),
]

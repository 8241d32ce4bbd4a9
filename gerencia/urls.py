"""Routes of the Gerencia APS."""

from django.urls import path

from gerencia.views import desk, enrolments, letters, notes, offers, panel, professionals

app_name = "gerencia"
PLACE = "ofertas/<int:pk>/<str:ibge>"
LETTER, DESK = "oficios/<int:pk>", "saps/oficios"
urlpatterns = [
    path("", offers.home, name="home"),
    path("ofertas/<int:pk>/", offers.offer_detail, name="offer_detail"),
    path(f"{PLACE}/", enrolments.enrolment_detail, name="enrolment_detail"),
    path(f"{PLACE}/aderir/", enrolments.enrolment_start, name="enrolment_start"),
    path(f"{PLACE}/termo/", enrolments.enrolment_terms, name="enrolment_terms"),
    path(f"{PLACE}/termo.pdf", enrolments.enrolment_paper, name="enrolment_paper"),
    path(f"{PLACE}/desistir/", enrolments.enrolment_withdraw, name="enrolment_withdraw"),
    path(f"{PLACE}/oficio/gerar/", letters.letter_sign, name="letter_sign"),
    path(f"{PLACE}/oficio/enviar/", letters.letter_upload, name="letter_upload"),
    path(f"{LETTER}/enviar/", letters.letter_send, name="letter_send"),
    path(f"{LETTER}/oficio.pdf", letters.letter_file, name="letter_file"),
    path(f"{DESK}/", desk.letter_queue, name="letter_queue"),
    path(f"{DESK}/registrar/<int:pk>/", desk.letter_receive, name="letter_receive"),
    path(f"{DESK}/<int:pk>/", desk.letter_review, name="letter_review"),
    path(f"{DESK}/<int:pk>/registrar/", desk.letter_register, name="letter_register"),
    path(f"{DESK}/<int:pk>/aceitar/", desk.letter_accept, name="letter_accept"),
    path(f"{DESK}/<int:pk>/devolver/", desk.letter_return, name="letter_return"),
    path(f"{PLACE}/profissionais/", professionals.professional_list, name="professional_list"),
    path(f"{PLACE}/profissionais/inscrever/", professionals.professional_enrol, name="professional_enrol"),
    path("profissionais/<int:pk>/cancelar/", professionals.professional_cancel, name="professional_cancel"),
    path("saps/painel/<int:pk>/", panel.panel_by_uf, name="panel_by_uf"),
    path("saps/painel/<int:pk>/adesoes.csv", panel.panel_csv, name="panel_csv"),
    path("saps/notas/", notes.note_list, name="note_list"),
    path("saps/notas/nova/<int:pk>/", notes.note_write, name="note_write"),
    path("notas/<int:pk>/", notes.note_detail, name="note_detail"),
    path("notas/<int:pk>/assinar/", notes.note_sign, name="note_sign"),
    path("notas/<int:pk>/cancelar/", notes.note_cancel, name="note_cancel"),
    path("notas/<int:pk>/nota.pdf", notes.note_paper, name="note_paper"),
]

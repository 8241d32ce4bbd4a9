"""Routes of the Gerencia APS."""

from django.urls import path

from gerencia.views import enrolments, offers

app_name = "gerencia"
PLACE = "ofertas/<int:pk>/<str:ibge>"
urlpatterns = [
    path("", offers.home, name="home"),
    path("ofertas/<int:pk>/", offers.offer_detail, name="offer_detail"),
    path(f"{PLACE}/", enrolments.enrolment_detail, name="enrolment_detail"),
    path(f"{PLACE}/aderir/", enrolments.enrolment_start, name="enrolment_start"),
    path(f"{PLACE}/termo/", enrolments.enrolment_terms, name="enrolment_terms"),
    path(f"{PLACE}/termo.pdf", enrolments.enrolment_paper, name="enrolment_paper"),
    path(f"{PLACE}/desistir/", enrolments.enrolment_withdraw, name="enrolment_withdraw"),
]

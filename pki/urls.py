"""Routes of pki. The addresses are written in certificates: changing one breaks those already issued."""

from django.urls import path

from pki import views

app_name = "pki"
urlpatterns = [
    path("", views.authority_list, name="authority_list"),
    path("ac/cadeia.pem", views.bundle, name="bundle"),
    path("ac/<slug:slug>.cer", views.authority_der, name="authority_der"),
    path("ac/<slug:slug>.pem", views.authority_pem, name="authority_pem"),
    path("lcr/<slug:slug>.crl", views.revocation_list, name="revocation_list"),
    path("lcr-espelho/<slug:slug>.crl", views.revocation_list, name="revocation_list_mirror"),
    path("ocsp/<slug:slug>/", views.responder, name="responder"),
    path("ocsp/<slug:slug>/<path:encoded>", views.responder_get, name="responder_get"),
]

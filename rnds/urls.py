"""Routes of rnds."""

from django.urls import URLPattern, path

from rnds.api import jwks
from rnds.views import pec

app_name = "rnds"
urlpatterns: list[URLPattern] = [
    path("api/jwks", jwks.published_keys, name="jwks"),
    path(".well-known/jwks.json", jwks.published_keys, name="well_known_jwks"),
    path("pec/", pec.pec_list, name="pec_list"),
    path("pec/<int:pk>/certificados/", pec.pec_certificates, name="pec_certificates"),
    path("pec/<int:pk>/certificados/desabilitar/", pec.pec_disable, name="pec_disable"),
    path("pec/<int:pk>/certificados/testar/", pec.pec_test, name="pec_test"),
    path("pec/<int:pk>/chaves/", pec.pec_keys, name="pec_keys"),
    path("pec/<int:pk>/chaves/<int:file_pk>/remover/", pec.pec_key_remove, name="pec_key_remove"),
]

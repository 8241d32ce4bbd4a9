"""Routes of rnds."""

from django.urls import URLPattern, path, re_path

from rnds.api import jwks, unknown
from rnds.views import (
    credentials,
    infographic,
    messages,
    pec,
    pec_citizens,
    pec_monitor,
    requests,
    review,
    systems,
    terms,
    wizard,
)

app_name = "rnds"
urlpatterns: list[URLPattern] = [
    path("api/jwks", jwks.published_keys, name="jwks"),
    re_path(r"^api(?:/(?P<path>.*))?$", unknown.not_simulated, name="not_simulated"),
    path("login/", unknown.not_simulated, name="login_with_slash"),
    path("token/<path:path>", unknown.not_simulated, name="token_elsewhere"),
    path(".well-known/jwks.json", jwks.published_keys, name="well_known_jwks"),
    path("pec/", pec.pec_list, name="pec_list"),
    path("pec/<int:pk>/certificados/", pec.pec_certificates, name="pec_certificates"),
    path("pec/<int:pk>/certificados/desabilitar/", pec.pec_disable, name="pec_disable"),
    path("pec/<int:pk>/certificados/testar/", pec.pec_test, name="pec_test"),
    path("pec/<int:pk>/chaves/", pec.pec_keys, name="pec_keys"),
    path("pec/<int:pk>/rnds/", pec_monitor.pec_rnds, name="pec_rnds"),
    path("pec/<int:pk>/rnds/erros.csv", pec_monitor.pec_errors, name="pec_errors"),
    path("pec/<int:pk>/cidadao/", pec_citizens.pec_citizen, name="pec_citizen"),
    path("pec/<int:pk>/chaves/<int:file_pk>/remover/", pec.pec_key_remove, name="pec_key_remove"),
    path("rnds/", credentials.credential_list, name="credential_list"),
    path("rnds/infografico/", infographic.infographic, name="infographic"),
    path("rnds/credencial/<int:pk>/", credentials.credential_detail, name="credential_detail"),
    path("rnds/credencial/<int:pk>/credencial.pfx", credentials.credential_file, name="credential_file"),
    path("rnds/credencial/<int:pk>/termo.pdf", credentials.credential_terms, name="credential_terms"),
    path("rnds/credencial/<int:pk>/termo/", credentials.credential_terms_print, name="credential_terms_print"),
    path("rnds/credencial/<int:pk>/mensagens/", messages.message_list, name="message_list"),
    path("rnds/credencial/<int:pk>/mensagens/<uuid:request_id>/", messages.message_detail, name="message_detail"),
    path(
        "rnds/credencial/<int:pk>/mensagens/<uuid:request_id>/enviar-de-novo/",
        messages.message_send_again,
        name="message_send_again",
    ),
    path("rnds/credencial/<int:pk>/revogar/", credentials.credential_revoke, name="credential_revoke"),
    path("rnds/credencial/<int:pk>/sistemas/", systems.system_accesses, name="credential_systems"),
    path(
        "rnds/credencial/<int:pk>/sistemas/<int:access>/revogar/",
        systems.system_revoke,
        name="credential_system_revoke",
    ),
    path("rnds/solicitacao/nova/", requests.request_open, name="request_open"),
    path("rnds/solicitacao/<int:pk>/", requests.request_detail, name="request_detail"),
    path("rnds/solicitacao/<int:pk>/termo/", requests.request_terms, name="request_terms"),
    path("rnds/solicitacao/<int:pk>/desistir/", requests.request_withdraw, name="request_withdraw"),
    path("rnds/solicitacao/<int:pk>/reenviar/", requests.request_resubmit, name="request_resubmit"),
    path("rnds/solicitacao/<int:pk>/aprovar/", review.request_approve, name="request_approve"),
    path("rnds/solicitacao/<int:pk>/devolver/", review.request_send_back, name="request_send_back"),
    path("rnds/solicitacao/<int:pk>/reprovar/", review.request_reject, name="request_reject"),
    path("rnds/solicitacao/<int:pk>/gestor/consulta/", wizard.request_person, name="request_person"),
    path("rnds/solicitacao/<int:pk>/certificado-de-exemplo.pfx", wizard.sample_file, name="request_sample_certificate"),
    path("rnds/solicitacao/<int:pk>/<slug:slug>/", wizard.request_step, name="request_step"),
    path("termo/<slug:code>/", terms.terms_verify, name="terms_verify"),
]

"""Routes of the CADSUS, under /cadsus/, and of the SISRede, under /sisrede/."""

from django.urls import URLPattern, path

from cadsus.views import asking, deciding, home, links, sign_in
from cadsus.views.deciding import ACCESS, MACHINE, Kind

app_name = "cadsus"


def _decisions(slug: str, kind: Kind) -> list[URLPattern]:
    """One request of the kind, and what is decided about it."""
    given, name = {"kind": kind}, kind.name
    return [
        path(f"cadsus/gestao/{slug}/<int:pk>/", deciding.request_detail, given, name=f"{name}_detail"),
        path(f"cadsus/gestao/{slug}/<int:pk>/aprovar/", deciding.request_approve, given, name=f"{name}_approve"),
        path(f"cadsus/gestao/{slug}/<int:pk>/negar/", deciding.request_deny, given, name=f"{name}_deny"),
        path(f"cadsus/gestao/{slug}/<int:pk>/revogar/", deciding.request_revoke, given, name=f"{name}_revoke"),
    ]


urlpatterns = [
    path("cadsus/", home.home, name="home"),
    path("cadsus/entrar/", sign_in.sign_in, name="sign_in"),
    path("cadsus/web/", home.web_home, name="web_home"),
    path("cadsus/operador/cadastro/", asking.operator_register, name="operator_register"),
    path("cadsus/operador/solicitacoes/", asking.request_list, name="request_list"),
    path("cadsus/operador/acesso/", asking.access_start, name="access_start"),
    path("cadsus/operador/acesso/<int:pk>/perfil/", asking.access_ask, name="access_ask"),
    path("cadsus/operador/acesso/<int:pk>/cancelar/", asking.access_cancel, name="access_cancel"),
    path("cadsus/operador/maquina/", asking.machine_ask, name="machine_ask"),
    path("cadsus/gestao/pendentes/", deciding.approval_pending, name="approval_pending"),
    path("cadsus/gestao/realizadas/", deciding.approval_done, name="approval_done"),
    path("cadsus/gestao/operadores/", deciding.operator_manage, name="operator_manage"),
    path("cadsus/gestao/maquinas/", deciding.machine_manage, name="machine_manage"),
    *_decisions("acesso", ACCESS),
    *_decisions("maquina", MACHINE),
    path("cadsus/vinculos/", links.link_list, name="link_list"),
    path("cadsus/vinculos/novo/", links.link_start, name="link_start"),
    path("cadsus/vinculos/<int:pk>/encerrar/", links.link_end, name="link_end"),
    path("sisrede/", sign_in.sisrede_home, name="sisrede_home"),
    path("sisrede/entrar/", sign_in.sisrede_sign_in, name="sisrede_sign_in"),
    path("sisrede/esqueci/", sign_in.sisrede_forgot, name="sisrede_forgot"),
]

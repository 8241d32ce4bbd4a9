"""Routes of the CADSUS, under /cadsus/, and of the SISRede, under /sisrede/."""

from django.urls import URLPattern, path

from cadsus.api import unknown
from cadsus.views import (
    asking,
    checking,
    citizens,
    deciding,
    home,
    households,
    links,
    pauses,
    reports,
    sign_in,
    web_pairs,
    web_people,
    web_search,
    web_unification,
)
from cadsus.views.deciding import ACCESS, MACHINE, Kind

app_name = "cadsus"
# A desk of the SISRede is a module of a unit.
DESK = "sisrede/unidade/<cnes>/<slug:module>"
CITIZEN = f"{DESK}/usuario/<int:pk>"


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
    path("cadsus/v2/<path:path>", unknown.not_simulated, name="not_simulated"),
    path("cadsus/PDQSupplier/", unknown.not_simulated, name="pdq_with_slash"),
    path("cadsus/CadsusService/<path:path>", unknown.not_simulated, name="service_not_simulated"),
    path("cadsus/AuditoriaCadsusService/<path:path>", unknown.not_simulated, name="audit_not_simulated"),
    path("cadsus/PIXManager/", unknown.not_simulated, name="pix_with_slash"),
    path("cadsus/entrar/", sign_in.sign_in, name="sign_in"),
    path("cadsus/entrar/acesso/<str:secret>/", sign_in.access_link, name="access_link"),
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
    path("cadsus/web/consulta/", web_search.person_search, name="person_search"),
    path("cadsus/web/cadastros/novo/", web_people.person_create, name="person_create"),
    path("cadsus/web/cadastros/<int:pk>/", web_people.person_detail, name="person_detail"),
    path("cadsus/web/cadastros/<int:pk>/motivo/", web_people.person_reason, name="person_reason"),
    path("cadsus/web/cadastros/<int:pk>/editar/", web_people.person_edit, name="person_edit"),
    path("cadsus/web/cadastros/<int:pk>/situacao/", web_people.person_standing, name="person_standing"),
    path("cadsus/web/cadastros/<int:pk>/cartoes/", web_people.person_cards, name="person_cards"),
    path("cadsus/web/cadastros/<int:pk>/cartoes/definitivo/", web_people.cns_give, name="cns_give"),
    path("cadsus/web/cadastros/<int:pk>/qualidade/", web_people.person_quality, name="person_quality"),
    path("cadsus/web/cadastros/<int:pk>/cartao/", web_people.person_card, name="person_card"),
    path("cadsus/web/duplicados/", web_pairs.pair_queue, name="pair_queue"),
    path("cadsus/web/duplicados/procurar/", web_pairs.pair_detect, name="pair_detect"),
    path("cadsus/web/duplicados/<int:pk>/", web_pairs.pair_detail, name="pair_detail"),
    path("cadsus/web/duplicados/<int:pk>/adiar/", web_pairs.pair_postpone, name="pair_postpone"),
    path("cadsus/web/duplicados/<int:pk>/descartar/", web_pairs.pair_dismiss, name="pair_dismiss"),
    path("cadsus/web/unificar/", web_unification.unification_preview, name="unification_preview"),
    path("cadsus/web/unificacoes/", web_unification.unification_list, name="unification_list"),
    path("cadsus/web/unificacoes/<int:pk>/", web_unification.unification_detail, name="unification_detail"),
    path("cadsus/web/unificacoes/<int:pk>/desfazer/", web_unification.unification_undo, name="unification_undo"),
    path("sisrede/", citizens.sisrede_home, name="sisrede_home"),
    path("sisrede/entrar/", sign_in.sisrede_sign_in, name="sisrede_sign_in"),
    path("sisrede/esqueci/", sign_in.sisrede_forgot, name="sisrede_forgot"),
    path("sisrede/cadsus/", pauses.lookup_pause, name="lookup_pause"),
    path("sisrede/cadsus/habilitar/", pauses.lookup_resume, name="lookup_resume"),
    path("sisrede/relatorio/", reports.report_list, name="report_list"),
    path("sisrede/relatorio/<cnes>/", reports.microarea_report, name="microarea_report"),
    path("sisrede/relatorio/<cnes>/csv/", reports.microarea_report_csv, name="microarea_report_csv"),
    path("sisrede/relatorio/<cnes>/pdf/", reports.microarea_report_pdf, name="microarea_report_pdf"),
    path(f"{DESK}/", citizens.citizen_search, name="citizen_search"),
    path(f"{DESK}/novo/", citizens.citizen_register, name="citizen_register"),
    path(f"{DESK}/rn/", citizens.newborn_register, name="newborn_register"),
    path(f"{DESK}/nacional/<int:person>/", citizens.citizen_adopt, name="citizen_adopt"),
    path(f"{CITIZEN}/", citizens.citizen_detail, name="citizen_detail"),
    path(f"{CITIZEN}/endereco/", citizens.citizen_address, name="citizen_address"),
    path(f"{CITIZEN}/consultar/", checking.citizen_consult, name="citizen_consult"),
    path(f"{CITIZEN}/conferir/", checking.citizen_check, name="citizen_check"),
    path(f"{CITIZEN}/cancelar/", checking.citizen_cancel, name="citizen_cancel"),
    path(f"{CITIZEN}/justificar/", checking.citizen_justify, name="citizen_justify"),
    path(f"{CITIZEN}/justificar/<int:row>/", checking.justification_correct, name="justification_correct"),
    path(f"{CITIZEN}/atender/", checking.citizen_attend, name="citizen_attend"),
    path(f"{CITIZEN}/impresso/", checking.citizen_paper, name="citizen_paper"),
    path(f"{CITIZEN}/domicilio/", households.household_link, name="household_link"),
    path(f"{CITIZEN}/domicilio/desvincular/", households.household_unlink, name="household_unlink"),
]

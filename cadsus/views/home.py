"""First pages: of the CADSUS, for everybody, and of the CADSUSWEB, for operators."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Proof
from cadsus.messages import M29
from cadsus.models import OperatorAccess
from cadsus.permissions import Permission
from cadsus.services.operators import operator_of
from cadsus.session import sgop_session
from common import permissions
from common.actor import ActorRequest
from common.exceptions import NotPermitted
from common.ui import Card, offered

OPERATOR_CARDS = (
    Card(
        "Cadastro de usuário",
        "O profissional se cadastra como operador e aceita o termo",
        "id-card",
        "cadsus:operator_register",
        Permission.REGISTER_OPERATOR,
    ),
    Card(
        "Minhas solicitações",
        "Acesso a um estabelecimento, perfil e máquina",
        "clipboard-list",
        "cadsus:request_list",
        Permission.ASK_ACCESS,
    ),
    Card(
        "CADSUSWEB",
        "Para quem tem acesso aprovado: cadastrador ou consultador",
        "address-book",
        "cadsus:web_home",
        Permission.CONSULT_REGISTRY,
    ),
)
MANAGER_CARDS = (
    Card(
        "Aprovações pendentes",
        "Quem espera a decisão do gerente da unidade",
        "hourglass-half",
        "cadsus:approval_pending",
        Permission.DECIDE_REQUEST,
    ),
    Card(
        "Aprovações realizadas",
        "O que foi aprovado, negado ou revogado",
        "list-check",
        "cadsus:approval_done",
        Permission.DECIDE_REQUEST,
    ),
    Card(
        "Gerir operadores – acesso",
        "Quem tem acesso pela unidade; revogar",
        "users",
        "cadsus:operator_manage",
        Permission.DECIDE_REQUEST,
    ),
    Card(
        "Gerir operadores – máquinas",
        "Computadores aprovados; revogar",
        "desktop",
        "cadsus:machine_manage",
        Permission.DECIDE_REQUEST,
    ),
    Card(
        "Vínculos com o CNES",
        "Quem trabalha em cada estabelecimento do município",
        "user-tie",
        "cadsus:link_list",
        Permission.KEEP_LINKS,
    ),
)


@login_not_required
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Cards for everybody; who entered sees those of the own offices."""
    is_in = request.actor.proof == Proof.OPERATOR
    context = {
        "is_in": is_in,
        "is_registered": is_in and operator_of(request.actor.account_id) is not None,
        "operator_cards": offered(OPERATOR_CARDS, request.actor, is_in=is_in),
        "manager_cards": offered(MANAGER_CARDS, request.actor, is_in=is_in),
    }
    return render(request, "cadsus/home.html", context)


@never_cache
@require_safe
@sgop_session
def web_home(request: ActorRequest) -> HttpResponse:
    """The accesses by which the operator is in; who still waits for the manager is told so (M29)."""
    own = OperatorAccess.objects.visible_to(request.actor).of_account(request.actor.account_id)
    if own.pending().exists() and not request.actor.has_perm(Permission.CONSULT_REGISTRY):
        raise NotPermitted(M29, permission=Permission.CONSULT_REGISTRY)
    permissions.require(request.actor, Permission.CONSULT_REGISTRY)
    accesses = own.in_force_at(request.at).with_names()
    return render(request, "cadsus/web_home.html", {"accesses": accesses})

"""Entering and leaving the portal."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import lockout
from accounts.forms.sign_in import GovBrSignInForm, OrganisationSignInForm
from accounts.models import User
from accounts.personas import Persona, grouped_personas, present_personas
from accounts.services import sign_in as service
from common import attempts
from common.exceptions import Refusal, RuleBroken
from common.navigation import home_url, next_url, with_next
from common.requests import HttpRequest
from common.ui import Tab

PASSWORD_BACKEND = "accounts.backends.AccountBackend"  # noqa: S105 -- a dotted path
GOVBR_BACKEND = "accounts.backends.GovBrBackend"
ENTERED_COOKIE = "entrou"
WRONG_PASSWORD = "CNPJ ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."  # noqa: S105 -- text
SESSION_EXPIRED = "Sua sessão expirou. Entre novamente; seu rascunho foi guardado."
ENTER_FIRST = "Para abrir a página pedida é preciso entrar. Depois de entrar, você vai direto a ela."
FUND_TAB, PERSON_TAB = "fundo", "pessoa"


@login_not_required
@never_cache
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """The two tabs of the door and, in a demonstration, the list of personas."""
    if request.user.is_authenticated:
        return redirect(_after_sign_in(request))
    personas, asked = present_personas(), request.GET.get("persona")
    fund = next((persona for persona in personas if persona.cnpj and persona.key == asked), None)
    if fund is not None:
        tab, form = FUND_TAB, OrganisationSignInForm.filled_for(fund)
    else:
        tab = FUND_TAB if request.GET.get("aba") == FUND_TAB else PERSON_TAB
        form = OrganisationSignInForm()
        if tab == FUND_TAB:
            attempts.put_back(request, FUND_TAB, form)
    return _page(request, form, personas, tab=tab)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in_organisation(request: HttpRequest) -> HttpResponse:
    """«Acessar»: CNPJ of the fund and its case-sensitive password."""
    if request.user.is_authenticated or request.method == "GET":
        return redirect(_after_sign_in(request) if request.user.is_authenticated else _tab_url(request, FUND_TAB))
    form = OrganisationSignInForm(request.POST)
    if form.is_valid():
        cnpj = form.cleaned_data["cnpj"]
        user = authenticate(request, username=cnpj, password=form.cleaned_data["password"])
        if isinstance(user, User) and user.kind == User.Kind.ORGANISATION:
            service.record_password_sign_in(user_id=user.pk, at=request.at)
            return _enter(request, user, PASSWORD_BACKEND)
        reason = lockout.reason_of_failure(request)
        service.record_failure(kind=User.Kind.ORGANISATION, login=cnpj, reason=reason, at=request.at)
        form.add_error(None, WRONG_PASSWORD)
        attempts.keep(request, FUND_TAB, form, fields=["cnpj"])
        return redirect(_tab_url(request, FUND_TAB))
    return _page(request, form, present_personas(), tab=FUND_TAB)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_govbr(request: HttpRequest) -> HttpResponse:
    """The simulated gov.br: choose who you are and with which level."""
    if request.user.is_authenticated:
        return redirect(_after_sign_in(request))
    if not settings.DEMO:
        raise RuleBroken(service.GOVBR_CLOSED, code="govbr_closed")
    form = GovBrSignInForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        cpf, level = form.cleaned_data["cpf"], form.cleaned_data["level"]
        try:
            user = service.sign_in_person(cpf=cpf, level=level, at=request.at)
        except Refusal as refusal:
            service.record_failure(kind=User.Kind.PERSON, login=cpf, reason=refusal.code, at=request.at)
            form.add_error(refusal.field, refusal.message)
            attempts.keep(request, PERSON_TAB, form, fields=["cpf", "level"])
            return redirect(with_next("accounts:sign_in_govbr", next_url(request)))
        return _enter(request, user, GOVBR_BACKEND)
    if not form.is_bound:
        attempts.put_back(request, PERSON_TAB, form)
    context = {"form": form, "next": next_url(request), "notice": _why_here(request)}
    return render(request, "accounts/govbr.html", context)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """«Sair»: the session is erased. The page of a refusal names the door of who may as the next one."""
    if request.user.is_authenticated:
        service.record_sign_out(user_id=request.user.pk, at=request.at)
        logout(request)
        messages.success(request, "Você saiu do portal.")
    response = redirect(next_url(request) or settings.LOGOUT_REDIRECT_URL)
    response.delete_cookie(ENTERED_COOKIE, samesite="Lax")
    return response


def _page(request: HttpRequest, form: OrganisationSignInForm, personas: list[Persona], *, tab: str) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "tab": tab,
        "tabs": [
            Tab("Pessoa Física", _tab_url(request, PERSON_TAB), tab == PERSON_TAB),
            Tab("Fundo Municipal de Saúde", _tab_url(request, FUND_TAB), tab == FUND_TAB),
        ],
        "next": next_url(request),
        "notice": _why_here(request),
        "groups": grouped_personas(personas),
        "govbr_closed": service.GOVBR_CLOSED,
    }
    return render(request, "accounts/sign_in.html", context)


def _tab_url(request: HttpRequest, tab: str) -> str:
    return reverse("accounts:sign_in", query={"aba": tab} | ({"next": next_url(request)} if next_url(request) else {}))


def _after_sign_in(request: HttpRequest) -> str:
    return next_url(request) or home_url(request)


def _why_here(request: HttpRequest) -> str:
    """Why the sign-in appeared, when a page that needs a session led here.

    A browser that entered today and did not leave has lost its session.
    """
    if not next_url(request):
        return ""
    return SESSION_EXPIRED if request.COOKIES.get(ENTERED_COOKIE) else ENTER_FIRST


def _enter(request: HttpRequest, user: User, backend: str) -> HttpResponse:
    """Open the session. The session's own cookie ends with it, so a second one remembers that there was a session."""
    login(request, user, backend=backend)
    response = redirect(_after_sign_in(request))
    response.set_cookie(
        ENTERED_COOKIE,
        "1",
        max_age=timedelta(days=1),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response

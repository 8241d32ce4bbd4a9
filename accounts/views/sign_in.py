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
from accounts.personas import (
    Persona,
    PersonaFilter,
    demo_personas,
    door_of,
    list_of,
    present_personas,
    systems_of,
)
from accounts.services import sign_in as service
from common import attempts, house
from common.exceptions import Refusal, RuleBroken
from common.navigation import home_url, next_url, page_at, with_next
from common.requests import HttpRequest
from common.ui import search_text

PASSWORD_BACKEND = "accounts.backends.AccountBackend"  # noqa: S105 -- a dotted path
GOVBR_BACKEND = "accounts.backends.GovBrBackend"
ENTERED_COOKIE = "entrou"
WRONG_PASSWORD = "CNPJ ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."  # noqa: S105 -- text
SESSION_EXPIRED = "Sua sessão expirou. Entre novamente; seu rascunho foi guardado."
ENTER_FIRST = "Para abrir a página pedida é preciso entrar. Depois de entrar, você vai direto a ela."
NOT_A_PERSONA = "Só se continua como uma pessoa publicada da demonstração."
# The persona that the browser entered as the last time.
PERSONA_COOKIE = "persona"
# In the address of the list: who is in wants to be somebody else.
CHANGE = "trocar"
# Doors whose attempts are kept from one page to the next.
FUND, PERSON = "fundo", "pessoa"


@login_not_required
@never_cache
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """The doors of the real systems and, in a demonstration, the personas; also to change from one to another."""
    if request.user.is_authenticated and not (settings.DEMO and CHANGE in request.GET):
        return redirect(_after_sign_in(request))
    personas, after = present_personas(), next_url(request)
    asked, notice = page_at(after), _why_here(request)
    shown, last = _filter(request, personas), _last_persona(request, personas)
    context: dict[str, Any] = {
        "next": after,
        # The page that is known by name says by itself why one is here.
        "notice": "" if asked and notice == ENTER_FIRST else notice,
        "asked": asked,
        "ways": [way for way in house.ways_in() if settings.DEMO or not way.is_for_demo],
        "govbr_closed": service.GOVBR_CLOSED,
        "personas": personas,
        "systems": systems_of(personas),
        "shown": shown,
        "groups": list_of(personas, last=last.key if last else "", shown=shown),
        "elsewhere": shown.in_any_system(personas) if shown.system else [],
        "last": last,
        "kept": {name: request.GET[name] for name in ("next", CHANGE) if name in request.GET},
    }
    return render(request, "accounts/sign_in.html", context)


@login_not_required
@never_cache
@require_POST
def continue_as(request: HttpRequest) -> HttpResponse:
    """«Entrar como», «Continuar como»: the session ends, and the persona stands at its own door, or is in already.

    Only personas of the demonstration, each by the door that is its own: who has a password, a PIN or a team account
    finds the page of that door filled and enters there; whom the simulated gov.br lets in enters at once.
    """
    asked, after = request.POST.get("persona"), next_url(request)
    persona = next((who for who in demo_personas() if who.key == asked), None)
    if persona is None:
        raise RuleBroken(NOT_A_PERSONA, code="not_a_persona")
    door = door_of(persona)
    if door:
        _leave(request)
        answer: HttpResponse = redirect(reverse(door, query={"persona": persona.key} | _next_query(after)))
    else:
        try:
            user = service.sign_in_person(cpf=persona.cpf, level=service.Level.GOLD, at=request.at)
        except Refusal as refusal:
            service.record_failure(kind=User.Kind.PERSON, login=persona.cpf, reason=refusal.code, at=request.at)
            messages.error(request, refusal.message)
            return redirect(with_next("accounts:sign_in", after))
        _leave(request)
        answer = _enter(request, user, GOVBR_BACKEND)
    _keep(answer, PERSONA_COOKIE, persona.key, timedelta(days=30))
    return answer


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in_organisation(request: HttpRequest) -> HttpResponse:
    """«Acessar»: CNPJ of the fund and its case-sensitive password."""
    if request.user.is_authenticated:
        return redirect(_after_sign_in(request))
    if request.method == "GET":
        return _fund_page(request, _fund_form(request))
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
        attempts.keep(request, FUND, form, fields=["cnpj"])
        return redirect(with_next("accounts:sign_in_organisation", next_url(request)))
    return _fund_page(request, form)


def _fund_form(request: HttpRequest) -> OrganisationSignInForm:
    """Filled for the persona of `?persona=`; else empty, or with what the last attempt left."""
    asked = request.GET.get("persona")
    fund = next((who for who in present_personas() if who.cnpj and who.key == asked), None) if asked else None
    if fund is not None:
        return OrganisationSignInForm.filled_for(fund)
    form = OrganisationSignInForm()
    attempts.put_back(request, FUND, form)
    return form


def _fund_page(request: HttpRequest, form: OrganisationSignInForm) -> HttpResponse:
    context = {"form": form, "next": next_url(request), "notice": _why_here(request)}
    return render(request, "accounts/sign_in_organisation.html", context)


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
            attempts.keep(request, PERSON, form, fields=["cpf", "level"])
            return redirect(with_next("accounts:sign_in_govbr", next_url(request)))
        return _enter(request, user, GOVBR_BACKEND)
    if not form.is_bound:
        attempts.put_back(request, PERSON, form)
    context = {"form": form, "next": next_url(request), "notice": _why_here(request)}
    return render(request, "accounts/govbr.html", context)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """«Sair»: the session is erased. The page of a refusal names the door of who may as the next one."""
    if request.user.is_authenticated:
        _leave(request)
        messages.success(request, "Você saiu do portal.")
    response = redirect(next_url(request) or settings.LOGOUT_REDIRECT_URL)
    response.delete_cookie(ENTERED_COOKIE, samesite="Lax")
    return response


def _filter(request: HttpRequest, personas: list[Persona]) -> PersonaFilter:
    system = request.GET.get("sistema", "")
    return PersonaFilter(system if system in systems_of(personas) else "", search_text(request))


def _last_persona(request: HttpRequest, personas: list[Persona]) -> Persona | None:
    """The one that this browser entered as the last time."""
    last = request.COOKIES.get(PERSONA_COOKIE)
    return next((persona for persona in personas if persona.key == last and not persona.barred), None)


def _leave(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        service.record_sign_out(user_id=request.user.pk, at=request.at)
        logout(request)


def _next_query(after: str) -> dict[str, str]:
    return {"next": after} if after else {}


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
    _keep(response, ENTERED_COOKIE, "1", timedelta(days=1))
    return response


def _keep(response: HttpResponse, name: str, value: str, lasts: timedelta) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=lasts, httponly=True, samesite="Lax", secure=secure)

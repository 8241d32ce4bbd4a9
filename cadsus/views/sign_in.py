"""The doors of the SGOP and of the SISRede, and the page behind the second."""

from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import lockout
from accounts.models import User
from accounts.personas import asked_persona
from accounts.services.passwords import ask_recovery
from accounts.services.sign_in import record_failure
from accounts.views.access_link import by_link
from cadsus import doors, tasks
from cadsus.forms.sign_in import OperatorSignInForm, SisredeForgotForm, SisredeSignInForm
from cadsus.services import sign_in as service
from cadsus.session import BY_LINK, SGOP, SISREDE, open_session
from common import attempts
from common.exceptions import RuleBroken
from common.navigation import next_url, with_next
from common.requests import HttpRequest

WRONG_PASSWORD = "CPF ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."  # noqa: S105 -- text
ANSWER = "Se o CPF tiver função em uma unidade, as instruções foram enviadas ao e-mail do cadastro."


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """«Entrar com gov.br», simulated: the same door for SGOP and CADSUSWEB."""
    persona = asked_persona(request, door=doors.CADSUS_DOOR)
    form = OperatorSignInForm(request.POST or None, initial={"cpf": persona.cpf} if persona else None)
    if not form.is_bound and persona is None:
        attempts.put_back(request, SGOP, form)
    elif request.method == "POST" and form.is_valid():
        cpf = form.cleaned_data["cpf"]
        try:
            open_session(request, service.enter_sgop(cpf=cpf, at=request.at), SGOP)
        except RuleBroken as refusal:
            record_failure(kind=User.Kind.PERSON, login=cpf, reason=refusal.code, at=request.at)
            form.add_error(refusal.field, refusal.message)
            attempts.keep(request, SGOP, form, fields=["cpf"])
            return redirect(with_next(doors.CADSUS_DOOR, next_url(request)))
        return redirect(next_url(request) or "cadsus:home")
    return render(request, "cadsus/sign_in.html", {"form": form, "next": next_url(request)})


@login_not_required
@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def access_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Into the SGOP by the one-time link of who runs the portal."""

    def opened(user: User) -> HttpResponse:
        open_session(request, user, SGOP, backend=BY_LINK)
        return redirect("cadsus:home")

    return by_link(request, secret, page=doors.SGOP_LINK, enter=service.enter_sgop_by_link, open_session=opened)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sisrede_sign_in(request: HttpRequest) -> HttpResponse:
    """CPF and password; what is wrong with the function is said only to the right password."""
    persona = asked_persona(request, door=doors.SISREDE_DOOR)
    form = SisredeSignInForm.filled_for(persona) if persona else SisredeSignInForm(request.POST or None)
    if not form.is_bound and persona is None:
        attempts.put_back(request, SISREDE, form)
    elif request.method == "POST" and form.is_valid():
        cpf = form.cleaned_data["cpf"]
        lockout.stand_at(doors.SISREDE, request)
        user = authenticate(request, unit_cpf=cpf, password=form.cleaned_data["password"])
        try:
            if not isinstance(user, User):
                raise RuleBroken(WRONG_PASSWORD, code=lockout.reason_of_failure(request))
            open_session(request, service.enter_sisrede(user_id=user.pk, at=request.at), SISREDE)
        except RuleBroken as refusal:
            record_failure(kind=User.Kind.PERSON, login=cpf, reason=refusal.code, at=request.at)
            form.add_error(None, refusal.message)
            attempts.keep(request, SISREDE, form, fields=["cpf"])
            return redirect(with_next(doors.SISREDE_DOOR, next_url(request)))
        return redirect(next_url(request) or "cadsus:sisrede_home")
    return render(request, "cadsus/sisrede_sign_in.html", {"form": form, "next": next_url(request)})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sisrede_forgot(request: HttpRequest) -> HttpResponse:
    """«Esqueceu a senha?»: the same answer for every CPF."""
    form = SisredeForgotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_recovery(
            document=form.cleaned_data["cpf"],
            source=lockout.client_ip(request) or "",
            send=tasks.send_sisrede_recovery.delay,
            at=request.at,
        )
        messages.info(request, ANSWER)
        return redirect(doors.SISREDE_DOOR)
    return render(request, "cadsus/sisrede_forgot.html", {"form": form})

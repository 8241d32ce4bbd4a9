"""«Esqueci minha senha» and the page where a one-time link sets a password."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from accounts import lockout, tasks
from accounts.forms.passwords import ForgotOrganisationForm, ForgotPersonForm, NewPasswordForm
from accounts.services import passwords as service
from common import house, vault
from common.exceptions import RuleBroken
from common.forms.shared import put_refusal
from common.requests import HttpRequest

# Where the secret waits, sealed, after it left the address bar.
SECRET = "password_link"  # noqa: S105 -- the name of a session key
CNPJ_ANSWER = "Se o CNPJ estiver cadastrado, as instruções foram enviadas ao e-mail do cadastro."
CPF_ANSWER = "Se o CPF estiver cadastrado, as instruções foram enviadas ao e-mail do cadastro."
PASSWORD_SET = "Senha definida. Entre com a nova senha."  # noqa: S105 -- text


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def forgot_organisation(request: HttpRequest) -> HttpResponse:
    """Pessoa jurídica: the CNPJ of the fund; the link goes to the e-mail it has at the FNS."""
    form = ForgotOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _ask(request, form.cleaned_data["cnpj"], tasks.send_organisation_recovery.delay)
        messages.info(request, CNPJ_ANSWER)
        return redirect("accounts:sign_in_organisation")
    return render(request, "accounts/password_forgot_organisation.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def forgot_person(request: HttpRequest) -> HttpResponse:
    """Pessoa física: the CPF; what goes to the e-mail of the record is how to enter."""
    form = ForgotPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _ask(request, form.cleaned_data["cpf"], tasks.send_person_instructions.delay)
        messages.info(request, CPF_ANSWER)
        return redirect("accounts:sign_in")
    return render(request, "accounts/password_forgot_person.html", {"form": form})


@login_not_required
@never_cache
@require_GET
@sensitive_variables("secret")
def password_link(request: HttpRequest, secret: str) -> HttpResponse:
    """The address in the e-mail. A live link's secret moves to the session, out of history and referrer."""
    if service.find_live_link(secret=secret, at=request.at) is None:
        request.session.pop(SECRET, None)
    else:
        request.session[SECRET] = vault.seal(secret.encode()).decode()
    return redirect("accounts:password_set")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "confirmation")
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def password_set(request: HttpRequest) -> HttpResponse:
    """The new password, while the link lives; afterwards back to the door."""
    secret = _secret(request)
    link = service.find_live_link(secret=secret, at=request.at)
    if link is None:
        return _dead(request)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.set_password_by_link(secret=secret, **form.cleaned_data, at=request.at)
        except RuleBroken as refusal:
            if refusal.code == "dead_link":
                return _dead(request)
            put_refusal(form, refusal)
        else:
            del request.session[SECRET]
            messages.success(request, PASSWORD_SET)
            return redirect(house.password_door(link.door).route)
    return render(request, "accounts/password_set.html", {"form": form, "link": link})


def _ask(request: HttpRequest, document: str, send: Callable[[str], object]) -> None:
    service.ask_recovery(document=document, source=lockout.client_ip(request) or "", send=send, at=request.at)


def _secret(request: HttpRequest) -> str:
    sealed = request.session.get(SECRET, "")
    return vault.unseal(sealed.encode()).decode() if sealed else ""


def _dead(request: HttpRequest) -> HttpResponse:
    request.session.pop(SECRET, None)
    return render(request, "accounts/password_dead.html", {"text": service.DEAD_LINK, "doors": house.password_doors()})

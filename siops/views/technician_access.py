"""The technician's door: CPF and password, «ESQUECEU A SENHA», and the page behind it."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, authenticate, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import lockout
from accounts.models import User
from accounts.personas import asked_persona
from accounts.services.passwords import ask_recovery
from accounts.services.sign_in import record_failure
from common import attempts, documents, permissions
from common.actor import ActorRequest
from common.exceptions import RuleBroken
from common.navigation import next_url, with_next
from common.requests import HttpRequest
from siops import doors, session, tasks
from siops.forms.technician_access import CpfOnlyForm, TechnicianEntityForm, TechnicianSignInForm
from siops.models import Technician
from siops.models.scoped import TECHNICIAN
from siops.offices import office_of
from siops.permissions import Permission
from siops.services import technician_access as service
from siops.session import office_required

BACKEND = "siops.backends.TechnicianBackend"
PROOF = "senha"
WRONG_PASSWORD = "CPF ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."  # noqa: S105 -- text
ENTER_AGAIN = "Entre com o CPF e a senha para escolher o ente."
ANSWER = "Se o CPF estiver cadastrado, as instruções foram enviadas ao e-mail do cadastro."


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def technician_sign_in(request: HttpRequest) -> HttpResponse:
    """«Acesso ao Módulo do Gestor – login/senha»: what is wrong with the registration is said only to the password."""
    persona = asked_persona(request, door="siops:technician_sign_in")
    form = TechnicianSignInForm.filled_for(persona) if persona else TechnicianSignInForm(request.POST or None)
    if not form.is_bound and persona is None:
        attempts.put_back(request, "technician", form)
    elif request.method == "POST" and form.is_valid():
        cpf, at = form.cleaned_data["cpf"], request.at
        lockout.stand_at(doors.TECHNICIAN, request)
        user = authenticate(request, cpf=cpf, password=form.cleaned_data["password"])
        if isinstance(user, User):
            try:
                return _enter(request, user, at)
            except RuleBroken as refusal:
                record_failure(kind=User.Kind.PERSON, login=cpf, reason=refusal.code, at=at)
                form.add_error(None, refusal.message)
        else:
            record_failure(kind=User.Kind.PERSON, login=cpf, reason=lockout.reason_of_failure(request), at=at)
            form.add_error(None, WRONG_PASSWORD)
        attempts.keep(request, "technician", form, fields=["cpf"])
        return redirect(with_next("siops:technician_sign_in", next_url(request)))
    return render(request, "siops/technician_access_sign_in.html", {"form": form, "next": next_url(request)})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def technician_forgot(request: HttpRequest) -> HttpResponse:
    """T8: the same answer for every CPF."""
    form = CpfOnlyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_recovery(
            document=form.cleaned_data["cpf"],
            source=lockout.client_ip(request) or "",
            send=tasks.send_technician_recovery.delay,
            at=request.at,
        )
        messages.info(request, ANSWER)
        return redirect("siops:technician_sign_in")
    return render(request, "siops/technician_access_forgot.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def technician_entity(request: HttpRequest) -> HttpResponse:
    """Who sends data for several entities binds the session to one."""
    user = request.user
    if not isinstance(user, User) or request.session.get(BACKEND_SESSION_KEY) != BACKEND:
        messages.warning(request, ENTER_AGAIN)
        return redirect("siops:technician_sign_in")
    form = TechnicianEntityForm(request.POST or None, openings=service.find_openings(user_id=user.pk))
    if request.method == "POST" and form.is_valid():
        return _bind(request, user, form.cleaned_data["technician"], request.at)
    return render(request, "siops/technician_access_entity.html", {"form": form, "next": next_url(request)})


@require_safe
@office_required
def technician_home(request: ActorRequest) -> HttpResponse:
    """Who sends, and for which entity."""
    permissions.require(request.actor, Permission.SEND_DATA, office_of(request.actor).entity)
    technician = cast("Technician", office_of(request.actor).record)
    facts = [
        ("Nome", technician.person.name),
        ("CPF", documents.mask_cpf(technician.person.cpf_text)),
        ("Ente", technician.entity),
        ("E-mail do cadastro", technician.email),
        ("Situação", technician.get_status_display()),
    ]
    return render(request, "siops/technician_access_home.html", {"facts": facts})


def _enter(request: HttpRequest, user: User, at: datetime) -> HttpResponse:
    """Open the session, bound at once when the password opens one entity only."""
    openings = service.find_openings(user_id=user.pk)
    request.session.flush()
    login(request, user, backend=BACKEND)
    if len(openings) > 1:
        return redirect(with_next("siops:technician_entity", next_url(request)))
    return _bind(request, user, openings[0].pk, at)


def _bind(request: HttpRequest, user: User, technician_id: int, at: datetime) -> HttpResponse:
    technician = service.sign_in_technician(technician_id=technician_id, user_id=user.pk, at=at)
    session.bind(request, entity=technician.entity, role=TECHNICIAN, proof=PROOF)
    return redirect(next_url(request) or "siops:technician_home")

"""The door of the Conselho de Saúde: ask for a link, and the page behind it."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import lockout
from accounts.personas import asked_persona
from accounts.services.passwords import ask_recovery
from accounts.services.people import open_account
from accounts.views.access_link import by_link
from common.requests import HttpRequest
from siops import doors, session, tasks
from siops.forms.technician_access import CpfOnlyForm
from siops.models import HealthManager
from siops.services import council_access as service

BACKEND = "siops.backends.CouncilBackend"
PROOF = "link"
ANSWER = "Se o CPF for de membro do Conselho de Saúde, um link de acesso foi enviado ao e-mail do cadastro."


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def council_sign_in(request: HttpRequest) -> HttpResponse:
    """The same answer for every CPF; the link goes to the mailbox of each record."""
    persona = asked_persona(request, door=doors.COUNCIL_DOOR)
    form = CpfOnlyForm(request.POST or None, initial={"cpf": persona.cpf} if persona else None)
    if request.method == "POST" and form.is_valid():
        ask_recovery(
            document=form.cleaned_data["cpf"],
            source=lockout.client_ip(request) or "",
            send=tasks.send_council_links.delay,
            verb="council.link_asked",
            at=request.at,
        )
        messages.info(request, ANSWER)
        return redirect(doors.COUNCIL_DOOR)
    return render(request, "siops/council_sign_in.html", {"form": form})


@login_not_required
@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def council_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Into the Conselho of one entity."""

    def opened(record: HealthManager) -> HttpResponse:
        request.session.flush()
        login(request, open_account(record.person), backend=BACKEND)
        session.bind(request, entity=record.entity, role=record.role, proof=PROOF, mailbox=record.email)
        return redirect("siops:home")

    return by_link(request, secret, page=doors.COUNCIL_LINK, enter=service.enter_by_link, open_session=opened)

"""The doors of the SIOPS for whoever enters by certificate: in the browser (TLS) or in the virtual token (PIN)."""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import Limit
from accounts.models import User, account_of
from accounts.personas import asked_persona, persona_by_login
from accounts.services.sign_in import record_failure
from common import attempts, clock, pace
from common.actor import ActorRequest
from common.exceptions import Refusal
from common.navigation import next_url, with_next
from common.requests import HttpRequest
from siops import session
from siops.forms.sign_in import OfficeForm, PinForm, PukForm, VirtualTokenForm
from siops.forms.technician_access import TechnicianSignInForm
from siops.models import HealthManager, Technician
from siops.permissions import Permission
from siops.services import sign_in as service
from siops.services.sign_in import Door, Proof

BACKEND = "accounts.backends.CertificateBackend"
# What the session remembers between the steps of the virtual token.
CLAIM, PROVED = "siops_claim", "siops_proved"
PROOF_LASTS = timedelta(minutes=5)
WRONG_PINS = Limit("siops.wrong_pin", each=0, address=600, lasts=timedelta(minutes=10))
PROVE_AGAIN = "O tempo para escolher terminou. Digite o PIN novamente."
ACTIVATED = "Certificado ativado."
REGISTER_TECHNICIAN = "Agora cadastre o responsável pelo envio de dados."
CLAIM_AGAIN = "Informe o CPF de novo: o token virtual que estava aberto aqui foi encerrado ou já entrou."
UNBLOCKED = "Certificado desbloqueado. Entre com o novo PIN."


@login_not_required
@never_cache
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """T4: certificate by «Estado» or «Município», CPF and password for the technician."""
    after = next_url(request)
    doors = [(door, _certificate_url(door, after)) for door in Door]
    context = {"doors": doors, "form": TechnicianSignInForm(), "next": after}
    return render(request, "siops/sign_in.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_certificate(request: HttpRequest) -> HttpResponse:
    """What the browser presented in the TLS handshake; a POST opens the session."""
    at, door = request.at, _door(request.GET.get("ente"))
    pem = str(request.META.get("SSL_CLIENT_CERT", ""))
    try:
        holder = service.identify(pem=pem, door=door, at=at)
    except Refusal as refusal:
        return _refused(request, refusal, door, pem=pem, at=at)
    return _choose(request, holder, pem=pem, door=door, proof=Proof.TLS, at=at, after=next_url(request))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_virtual(request: HttpRequest) -> HttpResponse:
    """First step of the virtual token: whose it is. Whether the CPF exists is not said."""
    persona = asked_persona(request, door="siops:sign_in_virtual")
    initial = {"door": _door(request.GET.get("ente"))} if persona is None else VirtualTokenForm.filled_for(persona)
    form = VirtualTokenForm(_posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        request.session[CLAIM] = form.cleaned_data | {"next": next_url(request)}
        return redirect("siops:sign_in_pin")
    return render(request, "siops/sign_in_virtual.html", {"form": form, "next": next_url(request)})


@login_not_required
@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def sign_in_pin(request: HttpRequest) -> HttpResponse:
    """T5: the PIN; on success the key on the medium has signed a challenge."""
    claim = request.session.get(CLAIM)
    if not claim:
        messages.warning(request, CLAIM_AGAIN)
        return redirect("siops:sign_in_virtual")
    form = PinForm(_posted(request))
    if form.is_bound and form.is_valid():
        at = request.at
        # The medium counts its own wrong PINs; this bounds how many CPFs one address goes through.
        if wait := WRONG_PINS.take(request, at=clock.real(at)):
            return _too_many_pins(request, wait)
        with pace.measured():
            answer = service.open_virtual_token(cpf=claim["cpf"], pin=form.cleaned_data["pin"], at=at)
        if answer.pem:
            WRONG_PINS.give_back(request)
            return _after_pin(request, answer.pem, claim, at)
        record_failure(kind=User.Kind.PERSON, login=claim["cpf"], reason="pin", at=at)
        # Reloading the page that follows shows this answer again and tries no PIN.
        request.session[CLAIM] = claim | {"answer": answer.message, "blocked": answer.is_blocked}
        return redirect("siops:sign_in_pin")
    if not form.is_bound and claim.get("answer"):
        form.errors["pin"] = form.error_class([claim["answer"]], renderer=form.renderer)
    is_blocked = claim.get("blocked", False) and not form.is_bound
    context = {
        "form": form,
        "cpf": claim["cpf"],
        "is_blocked": is_blocked,
        "next": claim["next"],
        "persona": persona_by_login(claim["cpf"]),
    }
    return render(request, "siops/pin.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_choose(request: HttpRequest) -> HttpResponse:
    """Who answers for several entities, or in several roles, chooses one for the session."""
    proved, at = request.session.get(PROVED), request.at
    if not proved or at >= datetime.fromisoformat(proved["until"]):
        messages.warning(request, PROVE_AGAIN)
        return redirect("siops:sign_in_pin")
    try:
        holder = service.identify(pem=proved["pem"], door=proved["door"], at=at)
    except Refusal as refusal:
        return _refused(request, refusal, proved["door"], pem=proved["pem"], at=at)
    return _choose(
        request, holder, pem=proved["pem"], door=proved["door"], proof=Proof.VIRTUAL, at=at, after=proved["next"]
    )


@login_not_required
@never_cache
@sensitive_post_parameters("puk", "new_pin", "repeated_pin")
@require_http_methods(["GET", "POST"])
def sign_in_puk(request: HttpRequest) -> HttpResponse:
    """Unblocking a medium after three wrong PINs."""
    form = PukForm(_posted(request))
    if form.is_bound and form.is_valid():
        cpf, puk, new_pin = (form.cleaned_data[name] for name in ("cpf", "puk", "new_pin"))
        try:
            with pace.measured():
                service.unblock(cpf=cpf, puk=puk, new_pin=new_pin, at=request.at)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
            attempts.keep(request, "puk", form, fields=["cpf"])
            return redirect(with_next("siops:sign_in_puk", next_url(request)))
        request.session.pop(CLAIM, None)
        messages.success(request, UNBLOCKED)
        return redirect(with_next("siops:sign_in_virtual", next_url(request)))
    if not form.is_bound:
        attempts.put_back(request, "puk", form)
    return render(request, "siops/puk.html", {"form": form, "next": next_url(request)})


def _after_pin(request: HttpRequest, pem: str, claim: dict[str, str], at: datetime) -> HttpResponse:
    door, after = claim["door"], claim["next"]
    try:
        holder = service.identify(pem=pem, door=door, at=at)
    except Refusal as refusal:
        return _refused(request, refusal, door, pem=pem, at=at)
    if len(holder.offices) > 1:
        request.session[PROVED] = {"pem": pem, "door": door, "until": (at + PROOF_LASTS).isoformat(), "next": after}
        return redirect("siops:sign_in_choose")
    office = holder.offices[0]
    return _enter(request, pem=pem, door=door, office_id=office.pk, proof=Proof.VIRTUAL, at=at, after=after)


def _choose(
    request: HttpRequest, holder: service.Holder, *, pem: str, door: str, proof: str, at: datetime, after: str
) -> HttpResponse:
    form = OfficeForm(_posted(request), offices=holder.offices)
    if form.is_bound and form.is_valid():
        office = form.cleaned_data["office"]
        return _enter(request, pem=pem, door=door, office_id=office, proof=proof, at=at, after=after)
    return render(request, "siops/sign_in_choose.html", {"form": form, "person": holder.person, "next": after})


def _enter(
    request: HttpRequest, *, pem: str, door: str, office_id: int, proof: str, at: datetime, after: str
) -> HttpResponse:
    """Open the session, under a new key, bound to the entity and role of the record; go on to the page asked for."""
    try:
        entry = service.enter(pem=pem, door=door, office_id=office_id, proof=proof, at=at)
    except Refusal as refusal:
        return _refused(request, refusal, door, pem=pem, at=at)
    office, user = entry.office, _account(entry.office)
    request.session.flush()
    login(request, user, backend=BACKEND)
    session.bind(request, entity=office.entity, role=office.role, proof=proof, certificate=entry.sha256)
    if not entry.has_activated:
        return redirect(after or "siops:home")
    _tell_activation(cast("ActorRequest", request))
    return redirect(after or "siops:manager_list")


def _tell_activation(request: ActorRequest) -> None:
    """«Certificado ativado.» and, to a secretary whose entity has no technician able to work, what comes next."""
    actor = request.actor
    lacks_technician = not Technician.objects.visible_to(actor).able().exists()
    if lacks_technician and actor.has_perm(Permission.REGISTER_TECHNICIAN):
        link = '{} <a href="{}">{}</a>'
        messages.success(
            request, format_html(link, ACTIVATED, reverse("siops:technician_register"), REGISTER_TECHNICIAN)
        )
    else:
        messages.success(request, ACTIVATED)


def _too_many_pins(request: HttpRequest, wait: int) -> HttpResponse:
    answer = render(request, "siops/pin_limited.html", {"minutes": -(-wait // 60)}, status=429)
    answer["Retry-After"] = str(wait)
    return answer


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _account(office: HealthManager) -> User:
    user = account_of(office.person)
    if user is None:
        raise TypeError("who has entered has an account")
    return user


def _refused(request: HttpRequest, refusal: Refusal, door: str, *, pem: str, at: datetime) -> HttpResponse:
    """The page that says what is wrong with the certificate or the role, and what to do."""
    if pem:
        service.record_refused_certificate(pem=pem, reason=refusal.code, at=at)
    context = {
        "refusal": refusal,
        "tls_url": _certificate_url(door, next_url(request)),
        "door": door,
        "next": next_url(request),
    }
    return render(request, "siops/sign_in_refused.html", context, status=403)


def _door(asked: str | None) -> str:
    return asked if asked in Door.values else Door.MUNICIPALITY.value


def _certificate_url(door: str, after: str) -> str:
    """On the TLS listener, the only one that asks the browser for a certificate."""
    query = {"ente": str(door)} | ({"next": after} if after else {})
    return f"{settings.TLS_URL}{reverse('siops:sign_in_certificate', query=query)}"

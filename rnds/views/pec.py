"""Screens of the simulated PEC: installations, «Gestão municipal › Certificados» and the folder "chaves"."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import house, permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import Refusal, RuleBroken
from common.forms.shared import put_refusal
from common.models import AuditEvent
from common.ui import Tab
from rnds.forms.pec import CADSUS, RNDS, CertificateForm, KeyFileForm
from rnds.models import PecInstallation
from rnds.permissions import Permission
from rnds.services import connection, endings, pec
from rnds.services.key_files import REAL_CERTIFICATE

HISTORY_LENGTH = 10


@dataclass(frozen=True)
class HistoryLine:
    """One event of the installation, named as the PEC's audit screen names it."""

    label: str
    at: datetime
    who: str


@dataclass(frozen=True)
class InstallationRow:
    """An installation and the pages of it that the person may open."""

    installation: PecInstallation
    tabs: list[Tab]
    trouble: str


@dataclass(frozen=True)
class Snippets:
    """Ready-to-paste calls with the person's own certificate and id; the password is theirs to type."""

    curl: str
    python: str


@never_cache
@require_safe
def pec_list(request: ActorRequest) -> HttpResponse:
    """The installations of the entities that the person administers."""
    permissions.require(request.actor, Permission.VIEW_PEC)
    installations = PecInstallation.objects.visible_to(request.actor).select_related("establishment", "entity__uf")
    troubles = endings.troubles_of(installations, request.at)
    rows = [InstallationRow(row, tabs(request, row), troubles.get(row.pk, "")) for row in installations]
    return render(request, "rnds/pec_list.html", {"rows": [row for row in rows if row.tabs]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pec_certificates(request: ActorRequest, pk: int) -> HttpResponse:
    """«Certificados»: contra-chave, services, certificate and «Habilitar»."""
    installation = installation_of(request, pk, Permission.MANAGE_PEC_CERTIFICATE)
    data = request.POST if request.method == "POST" else None
    form = CertificateForm(data, installation=installation, at=request.at)
    if form.is_bound and form.is_valid() and _enable(request, installation, form):
        messages.success(request, "Certificado habilitado.")
        return redirect("rnds:pec_certificates", pk)
    context = {
        "installation": installation,
        "trouble": _trouble(installation, request.at),
        "form": form,
        "tabs": tabs(request, installation, "rnds:pec_certificates"),
        "credentials_url": _credentials_url(request),
        "bundle_url": reverse("pki:bundle"),
        "snippets": _snippets(installation),
        "history": history_of(installation),
    }
    return render(request, "rnds/pec_certificates.html", context)


def _enable(request: ActorRequest, installation: PecInstallation, form: CertificateForm) -> bool:
    data = form.cleaned_data
    try:
        pec.enable_certificate(
            installation_id=installation.pk,
            file_id=data["file"].pk,
            password=data["password"],
            requester_id=data["requester_id"],
            serves_rnds=RNDS in data["services"],
            serves_cadsus=CADSUS in data["services"],
            by=request.actor,
            at=request.at,
        )
    except RuleBroken as refusal:
        if REAL_CERTIFICATE in {one.code for one in refusal.broken}:
            pec.erase_real_certificate(file_id=data["file"].pk, by=request.actor, at=request.at)
        put_refusal(form, refusal)
        return False
    return True


@require_POST
def pec_disable(request: ActorRequest, pk: int) -> HttpResponse:
    """«Desabilitar certificado»."""
    installation = installation_of(request, pk, Permission.MANAGE_PEC_CERTIFICATE)
    pec.disable_certificate(installation_id=installation.pk, by=request.actor, at=request.at)
    messages.success(request, "Certificado desabilitado.")
    return redirect("rnds:pec_certificates", pk)


@require_POST
def pec_test(request: ActorRequest, pk: int) -> HttpResponse:
    """«Testar conexão»."""
    installation = installation_of(request, pk, Permission.MANAGE_PEC_CERTIFICATE)
    tried = connection.test_connection(installation_id=installation.pk, by=request.actor, at=request.at)
    tone = messages.SUCCESS if tried.result == PecInstallation.LastResult.SUCCESS else messages.ERROR
    texts = (f"{tried.result.label}.", tried.reason, _trouble(installation, request.at))
    messages.add_message(request, tone, " ".join(filter(None, texts)))
    return redirect("rnds:pec_certificates", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pec_keys(request: ActorRequest, pk: int) -> HttpResponse:
    """The folder "chaves" of the server."""
    installation = installation_of(request, pk, Permission.MANAGE_PEC_KEYS)
    form = KeyFileForm(request.POST, request.FILES) if request.method == "POST" else KeyFileForm()
    if form.is_bound and form.is_valid() and _put(request, installation, form):
        messages.success(request, 'Arquivo incluído na pasta "chaves".')
        return redirect("rnds:pec_keys", pk)
    context = {
        "installation": installation,
        "files": installation.key_files.present_at(request.at).select_related("uploaded_by"),
        "history": history_of(installation),
        "form": form,
        "tabs": tabs(request, installation, "rnds:pec_keys"),
    }
    return render(request, "rnds/pec_keys.html", context)


def _put(request: ActorRequest, installation: PecInstallation, form: KeyFileForm) -> bool:
    upload = form.cleaned_data["file"]
    with attempt(form):
        pec.put_key_file(
            installation_id=installation.pk,
            filename=upload.name,
            content=upload.read(),
            by=request.actor,
            at=request.at,
        )
        return True
    return False


@require_POST
def pec_key_remove(request: ActorRequest, pk: int, file_pk: int) -> HttpResponse:
    """Take a file out of the folder "chaves"."""
    installation = installation_of(request, pk, Permission.MANAGE_PEC_KEYS)
    file = get_object_or_404(installation.key_files, pk=file_pk)
    try:
        pec.remove_key_file(file_id=file.pk, by=request.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Arquivo {file.filename} removido.")
    return redirect("rnds:pec_keys", pk)


def _trouble(installation: PecInstallation, at: datetime) -> str:
    return endings.troubles_of([installation], at).get(installation.pk, "")


def installation_of(request: ActorRequest, pk: int, permission: str) -> PecInstallation:
    rows = PecInstallation.objects.visible_to(request.actor).select_related("establishment", "entity", "enabled_file")
    installation: PecInstallation = get_object_or_404(rows, pk=pk)
    permissions.require(request.actor, permission, installation)
    return installation


def _credentials_url(request: ActorRequest) -> str:
    """Where the certificate is downloaded in the e-Gestor, for who may open that page too."""
    return reverse("rnds:credential_list") if request.actor.has_perm(Permission.VIEW_CREDENTIALS) else ""


def _snippets(installation: PecInstallation) -> Snippets | None:
    if installation.enabled_file is None:
        return None
    url, name = f"{settings.TLS_URL}/api/token", installation.enabled_file.filename
    origin = f"\n# Origem dos seus documentos: BRRNDS-{installation.requester_id}" if installation.requester_id else ""
    return Snippets(
        curl=f"curl --cacert ca.pem --cert-type P12 --cert {shlex.quote(f'{name}:SENHA')} {url}",
        python=(
            f"# openssl pkcs12 -in {shlex.quote(name)} -nodes -out client.pem\n"
            "import requests\n\n"
            f'resposta = requests.get("{url}", cert="client.pem", verify="ca.pem", timeout=10)\n'
            'token = resposta.json()["access_token"]'
            f"{origin}\n"
            'cabecalhos = {"X-Authorization-Server": f"Bearer {token}", "Authorization": "CNS-DO-PROFISSIONAL"}'
        ),
    )


def history_of(installation: PecInstallation) -> list[HistoryLine]:
    events = installation.history().select_related("actor")[:HISTORY_LENGTH]
    return [HistoryLine(_label(event), event.at, str(event.actor or "")) for event in events]


def _label(event: AuditEvent) -> str:
    label = house.verbs().get(event.verb, event.verb)
    result = event.details.get("result")
    return f"{label}: {PecInstallation.LastResult(result).label}" if result else label


def tabs(request: ActorRequest, installation: PecInstallation, current: str = "") -> list[Tab]:
    pages = (
        ("Certificados", "rnds:pec_certificates", Permission.MANAGE_PEC_CERTIFICATE),
        ("Pasta chaves", "rnds:pec_keys", Permission.MANAGE_PEC_KEYS),
        ("Instalação", "rnds:pec_activation", Permission.ACTIVATE_PEC),
        ("Cidadão", "rnds:pec_citizen", Permission.SEARCH_CITIZEN),
        ("RNDS", "rnds:pec_rnds", Permission.VIEW_PEC),
    )
    return [
        Tab(label, reverse(route, args=[installation.pk]), current=route == current)
        for label, route, permission in pages
        if request.actor.has_perm(permission, installation)
    ]

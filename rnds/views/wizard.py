"""The wizard of the form A to F: each step is saved as a draft."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.personas import demo_people, suggest
from common import switches
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotPermitted, RuleBroken
from common.forms.samples import completed, sample_wanted
from common.legal_time import BRASILIA
from common.switch_choices import CerPolicy
from common.ui import Tab
from egestor import deadlines
from rnds.forms import system as system_forms
from rnds.forms.requests import (
    EstablishmentForm,
    GenerateForm,
    LookupForm,
    Pkcs12Form,
    PublicForm,
    ResponsibleForm,
    UploadForm,
)
from rnds.models import CredentialRequest
from rnds.permissions import Permission
from rnds.services import requests
from rnds.services.requests import Saved
from rnds.services.requests.public_certificate import NOT_COMPATIBLE
from rnds.services.sample_certificate import PASSWORD, sample_certificate
from rnds.views import children, summary
from rnds.views.base import tell_state, visible_request
from rnds.views.steps import STEPS, next_slug, previous_url, step_url, steps_of

Source = CredentialRequest.CertificateSource
# ?tipo= of the tabs → source. The order is that of the screen.
CERTIFICATE_KINDS = {"cer": Source.PUBLIC, "pfx": Source.IMPORT, "gerar": Source.GENERATE}
CERTIFICATE_FORMS: dict[str, type[GenerateForm | UploadForm]] = {
    Source.PUBLIC: PublicForm,
    Source.IMPORT: Pkcs12Form,
    Source.GENERATE: GenerateForm,
}


@never_cache
@sensitive_post_parameters("password", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def request_step(request: ActorRequest, pk: int, slug: str) -> HttpResponse:
    """One step; who did not open the request, or comes when the form is closed, sees its page instead."""
    if slug not in STEPS:
        raise Http404
    row, at = visible_request(request, pk), request.at
    if request.method != "POST":
        if row.requested_by_id != request.actor.account_id or not row.is_editable_at(at):
            tell_state(request, row, at)
            return redirect("rnds:request_detail", pk)
    elif row.requested_by_id != request.actor.account_id:
        raise NotPermitted(permission=Permission.EDIT_REQUEST)
    return VIEWS[slug](request, row, at)


def _page(
    request: ActorRequest, row: CredentialRequest, slug: str, form: BaseForm | None, **context: Any
) -> HttpResponse:
    common = {
        "request_row": row,
        "form": form,
        "slug": slug,
        "step_title": STEPS[slug][1],
        "steps": steps_of(row, slug),
        "back_url": previous_url(row, slug),
        "at": request.at,
        "validity": deadlines.validity_text(row.token.expires_at, row.entity),
        "is_draft": row.status == CredentialRequest.Status.DRAFT,
    }
    return render(request, f"rnds/request_{STEPS[slug][0]}.html", common | context)


def _go_on(request: ActorRequest, row: CredentialRequest, slug: str, saved: Saved) -> HttpResponse:
    """The step was saved: say what is to be heeded, and show the next one."""
    for warning in saved.warnings:
        messages.warning(request, warning)
    return redirect(step_url(row, next_slug(slug)))


def _certificate(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse:
    saved = next((kind for kind, source in CERTIFICATE_KINDS.items() if source == row.certificate_source), "gerar")
    kind = request.GET.get("tipo", saved)
    source = CERTIFICATE_KINDS.get(kind, Source.GENERATE)
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CERTIFICATE_FORMS[source](*bound)
    if form.is_bound and form.is_valid():
        with attempt(form):
            return _go_on(request, row, "certificado", _save_certificate(request, row, source, form, at))
    tabs = [Tab(s.label, f"?tipo={key}", s == source) for key, s in CERTIFICATE_KINDS.items()]
    # After a refusal the sentence stands beside the field, and once is enough.
    says_before = source == Source.PUBLIC and switches.now().cer_policy is CerPolicy.REFUSE and not form.errors
    refused = NOT_COMPATIBLE if says_before else ""
    return _page(
        request, row, "certificado", form, tabs=tabs, source=source, cer_refused=refused, sample_password=PASSWORD
    )


def _save_certificate(
    request: ActorRequest, row: CredentialRequest, source: str, form: GenerateForm | UploadForm, at: datetime
) -> Saved:
    given = dict(form.cleaned_data)
    if isinstance(form, UploadForm):
        del given["file"]
        given["filename"], given["content"] = form.content()
    return requests.save_certificate(request_id=row.pk, source=source, by=request.actor, at=at, **given)


@never_cache
@require_POST
def sample_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The example .pfx of the tab «Certificado A1 (.pfx)»."""
    row = visible_request(request, pk)
    with attempt(request):
        content = sample_certificate(request_id=row.pk, by=request.actor, at=request.at)
        headers = {"Content-Disposition": 'attachment; filename="certificado-simulado.pfx"'}
        return HttpResponse(content, content_type="application/x-pkcs12", headers=headers)
    return redirect(f"{step_url(row, 'certificado')}?tipo=pfx")


def _establishment(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse:
    initial = {"phone": row.establishment_phone, "email": row.establishment_email}
    form = EstablishmentForm(request.POST) if request.method == "POST" else EstablishmentForm(initial=initial)
    if form.is_bound and form.is_valid():
        with attempt(form):
            saved = requests.save_establishment(request_id=row.pk, by=request.actor, at=at, **form.cleaned_data)
            return _go_on(request, row, "estabelecimento", saved)
    return _page(request, row, "estabelecimento", form)


def _children(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse:
    answer = children.handle(request, row, at) if request.method == "POST" else None
    if isinstance(answer, HttpResponse):
        return answer
    return _page(request, row, "filhos", None, refusal=answer, **children.table_of(request, row))


def _responsible(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse:
    if request.method != "POST":
        form: LookupForm = ResponsibleForm(initial=_responsible_initial(row))
        suggest(form.fields["cpf"], demo_people(ibge=row.entity.ibge))
        return _page(request, row, "gestor", form, person=row.responsible)
    form = ResponsibleForm(request.POST)
    is_valid = form.is_valid()
    if "consultar" in request.POST:
        lookup = LookupForm(request.POST)
        lookup.is_valid()
        typed = {name: request.POST.get(name, "") for name in form.fields}
        fresh = ResponsibleForm(initial=typed)
        return _page(request, row, "gestor", fresh, person=lookup.person, lookup_errors=lookup.errors)
    if is_valid:
        with attempt(form):
            saved = requests.save_responsible(request_id=row.pk, by=request.actor, at=at, **form.cleaned_data)
            return _go_on(request, row, "gestor", saved)
    return _page(request, row, "gestor", form, person=form.person)


def _responsible_initial(row: CredentialRequest) -> dict[str, str]:
    cpf = row.responsible.cpf_text if row.responsible else ""
    return {"cpf": cpf, "phone": row.responsible_phone, "email": row.responsible_email}


@never_cache
@require_POST
def request_person(request: ActorRequest, pk: int) -> HttpResponse:
    """The look-up on leaving the field; by POST, so that no CPF is in an address."""
    row = visible_request(request, pk)
    if row.requested_by_id != request.actor.account_id:
        raise NotPermitted(permission=Permission.EDIT_REQUEST)
    form = LookupForm(request.POST)
    form.is_valid()
    return render(request, "rnds/request_person.html", {"person": form.person, "lookup_errors": form.errors})


def _system(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse:
    today = at.astimezone(BRASILIA).date()
    if request.method != "POST":
        initial, rows = system_forms.initial_of(row), system_forms.initial_periods(row)
        if sample_wanted(request):
            initial = completed(initial, system_forms.sample_of(today))
            rows = rows or system_forms.SAMPLE_PERIODS
        form = system_forms.SystemForm(initial=initial, today=today)
        periods = system_forms.PeriodFormSet(initial=rows, prefix="periodo")
        return _page(request, row, "sistema", form, periods=periods)
    if "adicionar" in request.POST:
        return _with_one_more_period(request, row, today)
    form = system_forms.SystemForm(request.POST, today=today)
    periods = system_forms.PeriodFormSet(request.POST, prefix="periodo")
    if all([form.is_valid(), periods.is_valid()]):
        given = form.cleaned_data | {"periods": system_forms.periods_of(periods)}
        with attempt(form):
            saved = requests.save_system(request_id=row.pk, by=request.actor, at=at, **given)
            return _go_on(request, row, "sistema", saved)
    return _page(request, row, "sistema", form, periods=periods)


def _with_one_more_period(request: ActorRequest, row: CredentialRequest, today: Any) -> HttpResponse:
    """«+ Adicionar Período»: what was typed stays, unjudged, and one more empty row appears (three at most)."""
    typed = system_forms.PeriodFormSet(request.POST, prefix="periodo")
    rows = [{name: form[name].value() for name in form.fields} for form in typed.forms]
    form = system_forms.SystemForm(initial=request.POST.dict(), today=today)
    periods = system_forms.PeriodFormSet(initial=rows, prefix="periodo")
    return _page(request, row, "sistema", form, periods=periods)


def _review(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse:
    sections = summary.sections_of(row)
    context: dict[str, Any] = {
        "sections": sections,
        "pairing": summary.pairing_of(row),
        "warnings": requests.pairing_warnings(row),
        "refusal": "",
    }
    if request.method == "POST":
        try:
            requests.complete_request(request_id=row.pk, by=request.actor, at=at)
        except RuleBroken as refusal:
            context["refusal"] = refusal.message
            context["lacking"] = ", ".join(section.label for section in sections if section.is_missing)
        else:
            return redirect("rnds:request_terms", row.pk)
    return _page(request, row, "revisao", None, **context)


VIEWS: dict[str, Callable[[ActorRequest, CredentialRequest, datetime], HttpResponse]] = {
    "certificado": _certificate,
    "estabelecimento": _establishment,
    "filhos": _children,
    "gestor": _responsible,
    "sistema": _system,
    "revisao": _review,
}

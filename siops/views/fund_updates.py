"""«Atualização cadastral no FNS/SECON» for head and secretary: Anexo I, documents, sending (T23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.personas import suggest
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.forms.samples import sample_wanted
from common.ui import Step, paginate
from siops.forms.attachments import DocumentForm
from siops.forms.fund_updates import AnnexForm, ShownForm, form_for
from siops.models import Attachment, FundUpdate
from siops.offices import office_of
from siops.permissions import Permission
from siops.services import annex, signing
from siops.services.attachments import attach
from siops.services.fund_updates import (
    FIELDS,
    content_hash,
    empty_of,
    fields_hash,
    missing_of,
    open_update,
    save_update,
    send_update,
)
from siops.session import office_required
from siops.views.people import people_in_office

VIEW, CHANGE = Permission.VIEW_FUND_RECORD, Permission.UPDATE_FUND_RECORD
Status = FundUpdate.Status


@dataclass(frozen=True)
class Document:
    """A document that the update asks for, and the file that was sent for it."""

    kind: Attachment.Kind
    attachment: Attachment | None


def documents_of(update: FundUpdate) -> list[Document]:
    """The five documents in their order; contents stay in the database."""
    sent = {row.kind: row for row in update.attachments.defer("sealed_content").select_related("uploaded_by")}
    return [Document(kind, sent.get(kind)) for kind in Attachment.FOR_FUND_UPDATE]


def steps_of(update: FundUpdate) -> list[Step]:
    """Where the update is on its way; the papers that were sent are read once."""
    sent = set(update.attachments.values_list("kind", flat=True))
    is_sent, is_approved = update.status not in FundUpdate.EDITABLE, update.status == Status.APPROVED
    steps: tuple[tuple[str, bool, datetime | None, str], ...] = (
        ("Anexo I", all(getattr(update, name) for name in FIELDS), update.opened_at, ""),
        ("Imprimir e assinar", Attachment.FOR_FUND_UPDATE[0] in sent, None, ""),
        ("Documentos", sent >= set(Attachment.FOR_FUND_UPDATE), None, f"{len(sent)} de 5"),
        ("Enviar", is_sent, update.sent_at if is_sent else None, ""),
        ("Conferência", is_approved, update.checked_at if is_approved else None, "pelo Ministério da Saúde"),
    )
    current = next((number for number, step in enumerate(steps) if not step[1]), len(steps))
    return [
        Step(label, "done" if done else "current" if number == current else "todo", at if done else None, who)
        for number, (label, done, at, who) in enumerate(steps)
    ]


@never_cache
@require_safe
@office_required
def fund_update_list(request: ActorRequest) -> HttpResponse:
    """The updates of the entity, and what the procedure asks for."""
    permissions.require(request.actor, VIEW)
    rows = FundUpdate.objects.visible_to(request.actor).select_related("opened_by")
    context = {
        "page": paginate(request, rows),
        "may_open": not rows.exclude(status=Status.APPROVED).exists() and request.actor.has_perm(CHANGE),
        "documents": Attachment.FOR_FUND_UPDATE,
    }
    return render(request, "siops/fund_update_list.html", context)


@require_POST
@office_required
def fund_update_open(request: ActorRequest) -> HttpResponse:
    """Start a new Anexo I and go to it."""
    actor = request.actor
    with attempt(request):
        update = open_update(entity_id=office_of(actor).entity_id, by=actor, at=actor.at)
        return redirect("siops:fund_update_edit", update.pk)
    return redirect("siops:fund_update_list")


@never_cache
@require_safe
@office_required
def fund_update_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One update: data, documents, what is missing and «Enviar»."""
    return _detail(request, _visible(request, pk), ShownForm())


def _detail(request: ActorRequest, update: FundUpdate, form: ShownForm, status: int = 200) -> HttpResponse:
    context = {
        "update": update,
        "documents": documents_of(update),
        "steps": steps_of(update),
        "missing": missing_of(update),
        "shown_hash": content_hash(update),
        "form": form,
        "may_edit": update.status in FundUpdate.EDITABLE and request.actor.has_perm(CHANGE, update),
        "may_sign": annex.is_director(update, request.actor) and not empty_of(update),
    }
    return render(request, "siops/fund_update_detail.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def fund_update_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """The Anexo I as a form."""
    update, actor = _editable(request, pk), request.actor
    data = request.POST if request.method == "POST" else None
    form = form_for(update, data, with_sample=sample_wanted(request))
    suggest(form.fields["director_cpf"], people_in_office(actor))
    if form.is_bound and form.is_search:
        form.search()
    elif form.is_bound and form.is_valid():
        with attempt(form):
            save_update(
                update_id=update.pk,
                values=form.values,
                shown_hash=form.cleaned_data["shown_hash"],
                by=actor,
                at=actor.at,
            )
            messages.success(request, "Anexo I salvo.")
            return redirect("siops:fund_update_detail", pk)
        form.accept_present(update)
    context = {"update": update, "form": form, "steps": steps_of(update), "documents": Attachment.FOR_FUND_UPDATE}
    return render(request, "siops/fund_update_edit.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def fund_update_attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Send one of the five documents; the next one that is missing comes already chosen."""
    update, actor = _editable(request, pk), request.actor
    documents = documents_of(update)
    missing = [document.kind.value for document in documents if document.attachment is None]
    wanted = request.GET.get("documento", "")
    chosen = wanted if wanted in Attachment.FOR_FUND_UPDATE else next(iter(missing), "")
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(Attachment.FOR_FUND_UPDATE, *data, initial={"kind": chosen})
    if form.is_bound and form.is_valid():
        kind, file = form.cleaned_data["kind"], form.cleaned_data["file"]
        with attempt(form):
            attach(owner=update, kind=kind, filename=file.name, content=file.read(), by=actor, at=actor.at)
            messages.success(request, f"Documento anexado: {Attachment.Kind(kind).label}.")
            return redirect(_after_attaching(update.pk, [k for k in missing if k != kind]))
    return render(request, "siops/fund_update_attach.html", {"update": update, "form": form, "documents": documents})


def _after_attaching(pk: int, missing: list[str]) -> str:
    return reverse("siops:fund_update_attach" if missing else "siops:fund_update_detail", args=[pk])


@require_POST
@office_required
def fund_update_send(request: ActorRequest, pk: int) -> HttpResponse:
    """«Enviar», once, what the page showed."""
    update, actor = _visible(request, pk), request.actor
    form = ShownForm(request.POST)
    form.is_valid()
    shown = form.cleaned_data.get("shown_hash", "")
    with attempt(form):
        send_update(update_id=update.pk, shown_hash=shown, by=actor, at=actor.at)
        messages.success(request, "Atualização cadastral enviada para conferência.")
        return redirect("siops:fund_update_detail", pk)
    return _detail(request, _visible(request, pk), form)


@never_cache
@require_safe
@office_required
def fund_update_print(request: ActorRequest, pk: int) -> HttpResponse:
    """Anexo I as a sheet to print and sign."""
    update = _visible(request, pk)
    return render(request, "siops/fund_update_print.html", {"update": update})


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def annex_sign(request: ActorRequest, pk: int) -> HttpResponse:
    """«Assinar no portal», by the dirigente and, where the key is here, its PIN."""
    update, actor = _editable(request, pk), request.actor
    asks_pin = signing.asks_pin(actor)
    data = request.POST if request.method == "POST" else None
    form = AnnexForm(data, asks_pin=asks_pin, initial={"shown_hash": fields_hash(update)})
    if form.is_bound and form.is_valid():
        with attempt(form):
            annex.sign_annex(update_id=pk, **form.cleaned_data, by=actor, at=actor.at)
            messages.success(request, "Anexo I assinado e anexado.")
            return redirect("siops:fund_update_detail", pk)
    return render(request, "siops/annex_sign.html", {"update": update, "form": form, "asks_pin": asks_pin})


def _visible(request: ActorRequest, pk: int) -> FundUpdate:
    """An update of the entity of the session, or 404; then the permission to look."""
    rows = FundUpdate.objects.visible_to(request.actor).select_related(
        "entity__municipality__uf", "entity__uf", "opened_by", "checked_by"
    )
    update: FundUpdate = get_object_or_404(rows, pk=pk)
    permissions.require(request.actor, VIEW, update)
    return update


def _editable(request: ActorRequest, pk: int) -> FundUpdate:
    update = _visible(request, pk)
    permissions.require(request.actor, CHANGE, update)
    if update.status not in FundUpdate.EDITABLE:
        raise NotAllowedNow(update.get_status_display())
    return update

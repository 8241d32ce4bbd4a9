"""The notas técnicas: written by the SAPS, signed in turn."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.downloads import pdf_download
from common.forms.shared import ReasonForm
from common.permissions import staff_page
from common.ui import paginate
from gerencia.forms.notes import NoteForm
from gerencia.models import Note, Offer
from gerencia.permissions import Permission
from gerencia.services import notes, notes_paper
from gerencia.services.windows import last_minute
from siops.forms.signing import SigningForm

DETAIL = "gerencia:note_detail"


@staff_page
@never_cache
@require_safe
def note_list(request: ActorRequest) -> HttpResponse:
    """Every nota, the newest first; those that came with the room last."""
    permissions.require(request.actor, Permission.READ_DESK)
    rows = Note.objects.visible_to(request.actor).select_related("offer")
    page = paginate(request, rows.order_by(F("written_at").desc(nulls_last=True), "-pk"))
    return render(request, "gerencia/note_list.html", {"page": page})


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note_write(request: ActorRequest, pk: int) -> HttpResponse:
    """«Escrever nota» about one offer."""
    permissions.require(request.actor, Permission.WRITE_NOTE)
    offer = get_object_or_404(Offer.objects.visible_to(request.actor), pk=pk)
    form = NoteForm(notes.possible_signatories(), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            note = notes.write_note(
                offer_id=offer.pk, wanted=form.wanted, turns=form.turns, by=request.actor, at=request.at
            )
            messages.success(request, f"{note} posta em assinatura.")
            return redirect(DETAIL, note.pk)
    return render(request, "gerencia/note_write.html", {"form": form, "offer": offer})


@never_cache
@require_safe
def note_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The nota, who signed and whose turn it is."""
    return _page(request, _note(request, pk))


@sensitive_post_parameters("pin")
@require_POST
def note_sign(request: ActorRequest, pk: int) -> HttpResponse:
    """«Assinar», in one's turn."""
    note = _note(request, pk)
    form = SigningForm(request.POST, actor=request.actor, at=request.at)
    if form.is_valid():
        with attempt(form):
            notes.sign_note(note_id=note.pk, pin=form.given_pin, by=request.actor, at=request.at)
            messages.success(request, "Nota assinada.")
            return redirect(DETAIL, pk)
    return _page(request, note, signing=form)


@require_POST
def note_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """«Cancelar a nota», with the reason."""
    note, form = _note(request, pk), ReasonForm(request.POST)
    permissions.require(request.actor, Permission.WRITE_NOTE)
    if form.is_valid():
        with attempt(form):
            reason = form.cleaned_data["reason"]
            notes.cancel_note(note_id=note.pk, reason=reason, by=request.actor, at=request.at)
            messages.success(request, f"{note} cancelada.")
            return redirect(DETAIL, pk)
    return _page(request, note, form=form)


@never_cache
@require_safe
def note_paper(request: ActorRequest, pk: int) -> HttpResponse:
    """The signed nota, as a PDF."""
    note = _note(request, pk)
    paper = notes_paper.note_paper(note_id=note.pk, by=request.actor, at=request.at)
    return pdf_download(paper.content, f"nota-{note.number}-{note.year}.pdf")


def _note(request: ActorRequest, pk: int) -> Note:
    """One that the desk reads, or that who acts has to sign."""
    note: Note = get_object_or_404(Note.objects.visible_to(request.actor).select_related("offer", "written_by"), pk=pk)
    permissions.require(request.actor, Permission.READ_NOTE, note)
    return note


def _page(
    request: ActorRequest, note: Note, *, form: ReasonForm | None = None, signing: SigningForm | None = None
) -> HttpResponse:
    signatures = list(note.signatures.select_related("account"))
    turn = next((each for each in signatures if each.signed_at is None), None)
    is_open = note.status == Note.Status.SIGNING
    context = {
        "note": note,
        "signatures": signatures,
        "turn": turn if is_open else None,
        "is_mine": is_open and turn is not None and turn.account_id == request.actor.account_id,
        "may_cancel": is_open and request.actor.has_perm(Permission.WRITE_NOTE),
        "has_paper": note.status == Note.Status.VALID and bool(signatures),
        "last_minute": last_minute(note.limit) if note.limit else None,
        "form": form or ReasonForm(),
        "signing": signing or SigningForm(actor=request.actor, at=request.at),
    }
    return render(request, "gerencia/note_detail.html", context)

"""The ofício of a permanent change of head: sent by the entity, reviewed by the ministry."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.forms.shared import ListedReasonForm
from common.permissions import staff_page
from common.ui import paginate
from siops import reasons
from siops.forms.letters import LetterForm
from siops.models import Attachment, OfficialLetter
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.letter_facts import checks_of
from siops.services.letters import approve_letter, return_letter, send_letter
from siops.services.previews import letter_returned
from siops.session import office_required
from siops.views.people import prepare


@never_cache
@require_safe
@office_required
def letter_list(request: ActorRequest) -> HttpResponse:
    """The letters of the entity."""
    actor = request.actor
    permissions.require(actor, Permission.VIEW_MANAGERS, office_of(actor).entity)
    documents = Prefetch("attachments", Attachment.objects.visible_to(actor).defer("sealed_content"))
    rows = OfficialLetter.objects.visible_to(actor).select_related("sent_by").prefetch_related(documents)
    context = {"page": paginate(request, rows), "may_send": actor.has_perm(Permission.SEND_LETTER)}
    return render(request, "siops/letter_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def letter_send(request: ActorRequest) -> HttpResponse:
    """A new letter, with its three documents."""
    actor = request.actor
    permissions.require(actor, Permission.SEND_LETTER, office_of(actor).entity)
    form = LetterForm(request.POST, request.FILES) if request.method == "POST" else LetterForm()
    shown = prepare(form, request, actor, position="Prefeito")
    if form.is_bound and not shown and form.is_valid():
        with attempt(form):
            letter = send_letter(
                entity_id=office_of(actor).entity_id, files=form.documents, by=actor, at=actor.at, **form.values
            )
            messages.success(request, f"{letter} enviado ao Ministério.")
            return redirect("siops:letter_list")
    return render(request, "siops/letter_send.html", {"form": form})


@staff_page
@never_cache
@require_safe
def letter_queue(request: ActorRequest) -> HttpResponse:
    """Letters of every entity, those that wait first."""
    permissions.require(request.actor, Permission.READ_LETTERS)
    rows = OfficialLetter.objects.visible_to(request.actor).select_related("entity__municipality__uf", "entity__uf")
    page = paginate(request, rows.order_by("reviewed_at", "-sent_at", "pk"))
    return render(request, "siops/letter_queue.html", {"page": page})


@staff_page
@never_cache
@require_safe
def letter_review(request: ActorRequest, pk: int) -> HttpResponse:
    """One letter with its documents, and the two buttons while it waits."""
    letter = _letter(request, pk, Permission.READ_LETTERS)
    return render(request, "siops/letter_review.html", _context(request, letter, ListedReasonForm(reasons.LETTER)))


@staff_page
@require_POST
def letter_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """«Aprovar»: the head changes as after an election."""
    letter = _letter(request, pk, Permission.REVIEW_LETTER)
    with attempt(request):
        approve_letter(letter_id=letter.pk, by=request.actor, at=request.at)
        messages.success(request, f"{letter} aprovado: {letter.name} é o novo chefe do Poder Executivo.")
    return redirect("siops:letter_review", letter.pk)


@staff_page
@require_POST
def letter_return(request: ActorRequest, pk: int) -> HttpResponse:
    """«Devolver», with the reason."""
    letter = _letter(request, pk, Permission.REVIEW_LETTER)
    form = ListedReasonForm(reasons.LETTER, request.POST)
    if form.is_valid():
        with attempt(form):
            return_letter(letter_id=letter.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
            messages.success(request, f"{letter} devolvido.")
            return redirect("siops:letter_review", letter.pk)
    return render(request, "siops/letter_review.html", _context(request, letter, form))


def _letter(request: ActorRequest, pk: int, permission: str) -> OfficialLetter:
    permissions.require(request.actor, permission)
    rows = OfficialLetter.objects.visible_to(request.actor).select_related("entity__municipality__uf", "entity__uf")
    found: OfficialLetter = get_object_or_404(rows, pk=pk)
    return found


def _context(request: ActorRequest, letter: OfficialLetter, form: ListedReasonForm) -> dict[str, object]:
    documents = letter.attachments.defer("sealed_content")
    is_open = letter.status == OfficialLetter.Status.SENT
    waiting = is_open and request.actor.has_perm(Permission.REVIEW_LETTER, letter)
    preview = letter_returned(letter, by=request.actor, at=request.at) if waiting else None
    return {
        "letter": letter,
        "checks": checks_of(letter) if is_open else [],
        "documents": documents,
        "form": form,
        "waiting": waiting,
        "preview": preview,
    }

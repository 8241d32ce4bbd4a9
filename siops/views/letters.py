"""The ofício of a permanent change of head: sent by the entity, reviewed by the ministry."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.exceptions import RuleBroken
from common.forms.shared import ReasonForm, put_refusal
from common.ui import paginate
from siops.forms.letters import LetterForm
from siops.models import Attachment, OfficialLetter
from siops.services.letters import approve_letter, return_letter, send_letter
from siops.session import ActingRequest, acting_required
from siops.views.people import prepare
from siops.views.staff import StaffRequest, staff_page


@never_cache
@require_safe
@acting_required
def letter_list(request: ActingRequest) -> HttpResponse:
    """The letters of the entity."""
    acting = request.acting
    permissions.require(acting, "siops.view_managers", acting.entity)
    documents = Prefetch("attachments", Attachment.objects.visible_to(acting).defer("sealed_content"))
    rows = OfficialLetter.objects.visible_to(acting).select_related("sent_by").prefetch_related(documents)
    context = {"acting": acting, "page": paginate(request, rows), "may_send": acting.has_perm("siops.send_letter")}
    return render(request, "siops/letter_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required
def letter_send(request: ActingRequest) -> HttpResponse:
    """A new letter, with its three documents."""
    acting = request.acting
    permissions.require(acting, "siops.send_letter", acting.entity)
    form = LetterForm(request.POST, request.FILES) if request.method == "POST" else LetterForm()
    shown = prepare(form, request, acting, position="Prefeito")
    if form.is_bound and not shown and form.is_valid():
        try:
            letter = send_letter(
                entity_id=acting.entity_id, files=form.documents, by=acting, at=acting.at, **form.values
            )
        except RuleBroken as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, f"{letter} enviado ao Ministério.")
            return redirect("siops:letter_list")
    return render(request, "siops/letter_send.html", {"form": form})


@staff_page
@never_cache
@require_safe
def letter_queue(request: StaffRequest) -> HttpResponse:
    """Letters of every entity, those that wait first."""
    permissions.require(request.user, "siops.review_letter")
    rows = OfficialLetter.objects.visible_to(request.user).select_related("entity__municipality__uf", "entity__uf")
    page = paginate(request, rows.order_by("reviewed_at", "-sent_at", "pk"))
    return render(request, "siops/letter_queue.html", {"page": page})


@staff_page
@never_cache
@require_safe
def letter_review(request: StaffRequest, pk: int) -> HttpResponse:
    """One letter with its documents, and the two buttons while it waits."""
    letter = _letter(request, pk)
    return render(request, "siops/letter_review.html", _context(letter, ReasonForm()))


@staff_page
@require_POST
def letter_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """«Aprovar»: the head changes as after an election."""
    letter = _letter(request, pk)
    try:
        approve_letter(letter_id=letter.pk, by=request.user, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{letter} aprovado: {letter.name} é o novo chefe do Poder Executivo.")
    return redirect("siops:letter_review", letter.pk)


@staff_page
@require_POST
def letter_return(request: StaffRequest, pk: int) -> HttpResponse:
    """«Devolver», with the reason."""
    letter, form = _letter(request, pk), ReasonForm(request.POST)
    if form.is_valid():
        try:
            return_letter(letter_id=letter.pk, reason=form.cleaned_data["reason"], by=request.user, at=request.at)
        except RuleBroken as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, f"{letter} devolvido.")
            return redirect("siops:letter_review", letter.pk)
    return render(request, "siops/letter_review.html", _context(letter, form))


def _letter(request: StaffRequest, pk: int) -> OfficialLetter:
    permissions.require(request.user, "siops.review_letter")
    rows = OfficialLetter.objects.visible_to(request.user).select_related("entity__municipality__uf", "entity__uf")
    found: OfficialLetter = get_object_or_404(rows, pk=pk)
    return found


def _context(letter: OfficialLetter, form: ReasonForm) -> dict[str, object]:
    documents = letter.attachments.defer("sealed_content")
    waiting = letter.status == OfficialLetter.Status.SENT
    return {"letter": letter, "documents": documents, "form": form, "waiting": waiting}

"""The desk of the SAPS: ofícios registered by one and checked by another."""

from __future__ import annotations

from django.contrib import messages
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
from gerencia import reasons
from gerencia.forms.letters import ReceiveForm
from gerencia.models import Offer, OfficialLetter
from gerencia.permissions import Permission
from gerencia.services import letters, reading
from gerencia.views.letters import find_letter

Status = OfficialLetter.Status


@staff_page
@never_cache
@require_safe
def letter_queue(request: ActorRequest) -> HttpResponse:
    """Every ofício that was sent, those that wait first."""
    permissions.require(request.actor, Permission.READ_DESK)
    sent = OfficialLetter.objects.visible_to(request.actor).exclude(status=Status.DRAFT)
    related = ("enrolment__offer", "enrolment__entity__municipality__uf", "enrolment__entity__uf", "registered_by")
    page = paginate(request, sent.select_related(*related).order_by("-checked_at", "sent_at", "pk"))
    offers = Offer.objects.visible_to(request.actor).exclude(letters_until=None)
    may_review = request.actor.has_perm(Permission.REVIEW_LETTER)
    context = {"page": page, "total": page.paginator.count, "offers": offers if may_review else []}
    return render(request, "gerencia/letter_queue.html", context)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter_receive(request: ActorRequest, pk: int) -> HttpResponse:
    """«Registrar ofício recebido» for one offer."""
    permissions.require(request.actor, Permission.REVIEW_LETTER)
    offer = get_object_or_404(Offer.objects.visible_to(request.actor), pk=pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReceiveForm(reading.every_entity(), *sent)
    if form.is_bound and form.is_valid():
        with attempt(form):
            letter = letters.receive_letter(
                offer_id=offer.pk,
                entity_id=int(form.cleaned_data["entity"]),
                facts=form.facts,
                channel=form.cleaned_data["channel"],
                sent_at=form.sent_at,
                content=form.cleaned_data["file"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, f"{letter} registrado. Outra pessoa da SAPS o confere.")
            return redirect("gerencia:letter_review", letter.pk)
    return render(request, "gerencia/letter_receive.html", {"form": form, "offer": offer})


@staff_page
@never_cache
@require_safe
def letter_review(request: ActorRequest, pk: int) -> HttpResponse:
    """One ofício: each fact beside the rule that it meets."""
    return _review_page(request, _letter(request, pk, Permission.READ_DESK), ListedReasonForm(reasons.LETTER))


@staff_page
@require_POST
def letter_register(request: ActorRequest, pk: int) -> HttpResponse:
    """«Registrar» what came by the portal."""
    letter = _letter(request, pk, Permission.REVIEW_LETTER)
    letters.register_letter(letter_id=letter.pk, by=request.actor, at=request.at)
    messages.success(request, f"{letter} registrado. Outra pessoa da SAPS o confere.")
    return redirect("gerencia:letter_review", pk)


@staff_page
@require_POST
def letter_accept(request: ActorRequest, pk: int) -> HttpResponse:
    """«Conferir e aceitar»."""
    letter = _letter(request, pk, Permission.REVIEW_LETTER)
    with attempt(request):
        letters.accept_letter(letter_id=letter.pk, by=request.actor, at=request.at)
        messages.success(request, f"{letter} aceito: {letter.enrolment.entity} aderiu.")
    return redirect("gerencia:letter_review", pk)


@staff_page
@require_POST
def letter_return(request: ActorRequest, pk: int) -> HttpResponse:
    """«Devolver», with the reason."""
    letter = _letter(request, pk, Permission.REVIEW_LETTER)
    form = ListedReasonForm(reasons.LETTER, request.POST)
    if form.is_valid():
        with attempt(form):
            reason = form.cleaned_data["reason"]
            letters.return_letter(letter_id=letter.pk, reason=reason, by=request.actor, at=request.at)
            messages.success(request, f"{letter} devolvido.")
            return redirect("gerencia:letter_review", pk)
    return _review_page(request, letter, form)


def _letter(request: ActorRequest, pk: int, permission: str) -> OfficialLetter:
    permissions.require(request.actor, permission)
    return find_letter(request, pk)


def _review_page(request: ActorRequest, letter: OfficialLetter, form: ListedReasonForm) -> HttpResponse:
    may_review = request.actor.has_perm(Permission.REVIEW_LETTER, letter)
    may_return = may_review and letter.status in (Status.SENT, Status.UNDER_CHECK)
    context = {
        "letter": letter,
        "checks": reading.letter_checks(letter),
        "form": form,
        "may_register": may_review and letter.status == Status.SENT,
        "may_accept": may_review and letter.status == Status.UNDER_CHECK,
        "is_own": letter.registered_by_id == request.actor.account_id,
        "may_return": may_return,
        "preview": letters.preview_of_return(letter, by=request.actor, at=request.at) if may_return else None,
    }
    return render(request, "gerencia/letter_review.html", context)

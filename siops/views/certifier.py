"""The certifier's counter (posto da certificadora): who comes today, the documents, the issue, the refusal."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.documents import typed_as_cpf
from common.forms.shared import ListedReasonForm
from common.legal_time import BRASILIA
from common.permissions import staff_page
from common.text import searchable
from common.ui import SEARCH_PARAMETER, Tab, paginate, search_text
from siops import reasons
from siops.forms.certification import IssueForm
from siops.models import CertificationRequest
from siops.models.certification import CertificationRequestQuerySet
from siops.permissions import Permission
from siops.services.certification_issue import issue_certification, refuse_certification, require_issuable
from siops.services.previews import certification_refused
from siops.views.certification import steps_of

READ, ISSUE = Permission.READ_COUNTER, Permission.ISSUE_CERTIFICATE
# `?quando=`, the tab, and which scheduled days it shows.
WHEN = {
    "hoje": ("Hoje", "scheduled_for"),
    "proximos": ("Próximos dias", "scheduled_for__gt"),
    "faltas": ("Dias anteriores", "scheduled_for__lt"),
}
ISSUED = "emitidos"
TABS = {key: label for key, (label, _) in WHEN.items()} | {ISSUED: "Emitidos"}


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certifier_list(request: ActorRequest) -> HttpResponse:
    """The first tab with people: the day, the next days, the missed ones, who was attended. The search is of all.

    What is typed comes by POST: a CPF is answered there and stands in no address; the rest becomes one.
    """
    permissions.require(request.actor, READ)
    at = request.at
    today = at.astimezone(BRASILIA).date()
    text, cpf = search_text(request), ""
    if request.method == "POST":
        typed = searchable(request.POST.get(SEARCH_PARAMETER, ""))
        cpf = typed_as_cpf(typed)
        if not cpf:
            return redirect(reverse("siops:certifier_list", query={SEARCH_PARAMETER: typed}))
        text = typed
    visible = CertificationRequest.objects.visible_to(request.actor)
    rows, counts = visible.for_reading(), _counts(visible, today)
    asked = request.GET.get("quando", "")
    when = asked if asked in TABS else next((key for key in TABS if counts[key]), "hoje")
    found = rows.at_the_counter().filter(person__cpf=cpf) if cpf else rows.at_the_counter().matching(text)
    page = paginate(request, found if text else _listed(rows, when, today))
    context: dict[str, Any] = {
        "page": page,
        "may_issue": request.actor.has_perm(ISSUE),
        "rows": [(row, row.certificate_situation_at(at)) for row in page.object_list],
        "search": text,
        "today": today,
        "tabs": [
            _tab(key, f"{label} ({counts[key]})", current=key == when and not text) for key, label in TABS.items()
        ],
        "total": page.paginator.count,
        "when": when,
    }
    return render(request, "siops/certifier_list.html", context)


@staff_page
@never_cache
@sensitive_post_parameters("pin", "repeated_pin", "password", "repeated_password")
@require_http_methods(["GET", "HEAD", "POST"])
def certifier_issue(request: ActorRequest, pk: int) -> HttpResponse:
    """Check the documents, let the holder type the PIN, issue. The answer to the POST shows the PUK, once."""
    row = _scheduled(request, pk, ISSUE if request.method == "POST" else READ)
    at = request.at
    form = IssueForm(row, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            issued = issue_certification(
                certification_id=row.pk,
                documents=form.cleaned_data["documents"],
                pin=form.cleaned_data["pin"],
                password=form.cleaned_data.get("password", ""),
                by=request.actor,
                at=at,
            )
            context = {"row": issued.row, "puk": issued.puk, "steps": steps_of(issued.row)}
            return render(request, "siops/certifier_issued.html", context)
    context = {
        "row": row,
        "form": form,
        "may_issue": request.actor.has_perm(ISSUE, row),
        "other_day": _other_day(row, at.astimezone(BRASILIA).date()),
    }
    return render(request, "siops/certifier_issue.html", context)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certifier_refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """«Recusar o atendimento», with the reason."""
    row = _scheduled(request, pk, ISSUE)
    form = ListedReasonForm(reasons.COUNTER, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            reason = form.cleaned_data["reason"]
            refuse_certification(certification_id=row.pk, reason=reason, by=request.actor, at=request.at)
            messages.success(request, f"Atendimento de {row.person.name} recusado.")
            return redirect("siops:certifier_list")
    context = {"row": row, "form": form, "preview": certification_refused(row, at=request.at)}
    return render(request, "siops/certifier_refuse.html", context)


def _scheduled(request: ActorRequest, pk: int, permission: str) -> CertificationRequest:
    """A request that waits at the counter, or 404. Raises NotAllowedNow for what waits no more."""
    permissions.require(request.actor, permission)
    rows = CertificationRequest.objects.visible_to(request.actor).for_reading()
    row: CertificationRequest = get_object_or_404(rows, pk=pk)
    require_issuable(row)
    return row


def _listed(rows: CertificationRequestQuerySet, when: str, today: date) -> CertificationRequestQuerySet:
    """The rows of one tab."""
    return rows.attended() if when == ISSUED else rows.to_attend().filter(**{WHEN[when][1]: today})


def _counts(rows: CertificationRequestQuerySet, today: date) -> dict[str, int]:
    """How many rows each tab has, in one query."""
    waiting = {
        key: Q(status=CertificationRequest.Status.SCHEDULED, **{field: today}) for key, (_, field) in WHEN.items()
    }
    shown = waiting | {ISSUED: Q(issued_at__isnull=False)}
    return rows.aggregate(**{key: Count("pk", filter=condition) for key, condition in shown.items()})


def _tab(key: str, label: str, *, current: bool) -> Tab:
    return Tab(label, f"{reverse('siops:certifier_list')}?quando={key}", current)


def _other_day(row: CertificationRequest, today: date) -> str:
    """Said when the holder comes on another day than the scheduled one."""
    if row.scheduled_for is None or row.scheduled_for == today:
        return ""
    return f"O atendimento foi agendado para {row.scheduled_for:%d/%m/%Y}. Atender hoje é um encaixe."

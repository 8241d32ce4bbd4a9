"""The queue of suspects in the CADSUSWEB, and what is decided about a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadsus.forms.web import PostponeForm, ShortReasonForm
from cadsus.models import SuspectedPair
from cadsus.models.unification import SuspectedPairQuerySet
from cadsus.services import detection, pairs, records
from cadsus.session import sgop_session
from cadsus.views.web import CONSULT, WRITE, all_opened, tabs
from cadsus.views.web_search import Reason, reasons_of
from common import documents, permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.legal_time import BRASILIA
from common.ui import Tab, paginate
from registry import search, similarity
from registry.models import Person

Rows = Callable[[SuspectedPairQuerySet, Any], SuspectedPairQuerySet]
# `?fila=`.
QUEUES: dict[str, tuple[str, Rows]] = {
    "abertas": ("A decidir", lambda rows, day: rows.queue(day)),
    "adiadas": ("Adiadas", lambda rows, day: rows.postponed(day)),
    "descartadas": ("Não duplicados", lambda rows, day: rows.dismissed()),
}


@dataclass(frozen=True)
class Line:
    """One field of both records, and what it gave to the score."""

    label: str
    left: str
    right: str
    reason: Reason | None

    @property
    def is_same(self) -> bool:
        return self.left == self.right


@never_cache
@require_safe
@sgop_session
def pair_queue(request: ActorRequest) -> HttpResponse:
    """What waits for a decision, what was put off, what was decided not to be one person."""
    permissions.require(request.actor, CONSULT)
    asked = request.GET.get("fila", "")
    chosen = asked if asked in QUEUES else "abertas"
    rows = QUEUES[chosen][1](SuspectedPair.objects.visible_to(request.actor).with_people(), _day(request))
    page = paginate(request, rows)
    queues = [
        Tab(label, reverse("cadsus:pair_queue", query={"fila": slug}), slug == chosen)
        for slug, (label, _) in QUEUES.items()
    ]
    context = {
        "page": page,
        "total": page.paginator.count,
        "queues": queues,
        "queue": chosen,
        "tabs": tabs(request),
        "last_pass": detection.last_pass(),
        "may_detect": request.actor.has_perm(WRITE),
    }
    return render(request, "cadsus/pair_queue.html", context)


@never_cache
@require_POST
@sgop_session
def pair_detect(request: ActorRequest) -> HttpResponse:
    """«Procurar agora»: the search of the night, at once."""
    permissions.require(request.actor, CONSULT)
    with attempt(request):
        detection.ask_detection(by=request.actor, at=request.at)
        messages.success(request, "A procura começou. Os pares encontrados entram nesta fila.")
    return redirect("cadsus:pair_queue")


@never_cache
@require_safe
@sgop_session
def pair_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """Both side by side, and why they look like one."""
    pair = _visible(request, pk)
    people = all_opened(request, [pair.left_id, pair.right_id])
    if isinstance(people, HttpResponse):
        return people
    left, right = people
    match = similarity.compare(search.described(left), search.described(right))
    context = {
        "pair": pair,
        "lines": list(_lines(left, right, reasons_of(match.shares))),
        "score": round(match.score),
        "tabs": tabs(request),
        "may_decide": request.actor.has_perm(WRITE) and pair.status == SuspectedPair.Status.SUSPECTED,
    }
    return render(request, "cadsus/pair_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def pair_postpone(request: ActorRequest, pk: int) -> HttpResponse:
    """«Adiar»."""
    pair = _visible(request, pk)
    records.require_registrar(request.actor)
    form = PostponeForm(request.POST if request.method == "POST" else None, today=_day(request))
    if form.is_bound and form.is_valid():
        with attempt(form):
            pairs.postpone_pair(pair_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Par adiado.")
            return redirect("cadsus:pair_queue")
    return render(request, "cadsus/pair_postpone.html", {"form": form, "pair": pair, "tabs": tabs(request)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def pair_dismiss(request: ActorRequest, pk: int) -> HttpResponse:
    """«Não é duplicado»."""
    pair = _visible(request, pk)
    records.require_registrar(request.actor)
    form = ShortReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            pairs.dismiss_pair(pair_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Par dado como não duplicado.")
            return redirect("cadsus:pair_queue")
    return render(request, "cadsus/pair_dismiss.html", {"form": form, "pair": pair, "tabs": tabs(request)})


def _visible(request: ActorRequest, pk: int) -> SuspectedPair:
    permissions.require(request.actor, CONSULT)
    rows = SuspectedPair.objects.visible_to(request.actor).with_people()
    pair: SuspectedPair = get_object_or_404(rows, pk=pk)
    return pair


def _lines(left: Person, right: Person, reasons: list[Reason]) -> Iterator[Line]:
    """What is compared, with its share of the score, and then what is only shown."""
    why = {reason.label: reason for reason in reasons}
    for label, sides in (
        ("Nome", (left.name, right.name)),
        ("Mãe", (left.mother, right.mother)),
        ("Nascimento", (f"{left.birth_date:%d/%m/%Y}", f"{right.birth_date:%d/%m/%Y}")),
        ("Sexo", (left.get_sex_display(), right.get_sex_display())),
        ("Município de nascimento", (str(left.birth_city or ""), str(right.birth_city or ""))),
        ("Pai", (left.father, right.father)),
        ("CPF", tuple(documents.mask_cpf(person.cpf) if person.cpf else "" for person in (left, right))),
        ("CNS", (_numbers(left), _numbers(right))),
        ("Telefone", (documents.format_phone(left.phone), documents.format_phone(right.phone))),
    ):
        yield Line(label, sides[0], sides[1], why.get(label))


def _numbers(person: Person) -> str:
    """Every CNS with its kind, the principal first."""
    return ", ".join(map(str, person.cns_numbers.filter(is_active=True).order_by("-is_principal", "kind", "number")))


def _day(request: ActorRequest) -> Any:
    return request.at.astimezone(BRASILIA).date()

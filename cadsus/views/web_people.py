"""One record of the CADSUSWEB: consult, create, correct, inactivate, its numbers, its quality and its card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadsus.forms.people import EditPersonForm, NewPersonForm, initial_of
from cadsus.forms.web import ShownVersionForm, StandingForm, WhyForm, version_of
from cadsus.models import Unification
from cadsus.services import people, records
from cadsus.session import sgop_session
from cadsus.views.web import WRITE, keep_why, opened, tabs, visible, why_of
from common import documents
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from registry import quality, snapshot
from registry.models import Person, Transaction
from registry.snapshot import Change

HISTORY = 20


@dataclass(frozen=True)
class Step:
    """One thing done to the record, and what it changed."""

    row: Transaction
    changes: list[Change]


@never_cache
@require_safe
@sgop_session
def person_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """All that the record says, and what was done to it."""
    person = opened(request, pk)
    if isinstance(person, HttpResponse):
        return person
    context = {
        **_shared(request, person),
        "numbers": person.cns_numbers.order_by("-is_principal", "kind", "number"),
        "documents": [
            *person.documents.select_related("uf").order_by("kind", "pk"),
            *person.civil_records.order_by("pk"),
        ],
        "addresses": person.addresses.select_related("municipality__uf"),
        "contacts": person.contacts.order_by("pk"),
        "history": [_step(row) for row in _history(person)],
        "unifications": Unification.objects.visible_to(request.actor).touching(person.pk).with_names(),
        "level": quality.level(person.quality),
    }
    return render(request, "cadsus/person_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def person_reason(request: ActorRequest, pk: int) -> HttpResponse:
    """Why a record under protection is to be opened (M41); it holds for the session."""
    person = visible(request, pk)
    if not person.is_protected:
        return redirect("cadsus:person_detail", pk)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        keep_why(request, pk, form.cleaned_data["why"])
        return redirect("cadsus:person_detail", pk)
    return render(request, "cadsus/person_reason.html", {"form": form, "tabs": tabs(request)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def person_create(request: ActorRequest) -> HttpResponse:
    """«Novo registro»."""
    records.require_registrar(request.actor)
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_search:
        form.search()
    elif form.is_bound and form.is_valid():
        with attempt(form):
            made = people.create_person(record=form.record(), manual=form.manual(), by=request.actor, at=request.at)
            messages.success(request, "Cadastro incluído.")
            return redirect("cadsus:person_detail", made.pk)
    return render(request, "cadsus/person_form.html", {"form": form, "tabs": tabs(request)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def person_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """«Edição»; who only consults is told so before anything is shown."""
    person = _writable(request, pk)
    if isinstance(person, HttpResponse):
        return person
    form = EditPersonForm(request.POST if request.method == "POST" else None, initial=initial_of(person), person=person)
    if form.is_bound and form.is_search:
        form.search()
    elif form.is_bound and form.is_valid():
        with attempt(form):
            given = {"version": form.cleaned_data["version"], "record": form.record(), "why": why_of(request, pk)}
            people.correct_person(person_id=pk, **given, by=request.actor, at=request.at)
            messages.success(request, "Cadastro corrigido.")
            return redirect("cadsus:person_detail", pk)
    context = {"form": form, "person": person, "tabs": tabs(request)}
    return render(request, "cadsus/person_form.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def person_standing(request: ActorRequest, pk: int) -> HttpResponse:
    """Inactivate an active record, reactivate an inactive one."""
    person = _writable(request, pk)
    if isinstance(person, HttpResponse):
        return person
    form = StandingForm(request.POST if request.method == "POST" else None, initial=version_of(person))
    if form.is_bound and form.is_valid():
        with attempt(form):
            people.set_standing(
                person_id=pk,
                is_active=not person.is_active,
                why=why_of(request, pk),
                by=request.actor,
                at=request.at,
                **form.cleaned_data,
            )
            messages.success(request, "Cadastro inativado." if person.is_active else "Cadastro reativado.")
            return redirect("cadsus:person_detail", pk)
    return render(request, "cadsus/person_standing.html", {"form": form, "person": person, "tabs": tabs(request)})


@never_cache
@require_safe
@sgop_session
def person_cards(request: ActorRequest, pk: int) -> HttpResponse:
    """«Cartões agregados»: every number that answers for the record."""
    person = opened(request, pk)
    if isinstance(person, HttpResponse):
        return person
    numbers = person.cns_numbers.order_by("-is_principal", "kind", "number")
    return render(request, "cadsus/person_cards.html", {**_shared(request, person), "numbers": numbers})


@require_POST
@sgop_session
def cns_give(request: ActorRequest, pk: int) -> HttpResponse:
    """«Gerar CNS definitivo»."""
    visible(request, pk)
    form = ShownVersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    with attempt(request):
        person = people.give_definitive(
            person_id=pk, version=version, why=why_of(request, pk), by=request.actor, at=request.at
        )
        messages.success(request, f"CNS definitivo gerado: {documents.format_cns(person.cns or '')}.")
    return redirect("cadsus:person_cards", pk)


@never_cache
@require_safe
@sgop_session
def person_quality(request: ActorRequest, pk: int) -> HttpResponse:
    """«Grau de qualidade»: what the record has and lacks."""
    person = opened(request, pk)
    if isinstance(person, HttpResponse):
        return person
    items = [(item, item.is_filled(person)) for item in quality.ITEMS]
    points = quality.degree(person)
    context = {"items": items, "points": points, "level": quality.level(points), "levels": quality.LEVELS}
    return render(request, "cadsus/person_quality.html", {**_shared(request, person), **context})


@never_cache
@require_safe
@sgop_session
def person_card(request: ActorRequest, pk: int) -> HttpResponse:
    """«Impressão do cartão»."""
    person = opened(request, pk)
    if isinstance(person, HttpResponse):
        return person
    return render(request, "cadsus/person_card.html", _shared(request, person))


def _writable(request: ActorRequest, pk: int) -> Person | HttpResponse:
    """The record, for whoever writes; an absorbed one is not written any more."""
    person = visible(request, pk)
    records.require_registrar(request.actor)
    if not person.is_standing:
        raise NotAllowedNow(records.ABSORBED)
    return opened(request, pk)


def _shared(request: ActorRequest, person: Person) -> dict[str, Any]:
    return {"person": person, "tabs": tabs(request), "may_write": request.actor.has_perm(WRITE)}


def _history(person: Person) -> Any:
    return person.transactions.select_related("operator", "establishment")[:HISTORY]


def _step(row: Transaction) -> Step:
    return Step(row, snapshot.changes(row.before, row.after) if row.before and row.after else [])

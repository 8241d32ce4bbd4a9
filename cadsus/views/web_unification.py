"""«Unificação de cadastros duplicados»: choose the principal, look at the result, confirm; and undo."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cadsus.forms.web import UnifyForm
from cadsus.messages import M35, M36
from cadsus.models import Unification
from cadsus.services import records
from cadsus.services import unification as services
from cadsus.session import sgop_session
from cadsus.views.web import CONSULT, WRITE, all_opened, opened, tabs
from common import documents, permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.ui import paginate
from registry.snapshot import changes

# How many records one act may unify, and how long an id may be.
MOST, LONGEST = 10, 12
NONE = "nenhum definitivo"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def unification_preview(request: ActorRequest) -> HttpResponse:
    """`?cadastros=1&cadastros=2&principal=1`: what it would do, and «Confirmar unificação»."""
    records.require_registrar(request.actor)
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, M35)
        return redirect("cadsus:person_search")
    survivor = int(asked) if (asked := request.GET.get("principal", "")) in map(str, chosen) else chosen[0]
    form = UnifyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            done = services.unify(
                survivor_id=survivor,
                absorbed_ids=[pk for pk in chosen if pk != survivor],
                by=request.actor,
                at=request.at,
                **form.cleaned_data,
            )
            cns = documents.format_cns(done.survivor.cns) if done.survivor.cns else NONE
            messages.success(request, M36.format(cns=cns))
            return redirect("cadsus:unification_detail", done.pk)
    people = all_opened(request, chosen)
    if isinstance(people, HttpResponse):
        return people
    with attempt(request):
        preview = services.preview_unification(survivor_id=survivor, people=chosen, by=request.actor)
        context = {
            "form": form,
            "preview": preview,
            "people": [(person, _address(chosen, person.pk)) for person in people],
            "tabs": tabs(request),
        }
        return render(request, "cadsus/unification_preview.html", context)
    return redirect("cadsus:person_search")


@never_cache
@require_safe
@sgop_session
def unification_list(request: ActorRequest) -> HttpResponse:
    """What was unified, the newest first."""
    permissions.require(request.actor, CONSULT)
    page = paginate(request, Unification.objects.visible_to(request.actor).with_names())
    context = {"page": page, "total": page.paginator.count, "tabs": tabs(request)}
    return render(request, "cadsus/unification_list.html", context)


@never_cache
@require_safe
@sgop_session
def unification_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """Which records, who, when and why, and what it changed in the survivor."""
    unification = _visible(request, pk)
    survivor = opened(request, unification.survivor_id)
    if isinstance(survivor, HttpResponse):
        return survivor
    key = str(unification.survivor_id)
    may_undo = unification.status == Unification.Status.UNIFIED and request.actor.has_perm(WRITE)
    context = {
        "unification": unification,
        "changes": changes(unification.before[key], unification.after[key]),
        "may_undo": may_undo,
        "tabs": tabs(request),
    }
    return render(request, "cadsus/unification_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def unification_undo(request: ActorRequest, pk: int) -> HttpResponse:
    """«Desfazer», after what stays on the survivor was said."""
    unification = _visible(request, pk)
    records.require_registrar(request.actor)
    form = UnifyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            services.undo_unification(unification_id=pk, by=request.actor, at=request.at, **form.cleaned_data)
            messages.success(request, "Unificação desfeita: os cadastros voltaram a ser o que eram.")
            return redirect("cadsus:unification_detail", pk)
    survivor = opened(request, unification.survivor_id)
    if isinstance(survivor, HttpResponse):
        return survivor
    with attempt(request):
        preview = services.preview_undo(unification_id=pk, by=request.actor)
        context = {"form": form, "unification": unification, "preview": preview, "tabs": tabs(request)}
        return render(request, "cadsus/unification_undo.html", context)
    return redirect("cadsus:unification_detail", pk)


def _visible(request: ActorRequest, pk: int) -> Unification:
    permissions.require(request.actor, CONSULT)
    unification: Unification = get_object_or_404(Unification.objects.visible_to(request.actor).with_names(), pk=pk)
    return unification


def _chosen(request: ActorRequest) -> list[int]:
    """The records asked for, each once, the older first."""
    asked = {
        text for text in request.GET.getlist("cadastros") if text.isascii() and text.isdigit() and len(text) < LONGEST
    }
    return sorted(int(text) for text in asked)[:MOST]


def _address(chosen: list[int], survivor: int) -> str:
    query = urlencode({"cadastros": chosen, "principal": survivor}, doseq=True)
    return f"{reverse('cadsus:unification_preview')}?{query}"

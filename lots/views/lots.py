"""The pages of the municipal TI about the nightly lots."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadsus.models import MicroArea
from cadsus.offices import entity_of_it
from cadsus.session import sisrede_session
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.downloads import csv_download
from common.requests import whole_number
from common.ui import paginate
from lots.forms.lots import NIGHT, StartLotForm
from lots.models import Lot, Outcome
from lots.permissions import Permission
from lots.services import reading, steering
from lots.services.planning import schedule_lot


@never_cache
@require_safe
@sisrede_session
def lot_list(request: ActorRequest) -> HttpResponse:
    """Every lot of the municipality, the newest first."""
    permissions.require(request.actor, Permission.RUN_LOT)
    rows = Lot.objects.visible_to(request.actor).select_related("asked_by")
    page = paginate(request, rows)
    context = {"page": page, "total": page.paginator.count, "is_free": not rows.open().exists()}
    return render(request, "lots/lot_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def lot_start(request: ActorRequest) -> HttpResponse:
    """«Iniciar lote»."""
    permissions.require(request.actor, Permission.RUN_LOT)
    form = StartLotForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            lot = schedule_lot(
                entity_id=entity_of_it(request.actor),
                pace=form.cleaned_data["pace"],
                in_window=form.cleaned_data["when"] == NIGHT,
                by=request.actor,
                at=request.at,
            )
            messages.success(request, f"{lot} registrado.")
            return redirect("lots:lot_detail", lot.pk)
    return render(request, "lots/lot_start.html", {"form": form})


@never_cache
@require_safe
@sisrede_session
def lot_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One lot: how far it is, what was found, and what may be done with it."""
    return render(request, "lots/lot_detail.html", _watched(_lot(request, pk)))


@never_cache
@require_safe
@sisrede_session
def lot_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again and again; one that ended brings the whole page anew."""
    lot = _lot(request, pk)
    response = render(request, "lots/lot_progress.html", _watched(lot))
    if lot.status != Lot.Status.RUNNING:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_safe
@sisrede_session
def lot_progress_json(request: ActorRequest, pk: int) -> HttpResponse:
    """The same for programs."""
    lot = _lot(request, pk)
    progress = reading.progress(lot)
    found = {Outcome(outcome).name.lower(): people for outcome, people in reading.totals(lot).items()}
    return JsonResponse(
        {
            "lote": lot.pk,
            "situacao": lot.status,
            "motivo": lot.reason,
            "ritmo": lot.pace,
            "pessoas": progress.people,
            "feitas": progress.done,
            "por_cento": progress.percent,
            "fatias": progress.slices,
            "fatias_feitas": progress.slices_done,
            "por_segundo": round(progress.rate, 1) if progress.rate else None,
            "segundos_restantes": progress.seconds_left,
            "resultados": found,
        }
    )


@never_cache
@require_POST
@sisrede_session
def lot_pause(request: ActorRequest, pk: int) -> HttpResponse:
    """«Pausar»."""
    lot = _lot(request, pk)
    steering.pause_lot(lot_id=lot.pk, by=request.actor, at=request.at)
    messages.success(request, f"{lot} pausado.")
    return redirect("lots:lot_detail", pk)


@never_cache
@require_POST
@sisrede_session
def lot_resume(request: ActorRequest, pk: int) -> HttpResponse:
    """«Retomar»."""
    lot = _lot(request, pk)
    with attempt(request):
        steering.resume_lot(lot_id=lot.pk, by=request.actor, at=request.at)
        messages.success(request, f"{lot} retomado.")
    return redirect("lots:lot_detail", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def lot_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """«Cancelar», after the question."""
    lot = _lot(request, pk)
    if request.method == "POST":
        steering.cancel_lot(lot_id=lot.pk, by=request.actor, at=request.at)
        messages.success(request, f"{lot} cancelado.")
        return redirect("lots:lot_detail", pk)
    return render(request, "lots/lot_cancel.html", {"lot": lot})


@never_cache
@require_safe
@sisrede_session
def lot_report(request: ActorRequest, pk: int) -> HttpResponse:
    """The report by microarea, from the counters."""
    lot = _lot(request, pk)
    page = paginate(request, reading.lines(lot), per_page=50)
    context = {"lot": lot, "page": page, "total": page.paginator.count}
    return render(request, "lots/lot_report.html", context)


@never_cache
@require_safe
@sisrede_session
def lot_people(request: ActorRequest, pk: int, cnes: str) -> HttpResponse:
    """Who of a microarea is not as in the CADSUS, by `?microarea=`, behind `?depois=outcome-citizen`."""
    lot = _lot(request, pk)
    microarea = _microarea(request, cnes)
    people = reading.people_of(
        lot, cnes=cnes, microarea=microarea.pk if microarea else None, after=_behind(request.GET.get("depois", ""))
    )
    last = people[-1].visit if len(people) == reading.PAGE else None
    context = {"lot": lot, "cnes": cnes, "microarea": microarea, "people": people, "last": last}
    return render(request, "lots/lot_people.html", context)


@never_cache
@require_safe
@sisrede_session
def lot_csv(request: ActorRequest, pk: int) -> HttpResponse:
    """The report by microarea for a spreadsheet."""
    lot = _lot(request, pk)
    return csv_download(reading.csv_lines(lot), f"lote-{lot.pk}.csv")


@never_cache
@require_safe
@sisrede_session
def lot_compare(request: ActorRequest, pk: int) -> HttpResponse:
    """Two nights beside each other: this one and `?com=`, or the one before."""
    lot = _lot(request, pk)
    others = Lot.objects.visible_to(request.actor).finished().filter(entity=lot.entity_id).exclude(pk=pk)
    chosen = others.filter(pk=whole_number(request.GET.get("com", "")) or 0).first()
    other = chosen or others.filter(pk__lt=pk).first() or others.first()
    context: dict[str, Any] = {"lot": lot, "other": other, "others": list(others[:30])}
    if other is not None:
        before, after = sorted((lot, other), key=lambda each: each.pk)
        context |= {
            "before": before,
            "after": after,
            "changes": reading.compare(before, after),
            "lines": reading.compare_lines(before, after)[:50],
        }
    return render(request, "lots/lot_compare.html", context)


def _lot(request: ActorRequest, pk: int) -> Lot:
    """The lot, when it is of the municipality whose TI asks."""
    permissions.require(request.actor, Permission.RUN_LOT)
    lot: Lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("asked_by"), pk=pk)
    permissions.require(request.actor, Permission.RUN_LOT, lot)
    return lot


def _watched(lot: Lot) -> dict[str, Any]:
    totals = reading.totals(lot)
    found = [(Outcome(outcome).label, totals[outcome]) for outcome in sorted(totals)]
    return {"lot": lot, "progress": reading.progress(lot), "found": found}


def _microarea(request: ActorRequest, cnes: str) -> MicroArea | None:
    """The one that is asked for, of that unit; nothing asks for who is in none."""
    asked = request.GET.get("microarea", "")
    if not asked:
        return None
    number = whole_number(asked)
    found = reading.microarea_of(cnes, number) if number is not None else None
    if found is None:
        raise Http404
    return found


def _behind(text: str) -> tuple[int, int]:
    outcome, citizen = (whole_number(part) for part in text.partition("-")[::2])
    if outcome is not None and citizen is not None and outcome in Outcome:
        return outcome, citizen
    return Outcome.TO_SYNCHRONIZE, 0

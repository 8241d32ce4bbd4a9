"""«Verificar Críticas» and its report (T13), on the page, as CSV, as JSON and as a signed PDF."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.actor import ActorRequest
from common.attempts import attempt
from declarations.engine import catalogue
from declarations.engine.report import as_dict
from declarations.forms.justifications import JustifyForm
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.findings_paper import findings_paper
from declarations.services.grid import judged
from declarations.services.justifying import justify_line
from declarations.services.reporting import ALL, Shown, csv_of, filters_of, groups_of, narrowed
from declarations.services.verifying import verify_declaration
from declarations.views.folders import declaration_of, place_address
from siops.session import office_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def findings(request: ActorRequest, pk: int) -> HttpResponse:
    """The report as of now; a POST records it («Verificar Críticas»)."""
    writes = request.method == "POST"
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION if writes else Permission.VIEW_DECLARATION)
    if writes:
        verified = verify_declaration(declaration_id=pk, by=request.actor, at=request.at)
        messages.info(request, f"Críticas verificadas: {verified.get_status_display()}.")
        return redirect("declarations:findings", pk)
    report = judged(declaration, request.at)
    groups = groups_of(report)
    asked = request.GET.get("filtro", ALL)
    first = next((group.cause for group in groups if group.blocks and group.cause.place), None)
    context = {
        "declaration": declaration,
        "report": report,
        "rules": catalogue.VERSION,
        "at": request.at,
        "filters": filters_of(groups),
        "asked": asked,
        "groups": [(group, address_of(declaration, group.cause)) for group in narrowed(groups, asked)],
        "consequences": sum(len(group.consequences) for group in groups),
        "first_url": address_of(declaration, first) if first else "",
        "may_fill": declaration.is_open and request.actor.has_perm(Permission.FILL_DECLARATION, declaration),
    }
    return render(request, "declarations/findings.html", context)


@never_cache
@require_safe
@office_required
def findings_csv(request: ActorRequest, pk: int) -> HttpResponse:
    """The report for a spreadsheet."""
    declaration = declaration_of(request, pk)
    answer = HttpResponse(csv_of(judged(declaration, request.at)), content_type="text/csv; charset=utf-8")
    return _named(answer, declaration, "csv")


@never_cache
@require_safe
@office_required
def findings_json(request: ActorRequest, pk: int) -> HttpResponse:
    """The report as the offline validator prints it with `--json`."""
    declaration = declaration_of(request, pk)
    text = json.dumps(as_dict(judged(declaration, request.at)), ensure_ascii=False, indent=1)
    return _named(HttpResponse(text, content_type="application/json"), declaration, "json")


@never_cache
@require_safe
@office_required
def findings_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The report of the last verification, signed; before one, the page that makes it."""
    declaration = declaration_of(request, pk)
    with attempt(request):
        paper = findings_paper(declaration_id=pk, by=request.actor, at=request.at)
        return _named(HttpResponse(paper.content, content_type="application/pdf"), declaration, "pdf")
    return redirect("declarations:findings", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def justify(request: ActorRequest, pk: int, code: str, line: str) -> HttpResponse:
    """«Justificar estorno»: the crítica of one line becomes a warning."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    former = declaration.justifications.filter(rule_code=code, line=line).first()
    form = JustifyForm(request.POST or None, initial={"text": former.text if former else ""})
    if form.is_bound and form.is_valid():
        with attempt(form):
            text = form.cleaned_data["text"]
            justify_line(declaration_id=pk, rule_code=code, line=line, text=text, by=request.actor, at=request.at)
            messages.success(request, "Justificativa salva. Verifique as críticas outra vez.")
            return redirect("declarations:findings", pk)
    context = {"declaration": declaration, "form": form, "code": code, "line": line}
    return render(request, "declarations/justify.html", context)


def _named(answer: HttpResponse, declaration: Declaration, kind: str) -> HttpResponse:
    period = declaration.period
    name = f"criticas-{declaration.entity.ibge}-{period.year}-B{period.bimester}-v{declaration.version}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def address_of(declaration: Declaration, shown: Shown) -> str:
    """The page of the cell of a finding; none when it is about the whole bimestre."""
    return place_address(declaration, shown.place) if shown.place else ""

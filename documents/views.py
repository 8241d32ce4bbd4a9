"""«Conferência de autenticidade»: public, by code and CRC or by the file; the page of a process; the receipts log."""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from documents.forms import CodesForm, FileForm
from documents.log.proof import Proof
from documents.models import LogCheckpoint, LogEntry, Paper, Process
from documents.permissions import Permission
from documents.services import checking, log

_UNKNOWN = "Nenhum documento desta sala tem este código e este CRC. Confira o rodapé."


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: ActorRequest) -> HttpResponse:
    """Both doors; the codes are sent here."""
    codes = CodesForm(request.POST if request.method == "POST" else None)
    if codes.is_bound and codes.is_valid():
        return redirect("documents:paper", codes.cleaned_data["code"], codes.cleaned_data["crc"])
    return _doors(request, codes, FileForm())


@login_not_required
@never_cache
@require_POST
def check_file(request: ActorRequest) -> HttpResponse:
    """The file is read, answered and forgotten."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        with attempt(form):
            finding = checking.check_file(content=form.cleaned_data["file"])
            context = {"finding": finding, "filename": str(request.FILES["file"])}
            return render(request, "documents/file_checked.html", context)
    return _doors(request, CodesForm(), form)


@login_not_required
@never_cache
@require_safe
def paper(request: ActorRequest, code: str, crc: str) -> HttpResponse:
    """What was issued under these codes: never what it says, nor its file."""
    found = checking.find_by_codes(code=code, crc=crc, real_at=request.real_at)
    if found is None:
        codes = CodesForm({"code": code, "crc": crc})
        codes.add_error(None, _UNKNOWN)
        return _doors(request, codes, FileForm(), status=404)
    return render(request, "documents/paper_checked.html", {"paper": found})


@login_not_required
@never_cache
@require_safe
def process(request: ActorRequest, digits: str) -> HttpResponse:
    """The papers of one matter, in order."""
    number = f"{digits[:5]}.{digits[5:11]}/{digits[11:15]}-{digits[15:]}"
    found = get_object_or_404(Process.objects.visible_to(request.actor), number=number)
    papers = Paper.objects.visible_to(request.actor).filter(process=found).prefetch_related("signatures")
    return render(request, "documents/process_detail.html", {"process": found, "papers": papers})


@login_not_required
@never_cache
@require_safe
def paper_proof(request: ActorRequest, code: str, crc: str) -> HttpResponse:
    """«Prova do registro»: that of the paper under the newest checkpoint, for who examines it without the portal."""
    found = checking.find_by_codes(code=code, crc=crc, real_at=request.real_at)
    entry = getattr(found, "entry", None)
    return _proof(log.newest_proof(entry_id=entry.pk) if entry else None, f"prova-{code}.json")


@login_not_required
@never_cache
@require_safe
def log_checkpoint(request: ActorRequest, size: int) -> HttpResponse:
    """The newest checkpoint, with the proof of how the log grew from `size` entries."""
    return _proof(log.newest_checkpoint(since=size), f"ponto-desde-{size}.json")


@never_cache
@require_safe
def log_page(request: ActorRequest) -> HttpResponse:
    """«Registro de recibos», for the auditor and the administrator."""
    permissions.require(request.actor, Permission.EXPORT_LOG)
    context = {
        "last": LogCheckpoint.objects.visible_to(request.actor).last(),
        "waiting": LogEntry.objects.visible_to(request.actor).filter(index=None).count(),
    }
    return render(request, "documents/log.html", context)


@never_cache
@require_POST
def log_export(request: ActorRequest) -> HttpResponse:
    """The whole log as a file. By POST, because the export is audited and signs a checkpoint."""
    lines = log.export_log(by=request.actor, at=request.at)
    headers = {"Content-Disposition": 'attachment; filename="registro-de-recibos.jsonl"'}
    return cast(
        "HttpResponse", StreamingHttpResponse(lines, content_type="application/jsonl; charset=utf-8", headers=headers)
    )


def _proof(found: Proof | None, filename: str) -> HttpResponse:
    if found is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return HttpResponse(found.as_text(), content_type="application/json", headers=headers)


def _doors(request: ActorRequest, codes: CodesForm, file: FileForm, *, status: int = 200) -> HttpResponse:
    return render(request, "documents/check.html", {"codes": codes, "file": file}, status=status)

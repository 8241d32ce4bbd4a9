"""«Conferência de autenticidade»: public, by code and CRC or by the file; and the page of a process."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.actor import ActorRequest
from common.attempts import attempt
from documents.forms import CodesForm, FileForm
from documents.models import Paper, Process
from documents.services import checking

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


def _doors(request: ActorRequest, codes: CodesForm, file: FileForm, *, status: int = 200) -> HttpResponse:
    return render(request, "documents/check.html", {"codes": codes, "file": file}, status=status)

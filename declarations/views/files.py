"""«Gravar arquivo para Transmissão» (T14), and the files to download."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.actor import ActorRequest
from common.attempts import attempt
from declarations.forms.files import PackForm
from declarations.permissions import Permission
from declarations.services.packing import File, context_file, file_of, pack_declaration
from declarations.views.folders import declaration_of
from siops.session import office_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def declaration_pack(request: ActorRequest, pk: int) -> HttpResponse:
    """The hash of the content, before and after; the file, once it was written."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    form = PackForm(request.POST or None, initial={"shown_hash": declaration.content_hash})
    if form.is_bound and form.is_valid():
        with attempt(form):
            shown = form.cleaned_data["shown_hash"]
            pack_declaration(declaration_id=pk, shown_hash=shown, by=request.actor, at=request.at)
            messages.success(request, "Arquivo gravado.")
            return redirect("declarations:declaration_pack", pk)
    file = None
    if declaration.packed_at:
        with attempt(request):
            file = file_of(declaration)
    may_pack = declaration.status == declaration.Status.VALIDATED
    context = {"declaration": declaration, "form": form, "may_pack": may_pack, "file": file}
    return render(request, "declarations/declaration_pack.html", context)


@never_cache
@require_safe
@office_required
def declaration_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The `.opsz` as it was written; while it was not, the page that writes it."""
    declaration = declaration_of(request, pk)
    with attempt(request):
        return download(file_of(declaration), "application/zip")
    return redirect("declarations:summary", pk)


@never_cache
@require_safe
@office_required
def declaration_context(request: ActorRequest, pk: int) -> HttpResponse:
    """The file of context for `python -m declarations.validate --context`."""
    return download(context_file(declaration_of(request, pk), request.at), "application/json")


def download(file: File, content_type: str) -> HttpResponse:
    """A file to be kept, under its name."""
    answer = HttpResponse(file.data, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer

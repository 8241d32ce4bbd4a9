"""The pages of the municipal TI about who works where."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cadsus.forms.links import EndLinkForm, StartLinkForm
from cadsus.permissions import Permission
from cadsus.services.links import end_link, links_visible_to, start_link
from cadsus.session import sgop_session
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.folding import fold
from common.legal_time import BRASILIA
from common.ui import paginate, search_text


@never_cache
@require_safe
@sgop_session
def link_list(request: ActorRequest) -> HttpResponse:
    """Every link of the municipality, those in force first."""
    permissions.require(request.actor, Permission.KEEP_LINKS)
    text = search_text(request)
    rows = links_visible_to(request.actor)
    if text:
        rows = rows.filter(person__search_name__contains=fold(text)) | rows.filter(establishment=text)
    page = paginate(request, rows.order_by("-ended_on", "person__name", "pk"))
    context = {
        "page": page,
        "total": page.paginator.count,
        "rows": [(link, link.is_in_force_at(request.at)) for link in page.object_list],
        "search": text,
    }
    return render(request, "cadsus/link_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def link_start(request: ActorRequest) -> HttpResponse:
    """A new link."""
    permissions.require(request.actor, Permission.KEEP_LINKS)
    today = request.at.astimezone(BRASILIA).date()
    form = StartLinkForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_bound and form.is_valid():
        with attempt(form):
            link = start_link(**form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, f"Vínculo de {link.person} com o CNES {link.establishment_id} registrado.")
            return redirect("cadsus:link_list")
    return render(request, "cadsus/link_start.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def link_end(request: ActorRequest, pk: int) -> HttpResponse:
    """The last day of a link."""
    permissions.require(request.actor, Permission.KEEP_LINKS)
    link = get_object_or_404(links_visible_to(request.actor), pk=pk)
    if link.ended_on is not None:
        raise NotAllowedNow("ENCERRADO")
    form = EndLinkForm(request.POST if request.method == "POST" else None, today=request.at.astimezone(BRASILIA).date())
    if form.is_bound and form.is_valid():
        with attempt(form):
            end_link(link_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, f"Fim do vínculo de {link.person} registrado.")
            return redirect("cadsus:link_list")
    return render(request, "cadsus/link_end.html", {"form": form, "link": link})

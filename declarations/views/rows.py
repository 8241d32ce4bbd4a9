"""«Nova linha com tipo de gasto»: one more row of expense, to be filled in the grid."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.actor import ActorRequest
from common.attempts import attempt
from declarations.engine import anexo12
from declarations.folders import OWN
from declarations.forms.rows import RowForm
from declarations.permissions import Permission
from declarations.services.rows import add_row
from declarations.views.folders import declaration_of
from siops.session import office_required

ADDED = "Linha criada: preencha os valores dela na grade."
MOVED = "Gasto do art. 4º não se computa: a linha foi para a fonte 9, das despesas não computadas (SIM-A16)."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def row_add(request: ActorRequest, pk: int) -> HttpResponse:
    """The form, with the source of the page that it was asked from."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    asked = request.GET.get("fonte", OWN)
    form = RowForm(request.POST or None, initial={"source": asked if asked in anexo12.SOURCES else OWN})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with attempt(form):
            source = add_row(declaration_id=pk, **given, by=request.actor, at=request.at)
            messages.success(request, ADDED if source == given["source"] else MOVED)
            return redirect(f"{reverse('declarations:folder', args=[pk, 'despesa'])}?fonte={source}")
    return render(request, "declarations/row_add.html", {"declaration": declaration, "form": form})

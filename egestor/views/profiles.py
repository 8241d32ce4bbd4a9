"""«Perfis do e-Gestor»: those of every entity, for the SAPS, which stands in where nobody else is left to give one."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Membership
from accounts.permissions import Permission
from common import permissions
from common.actor import ActorRequest
from common.folding import fold
from common.permissions import staff_page
from common.ui import paginate, search_text
from egestor.views.memberships import profile_row
from territory.services import called


@staff_page
@never_cache
@require_safe
def profile_list(request: ActorRequest) -> HttpResponse:
    """By person or by entity. «Reativar» and «Excluir» are the buttons of the table of each person."""
    permissions.require(request.actor, Permission.READ_PROFILES)
    search = search_text(request)
    held = Membership.objects.visible_to(request.actor).exclude(status=Membership.Status.EXCLUDED)
    rows = held.select_related("person", "entity__municipality__uf", "entity__uf").order_by("person__name", "pk")
    if search:
        rows = rows.filter(Q(person__search_name__contains=fold(search)) | called(search, path="entity__"))
    page = paginate(request, rows)
    context = {
        "page": page,
        "rows": [profile_row(request, membership, request.at) for membership in page],
        "search": search,
    }
    return render(request, "egestor/profile_list.html", context)

"""«Monitoramento» (T19) of the entity of the session."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import permissions
from common.actor import ActorRequest
from sanctions.permissions import Permission
from sanctions.services.monitoring import monitoring_of
from siops.offices import office_of
from siops.session import office_required


@never_cache
@require_safe
@office_required
def monitoring(request: ActorRequest) -> HttpResponse:
    permissions.require(request.actor, Permission.VIEW_SANCTIONS)
    entity = office_of(request.actor).entity
    found = monitoring_of(entity_id=entity.pk, actor=request.actor, at=request.at)
    return render(request, "sanctions/monitoring.html", {"entity": entity, "found": found})

"""How far a request went, for the steps of the screen."""

from datetime import datetime

from django.db.models import Max

from common.models import AuditEvent
from rnds.models import CredentialRequest


def section_dates(request: CredentialRequest) -> dict[str, datetime]:
    """When each section of the form was last saved."""
    events = AuditEvent.objects.filter(
        verb="request.section_saved", target_type=request._meta.label_lower, target_id=str(request.pk)
    )
    return dict(events.values_list("details__section").annotate(last=Max("at")).values_list("details__section", "last"))

"""Giving a file back: only to whoever may see what it is attached to, and never for a browser to open in place."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.actor import ActorRequest
from common.exceptions import NotPermitted
from siops.models import Attachment
from siops.services.attachments import give_attachment


@never_cache
@require_safe
def attachment_download(request: ActorRequest, pk: int) -> HttpResponse:
    """One file, as an attachment; a foreign one does not exist."""
    at = request.at
    asker = request.actor
    found = get_object_or_404(Attachment.objects.visible_to(asker).only("pk"), pk=pk)
    try:
        attachment = give_attachment(attachment_id=found.pk, by=asker, at=at)
    except NotPermitted:
        raise Http404 from None
    response = HttpResponse(attachment.content, content_type=attachment.content_type)
    # Quotes and accents of the name are encoded; a bare f-string would let them out.
    response["Content-Disposition"] = str(content_disposition_header(True, attachment.filename))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

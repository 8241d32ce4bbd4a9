"""A call as its reader sees it: the integrator by HTTP, and `manage.py exchanges`."""

from typing import Any

from interop import showing
from interop.models import Exchange


def facts(row: Exchange) -> dict[str, Any]:
    """Every fact of the line, with both instants in ISO 8601, and where its message is read.

    The row comes with its message (select_related).
    """
    message = getattr(row, "message", None)
    return {
        "request_id": row.request_id,
        "door": row.door,
        "method": row.method,
        "path": row.path,
        "real_at": row.real_at.isoformat(),
        "room_at": row.at.isoformat(),
        "certificate": {"sha256": row.fingerprint, "holder": row.holder} if row.fingerprint else None,
        "status": row.status,
        "milliseconds": row.milliseconds,
        "scenario": row.scenario or None,
        "error": row.code or None,
        "explanation": row.explanation or None,
        "claims": row.claims or None,
        "message": showing.address_of(message) if message else None,
    }

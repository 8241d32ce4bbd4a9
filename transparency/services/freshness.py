"""Whether a list of deliveries would say the same again: a digest of what it is made of, by one statement."""

from __future__ import annotations

from django.db import connection

from declarations.models import Declaration, ReportingPeriod
from territory.models import Entity, Municipality, Uf


def digest_of(period: ReportingPeriod, uf: Uf | None = None) -> str:
    """Changes with any fact of a version of the bimestre, and with any município that comes or goes."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"period": period.pk, "uf": uf.pk if uf else None})
        return ":".join(str(each) for each in cursor.fetchone())


_STATEMENT = f"""
    SELECT md5(string_agg(concat_ws(' ', version.id, status, version, percent, transmitted_at, homologated_at), ','
                          ORDER BY version.id)),
           (SELECT count(*) FROM {Municipality._meta.db_table} WHERE %(uf)s::text IS NULL OR uf_id = %(uf)s)
      FROM {Declaration._meta.db_table} AS version JOIN {Entity._meta.db_table} AS entity ON entity.id = entity_id
     WHERE period_id = %(period)s AND (%(uf)s::text IS NULL OR uf_id = %(uf)s)
"""  # noqa: S608 -- names of our own tables

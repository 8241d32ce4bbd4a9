"""A município of charts over a population, for the benches of the lots; and what a killed lot must add up to."""

from datetime import datetime

from bench.registry_tables import CITY

# Who is synchronized, and with which changes in the CADSUS since: a quarter of the people differ.
_CHARTS = """
INSERT INTO cadsus_citizen (name, mother, birth_date, sex, birth_city_id, cpf, cns, cns_kind, street, number,
  complement, district, postal_code, kind, establishment_id, microarea_id, lives_outside, twin, status, finding,
  finding_text, person_id, digest, synchronized_at, synchronized_by_id, synchronized_in)
SELECT CASE WHEN p.id %% 4 = 0 THEN left(p.name, 60) || ' ANTES' ELSE p.name END, p.mother, p.birth_date, p.sex,
  p.birth_city_id, coalesce(p.cpf, ''), coalesce(p.cns, ''), CASE WHEN p.cns IS NULL THEN '' ELSE 'D' END,
  '', '', '', '', '', 'not_linked', m.cnes, m.id, false, 0,
  CASE WHEN p.cns IS NULL THEN 'not_synchronized' ELSE 'synchronized' END, '', '',
  CASE WHEN p.cns IS NULL THEN NULL ELSE p.id END,
  CASE WHEN p.cns IS NULL THEN '' ELSE 'x' END, CASE WHEN p.cns IS NULL THEN NULL ELSE %(at)s END,
  CASE WHEN p.cns IS NULL THEN NULL ELSE %(user)s::bigint END, CASE WHEN p.cns IS NULL THEN '' ELSE 'reception' END
FROM registry_person p
JOIN (SELECT m.id, a.establishment_id AS cnes, row_number() OVER (ORDER BY m.id) - 1 AS place, count(*) OVER () AS every
      FROM cadsus_microarea m JOIN cadsus_area a ON a.id = m.area_id) m ON m.place = p.id %% m.every
WHERE p.survivor_id IS NULL
"""


def make_city(microareas: int = 40) -> tuple[int, str]:
    """The entity and a unit with areas; returns the entity's key and the CNES."""
    from cadsus.models import Area, MicroArea
    from territory.models import Entity, Establishment, Municipality

    city = Municipality.objects.get(pk=CITY)
    entity, _ = Entity.objects.get_or_create(
        municipality=city, defaults={"kind": Entity.Kind.MUNICIPALITY, "uf": city.uf}
    )
    unit, _ = Establishment.objects.get_or_create(
        cnes="0000019", defaults={"name": "Centro de Saúde da Medição", "entity": entity, "municipality": city}
    )
    area, _ = Area.objects.get_or_create(establishment=unit, code="0001", defaults={"name": "Equipe"})
    MicroArea.objects.bulk_create(
        [MicroArea(area=area, code=f"{number:04d}") for number in range(microareas)], ignore_conflicts=True
    )
    return entity.pk, unit.cnes


def make_charts(at: datetime) -> int:
    """A chart for each person of the population; returns how many."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_CHARTS, {"at": at, "user": make_user()})
        made = int(cursor.rowcount)
    tidy()
    return made


def make_user() -> int:
    from accounts.models import User

    found = User.objects.filter(login="medicao").first() or User.objects.create_user(
        "medicao", None, kind=User.Kind.STAFF, name="Medição", is_staff=True, staff_role=User.StaffRole.RNDS_ANALYST
    )
    return int(found.pk)


def tidy() -> None:
    """As after a quiet day: the planner knows the tables, and dead rows are gone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cadsus_citizen, registry_person, registry_cns")
        cursor.execute("CHECKPOINT")


def be_as_before() -> None:
    """Undo what a pass wrote to the charts, and forget the lots."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cadsus_citizen SET status = CASE WHEN person_id IS NULL THEN 'not_synchronized' ELSE 'synchronized'"
            " END, finding = '', finding_text = '', found_at = NULL"
            " WHERE finding <> '' OR status NOT IN ('synchronized', 'not_synchronized')"
        )
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'lots_visit'::regclass")
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {table}")
        cursor.execute("TRUNCATE lots_lot, lots_slice, lots_tally")
    tidy()

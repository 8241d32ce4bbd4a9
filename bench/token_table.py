"""A table of deployment tokens as a long-lived portal has it, for the benches of the sweep."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

# 00:00 in Brasília: every token of a day ends together.
MIDNIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)
# A pair (establishment, CPF) has at most one GENERATED token.
PEOPLE = 1000

_WORLD = """
INSERT INTO territory_uf VALUES ('35', 'SP', 'São Paulo', 'America/Sao_Paulo');
INSERT INTO territory_municipality (ibge, name, search_name, time_zone, uf_id)
    VALUES ('3550308', 'São Paulo', 'SAO PAULO', 'America/Sao_Paulo', '35');
INSERT INTO territory_entity (id, kind, municipality_id, uf_id) VALUES (1, 'municipality', '3550308', '35');
INSERT INTO accounts_user (id, password, is_superuser, login, kind, name, email, is_staff, staff_role, is_active)
    VALUES (1, '!', false, 'fundo', 'organisation', 'Fundo', '', false, '', true);
INSERT INTO accounts_organisation (id, kind, cnpj, name, entity_id, user_id)
    VALUES (1, 'fms', '00000000000191', 'Fundo', 1, 1);
INSERT INTO registry_person (id, cpf, name, social_name, mother, father, birth_date, sex, race, ethnicity, nationality,
                             birth_country, email, phone, is_active, inactive_reason, is_protected, protected_reason,
                             is_vip, is_nomad, quality, from_revenue, not_hygienised_reason, version, phonetic,
                             mother_phonetic)
    SELECT n, lpad(n::text, 11, '0'), 'Pessoa ' || n, '', 'Mãe ' || n, '', '1980-01-01', 'I', '99', '', 'B', '010', '',
           '', true, '', false, '', false, false, 0, false, '', 1, '', ''
    FROM generate_series(1, %(people)s) AS n;
INSERT INTO territory_establishment (cnes, cnpj, name, unit_type, postal_code, district, street, is_active,
                                     entity_id, municipality_id)
    SELECT lpad(n::text, 7, '0'), '00000000000191', 'UBS ' || n, 'UBS', '01001000', 'Centro', 'Rua', true, 1, '3550308'
    FROM generate_series(1, %(establishments)s) AS n;
"""
_TOKENS = """
INSERT INTO egestor_deploymenttoken (value_hash, last4, sealed_value, status, generated_at, expires_at, entity_id,
                                     organisation_id, establishment_id, responsible_id)
SELECT encode(sha256(n::text::bytea), 'hex'), 'TEST',
       CASE WHEN n <= %(old)s THEN NULL ELSE decode(repeat(md5(n::text), 9), 'hex') END,
       CASE WHEN n <= %(old)s THEN 'expired' ELSE 'generated' END,
       day.ends - interval '12 hours', day.ends, 1, 1,
       lpad((n %% %(due)s / %(people)s + 1)::text, 7, '0'), n %% %(due)s %% %(people)s + 1
FROM generate_series(1, %(total)s) AS n,
     LATERAL (SELECT %(midnight)s::timestamptz
                     - CASE WHEN n <= %(old)s THEN (1 + (%(old)s - n) / %(due)s) * interval '1 day'
                            ELSE interval '0' END AS ends) AS day
"""
_SPREAD = """
INSERT INTO egestor_deploymenttoken (value_hash, last4, sealed_value, status, generated_at, expires_at, entity_id,
                                     organisation_id, establishment_id, responsible_id)
SELECT encode(sha256(pair.n::text::bytea), 'hex'), 'TEST', decode(md5(pair.n::text), 'hex'), 'generated',
       %(first)s - interval '2 hours', %(first)s + (pair.n - 1) * %(step)s, pair.entity_id,
       (SELECT min(id) FROM accounts_organisation), pair.cnes, pair.person_id
FROM (SELECT row_number() OVER () AS n, unit.cnes, unit.entity_id, person.id AS person_id
      FROM territory_establishment AS unit CROSS JOIN registry_person AS person LIMIT %(total)s) AS pair
"""


def fill(*, total: int, due: int) -> None:
    """Insert `total` tokens: the newest `due` ended at MIDNIGHT and wait to be recorded, the others long expired."""
    sizes: dict[str, Any] = {
        "total": total,
        "due": due,
        "old": total - due,
        "people": PEOPLE,
        "establishments": due // PEOPLE + 1,
        "midnight": MIDNIGHT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WORLD, sizes)
        cursor.execute(_TOKENS, sizes)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def fill_spread(*, total: int, first: datetime, over: timedelta) -> None:
    """In a seeded world: `total` live tokens, each ending at an instant of its own from `first` on, within `over`."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"total": total, "first": first, "step": over / total}
        cursor.execute(_SPREAD, values)
        assert cursor.rowcount == total


def count(condition: str, *values: Any) -> int:
    """Number of tokens that meet an SQL condition."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM egestor_deploymenttoken WHERE {condition}", values)  # noqa: S608 -- own text
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@contextmanager
def copied_database() -> Iterator[None]:
    """Work on a file-by-file copy of the filled database, so that every side meets the very same pages."""
    settings = connection.settings_dict
    original, copy = settings["NAME"], "round"
    connection.close()
    with _administration() as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(copy), sql.Identifier(original)
            )
        )
    settings["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = original
        with _administration() as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy)))


@contextmanager
def _administration() -> Iterator[psycopg.Connection]:
    settings = connection.settings_dict
    host = settings["HOST"] or settings["OPTIONS"].get("host", "")
    with psycopg.connect(dbname="template1", user=settings["USER"], host=host, autocommit=True) as server:
        yield server

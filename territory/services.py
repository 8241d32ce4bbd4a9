"""Reference data of the territory: the 27 UFs and every municipality of the IBGE list."""

import csv
import unicodedata
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from territory.models import Entity, Municipality, Uf

MUNICIPALITIES_FILE = Path(__file__).parent / "data" / "municipalities.csv"

# IBGE code, acronym, name and time zone of the UF (Lei 12.876/2013; the file names the municipalities that differ).
UFS = (
    ("11", "RO", "Rondônia", "America/Porto_Velho"),
    ("12", "AC", "Acre", "America/Rio_Branco"),
    ("13", "AM", "Amazonas", "America/Manaus"),
    ("14", "RR", "Roraima", "America/Boa_Vista"),
    ("15", "PA", "Pará", "America/Belem"),
    ("16", "AP", "Amapá", "America/Belem"),
    ("17", "TO", "Tocantins", "America/Araguaina"),
    ("21", "MA", "Maranhão", "America/Fortaleza"),
    ("22", "PI", "Piauí", "America/Fortaleza"),
    ("23", "CE", "Ceará", "America/Fortaleza"),
    ("24", "RN", "Rio Grande do Norte", "America/Fortaleza"),
    ("25", "PB", "Paraíba", "America/Fortaleza"),
    ("26", "PE", "Pernambuco", "America/Recife"),
    ("27", "AL", "Alagoas", "America/Maceio"),
    ("28", "SE", "Sergipe", "America/Maceio"),
    ("29", "BA", "Bahia", "America/Bahia"),
    ("31", "MG", "Minas Gerais", "America/Sao_Paulo"),
    ("32", "ES", "Espírito Santo", "America/Sao_Paulo"),
    ("33", "RJ", "Rio de Janeiro", "America/Sao_Paulo"),
    ("35", "SP", "São Paulo", "America/Sao_Paulo"),
    ("41", "PR", "Paraná", "America/Sao_Paulo"),
    ("42", "SC", "Santa Catarina", "America/Sao_Paulo"),
    ("43", "RS", "Rio Grande do Sul", "America/Sao_Paulo"),
    ("50", "MS", "Mato Grosso do Sul", "America/Campo_Grande"),
    ("51", "MT", "Mato Grosso", "America/Cuiaba"),
    ("52", "GO", "Goiás", "America/Sao_Paulo"),
    ("53", "DF", "Distrito Federal", "America/Sao_Paulo"),
)
# The Distrito Federal.
FEDERAL = "53"


class ReferenceData(NamedTuple):
    """How many rows the reference data has."""

    ufs: int
    municipalities: int


def search_key(name: str) -> str:
    """Capitals without accents: how a name is stored for search, and how a typed name must be turned to match it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(plain.upper().split())


def called(text: str, *, path: str = "") -> Q:
    """Entities whose name holds what was typed, accents aside, or whose IBGE code begins with it.

    `path` is the way to the entity from the rows that are searched, such as "entity__".
    """
    key = search_key(text)
    states = [code for code, _, name, _ in UFS if key and key in search_key(name)]
    found = Q(**{f"{path}municipality": None, f"{path}uf__in": states})
    if key:
        found |= Q(**{f"{path}municipality__search_name__contains": key})
    if key.isdigit():
        found |= Q(**{f"{path}municipality__ibge__startswith": key})
        found |= Q(**{f"{path}municipality": None, f"{path}uf": key})
    return found


def read_municipalities() -> list[Municipality]:
    """The rows of the published list, not saved."""
    ufs = {acronym: (ibge, time_zone) for ibge, acronym, _, time_zone in UFS}
    with MUNICIPALITIES_FILE.open(encoding="utf-8", newline="") as file:
        return [
            Municipality(
                ibge=row["ibge"],
                name=row["name"],
                search_name=search_key(row["name"]),
                uf_id=ufs[row["uf"]][0],
                time_zone=row["time_zone"] or ufs[row["uf"]][1],
            )
            for row in csv.DictReader(file, delimiter=";")
        ]


@transaction.atomic
def load_reference_data() -> ReferenceData:
    """Insert or correct every UF and municipality, in two statements. Rows that left the list stay for others."""
    ufs = [Uf(ibge=ibge, acronym=acronym, name=name, time_zone=zone) for ibge, acronym, name, zone in UFS]
    Uf.objects.bulk_create(
        ufs, update_conflicts=True, unique_fields=["ibge"], update_fields=["acronym", "name", "time_zone"]
    )
    municipalities = read_municipalities()
    Municipality.objects.bulk_create(
        municipalities,
        update_conflicts=True,
        unique_fields=["ibge"],
        update_fields=["name", "search_name", "uf", "time_zone"],
    )
    return ReferenceData(len(ufs), len(municipalities))


def state_kind(uf_id: str) -> Entity.Kind:
    return Entity.Kind.FEDERAL_DISTRICT if uf_id == FEDERAL else Entity.Kind.STATE


@transaction.atomic
def ensure_state(*, uf_id: str) -> Entity:
    """The state as a federated entity (ente), or the Distrito Federal; made when nothing of it was there yet."""
    defaults = {"kind": state_kind(uf_id)}
    state: Entity = Entity.objects.get_or_create(uf_id=uf_id, municipality=None, defaults=defaults)[0]
    return state

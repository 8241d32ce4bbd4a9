from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common import documents
from territory.models import Municipality, Uf
from territory.services import load_reference_data, read_municipalities, search_key

WEST_AMAZONAS = {
    "Atalaia do Norte",
    "Benjamin Constant",
    "Boca do Acre",
    "Eirunepé",
    "Envira",
    "Guajará",
    "Ipixuna",
    "Itamarati",
    "Jutaí",
    "Lábrea",
    "Pauini",
    "São Paulo de Olivença",
    "Tabatinga",
}
PER_UF = {
    "AC": 22,
    "AL": 102,
    "AM": 62,
    "AP": 16,
    "BA": 417,
    "CE": 184,
    "DF": 1,
    "ES": 78,
    "GO": 246,
    "MA": 217,
    "MG": 853,
    "MS": 79,
    "MT": 142,
    "PA": 144,
    "PB": 223,
    "PE": 185,
    "PI": 224,
    "PR": 399,
    "RJ": 92,
    "RN": 167,
    "RO": 52,
    "RR": 15,
    "RS": 497,
    "SC": 295,
    "SE": 75,
    "SP": 645,
    "TO": 139,
}
SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC)


def offset(zone: str) -> int:
    """Hours from UTC; the same all year since 2019."""
    delta = ZoneInfo(zone).utcoffset(SUMMER.replace(tzinfo=None))
    assert delta is not None
    return int(delta / timedelta(hours=1))


@pytest.fixture(scope="module")
def rows() -> list[Municipality]:
    return read_municipalities()


def test_every_code_is_unique_and_passes_its_check_digit(rows: list[Municipality]) -> None:
    assert len(rows) == 5571
    assert len({row.ibge for row in rows}) == 5571
    assert [row.ibge for row in rows if not documents.is_ibge_municipality(row.ibge)] == []
    assert {row.ibge for row in rows} >= documents.IBGE_EXCEPTIONS


def test_the_code_begins_with_its_uf_and_names_do_not_repeat_inside_one(rows: list[Municipality]) -> None:
    assert all(row.ibge[:2] == row.uf_id for row in rows)
    repeated = [key for key, n in Counter((row.uf_id, row.search_name) for row in rows).items() if n > 1]
    assert repeated == []


def test_names_are_clean(rows: list[Municipality]) -> None:
    assert all(row.name == " ".join(row.name.split()) for row in rows)
    assert all(row.search_name.isascii() and row.search_name == row.search_name.upper() for row in rows)


@pytest.mark.parametrize(
    ("ibge", "name", "search_name"),
    [
        ("3550308", "São Paulo", "SAO PAULO"),
        ("3502804", "Araçatuba", "ARACATUBA"),
        ("3545803", "Santa Bárbara d'Oeste", "SANTA BARBARA D'OESTE"),
        ("5101837", "Boa Esperança do Norte", "BOA ESPERANCA DO NORTE"),
        ("2400208", "Assú", "ASSU"),
        ("5107800", "Santo Antônio de Leverger", "SANTO ANTONIO DE LEVERGER"),
    ],
)
def test_known_names(rows: list[Municipality], ibge: str, name: str, search_name: str) -> None:
    (row,) = [row for row in rows if row.ibge == ibge]
    assert (row.name, row.search_name) == (name, search_name)


def test_a_typed_name_finds_its_key_whatever_the_accents_and_spaces() -> None:
    assert search_key("  são  joão del-rei ") == "SAO JOAO DEL-REI" == search_key("SAO JOAO DEL-REI")


def test_zone_of_the_thirteen_municipalities_of_west_amazonas(rows: list[Municipality]) -> None:
    west = [row for row in rows if row.time_zone == "America/Eirunepe"]
    assert {row.name for row in west} == WEST_AMAZONAS
    assert len(west) == 13
    assert {row.uf_id for row in west} == {"13"}
    assert {row.time_zone for row in rows if row.uf_id == "13"} == {"America/Manaus", "America/Eirunepe"}


def test_zone_of_fernando_de_noronha(rows: list[Municipality]) -> None:
    assert [row.ibge for row in rows if row.time_zone == "America/Noronha"] == ["2605459"]


def test_offsets_by_uf(rows: list[Municipality]) -> None:
    expected = {"12": -5, "13": -4, "11": -4, "14": -4, "50": -4, "51": -4}
    exceptions = {"2605459": -2} | {row.ibge: -5 for row in rows if row.name in WEST_AMAZONAS and row.uf_id == "13"}
    wrong = [row.name for row in rows if offset(row.time_zone) != exceptions.get(row.ibge, expected.get(row.uf_id, -3))]
    assert wrong == []


@pytest.mark.django_db
def test_loading_twice_gives_the_same_rows_in_two_statements(django_assert_num_queries: Any) -> None:
    assert load_reference_data() == (27, 5571)
    first = list(Municipality.objects.order_by("pk").values_list())
    # Savepoint, two upserts, release.
    with django_assert_num_queries(4):
        assert load_reference_data() == (27, 5571)
    assert list(Municipality.objects.order_by("pk").values_list()) == first
    assert Uf.objects.count() == 27
    counts = Counter(Municipality.objects.values_list("uf__acronym", flat=True))
    assert counts == PER_UF


@pytest.mark.django_db
def test_loading_corrects_what_was_changed_and_keeps_what_left_the_list() -> None:
    load_reference_data()
    Municipality.objects.filter(pk="3550308").update(name="Errado", search_name="ERRADO", time_zone="UTC")
    Municipality.objects.create(
        ibge="3599999", name="Antigo", search_name="ANTIGO", uf_id="35", time_zone="America/Sao_Paulo"
    )
    load_reference_data()
    capital = Municipality.objects.get(pk="3550308")
    assert (capital.name, capital.search_name, capital.time_zone) == ("São Paulo", "SAO PAULO", "America/Sao_Paulo")
    assert Municipality.objects.filter(pk="3599999").exists()

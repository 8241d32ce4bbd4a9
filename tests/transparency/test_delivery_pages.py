"""«Situação de entrega»: Brazil, one UF, one município, and the same as files."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations.services.calendar import keep_calendar
from tests.clock import Clock, now
from tests.factories import make_entity, make_manager, make_municipality, make_uf
from tests.factories.declarations import make_declaration, make_period
from tests.factories.transparency import make_places, publish, rectified
from tests.in_room import below, inside
from transparency import crowds

pytestmark = pytest.mark.django_db(databases=["default", "control"])
FOURTH = {"ano": "2026", "bimestre": "4"}


@pytest.fixture(autouse=True)
def calendar(db: None) -> None:
    """NOON is within the term of the 5º of 2026."""
    keep_calendar(at=now())


def get(client: Client, route: str, *args: Any, **query: str) -> Any:
    return client.get(below(reverse(f"transparency:{route}", args=args)), query)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_silence_is_shown_and_so_are_late_and_corrected(client: Client) -> None:
    sp = make_uf()
    silent, late, corrected, sent, filling = make_places(sp, 5)
    fourth = make_period(2026, 4)
    publish([late], fourth)
    rectified(corrected, fourth, fourth.closes_at - timedelta(days=9), now())
    for place, status in ((sent, "transmitted"), (filling, "draft")):
        make_declaration(make_entity(place), fourth, status=status, tables={})
    text = text_of(get(client, "delivery_list", "sp", **FOURTH))
    assert "Homologado em 23/11/2026" in text
    assert "em atraso" in text
    assert "Homologado (retificado em 23/11/2026)" in text
    assert "Transmitido, não homologado" in text
    assert text.count("prazo vencido") == 3
    states = {row["municipio"]: row["situacao"] for row in rows_of(client, uf="SP", **FOURTH)}
    assert states == {
        silent.name: "NAO_HOMOLOGADA",
        late.name: "HOMOLOGADA_EM_ATRASO",
        corrected.name: "HOMOLOGADA_NO_PRAZO",
        sent.name: "NAO_HOMOLOGADA",
        filling.name: "NAO_HOMOLOGADA",
    }


def rows_of(client: Client, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(get(client, "delivery_json", **query).content)["municipios"]
    return found


def test_without_a_bimestre_it_is_the_newest_that_has_opened(client: Client) -> None:
    make_uf()
    assert "5º bimestre de 2026, prazo 30/11/2026" in text_of(get(client, "delivery_map"))
    assert "O envio deste bimestre só abre em 10/01/2027" in text_of(
        get(client, "delivery_map", ano="2026", bimestre="6")
    )
    assert get(client, "delivery_map", ano="2031", bimestre="1").status_code == 404
    assert get(client, "delivery_list", "xx").status_code == 404
    assert get(client, "entity_detail", "9999999").status_code == 404


def test_the_map_counts_each_uf_and_leaves_the_federal_district_untold(client: Client) -> None:
    sp, df = make_uf(), make_uf("53", "DF", "Distrito Federal")
    publish(make_places(sp, 4)[:3], make_period(2026, 4))
    make_places(df, 1)
    text = text_of(get(client, "delivery_map", **FOURTH))
    assert "São Paulo: 3 de 4 homologados" in text
    assert "75 %" in text
    assert "Sem informação" in text_of(get(client, "delivery_list", "df", **FOURTH))


def test_a_name_is_found_without_its_accent_and_a_group_narrows(client: Client) -> None:
    sp = make_uf()
    make_municipality("3502804", "Araçatuba", uf=sp)
    publish(make_places(sp, 2)[:1], make_period(2026, 4))
    asked = FOURTH | {"q": "aracat"}
    assert "Araçatuba" in text_of(get(client, "delivery_list", "sp", **asked))
    assert "Município 0001" not in text_of(get(client, "delivery_list", "sp", **asked))
    late = text_of(get(client, "delivery_list", "sp", situacao="em-atraso", **FOURTH))
    assert "Município 0001" in late
    assert "Município 0002" not in late
    assert "Nenhum município neste recorte." in text_of(get(client, "delivery_list", "sp", q="zzz"))


@pytest.mark.parametrize("view", ["", "quadro"])
def test_it_costs_the_same_for_10_and_for_853(client: Client, view: str, django_assert_num_queries: Any) -> None:
    few, many = make_uf("32", "ES", "Espírito Santo"), make_uf("31", "MG", "Minas Gerais")
    for uf, number in ((few, 10), (many, 853)):
        publish(make_places(uf, number), make_period(2026, 4))
    # The calendar, the UF, whether anything changed; and, once, the municípios and what is on record.
    for acronym in ("es", "mg"):
        with django_assert_num_queries(5):
            answer = get(client, "delivery_list", acronym, vista=view, **FOURTH)
        assert answer.status_code == 200
    assert text_of(answer).count('class="delivery-tile') == (853 if view else 0)
    with django_assert_num_queries(5):
        get(client, "delivery_map", **FOURTH)


def test_a_kept_page_changes_with_what_it_says(client: Client, clock: Clock) -> None:
    fourth, entity = make_period(2026, 4), make_entity()
    made = make_declaration(entity, fourth, status="transmitted", tables={})
    for _ in range(2):
        assert "Transmitido, não homologado" in text_of(get(client, "delivery_list", "sp", **FOURTH))
    made.homologate(by_id=made.opened_by_id, at=now())
    made.save()
    assert "Homologado em 23/11/2026" in text_of(get(client, "delivery_list", "sp", **FOURTH))
    assert "prazo vencido" not in text_of(get(client, "delivery_list", "sp"))
    clock.move_to(make_period(2026, 5).closes_at)
    assert "prazo vencido" in text_of(get(client, "delivery_list", "sp"))


def test_it_reads_no_session_gives_no_cookie_and_is_kept(client: Client, django_assert_max_num_queries: Any) -> None:
    manager = make_manager()
    make_places(make_uf(), 3)
    signed_out = get(client, "delivery_list", "sp")
    client.force_login(manager)
    with django_assert_max_num_queries(5):
        answer = get(client, "delivery_list", "sp")
    assert (answer.content, answer.cookies, answer.get("Vary")) == (signed_out.content, {}, None)
    assert answer["Cache-Control"] == ("private, no-cache" if inside() else "public, max-age=60")
    again = client.get(answer.request["PATH_INFO"], headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    before = get(client, "delivery_map")["ETag"]
    publish(make_places(make_uf("12", "AC", "Acre"), 1), make_period())
    assert get(client, "delivery_list", "sp")["ETag"] == answer["ETag"]
    assert get(client, "delivery_map")["ETag"] != before


def test_asked_again_and_again_it_costs_three_statements_and_no_bytes(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    """Whoever asks for it ten thousand times is told that nothing changed; it is drawn once for all others.

    In a room, whose strip shows the time, it is drawn anew.
    """
    make_places(make_uf(), 3)
    tag = get(client, "delivery_list", "sp", **FOURTH)["ETag"]
    address = below(reverse("transparency:delivery_list", args=["sp"]))
    # The calendar, the UF, whether anything changed.
    with django_assert_max_num_queries((5 if inside() else 3) * 50):
        answers = [client.get(address, FOURTH, headers={"If-None-Match": tag}) for _ in range(50)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(304, b"")}


def test_a_flood_from_one_address_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    make_uf()
    monkeypatch.setattr(crowds, "MOST", 2)
    crowd = Client(REMOTE_ADDR="203.0.113.8")
    asked = [get(crowd, route) for route in ("delivery_map", "delivery_csv", "delivery_pdf")]
    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert "Muitas consultas deste endereço." in asked[-1].content.decode()
    assert 0 < int(asked[-1]["Retry-After"]) <= crowds.MINUTE
    # Others, and who reads by programme, are counted apart.
    assert get(Client(REMOTE_ADDR="203.0.113.9"), "delivery_map").status_code == 200
    assert crowd.get("/v1/ente/anos").status_code == 200


def test_a_file_says_what_the_page_says_and_computes_nothing(client: Client) -> None:
    sp = make_uf()
    make_municipality("3509999", "=HYPERLINK(1)", uf=sp)
    publish(make_places(sp, 1), make_period(2026, 4))
    answer = get(client, "delivery_csv", uf="sp", **FOURTH)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert "SIMULADO" in lines[0]
    assert "'=HYPERLINK(1)" in lines[2]
    assert lines[3].startswith("SP;3500001;Município 0001;HOMOLOGADA_EM_ATRASO;Homologado em 23/11/2026;em atraso;")
    assert len(rows_of(client, **FOURTH)) == 2
    paper = get(client, "delivery_pdf", uf="sp", **FOURTH)
    assert paper.content.startswith(b"%PDF")
    assert get(client, "delivery_pdf", **FOURTH).content.startswith(b"%PDF")


def test_the_page_of_a_municipio_lists_what_has_opened(client: Client) -> None:
    (place,) = make_places(make_uf(), 1)
    publish([place], make_period(2026, 4))
    text = text_of(get(client, "entity_detail", place.ibge))
    assert "Homologado em 23/11/2026" in text
    assert "5º bimestre de 2026" in text
    assert "6º bimestre de 2026" not in text

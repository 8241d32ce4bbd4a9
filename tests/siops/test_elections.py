"""The load of the election: the file, who changes, who waits for confirmation, and what is refused whole."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from common.actor import Actor
from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent
from config.paths import BASE_DIR
from config.seed.entities import ENTITIES
from siops.models import ElectionLoad, HealthManager, Technician
from siops.services import election_file
from siops.services.elections import ALREADY_LOADED, load_election, preview_election
from territory.models import Entity
from tests.actors import acting
from tests.factories import (
    NOON,
    make_entity,
    make_municipality,
    make_other_entity,
    make_person,
    make_uf,
    make_user,
    siops,
)
from tests.siops.managers_support import (
    Role,
    Town,
    instant,
    make_town,
    refused,
    register,
    register_sender,
    stored,
    traces,
)
from tests.siops.support import everybody, session_of
from tests.switches import Switch

HEADER = ";".join(election_file.COLUMNS)
DATA = BASE_DIR / "siops" / "data"
ADDRESS = "/siops/ministerio/eleicao/"
Status = HealthManager.Status


def line(entity: Entity, person: Any, **fields: str) -> str:
    cells = {
        "ANO_ELEICAO": "2024",
        "CD_IBGE": entity.ibge,
        "DS_CARGO": "PREFEITO" if entity.municipality_id else "GOVERNADOR",
        "NR_CPF_CANDIDATO": person.cpf,
        "NM_CANDIDATO": person.name.upper(),
        "NM_EMAIL": f"gabinete{person.pk}@ensaio.example",
        "NR_TELEFONE": "1132100101",
        "DT_POSSE": "02/01/2026",
    } | fields
    return ";".join(cells.values())


def file(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([HEADER, *lines, ""]).encode(encoding)


def load(content: bytes, **fields: Any) -> ElectionLoad:
    defaults: dict[str, Any] = {"content": content, "filename": "e.csv", "election_year": 2024, "at": NOON}
    defaults["by"] = Actor.routine("load_election", NOON)
    given = defaults | fields
    shown = preview_election(**{name: value for name, value in given.items() if name != "filename"})
    return load_election(**given, shown_hash=shown.shown_hash)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


# --- Who changes ---


def test_a_new_head_takes_the_place_and_appointees_wait(town: Town) -> None:
    substitute = register(town.as_head, Role.HEAD_SUBSTITUTE)
    second = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    member = register(town.as_secretary, Role.COUNCIL)
    former, staff, elected = town.as_head, siops.make_coordinator(), make_person()
    loaded = load(file(line(town.entity, elected)), by=acting(staff))
    assert (loaded.elected, loaded.reelected, loaded.ignored, loaded.loaded_by) == (1, 0, 0, staff)
    head = town.current(Role.HEAD)
    assert (head.person, head.starts_on, head.election_load, head.position) == (
        elected,
        date(2026, 1, 2),
        loaded,
        "Prefeito",
    )
    assert (stored(town.head).status, stored(town.head).closed_at) == (Status.SUBSTITUTED, NOON)
    assert not former.holds_role
    for row in (substitute, town.secretary, second):
        assert stored(row).status == Status.TO_CONFIRM
    assert stored(member).status == Status.ACTIVE
    assert town.sender().status == Technician.Status.ACTIVE
    verbs = list(AuditEvent.objects.filter(at=NOON, actor=staff).order_by("verb").values_list("verb", flat=True))
    assert verbs == [
        "election.loaded",
        "manager.head_changed",
        "manager.substituted",
        "manager.to_confirm",
        "manager.to_confirm",
        "manager.to_confirm",
    ]


def test_a_reelected_head_changes_nothing(town: Town) -> None:
    rows = list(HealthManager.objects.order_by("pk").values())
    loaded = load(file(line(town.entity, town.head.person)))
    assert (loaded.elected, loaded.reelected) == (0, 1)
    assert list(HealthManager.objects.order_by("pk").values()) == rows
    assert town.as_secretary.holds_role
    assert list(AuditEvent.objects.values_list("verb", "system_actor")) == [("election.loaded", "load_election")]


def test_the_next_election_replaces_and_an_older_one_is_refused(town: Town) -> None:
    first, second = make_person(), make_person()
    load(file(line(town.entity, first)))
    later = instant("2029-01-01T00:00:00-03:00")
    newer = file(line(town.entity, second, ANO_ELEICAO="2028", DT_POSSE="01/01/2029"))
    load(newer, election_year=2028, at=later)
    assert town.current(Role.HEAD).person == second
    assert HealthManager.objects.filter(entity=town.entity, role=Role.HEAD).count() == 3
    older = file(line(town.entity, make_person()))
    refusal = refused(lambda: load(older, at=later))
    assert refusal.message == "Linha 2: o ente já tem eleito de 2028."


def test_the_head_enters_at_the_beginning_of_the_brasilia_day_of_the_posse(town: Town) -> None:
    elected = make_user().person
    content = file(line(town.entity, elected, DT_POSSE="24/11/2026"))
    for text in ("2026-11-23T23:59:59.999999-03:00", "2026-11-24T02:59:59.999999Z"):
        refusal = refused(lambda text=text: load(content, at=instant(text)))  # type: ignore[misc] # bound at once
        assert refusal.message == "Linha 2: a posse ainda não ocorreu."
    load(content, at=instant("2026-11-24T03:00:00Z"))
    assert siops.acting_of(town.current(Role.HEAD), instant("2026-11-24T00:00:00-03:00")).holds_role


def test_a_secretary_elected_head_leaves_the_secretariat(town: Town) -> None:
    load(file(line(town.entity, town.secretary.person)))
    assert town.current(Role.HEAD).person == town.secretary.person
    assert stored(town.secretary).status == Status.ENDED
    assert town.sender().status == Technician.Status.TO_REGISTER_AGAIN


def test_a_substitute_elected_head_leaves_the_substitution(town: Town) -> None:
    substitute = register(town.as_head, Role.HEAD_SUBSTITUTE)
    load(file(line(town.entity, substitute.person)))
    assert stored(substitute).status == Status.ENDED
    assert stored(town.secretary).status == Status.TO_CONFIRM


def test_the_new_head_confirms_or_replaces(town: Town) -> None:
    load(file(line(town.entity, make_user().person)))
    head = siops.acting_of(town.current(Role.HEAD))
    made = register(head, Role.SECRETARY, replaces_id=town.secretary.pk)
    assert town.sender().status == Technician.Status.TO_REGISTER_AGAIN
    register_sender(siops.acting_of(made))


def test_entities_without_head_and_states(db: None) -> None:
    acre = make_uf("12", "AC", "Acre", "America/Rio_Branco")
    state = Entity.objects.create(kind=Entity.Kind.STATE, uf=acre)
    town, governor, mayor = make_other_entity(), make_person(), make_person()
    loaded = load(file(line(state, governor), line(town, mayor)))
    assert loaded.elected == 2
    heads = HealthManager.objects.order_by("pk").values_list("entity", "person", "position")
    assert set(heads) == {(state.pk, governor.pk, "Governador"), (town.pk, mayor.pk, "Prefeito")}


def test_entities_of_other_simulators_are_only_counted(town: Town) -> None:
    stranger = Entity(municipality=make_municipality("3304557", "Rio de Janeiro", uf=make_uf("33", "RJ", "Rio")))
    loaded = load(file(line(stranger, make_person()), line(town.entity, town.head.person)))
    assert (loaded.elected, loaded.reelected, loaded.ignored) == (0, 1, 1)


def test_a_large_election_costs_few_queries(db: None) -> None:
    """Twenty times the entities, the same number of statements."""

    def cost(first: int, number: int) -> int:
        lines = []
        for n in range(first, first + number):
            entity = make_entity(make_municipality(ibge_code(n), f"Município {n}"))
            siops.make_health_manager(Role.HEAD, entity)
            siops.make_health_manager(Role.SECRETARY, entity)
            lines.append(line(entity, make_person()))
        with CaptureQueriesContext(connection) as queries:
            assert load(file(*lines)).elected == number
        return len(queries)

    assert cost(1, 2) == cost(10, 40)
    assert HealthManager.objects.filter(status=Status.TO_CONFIRM).count() == 42


def ibge_code(number: int) -> str:
    base = f"35{number:04d}"
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(base, (1, 2, 1, 2, 1, 2), strict=True))
    return f"{base}{(10 - total % 10) % 10}"


# --- The file ---


def test_latin_1_bom_quotes_and_lost_zeros(town: Town) -> None:
    person = make_person(name="Antônia Açaí de Ensaio")
    cell = f'"{person.name}"'
    row = line(town.entity, person, NM_CANDIDATO=cell, NR_CPF_CANDIDATO=person.cpf_text.lstrip("0"))
    expected = election_file.read(file(row), election_year=2024)
    assert expected[0].name == person.name
    assert expected[0].cpf == person.cpf
    assert election_file.read(file(row, encoding="latin-1"), election_year=2024) == expected
    assert election_file.read(file(row, encoding="utf-8-sig"), election_year=2024) == expected


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("ANO_ELEICAO", "2020", "o ano da eleição não é 2024"),
        ("CD_IBGE", "3550309", "código do IBGE inválido"),
        ("CD_IBGE", "355030", "código do IBGE inválido"),
        ("CD_IBGE", "35", "o cargo não corresponde"),
        ("DS_CARGO", "VEREADOR", "o cargo não corresponde"),
        ("NR_CPF_CANDIDATO", "11111111111", "CPF inválido"),
        ("NR_CPF_CANDIDATO", "", "CPF inválido"),
        ("NM_CANDIDATO", "", "nome vazio"),
        ("NM_CANDIDATO", "x" * 121, "nome vazio ou longo"),
        ("NM_EMAIL", "sem-arroba", "e-mail inválido"),
        ("NM_EMAIL", "a" * 64 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 20, "e-mail inválido"),
        ("NR_TELEFONE", "123", "telefone inválido"),
        ("DT_POSSE", "2025-01-01", "data da posse inválida"),
        ("DT_POSSE", "31/02/2025", "data da posse inválida"),
        ("DT_POSSE", "01/01/0000", "data da posse inválida"),
    ],
)
def test_a_wrong_cell_names_its_line(town: Town, column: str, value: str, text: str) -> None:
    refusal = refused(lambda: load(file(line(town.entity, town.head.person, **{column: value}))))
    assert refusal.field == "file"
    assert refusal.message.startswith("Linha 2: ")
    assert text in refusal.message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04 not text",
        b"\xff\xfe" + HEADER.encode("utf-16-le"),
        HEADER.encode(),
        HEADER.replace(";", ",").encode(),
        HEADER.encode() + b'\n"aberto',
        HEADER.encode() + b"\n1;2;3",
        (HEADER + "\n" + "x" * 200_000).encode(),
        (HEADER + "\n\u202eabc").encode(),
        (HEADER + "\n" + "2024\n" * 6_001).encode(),
        b"a" * (election_file.MAX_BYTES + 1),
    ],
)
def test_hostile_files_are_refused_in_words(db: None, content: bytes) -> None:
    refusal = refused(lambda: load(content))
    assert refusal.code == "election_file"
    assert len(refusal.message) < 700


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", HEADER.encode() + b"\n"):
        with pytest.raises(RuleBroken):
            election_file.read(start + content, election_year=2024)


def test_one_bad_line_refuses_the_whole_file(town: Town) -> None:
    other = make_town(make_other_entity())
    rows = [line(town.entity, make_person()), line(other.entity, make_person(), NR_TELEFONE="1")]
    refused(lambda: load(file(*rows)))


def test_an_entity_appears_once(town: Town) -> None:
    rows = [line(town.entity, make_person()), line(town.entity, make_person())]
    assert refused(lambda: load(file(*rows))).message == "Linha 3: o ente já está na linha 2."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"deceased_on": date(2026, 3, 4)}, "Linha 2: Consta óbito em 04/03/2026 no CADSUS."),
        ({"is_active": False, "inactive_reason": "Duplicado"}, "Linha 2: Cadastro inativo no CADSUS."),
    ],
)
def test_the_elected_must_be_alive_and_active_in_the_registry(town: Town, fields: Any, words: str) -> None:
    assert refused(lambda: load(file(line(town.entity, make_person(**fields))))).message.startswith(words)


def test_nothing_is_loaded_while_the_cadsus_is_down(town: Town, switch: Switch) -> None:
    switch(cadsus_available=False)
    assert refused(lambda: load(file(line(town.entity, make_person())))).code == "cadsus_down"


def test_the_elected_must_be_known_by_that_name(town: Town) -> None:
    person = make_person()
    assert (
        "não encontrada no CADSUS"
        in refused(lambda: load(file(line(town.entity, person, NR_CPF_CANDIDATO="52998224725")))).message
    )
    assert (
        "o nome não confere"
        in refused(lambda: load(file(line(town.entity, person, NM_CANDIDATO="OUTRO NOME")))).message
    )


def test_the_same_file_twice_is_refused(town: Town) -> None:
    content = file(line(town.entity, make_person()))
    first = load(content)
    assert first.sha256 == hashlib.sha256(content).hexdigest()
    refusal = refused(lambda: load(content, filename="../../outro.csv"))
    assert (refusal.code, refusal.message) == ("already_loaded", ALREADY_LOADED)


def test_of_a_name_only_the_last_part_is_kept(town: Town) -> None:
    assert load(file(line(town.entity, make_person())), filename="C:\\x/../a\x07.csv").filename == "a.csv"


def test_messages_stay_short(town: Town) -> None:
    rows = [line(town.entity, town.head.person, NR_TELEFONE="1") for _ in range(50)]
    assert refused(lambda: load(file(*rows))).message.endswith("E mais 45 linha(s) com erro.")


SHIPPED = [("eleicao_2024.csv", 2024), ("eleicao_2022.csv", 2022), ("eleicao_2026_suplementar.csv", 2026)]


@pytest.mark.parametrize(("name", "year"), SHIPPED)
def test_the_shipped_files_are_of_the_seeded_world(name: str, year: int) -> None:
    people = {plan.cpf(person): (plan.ibge, person.name) for plan in ENTITIES for person in plan.people}
    for head in election_file.read((DATA / name).read_bytes(), election_year=year):
        ibge, seeded = people[head.cpf]
        assert (head.ibge, head.name) == (ibge, seeded.upper())


def test_only_the_supplementary_election_changes_who_governs_the_seeded_world() -> None:
    seeded = {
        plan.ibge: (plan.cpf(person), person.office.starts_on)
        for plan in ENTITIES
        for person in plan.people
        if person.office and person.office.role == Role.HEAD
    }
    changed = {
        (name, head.ibge)
        for name, year in SHIPPED
        for head in election_file.read((DATA / name).read_bytes(), election_year=year)
        if (head.cpf, head.takes_office_on) != seeded[head.ibge]
    }
    assert changed == {("eleicao_2026_suplementar.csv", "3502804")}


# --- Who may, and how ---


def test_only_the_coordination_loads(db: None, noon: Any) -> None:
    town = make_town()
    content = file(line(town.entity, make_person()))
    for name, who in everybody(make_other_entity()).items():
        before = traces()
        answer = session_of(who).post(ADDRESS, {"election_year": 2024, "file": upload(content)})
        if name == "coordination":
            assert answer.status_code == 302
            continue
        assert answer.status_code == 403, name
        assert traces() == before


def test_only_the_coordination_loads_by_service(town: Town) -> None:
    content = file(line(town.entity, make_person()))
    for name, who in everybody(make_other_entity()).items():
        if name != "coordination":
            refused(lambda who=who: load(content, by=acting(who)), NotPermitted)  # type: ignore[misc] # bound at once


def upload(content: bytes, name: str = "eleicao.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/csv")


def send(client: Any, content: bytes) -> Any:
    return client.post(ADDRESS, {"election_year": "2024", "file": upload(content)}, follow=True)


def confirm(client: Any, page: Any) -> Any:
    return client.post(f"{ADDRESS}confirmar/", {"shown_hash": page.context["preview"].shown_hash}, follow=True)


def test_the_screen_says_what_happened(town: Town, noon: Any) -> None:
    client = session_of(siops.make_coordinator())
    content = file(line(town.entity, make_person()))
    text = confirm(client, send(client, content)).content.decode()
    assert "Eleição de 2024 carregada. Eleitos novos: 1. Reeleitos: 0. Sem ente no simulador: 0." in text
    again = client.post(ADDRESS, {"election_year": "2024", "file": upload(content)})
    assert again.context["form"].errors["file"] == [ALREADY_LOADED]
    large = client.post(ADDRESS, {"election_year": "2024", "file": upload(b"a" * (election_file.MAX_BYTES + 10))})
    assert large.context["form"].errors["file"] == ["O arquivo tem mais de 2 MB."]


def test_who_loses_office_is_shown_before_anything_is_done(town: Town, noon: Any) -> None:
    client, elected = session_of(siops.make_coordinator()), make_person()
    before = traces()
    page = send(client, file(line(town.entity, elected)))
    text = " ".join(page.content.decode().split())
    assert f"{town.head.person.name}, desde 01/01/2026" in text
    assert elected.name in text
    assert "Cadastros que ficam A CONFIRMAR: 1<" in text
    assert traces() == before
    assert not ElectionLoad.objects.exists()
    confirm(client, page)
    assert town.current(Role.HEAD).person == elected


def test_what_changed_since_it_was_shown_is_shown_again(town: Town, noon: Any) -> None:
    client, elected, between = session_of(siops.make_coordinator()), make_person(), make_person()
    page = send(client, file(line(town.entity, elected)))
    load(file(line(town.entity, between)))
    answer = confirm(client, page)
    assert "mudou desde que foi mostrado" in answer.content.decode()
    assert f"{between.name}, desde" in answer.content.decode()
    assert town.current(Role.HEAD).person == between
    confirm(client, answer)
    assert town.current(Role.HEAD).person == elected


def test_confirming_without_a_file_leads_to_the_form(town: Town, noon: Any) -> None:
    answer = session_of(siops.make_coordinator()).post(f"{ADDRESS}confirmar/", follow=True)
    assert "Nenhum arquivo aguarda confirmação" in answer.content.decode()


def test_a_posse_before_that_of_the_present_head_is_refused(town: Town) -> None:
    elected, later = make_person(), NOON
    before = file(line(town.entity, elected, DT_POSSE="31/12/2025"))
    message = refused(lambda: load(before, at=later)).message
    assert message == (
        f"Linha 2: o chefe atual, {town.head.person.name}, tomou posse em 01/01/2026, depois da posse do arquivo "
        "(31/12/2025)."
    )
    same = file(line(town.entity, elected, DT_POSSE="01/01/2026"))
    assert load(same).elected == 1


def test_a_reelected_head_may_have_an_older_posse_in_the_file(town: Town) -> None:
    assert load(file(line(town.entity, town.head.person, DT_POSSE="01/01/2025"))).reelected == 1


def test_the_command(town: Town, tmp_path: Path, capsys: Any, noon: Any) -> None:
    path = tmp_path / "eleicao.csv"
    path.write_bytes(file(line(town.entity, make_person())))
    call_command("load_election", str(path), "--year", "2024", "--noinput")
    said = capsys.readouterr().out
    assert "Eleitos novos: 1." in said
    assert f"{town.head.person.name} deixa o cargo; assume " in said
    with pytest.raises(CommandError, match="já foi carregado"):
        call_command("load_election", str(path), "--year", "2024", "--noinput")
    with pytest.raises(CommandError, match="Não foi possível ler"):
        call_command("load_election", str(tmp_path / "nada.csv"), "--year", "2024")


def test_the_command_asks_first(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noon: Any) -> None:
    path = tmp_path / "eleicao.csv"
    path.write_bytes(file(line(town.entity, make_person())))
    monkeypatch.setattr("builtins.input", lambda _: "não")
    with pytest.raises(CommandError, match="Nada foi carregado"):
        call_command("load_election", str(path), "--year", "2024")
    assert not ElectionLoad.objects.exists()


def test_the_sample_changes_one_head_of_the_seeded_world(db: None) -> None:
    client = session_of(siops.make_coordinator())
    answer = client.get(f"{ADDRESS}exemplo.csv")
    (elected,) = election_file.read(answer.content, election_year=2026)
    assert (elected.ibge, answer["Content-Disposition"].startswith("attachment")) == ("3502804", True)
    assert f'href="{ADDRESS}exemplo.csv"' in client.get(ADDRESS).content.decode()

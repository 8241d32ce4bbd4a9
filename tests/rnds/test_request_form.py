"""Sections B to F of the form: every rule of the screens, and who may save what when."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from registry.lookup import DOWN
from rnds.forms.system import WHOLE_NUMBER
from rnds.models import CredentialRequest
from rnds.services import requests
from rnds.services.requests import Period
from rnds.services.requests.lifecycle import INCOMPLETE
from rnds.services.requests.system import PEAK_ABOVE_MAX, PRIVATE_RANGE
from tests.actors import acting
from tests.factories import NOON, make_administrator, make_establishment, make_manager, make_other_entity, make_person
from tests.factories.credentials import SYSTEM, accept, fill_draft, make_awaiting_terms, make_draft
from tests.switches import Switch

pytestmark = pytest.mark.django_db

LAST = datetime.fromisoformat("2026-11-23T23:59:59.999999-03:00")
MIDNIGHT = datetime.fromisoformat("2026-11-24T03:00:00Z")
FILLED = "Este campo é obrigatório."
BAD_PHONE = "Telefone inválido. Informe DDD + número."


@pytest.fixture
def draft() -> CredentialRequest:
    return make_draft()


def refused(save: Callable[..., Any], draft: CredentialRequest, **given: Any) -> RuleBroken:
    events = AuditEvent.objects.count()
    with pytest.raises(RuleBroken) as found:
        save(request_id=draft.pk, **({"by": acting(draft.requested_by), "at": NOON} | given))
    assert AuditEvent.objects.count() == events
    return found.value


def saved(save: Callable[..., Any], draft: CredentialRequest, **given: Any) -> CredentialRequest:
    save(request_id=draft.pk, **({"by": acting(draft.requested_by), "at": NOON} | given))
    return CredentialRequest.objects.get(pk=draft.pk)


# B – contact of the establishment


@pytest.mark.parametrize(
    ("phone", "email", "message", "field"),
    [
        ("", "a@b.example", FILLED, "phone"),
        ("3214-5678", "a@b.example", BAD_PHONE, "phone"),
        ("1032145678", "a@b.example", BAD_PHONE, "phone"),
        ("119876543210", "a@b.example", BAD_PHONE, "phone"),
        ("1132145678", "", FILLED, "email"),
        ("1132145678", "a@", "E-mail inválido.", "email"),
        ("1132145678", "a b@c.example", "E-mail inválido.", "email"),
        ("1132145678", "a\x00@c.example", "E-mail inválido.", "email"),
    ],
)
def test_b_contact(draft: CredentialRequest, phone: str, email: str, message: str, field: str) -> None:
    refusal = refused(requests.save_establishment, draft, phone=phone, email=email)
    assert (refusal.message, refusal.field) == (message, field)


@pytest.mark.parametrize(("typed", "kept"), [("(11) 3214-5678", "1132145678"), ("11 98765-4321", "11987654321")])
def test_b_keeps_digits_and_a_small_domain(draft: CredentialRequest, typed: str, kept: str) -> None:
    row = saved(requests.save_establishment, draft, phone=typed, email="Ubs@ENSAIO.Example")
    assert (row.establishment_phone, row.establishment_email) == (kept, "Ubs@ensaio.example")


# D – children


def test_d_sets_exactly_the_chosen_children_and_ignores_the_parent(draft: CredentialRequest) -> None:
    first, _second = make_establishment(), make_establishment()
    row = saved(requests.save_children, draft, cnes=[first.cnes, draft.establishment_id])
    assert (list(row.children.all()), row.children_confirmed) == ([first], True)


def test_d_foreign_closed_and_unknown_establishments_are_refused(draft: CredentialRequest) -> None:
    foreign = make_establishment(make_other_entity())
    closed = make_establishment(is_active=False)
    for cnes in (foreign.cnes, closed.cnes, "0000000"):
        refusal = refused(requests.save_children, draft, cnes=[cnes])
        assert refusal.message.startswith("Há estabelecimento que não pertence a este município")


def test_d_no_child_needs_a_confirmation(draft: CredentialRequest) -> None:
    refusal = refused(requests.save_children, draft, cnes=[])
    assert refusal.field == "none_confirmed"
    row = saved(requests.save_children, draft, cnes=[], none_confirmed=True)
    assert row.children_confirmed
    assert not row.children.exists()


def test_d_ticks_of_one_page_leave_the_other_pages_alone(draft: CredentialRequest) -> None:
    here, there, unticked = (make_establishment() for _ in range(3))
    saved(requests.save_children, draft, cnes=[here.cnes, there.cnes, unticked.cnes])
    row = saved(requests.mark_children, draft, shown=[here.cnes, unticked.cnes], checked=[here.cnes])
    assert set(row.children.all()) == {here, there}


def test_d_a_tick_on_a_row_that_was_not_shown_or_is_foreign_counts_for_nothing(draft: CredentialRequest) -> None:
    foreign = make_establishment(make_other_entity())
    row = saved(requests.mark_children, draft, shown=[foreign.cnes], checked=[foreign.cnes, "x"])
    assert foreign not in row.children.all()


def test_d_select_all_acts_on_every_filtered_row(draft: CredentialRequest) -> None:
    northern = [make_establishment(name=f"UBS Norte {n}") for n in range(25)]
    southern = make_establishment(name="UBS Sul")
    saved(requests.mark_all_children, draft, search="", selected=False)
    row = saved(requests.mark_all_children, draft, search="norte", selected=True)
    assert set(row.children.all()) == set(northern)
    saved(requests.mark_all_children, draft, search="", selected=True)
    row = saved(requests.mark_all_children, draft, search="NORTE", selected=False)
    assert southern in row.children.all()
    assert northern[0] not in row.children.all()


# E – responsible manager


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Informe o CNS ou o CPF do gestor responsável."),
        ({"cpf": "111.111.111-11"}, "CNS ou CPF inválido."),
        ({"cpf": "12345678900"}, "CNS ou CPF inválido."),
        ({"cns": "123"}, "CNS ou CPF inválido."),
        ({"cns": "300000000000000"}, "CNS ou CPF inválido."),
        ({"cpf": "529.982.247-25"}, "Pessoa não encontrada no CADSUS."),
        ({"cns": "898000000000002"}, "Pessoa não encontrada no CADSUS."),
    ],
)
def test_e_look_up(draft: CredentialRequest, typed: dict[str, str], message: str) -> None:
    contact = {"phone": "1132145678", "email": "g@ensaio.example"}
    assert refused(requests.save_responsible, draft, **typed, **contact).message == message


def test_e_finds_by_cns_and_by_cpf(draft: CredentialRequest) -> None:
    person = make_person()
    contact = {"phone": "1132145678", "email": "g@ensaio.example"}
    for typed in ({"cns": person.cns}, {"cpf": person.cpf}):
        assert saved(requests.save_responsible, draft, **typed, **contact).responsible == person


def test_e_needs_a_cpf_for_the_certificate(draft: CredentialRequest) -> None:
    person = make_person(cpf=None)
    given = {"cns": str(person.cns), "phone": "1132145678", "email": "g@ensaio.example"}
    refusal = refused(requests.save_responsible, draft, **given)
    assert (refusal.code, refusal.field) == ("person_without_cpf", "cns")


def test_e_cadsus_switched_off(draft: CredentialRequest, switch: Switch) -> None:
    switch(cadsus_available=False)
    given = {"cpf": draft.requester.cpf, "phone": "1132145678", "email": "g@ensaio.example"}
    assert refused(requests.save_responsible, draft, **given).message == DOWN


# F – system


@pytest.mark.parametrize(
    ("change", "message", "field"),
    [
        ({"ip_first": "300.1.1.1"}, "IP inválido.", "ip_first"),
        ({"ip_first": "127.0.0.1"}, "IP inválido.", "ip_first"),
        ({"ip_first": "169.254.1.1"}, "IP inválido.", "ip_first"),
        ({"ip_first": "0.0.0.0"}, "IP inválido.", "ip_first"),  # noqa: S104 -- an address to refuse
        ({"ip_first": "::1"}, "IP inválido.", "ip_first"),
        ({"ip_first": "::ffff:127.0.0.1"}, "IP inválido.", "ip_first"),
        ({"ip_first": "fe80::1%eth0"}, "IP inválido.", "ip_first"),
        ({"ip_last": "abc"}, "IP inválido.", "ip_last"),
        ({"ip_last": "200.160.2.2"}, "O IP final deve ser maior ou igual ao IP inicial.", "ip_last"),
        ({"ip_last": "2804::1"}, "O IP final deve ser da mesma versão (IPv4 ou IPv6) do IP inicial.", "ip_last"),
        ({"recorded_visits": -1}, WHOLE_NUMBER, "recorded_visits"),
        ({"recorded_visits": 10_000_000}, WHOLE_NUMBER, "recorded_visits"),
        ({"visits_per_day_min": 81}, "O mínimo não pode ser maior que o máximo.", "visits_per_day_min"),
        ({"portfolio_start": date(2026, 11, 22)}, "A data início não pode ser anterior a hoje.", "portfolio_start"),
        ({"portfolio_end": date(2026, 11, 30)}, "A data fim deve ser posterior à data início.", "portfolio_end"),
        (
            {"periods": [Period("morning", time(11), time(8))]},
            "O horário de fim deve ser posterior ao de início.",
            "periods",
        ),
        (
            {"periods": [Period("morning", time(8), time(8))]},
            "O horário de fim deve ser posterior ao de início.",
            "periods",
        ),
        (
            {"periods": [Period("morning", time(11), time(12, 1))]},
            "O período da Manhã deve ficar entre 06h e 12h.",
            "periods",
        ),
        (
            {"periods": [Period("night", time(17, 59), time(20))]},
            "O período da Noite deve ficar entre 18h e 24h.",
            "periods",
        ),
        (
            {"periods": [Period("morning", time(7), time(9)), Period("morning", time(8), time(10))]},
            "Períodos sobrepostos.",
            "periods",
        ),
        ({"periods": [Period("dawn", time(1), time(2))]}, "Escolha o período: Manhã, Tarde ou Noite.", "periods"),
        ({"periods": [Period("morning", time(7), time(9))] * 4}, "Informe no máximo 3 períodos.", "periods"),
    ],
)
def test_f_refusals(draft: CredentialRequest, change: dict[str, Any], message: str, field: str) -> None:
    refusal = refused(requests.save_system, draft, **(SYSTEM | change))
    assert (refusal.message, refusal.field) == (message, field)
    assert CredentialRequest.objects.get(pk=draft.pk).ip_first is None


@pytest.mark.parametrize(
    ("change", "warnings"),
    [
        ({}, ()),
        ({"ip_last": "200.160.2.3"}, ()),
        ({"ip_first": "2804:1::1", "ip_last": "2804:1::ff"}, ()),
        (
            {"ip_first": "192.168.0.1", "ip_last": "192.168.0.9"},
            (PRIVATE_RANGE,),
        ),
        ({"peak_accesses": 81}, (PEAK_ABOVE_MAX,)),
        ({"peak_accesses": 80}, ()),
        ({"visits_per_day_min": 80}, ()),
        ({"portfolio_start": date(2026, 11, 23), "portfolio_end": date(2026, 11, 23)}, ()),
        ({"recorded_visits": 9_999_999}, ()),
    ],
)
def test_f_accepts_and_warns(draft: CredentialRequest, change: dict[str, Any], warnings: tuple[str, ...]) -> None:
    given: dict[str, Any] = SYSTEM | change
    answer = requests.save_system(request_id=draft.pk, by=acting(draft.requested_by), at=NOON, **given)
    assert answer.warnings == warnings
    row = CredentialRequest.objects.get(pk=draft.pk)
    assert (row.ip_first, row.peak_accesses) == (given["ip_first"], given["peak_accesses"])


def test_f_three_periods_side_by_side_replace_the_former_ones(draft: CredentialRequest) -> None:
    whole_day = [
        Period("morning", time(6), time(12)),
        Period("afternoon", time(12), time(18)),
        Period("night", time(18), time(23, 59)),
    ]
    saved(requests.save_system, draft, **SYSTEM)
    row = saved(requests.save_system, draft, **(SYSTEM | {"periods": whole_day}))
    assert [str(period) for period in row.access_periods.all()] == [
        "Manhã 06:00–12:00",
        "Tarde 12:00–18:00",
        "Noite 18:00–23:59",
    ]


def test_f_today_is_the_day_of_brasilia(draft: CredentialRequest) -> None:
    first_day = SYSTEM | {"portfolio_start": date(2026, 11, 23)}
    assert saved(requests.save_system, draft, at=LAST, **first_day).portfolio_start == date(2026, 11, 23)


# Who, when, in which state


def steps() -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    contact = {"phone": "1132145678", "email": "a@ensaio.example"}
    return {
        "certificate": (
            requests.save_certificate,
            {"source": "generate", "password": "longa-senha", "confirmation": "longa-senha"},
        ),
        "establishment": (requests.save_establishment, contact),
        "children": (requests.save_children, {"cnes": [], "none_confirmed": True}),
        "marks": (requests.mark_children, {"shown": [], "checked": []}),
        "all marks": (requests.mark_all_children, {"search": "", "selected": True}),
        "responsible": (requests.save_responsible, {"cpf": "52998224725", **contact}),
        "system": (requests.save_system, SYSTEM),
        "complete": (requests.complete_request, {}),
    }


@pytest.mark.parametrize("name", steps())
def test_only_the_requester_fills_the_form(draft: CredentialRequest, name: str, django_user_model: Any) -> None:
    save, given = steps()[name]
    chief = make_administrator("chefe")
    for other in (make_manager(), make_manager(make_other_entity()), draft.token.organisation.user, chief):
        with pytest.raises(NotPermitted):
            save(request_id=draft.pk, by=acting(other), at=NOON, **given)


@pytest.mark.parametrize("name", steps())
def test_the_form_closes_with_the_token_and_the_data_stay(name: str) -> None:
    draft = fill_draft(make_draft())
    save, given = steps()[name]
    before = CredentialRequest.objects.filter(pk=draft.pk).values().get()
    refusal = refused(save, draft, at=MIDNIGHT, **given)
    assert refusal.message.startswith("Token expirado. A validade do token é até às 23:59h")
    assert CredentialRequest.objects.filter(pk=draft.pk).values().get() == before


@pytest.mark.parametrize("name", sorted(set(steps()) - {"responsible", "complete"}))
def test_the_form_takes_data_until_the_last_microsecond(draft: CredentialRequest, name: str) -> None:
    save, given = steps()[name]
    assert saved(save, draft, at=LAST, **given).changed_at == LAST


@pytest.mark.parametrize("name", steps())
def test_the_form_is_closed_while_the_termo_is_read(name: str) -> None:
    request = make_awaiting_terms()
    save, given = steps()[name]
    with pytest.raises(NotAllowedNow) as found:
        save(request_id=request.pk, by=acting(request.requested_by), at=NOON, **given)
    assert found.value.message == "Operação não permitida na situação atual (AGUARDANDO TERMO)."


def test_what_lacks_is_named_in_the_order_of_the_form(draft: CredentialRequest) -> None:
    refusal = refused(requests.complete_request, draft)
    assert refusal.message == INCOMPLETE
    assert refusal.field == "certificate"
    fill_draft(draft, certificate=False)
    assert refused(requests.complete_request, draft).field == "certificate"


def test_the_termo_can_be_left_and_the_draft_is_as_it_was() -> None:
    request = make_awaiting_terms()
    requests.return_to_form(request_id=request.pk, by=acting(request.requested_by), at=NOON)
    row = CredentialRequest.objects.get(pk=request.pk)
    assert (row.status, row.password) == ("draft", request.password)


def test_the_termo_cannot_be_left_after_midnight() -> None:
    request = make_awaiting_terms()
    assert refused(requests.return_to_form, request, at=MIDNIGHT).code == "token_expired"


def test_giving_up_frees_a_token_that_was_not_used(draft: CredentialRequest) -> None:
    row = saved(requests.withdraw_request, draft)
    assert (row.status, row.closed_at, row.token.status) == ("cancelled", NOON, "generated")
    key = draft.installation.counter_key
    again = requests.open_request(token_value=row.token.value, counter_key=key, by=acting(draft.requested_by), at=NOON)
    assert again.request.pk != draft.pk


# Overtaken by midnight


def test_the_sweep_records_the_drafts_that_midnight_overtook() -> None:
    awaiting, draft = make_awaiting_terms(), make_draft()
    assert requests.discard_overtaken(at=LAST) == 0
    assert requests.discard_overtaken(at=MIDNIGHT) == 2
    assert requests.discard_overtaken(at=MIDNIGHT) == 0
    row = CredentialRequest.objects.get(pk=awaiting.pk)
    assert (row.status, row.closed_at, row.sealed_password) == ("discarded", MIDNIGHT, None)
    told = OutboxMessage.objects.filter(subject__contains="descartada")
    assert {message.addressee for message in told} == {awaiting.requested_by, draft.requested_by}
    assert all("Motivo: Token expirado." in message.body for message in told)
    assert row.responsible is not None
    assert AuditEvent.objects.filter(verb="request.discarded", actor=None).count() == 2
    assert CredentialRequest.objects.get(pk=draft.pk).status == "discarded"


def test_a_draft_is_overtaken_before_the_sweep_says_so(draft: CredentialRequest) -> None:
    assert not draft.is_overtaken_at(LAST)
    assert draft.is_overtaken_at(MIDNIGHT)
    assert draft.effective_status(MIDNIGHT) == "discarded"
    assert draft.status == "draft"


def test_a_granted_request_is_never_overtaken(authorities: None) -> None:
    request = accept(make_awaiting_terms())
    assert not request.is_overtaken_at(MIDNIGHT)
    assert requests.discard_overtaken(at=MIDNIGHT) == 0


# Copying


def test_what_was_typed_goes_to_the_next_request() -> None:
    manager = make_manager()
    old = fill_draft(make_draft(manager))
    child = make_establishment()
    requests.save_children(request_id=old.pk, cnes=[child.cnes], by=acting(manager), at=NOON)
    tomorrow = NOON + timedelta(days=1)
    new = make_draft(manager, old.establishment, at=tomorrow)
    copied = requests.copy_request(request_id=old.pk, into_id=new.pk, by=acting(manager), at=tomorrow)
    row = CredentialRequest.objects.get(pk=copied.pk)
    assert (row.responsible, row.ip_first, row.portfolio_start) == (old.responsible, old.ip_first, old.portfolio_start)
    assert (row.certificate_source, row.sealed_password) == ("", None)
    assert list(row.children.all()) == [child]
    assert [str(p) for p in row.access_periods.all()] == [str(p) for p in old.access_periods.all()]


def test_a_portfolio_of_the_past_is_not_copied() -> None:
    manager = make_manager()
    old = fill_draft(make_draft(manager))
    later = NOON + timedelta(days=20)
    new = make_draft(manager, old.establishment, at=later)
    requests.copy_request(request_id=old.pk, into_id=new.pk, by=acting(manager), at=later)
    assert CredentialRequest.objects.get(pk=new.pk).portfolio_start is None


def test_nothing_is_copied_from_a_request_in_progress_or_of_another_person() -> None:
    manager = make_manager()
    old, new = fill_draft(make_draft(manager)), make_draft(manager)
    with pytest.raises(NotAllowedNow):
        requests.copy_request(request_id=old.pk, into_id=new.pk, by=acting(manager), at=NOON)
    theirs = fill_draft(make_draft(make_manager()))
    with pytest.raises(NotPermitted):
        requests.copy_request(request_id=theirs.pk, into_id=new.pk, by=acting(manager), at=NOON)


def test_everything_at_fault_in_a_section_is_told_at_once(draft: CredentialRequest) -> None:
    system = {
        "ip_first": "não é",
        "visits_per_day_min": 90,
        "visits_per_day_max": 10,
        "portfolio_start": date(2020, 1, 1),
    }
    refusal = refused(requests.save_system, draft, **(SYSTEM | system))
    assert [one.field for one in refusal.broken] == ["ip_first", "visits_per_day_min", "portfolio_start"]
    refusal = refused(requests.save_responsible, draft, cpf="1", phone="1", email="x")
    assert [one.field for one in refusal.broken] == ["cpf", "phone", "email"]
    refusal = refused(requests.save_establishment, draft, phone="", email="x")
    assert [one.field for one in refusal.broken] == ["phone", "email"]
    refusal = refused(
        requests.save_certificate, draft, source="generate", password="curta", confirmation="outra", form="nenhuma"
    )
    assert [one.field for one in refusal.broken] == ["password", "confirmation", "form"]

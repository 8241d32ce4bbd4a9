"""The update of the record at the FNS/SECON (SM-10): the machine, who may do what, and what each step leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from siops.models import Attachment, FundUpdate, HealthManager
from siops.services import fund_updates
from siops.services.attachments import attach
from siops.services.fund_updates import (
    approve_update,
    content_hash,
    fields_hash,
    open_update,
    return_update,
    save_update,
    send_update,
    take_update,
)
from siops.services.institutional import is_public_mailbox
from tests.actors import acting
from tests.cells import walk_cell
from tests.factories import NOON, make_entity, make_organisation, make_other_entity, person_of, siops
from tests.factories.siops import Acting
from tests.siops import papers
from tests.siops.support import everybody, traces

STAFF = User(pk=1, name="Analista")
REASON = "O ofício está ilegível."
ARGUMENTS: dict[str, dict[str, Any]] = {
    "send": {"at": NOON},
    "take": {"by": acting(STAFF)},
    "send_back": {"by": acting(STAFF), "reason": REASON, "at": NOON},
    "approve": {"by": acting(STAFF), "at": NOON},
}
# source → transition → target; what is not written is refused.
MACHINE = {
    "draft": {"send": "sent"},
    "sent": {"take": "under_check"},
    "under_check": {"send_back": "returned", "approve": "approved"},
    "returned": {"send": "sent"},
    "approved": {},
}


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(MACHINE) == set(FundUpdate.Status.values)
    known = {t.name for t in FundUpdate._meta.get_field("status").get_all_transitions(FundUpdate)}
    assert known == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("source", MACHINE)
def test_each_cell_of_the_machine(source: str, name: str) -> None:
    walk_cell(FundUpdate(status=source), name, MACHINE, ARGUMENTS[name])


@pytest.mark.django_db
def test_the_database_refuses_states_without_their_facts() -> None:
    row = FundUpdate.objects.filter(pk=siops.make_fund_update().pk)
    wrong: list[dict[str, Any]] = [
        {"status": "sent"},
        {"status": "sent", "sent_at": NOON, "institutional_email": ""},
        {"status": "sent", "sent_at": NOON, "director_cpf": ""},
        {"status": "returned", "sent_at": NOON, "reason": REASON},
        {"status": "returned", "sent_at": NOON, "checked_by": siops.make_checker("a"), "checked_at": NOON},
        {"status": "approved", "sent_at": NOON, "checked_at": NOON},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        siops.make_fund_update()


# --- The use cases ---

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> Acting:
    return siops.make_acting()


def complete(update: FundUpdate, by: Acting) -> FundUpdate:
    """All five documents attached."""
    for kind in Attachment.FOR_FUND_UPDATE:
        attach(owner=update, kind=kind, filename=f"{kind}.pdf", content=papers.pdf(kind), by=acting(by), at=NOON)
    return update


def send(update: FundUpdate, by: Acting, **changes: Any) -> FundUpdate:
    arguments: dict[str, Any] = {
        "update_id": update.pk,
        "shown_hash": content_hash(update),
        "by": acting(by),
        "at": NOON,
    }
    return send_update(**(arguments | changes))


def sent(by: Acting) -> FundUpdate:
    return send(complete(siops.make_fund_update(by.entity, opened_by=by.user), by), by)


def values(update: FundUpdate, **changes: str) -> dict[str, str]:
    return {name: getattr(update, name) for name in fund_updates.FIELDS} | changes


def stored(update: FundUpdate) -> FundUpdate:
    return FundUpdate.objects.get(pk=update.pk)


def test_opening_fills_what_is_known(secretary: Acting) -> None:
    fund = make_organisation(secretary.entity)
    update = open_update(entity_id=secretary.entity_id, by=acting(secretary), at=NOON)
    person = person_of(secretary.user)
    assert (update.cnpj, update.entity_name) == (fund.cnpj, fund.name)
    assert (update.director_name, update.director_cpf) == (person.name, person.cpf_text)
    assert update.director_position == "Secretário de Saúde"
    assert update.institutional_email == fund.user.email
    assert (update.status, update.opened_by, update.opened_at) == ("draft", secretary.user, NOON)


@pytest.mark.parametrize("fund_email", ["fundo@gmail.com", None])
def test_neither_a_public_mailbox_nor_that_of_the_dirigente_is_suggested(fund_email: str | None) -> None:
    record = siops.make_health_manager()
    if fund_email:
        fund = make_organisation(record.entity)
        fund.user.email = fund_email
        fund.user.save()
    update = open_update(entity_id=record.entity_id, by=siops.acting_of(record), at=NOON)
    assert update.institutional_email == ""


def test_one_update_at_a_time_and_another_after_the_approval(secretary: Acting) -> None:
    staff, update = siops.make_checker(), sent(secretary)
    with pytest.raises(RuleBroken, match="em andamento"):
        open_update(entity_id=secretary.entity_id, by=acting(secretary), at=NOON)
    take_update(update_id=update.pk, by=acting(staff), at=NOON)
    approve_update(update_id=update.pk, by=acting(staff), at=NOON)
    assert open_update(entity_id=secretary.entity_id, by=acting(secretary), at=NOON).pk != update.pk


def test_saving_keeps_the_names_of_what_changed(secretary: Acting) -> None:
    update = siops.make_fund_update()
    changed = values(update, phone="1133334444", address="Rua Nova, 2")
    save_update(update_id=update.pk, values=changed, shown_hash=fields_hash(update), by=acting(secretary), at=NOON)
    assert (stored(update).phone, stored(update).address) == ("1133334444", "Rua Nova, 2")
    assert AuditEvent.objects.get(verb="fund_update.saved").details["fields"] == ["phone", "address"]


def test_the_second_of_two_tabs_does_not_overwrite_the_first(secretary: Acting) -> None:
    update = siops.make_fund_update()
    shown = fields_hash(update)
    save_update(
        update_id=update.pk, values=values(update, phone="1133334444"), shown_hash=shown, by=acting(secretary), at=NOON
    )
    before = traces()
    with pytest.raises(RuleBroken, match=fund_updates.STALE):
        save_update(
            update_id=update.pk,
            values=values(update, phone="1155556666"),
            shown_hash=shown,
            by=acting(secretary),
            at=NOON,
        )
    assert traces() == before


@pytest.mark.parametrize(
    "email",
    [
        "prefeitura@gmail.com",
        "prefeitura@hotmail.com",
        "prefeitura@OUTLOOK.com.br",
        "prefeitura@yahoo.com.br",
        "prefeitura@uol.com.br",
        "prefeitura@mail.bol.com.br",
        "prefeitura@proton.me",
        "prefeitura@yahoo.co.uk",
        "prefeitura@live.pt",
        "prefeitura@outlook.com.",
    ],
)
def test_a_public_mailbox_is_refused_at_saving_and_sending(secretary: Acting, email: str) -> None:
    update = siops.make_fund_update(institutional_email=email)
    complete(update, secretary)
    before = traces()
    with pytest.raises(RuleBroken, match="e-mail institucional") as saving:
        save_update(
            update_id=update.pk, values=values(update), shown_hash=fields_hash(update), by=acting(secretary), at=NOON
        )
    with pytest.raises(RuleBroken) as sending:
        send(update, secretary)
    assert {saving.value.field, sending.value.field} == {"institutional_email"}
    assert traces() == before


@pytest.mark.parametrize(
    "email",
    ["saude@live.sp.gov.br", "gmail@prefeitura.sp.gov.br", "x@notgmail.com", "x@notuol.com.br", "x@yahoo.gov.br"],
)
def test_an_institutional_mailbox_is_not_taken_for_a_public_one(email: str) -> None:
    assert not is_public_mailbox(email)


def test_sending_asks_for_every_field_and_document(secretary: Acting) -> None:
    update = siops.make_fund_update(address="", director_identity="")
    attach(owner=update, kind="letter", filename="o.pdf", content=papers.pdf(), by=acting(secretary), at=NOON)
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        send(update, secretary)
    assert refused.value.message == (
        "Falta para enviar: endereço; documento de identidade; Anexo I assinado; Cópia da identidade do dirigente; "
        "Ato de posse; Comprovante de residência."
    )
    assert traces() == before


def test_what_changed_after_it_was_shown_is_not_sent(secretary: Acting) -> None:
    update = complete(siops.make_fund_update(), secretary)
    shown = content_hash(update)
    attach(owner=update, kind="letter", filename="o.pdf", content=papers.pdf("outro"), by=acting(secretary), at=NOON)
    with pytest.raises(RuleBroken, match="Revise novamente"):
        send(update, secretary, shown_hash=shown)
    assert send(update, secretary).status == "sent"


def test_it_is_sent_once(secretary: Acting) -> None:
    update = sent(secretary)
    before = traces()
    with pytest.raises(NotAllowedNow):
        send(update, secretary)
    with pytest.raises(NotAllowedNow):
        save_update(
            update_id=update.pk, values=values(update), shown_hash=fields_hash(update), by=acting(secretary), at=NOON
        )
    assert traces() == before


def test_returned_corrected_and_approved(secretary: Acting) -> None:
    staff, update = siops.make_checker(), sent(secretary)
    pk, later = update.pk, NOON + timedelta(hours=1)
    take_update(update_id=pk, by=acting(staff), at=NOON)
    return_update(update_id=pk, reason=f"  {REASON} ", by=acting(staff), at=later)
    row = stored(update)
    assert (row.status, row.reason, row.checked_by, row.checked_at) == ("returned", REASON, staff, later)
    told = OutboxMessage.objects.get()
    assert secretary.record
    assert told.to_email == secretary.record.email != secretary.user.email
    assert REASON in told.body
    assert f"/siops/fns/{pk}/" in told.body
    attach(owner=row, kind="letter", filename="o.pdf", content=papers.pdf("legível"), by=acting(secretary), at=later)
    send(row, secretary, at=later)
    assert (stored(update).reason, stored(update).sent_at) == ("", later)
    take_update(update_id=pk, by=acting(staff), at=later)
    approve_update(update_id=pk, by=acting(staff), at=later)
    assert stored(update).status == "approved"
    access = OutboxMessage.objects.get(to_email=update.institutional_email)
    assert access.subject == "Atualização cadastral aprovada: acesso ao sítio do FNS"
    assert "/entrar/senha/" in access.body
    assert update.director_cpf not in access.body
    verbs = AuditEvent.objects.filter(verb__startswith="fund_update.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [f"fund_update.{verb}" for verb in ("sent", "taken", "returned", "sent", "taken", "approved")]


def test_no_message_of_the_simulator_goes_to_a_real_address(secretary: Acting) -> None:
    test_returned_corrected_and_approved(secretary)
    assert all(m.to_email.endswith(".example") for m in OutboxMessage.objects.all())


@pytest.mark.parametrize("reason", ["", "         ", "123456789", " 123456789 "])
def test_reasons_have_ten_characters_at_least(secretary: Acting, reason: str) -> None:
    staff, update = siops.make_checker(), sent(secretary)
    take_update(update_id=update.pk, by=acting(staff), at=NOON)
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        return_update(update_id=update.pk, reason=reason, by=acting(staff), at=NOON)
    assert refused.value.field == "reason"
    assert traces() == before
    return_update(update_id=update.pk, reason="1234567890", by=acting(staff), at=NOON)


# --- Who ---

ENTITY_SIDE = {"head", "head_substitute", "secretary", "secretary_substitute"}


def attempts(update: FundUpdate, name: str, who: Any) -> bool:
    """Whether `who` may perform the verb; whatever it changed is undone."""
    base: dict[str, Any] = {"by": acting(who), "at": NOON}
    of = base | {"update_id": update.pk}
    verbs: dict[str, Any] = {
        "open": lambda: open_update(entity_id=update.entity_id, **base),
        "save": lambda: save_update(values=values(update), shown_hash=fields_hash(update), **of),
        "send": lambda: send_update(shown_hash=content_hash(update), **of),
        "take": lambda: take_update(**of),
        "return": lambda: return_update(reason=REASON, **of),
        "approve": lambda: approve_update(**of),
    }
    mark = transaction.savepoint()
    try:
        verbs[name]()
    except NotPermitted:
        return False
    except (NotAllowedNow, RuleBroken):
        return True
    finally:
        transaction.savepoint_rollback(mark)
    return True


VERBS = {
    "open": ENTITY_SIDE,
    "save": ENTITY_SIDE,
    "send": ENTITY_SIDE,
    "take": {"checker"},
    "return": {"checker"},
    "approve": {"checker"},
}


def test_each_role_performs_its_verbs_and_no_other() -> None:
    entity = make_entity()
    people, update = everybody(entity), siops.make_fund_update(entity)
    allowed = {verb: {name for name, who in people.items() if attempts(update, verb, who)} for verb in VERBS}
    assert allowed == VERBS


def test_people_of_another_entity_do_nothing_here() -> None:
    people, update = everybody(make_other_entity()), siops.make_fund_update(make_entity())
    allowed = {verb: {name for name, who in people.items() if attempts(update, verb, who)} for verb in VERBS}
    assert allowed == {verb: who & {"checker"} for verb, who in VERBS.items()}


def test_who_lost_the_role_does_nothing(secretary: Acting) -> None:
    update = siops.make_fund_update()
    record = HealthManager.objects.get(person__user=secretary.user)
    record.substitute(at=NOON)
    record.save()
    assert not any(attempts(update, verb, secretary) for verb in VERBS)

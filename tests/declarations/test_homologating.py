"""«Homologar»: signed with the own key, of exactly what was shown; a refusal leaves no trace."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from accounts.actors import Proof, actor_of
from common.exceptions import Refusal, RuleBroken
from common.models import AuditEvent, OutboxMessage
from declarations.models import Declaration, EntityReference, Receipt
from declarations.services import homologating
from declarations.services.comparing import case_of
from declarations.services.contents import content_of
from declarations.services.grid import judged
from declarations.services.knowledge import origins_of, totals_of
from declarations.services.receipts import find_receipt, paper_of
from documents.models import LogEntry
from pki import services as pki
from pki.models import Medium
from pki.services.authorities import trusted_bundle_pem
from pki.services.seals import current_seal
from siops.models import HealthManager
from siops.services.sign_in import BLOCKED
from tests.actors import routine
from tests.clock import now
from tests.declarations.delivery import Town, make_town, marks
from tests.factories import make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.siops.doors import WRONG, make_medium
from tests.switches import Switch

pytestmark = pytest.mark.django_db(databases=["default", "control"])
Role = HealthManager.Role


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def refused(code: str, act: Callable[[], object]) -> Refusal:
    before = marks()
    with pytest.raises(Refusal) as refusal:
        act()
    assert refusal.value.code == code
    assert marks() == before
    return refusal.value


def medium_of(town: Town) -> Medium:
    return Medium.objects.get(certificate__holder_document=town.secretary.record.person.cpf_text)


def test_the_version_becomes_official_under_the_own_key(town: Town, tmp_path: Path) -> None:
    declaration = town.homologate(town.sent())
    assert (declaration.status, declaration.homologated_by, declaration.homologated_at) == (
        "homologated",
        town.secretary.user,
        now(),
    )
    # Recomputed, at the official stage.
    assert declaration.percent == declaration.receipts.get(kind=Receipt.Kind.TRANSMISSION).settled_percent
    act = declaration.homologation
    assert act.certificate == medium_of(town).certificate
    assert declaration.content_hash in act.statement
    for name, content in (
        ("s", bytes(act.signature)),
        ("t", act.statement.encode()),
        ("ca", trusted_bundle_pem()),
    ):
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "s", "-content", "t", "-CAfile", "ca"]
    # The frozen clock of the test is not openssl's, which judges dates.
    dated = ["-attime", str(int(now().timestamp())), "-purpose", "any"]
    done = subprocess.run([*command, *dated], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_signature_is_in_the_receipt_and_in_the_log(town: Town) -> None:
    declaration = town.homologate(town.sent())
    receipt = homologating.receipt_of(declaration)
    assert find_receipt(number=receipt.number) == receipt
    paper = paper_of(receipt)
    assert paper is not None
    signature = paper.signatures.get()
    assert (signature.is_seal, signature.certificate) == (False, medium_of(town).certificate)
    assert LogEntry.objects.filter(content__contains=bytes(declaration.homologation.signature).hex()).count() == 1
    event = AuditEvent.objects.get(verb="declaration.homologated")
    assert event.details["sha256"] == declaration.content_hash


def test_nothing_is_asked_twice(town: Town, django_assert_max_num_queries: Any) -> None:
    """Not at the PIN, nor in the act, nor in its paper; what the lock has to see again is asked under it."""
    declaration = town.sent()
    # The first paper of the house makes it.
    current_seal(at=now())
    with django_assert_max_num_queries(66):
        town.homologate(declaration)


def test_everybody_of_the_entity_is_told_once(town: Town) -> None:
    roles = (Role.HEAD, Role.SECRETARY_SUBSTITUTE, Role.COUNCIL)
    people = [town.sender.record, town.secretary.record] + [siops.make_health_manager(r, town.entity) for r in roles]
    declaration = town.sent()
    town.homologate(declaration)
    told = OutboxMessage.objects.filter(subject__endswith="homologado").values_list("to_email", flat=True)
    assert sorted(told) == sorted(person.email for person in people)


def test_a_double_click_gives_the_same_homologation(town: Town) -> None:
    declaration = town.sent()
    town.homologate(declaration)
    before = marks()
    assert town.homologate(declaration).homologation.pk
    assert marks() == before


def test_the_substitute_acts_by_substitution(town: Town) -> None:
    substitute = siops.make_acting(Role.SECRETARY_SUBSTITUTE, town.entity)
    make_medium(substitute.record.person)
    declaration = town.homologate(town.sent(), by=substitute)
    assert declaration.homologation.by_substitution
    assert "por substituição" in declaration.homologation.statement
    assert homologating.receipt_of(declaration).by_substitution


def test_only_what_waits(town: Town) -> None:
    """SM-4, at the service: each other state is refused."""
    for place, status in enumerate(sorted(set(Declaration.Status) - {"transmitted", "substituted"})):
        period = make_period(2025 + place // 6, place % 6 + 1)
        declaration = make_declaration(town.entity, period, status=status, tables={})
        refused("wrong_status", partial(town.homologate, declaration, shown_hash="1" * 64))


def test_only_the_secretary_or_the_substitute_of_the_entity_by_certificate(town: Town) -> None:
    declaration = town.sent()
    others = [siops.make_acting(role, town.entity) for role in (Role.HEAD, Role.HEAD_SUBSTITUTE, Role.COUNCIL)]
    for actor in (town.sender, *others, siops.make_acting(Role.SECRETARY, make_other_entity())):
        refused("not_permitted", partial(town.homologate, declaration, by=actor))
    for proof in set(Proof) - {Proof.CERTIFICATE}:
        other = actor_of(town.secretary.user, at=now(), proof=proof, bond=town.secretary.bond)
        refused("not_permitted", partial(town.homologate, declaration, by=other))


def test_who_transmitted_does_not_homologate(town: Town) -> None:
    declaration = town.sent()
    declaration.transmitted_by = town.secretary.user
    declaration.save(update_fields=["transmitted_by"])
    refused("own_transmission", lambda: town.homologate(declaration))


def test_only_what_was_shown(town: Town) -> None:
    declaration = town.sent()
    refused("changed_since_shown", lambda: town.homologate(declaration, shown_hash="0" * 64))
    overtaken = make_declaration(town.entity, make_period(2026, 3), status="substituted")
    assert "Revise novamente" in refused("changed_since_shown", lambda: town.homologate(overtaken)).message


def test_not_once_the_portal_has_learned_something_that_changes_a_total(town: Town) -> None:
    declaration = town.sent()
    make_declaration(town.entity, make_period(2025, 6), status="homologated")
    now_shown = case_of(judged(declaration, now())).declaration.content_hash
    refused("changed_since_sent", lambda: town.homologate(declaration, shown_hash=now_shown))


def test_what_is_computed_without_judging_is_what_the_judgement_shows(town: Town) -> None:
    """With all that a total may follow from: the year before, and the rate of the Lei Orgânica."""
    make_declaration(town.entity, make_period(2025, 6), status="homologated")
    EntityReference.objects.create(
        entity=town.entity, population=1_000, organic_rate=1_800, fpm=0, icms=0, itr=0, union=0
    )
    declaration = town.sent()
    case = totals_of(declaration, content_of(declaration), origins_of(declaration))
    assert case.declaration.content_hash == case_of(judged(declaration, now())).declaration.content_hash
    assert town.homologate(declaration).status == "homologated"


def test_what_is_as_it_was_sent_is_not_computed_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    declaration, other = town.sent(), town.sent(period=make_period(2026, 3))
    Declaration.objects.filter(pk=other.pk).update(content_hash="0" * 64)
    monkeypatch.setattr(homologating, "content_of", lambda _: pytest.fail("read again"))
    assert town.homologate(declaration).status == "homologated"
    assert find_receipt(number=homologating.receipt_of(declaration).number)
    with pytest.raises(pytest.fail.Exception):
        town.homologate(other)


def test_an_amount_changed_behind_the_portal_is_found(town: Town) -> None:
    declaration = town.sent()
    declaration.cells.filter(record="receitas", key="IPTU", column="realizada").update(cents=1)
    refused("changed_since_shown", lambda: town.homologate(declaration))


def test_what_was_sent_before_its_origins_were_kept_is_computed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homologating, "_is_as_sent", lambda *_: False)
    declaration = town.homologate(town.sent())
    assert declaration.percent == declaration.receipts.get(kind=Receipt.Kind.TRANSMISSION).settled_percent
    assert find_receipt(number=homologating.receipt_of(declaration).number)


def test_what_the_portal_learns_between_the_signature_and_the_lock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    declaration, signing, before = town.sent(), homologating._sign, []

    def sign_and_learn(*given: Any, **named: Any) -> Any:
        signed = signing(*given, **named)
        make_declaration(town.entity, make_period(2025, 6), status="homologated")
        before.extend(marks())
        return signed

    monkeypatch.setattr(homologating, "_sign", sign_and_learn)
    with pytest.raises(RuleBroken, match="Revise novamente"):
        town.homologate(declaration)
    assert marks() == before


def test_only_after_24_hours_when_the_room_says_so(town: Town, switch: Switch) -> None:
    switch(homologation_24h="apos")
    declaration = town.sent()
    day = timedelta(hours=24)
    last = now() + day - timedelta(microseconds=1)
    assert "24/11/2026 às 12:00" in refused("too_early", lambda: town.homologate(declaration, at=last)).message
    assert town.homologate(declaration, at=now() + day).status == "homologated"


def test_three_wrong_pins_block_and_sign_nothing(town: Town) -> None:
    declaration = town.sent()
    assert "Restam 2" in refused("pin", lambda: town.homologate(declaration, pin=WRONG)).message
    refused("pin", lambda: town.homologate(declaration, pin=WRONG))
    told = OutboxMessage.objects.count()
    with pytest.raises(RuleBroken, match="bloqueado"):
        town.homologate(declaration, pin=WRONG)
    # The holder, of the block.
    assert OutboxMessage.objects.count() == told + 1
    assert refused("pin", lambda: town.homologate(declaration)).message == BLOCKED


def test_who_has_no_key_here_is_told_so(town: Town) -> None:
    declaration = town.sent()
    medium_of(town).delete()
    refused("no_key", lambda: town.homologate(declaration))


def test_a_certificate_that_is_over_signs_nothing(town: Town) -> None:
    declaration = town.sent()
    certificate = medium_of(town).certificate
    late = certificate.not_after
    refused("certificate", lambda: town.homologate(declaration, at=late))
    pki.revoke_certificate(certificate_id=certificate.pk, reason="perda", by=routine(), at=now())
    refused("certificate", lambda: town.homologate(declaration))


def test_one_revoked_between_the_signature_and_the_lock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    declaration, signing, before = town.sent(), homologating._sign, []

    def sign_and_lose(*given: Any, **named: Any) -> Any:
        signed = signing(*given, **named)
        pki.revoke_certificate(certificate_id=medium_of(town).certificate_id, reason="perda", by=routine(), at=now())
        before.extend(marks())
        return signed

    monkeypatch.setattr(homologating, "_sign", sign_and_lose)
    with pytest.raises(RuleBroken, match="deixou de valer"):
        town.homologate(declaration)
    assert marks() == before


def test_the_office_is_asked_again_under_the_lock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    declaration, signing = town.sent(), homologating._sign

    def sign_and_leave(*given: Any, **named: Any) -> Any:
        signed, record = signing(*given, **named), HealthManager.objects.get(pk=town.secretary.record.pk)
        record.end(at=now())
        record.save()
        return signed

    monkeypatch.setattr(homologating, "_sign", sign_and_leave)
    refused("not_permitted", lambda: town.homologate(declaration))

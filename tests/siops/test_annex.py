"""Anexo I signed in the portal: whose PIN, what it leaves, and again after a correction."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.session import CERTIFICATE
from common.exceptions import RuleBroken
from common.models import AuditEvent
from documents.models import Paper
from pki.models import Medium
from siops.models import Attachment, FundUpdate
from siops.services import annex
from siops.services.fund_updates import fields_hash
from tests.clock import now
from tests.factories import make_other_entity, siops
from tests.factories.siops import Acting
from tests.siops.doors import PIN, WRONG, make_medium, present, use_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Acting:
    return siops.make_acting()


@pytest.fixture
def medium(actor: Acting) -> Medium:
    return make_medium(actor.record.person)


@pytest.fixture
def update(actor: Acting, medium: Medium) -> FundUpdate:
    person = actor.record.person
    return siops.make_fund_update(actor.entity, opened_by=actor.user, director_cpf=person.cpf_text)


def sign(update: FundUpdate, actor: Acting, medium: Medium, **changes: Any) -> Attachment:
    by = replace(actor, certificate=medium.certificate.sha256)
    given: dict[str, Any] = {"shown_hash": fields_hash(update), "pin": PIN, "by": by}
    return annex.sign_annex(update_id=update.pk, at=now(), **(given | changes))


def test_the_dirigente_signs_and_a_corrected_one_is_another_edition(
    update: FundUpdate, actor: Acting, medium: Medium
) -> None:
    first = sign(update, actor, medium)
    FundUpdate.objects.filter(pk=update.pk).update(phone="1132140000")
    update = FundUpdate.objects.get(pk=update.pk)
    second = sign(update, actor, medium)
    papers = list(Paper.objects.issued().order_by("edition"))
    assert [paper.sha256 for paper in papers] == [first.sha256, second.sha256]
    assert [paper.edition for paper in papers] == [1, 2]
    assert {paper.signatures.get().certificate_id for paper in papers} == {medium.certificate_id}
    assert update.attachments.get().sha256 == second.sha256


def test_refusals_leave_no_paper(update: FundUpdate, actor: Acting, medium: Medium) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(RuleBroken, match="mudaram desde a exibição"):
        sign(update, actor, medium, shown_hash="0" * 64)
    other = siops.make_fund_update(director_cpf="52998224725", director_name="Outra Pessoa", entity=make_other_entity())
    theirs = siops.make_acting(entity=other.entity)
    with pytest.raises(RuleBroken, match="Só o dirigente informado no Anexo I o assina: Outra Pessoa"):
        sign(other, theirs, medium)
    assert AuditEvent.objects.count() == before
    with pytest.raises(RuleBroken, match="Restam 2 tentativas"):
        sign(update, actor, medium, pin=WRONG)
    assert not Paper.objects.exists()
    assert not update.attachments.exists()


def test_from_the_page_to_the_document(update: FundUpdate, actor: Acting, medium: Medium, client: Client) -> None:
    use_token(client, actor.user.login, PIN)
    assert client.session[CERTIFICATE] == medium.certificate.sha256
    address = reverse("siops:annex_sign", args=[update.pk])
    assert address in client.get(reverse("siops:fund_update_detail", args=[update.pk])).content.decode()
    assert "PIN incorreto" in client.post(address, {"pin": WRONG, "shown_hash": fields_hash(update)}).content.decode()
    answer = client.post(address, {"pin": PIN, "shown_hash": fields_hash(update)}, follow=True)
    assert "Anexo I assinado e anexado." in answer.content.decode()
    assert update.attachments.get().kind == Attachment.Kind.SIGNED_FORM


def test_who_has_the_key_elsewhere_types_no_pin(update: FundUpdate, actor: Acting, client: Client) -> None:
    medium = actor.record.person
    row = Medium.objects.get(certificate__holder_document=medium.cpf_text)
    pem = row.certificate.pem
    row.delete()
    present(client, pem, actor.record.pk)
    address = reverse("siops:annex_sign", args=[update.pk])
    page = client.get(address).content.decode()
    assert "PIN" not in page.split("</header>")[-1]
    client.post(address, {"shown_hash": fields_hash(update)})
    assert Paper.objects.issued().get().signatures.get().is_seal

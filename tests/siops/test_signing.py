"""Whose key signs a paper: the virtual token's by its PIN, the seal beside the certificate of the TLS, or the seal."""

from dataclasses import replace

import pytest

from common.exceptions import RuleBroken
from documents.models import Paper
from documents.services.issuing import Draft, issue_paper
from documents.services.signatories import Signatory
from pki import services as pki
from pki.authority import reading
from pki.models import Medium
from siops.services import signing
from siops.services.sign_in import open_virtual_token
from tests.actors import routine
from tests.clock import now
from tests.documents.conftest import authorities, draft
from tests.documents.test_issuing import text_of
from tests.factories.siops import Acting, make_acting
from tests.siops.doors import PIN, WRONG, make_medium

__all__ = ["authorities", "draft"]
pytestmark = pytest.mark.django_db
ROLE = "Secretária Municipal de Saúde"


@pytest.fixture
def actor(authorities: None) -> Acting:
    return make_acting()


@pytest.fixture
def medium(actor: Acting) -> Medium:
    return make_medium(actor.record.person)


def by_token(actor: Acting, medium: Medium, pin: str) -> Signatory:
    entered = replace(actor, certificate=medium.certificate.sha256)
    assert signing.asks_pin(entered)
    return signing.signatory_of(role=ROLE, pin=pin, actor=entered, at=now())


def issue(draft: Draft, signatory: Signatory) -> Paper:
    return issue_paper(draft=draft, signatories=[signatory], by=routine(), at=now())


def test_the_pin_opens_the_own_key(draft: Draft, actor: Acting, medium: Medium) -> None:
    signatory = by_token(actor, medium, PIN)
    assert signatory.identity is not None
    assert reading.fingerprint(signatory.identity.certificate) == medium.certificate.sha256
    paper = issue(draft, signatory)
    signature = paper.signatures.get()
    assert (signature.name, signature.role, signature.is_seal) == (actor.name, ROLE, False)
    assert signature.certificate == medium.certificate
    assert "Selado pelo portal" not in text_of(paper)


def test_wrong_pins_count_as_at_the_door_and_sign_nothing(actor: Acting, medium: Medium) -> None:
    with pytest.raises(RuleBroken, match="Restam 2 tentativas"):
        by_token(actor, medium, WRONG)
    assert "Resta 1 tentativa" in open_virtual_token(cpf=actor.user.login, pin=WRONG, at=now()).message
    with pytest.raises(RuleBroken, match="Certificado bloqueado"):
        by_token(actor, medium, WRONG)
    with pytest.raises(RuleBroken, match="Certificado bloqueado"):
        by_token(actor, medium, PIN)
    assert not Paper.objects.exists()


def test_who_holds_the_key_elsewhere_gets_the_seal_beside_that_certificate(draft: Draft, actor: Acting) -> None:
    """Imported, or brought by the browser: the certificate is on record, its key is not."""
    medium = make_medium(actor.record.person)
    certificate = medium.certificate
    Medium.objects.filter(pk=medium.pk).delete()
    entered = replace(actor, certificate=certificate.sha256)
    assert not signing.asks_pin(entered)
    paper = issue(draft, signing.signatory_of(role=ROLE, pin="", actor=entered, at=now()))
    assert paper.signatures.get().is_seal
    assert f"ter a chave do certificado nº {certificate.serial.upper()}, que não está aqui" in text_of(paper)


def test_who_entered_without_certificate_gets_the_seal_alone(draft: Draft, actor: Acting) -> None:
    paper = issue(draft, signing.signatory_of(role=ROLE, pin="", actor=actor, at=now()))
    assert paper.signatures.get().is_seal
    assert "quem assina não usou chave própria" in text_of(paper)


def test_a_revoked_certificate_signs_nothing(actor: Acting, medium: Medium) -> None:
    pki.revoke_certificate(certificate_id=medium.certificate_id, reason="perda", by=routine(), at=now())
    with pytest.raises(RuleBroken, match="não está em vigor"):
        by_token(actor, medium, PIN)

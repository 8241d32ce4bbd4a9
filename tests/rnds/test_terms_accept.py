"""«Confirmar e avançar»: all or nothing, once, and only while the token lives."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings as django_settings
from django.db import connection

from common import documents
from common.exceptions import NotAllowedNow, NotPermitted, Refusal, RuleBroken
from common.models import AuditEvent, OutboxMessage
from documents.models import Paper
from egestor.models import DeploymentToken
from egestor.services.tokens import cancel_token
from pki.authority.reading import other_names_of
from pki.models import Certificate
from pki.services import ensure_authorities
from rnds.models import Credential, CredentialRequest, TermsAcceptance, TermsText
from rnds.services import credentials, requests, terms
from tests.actors import acting
from tests.factories import (
    NOON,
    make_administrator,
    make_establishment,
    make_installation,
    make_manager,
    make_organisation,
    make_other_entity,
)
from tests.factories.credentials import (
    PFX_PASSWORD,
    accept,
    fill_draft,
    make_awaiting_terms,
    make_credential,
    make_draft,
)
from tests.siops.doors import PIN, WRONG, make_medium
from tests.switches import Switch

pytestmark = pytest.mark.django_db

LAST = [
    datetime.fromisoformat("2026-11-23T23:59:59.999999-03:00"),
    datetime.fromisoformat("2026-11-24T02:59:59.999999Z"),
]
TOO_LATE = [datetime.fromisoformat("2026-11-24T00:00:00-03:00"), datetime.fromisoformat("2026-11-24T03:00:00Z")]


def snapshot() -> tuple[Any, ...]:
    return (
        list(CredentialRequest.objects.order_by("pk").values()),
        list(DeploymentToken.objects.order_by("pk").values_list("pk", "status")),
        list(Credential.objects.order_by("pk").values()),
        list(Certificate.objects.order_by("pk").values_list("pk", "status")),
        TermsAcceptance.objects.count(),
        AuditEvent.objects.count(),
        OutboxMessage.objects.count(),
    )


def refused(act: Callable[[], Any], kind: type[Refusal] = RuleBroken) -> Refusal:
    before = snapshot()
    with pytest.raises(kind) as found:
        act()
    assert snapshot() == before
    return found.value


@pytest.fixture
def request_row(authorities: None) -> CredentialRequest:
    return make_awaiting_terms()


def test_the_acceptance_says_who_what_when_and_from_where(request_row: CredentialRequest) -> None:
    shown = terms.render_terms(request=request_row, at=NOON)
    accept(request_row)
    acceptance = TermsAcceptance.objects.get()
    assert (acceptance.cpf, acceptance.accepted_at, acceptance.ip) == (request_row.requester.cpf, NOON, "127.0.0.1")
    assert (acceptance.rendered, acceptance.text_sha256) == (shown.text, shown.sha256)
    assert len(acceptance.verification_code) == 16


def test_everything_happens_together(request_row: CredentialRequest) -> None:
    row = accept(request_row)
    credential = Credential.objects.get()
    token = DeploymentToken.objects.get(pk=row.token_id)
    assert (row.status, row.closed_at, row.sealed_password) == ("granted", NOON, None)
    assert (token.status, token.used_at, token.sealed_value) == ("used", NOON, None)
    assert (credential.request, credential.status, credential.activated_at) == (row, "active", NOON)
    assert (credential.uf_id, credential.entity_id) == (row.entity.uf_id, row.entity_id)
    assert credential.certificate.status == "valid"
    verbs = set(AuditEvent.objects.filter(at=NOON).values_list("verb", flat=True))
    assert {
        "terms.accepted",
        "token.used",
        "certificate.issued",
        "certificate.activated",
        "credential.granted",
    } <= verbs


def test_the_pin_signs_the_termo_by_the_own_key(
    request_row: CredentialRequest, django_capture_on_commit_callbacks: Any
) -> None:
    """A wrong one counts, and nothing is accepted."""
    medium = make_medium(request_row.requester)
    with pytest.raises(RuleBroken, match="PIN incorreto") as told:
        accept(request_row, pin=WRONG)
    assert (told.value.code, TermsAcceptance.objects.exists()) == ("pin", False)
    with django_capture_on_commit_callbacks() as queued:
        accept(request_row, pin=PIN)
    signature = Paper.objects.issued().get().signatures.get()
    assert (signature.certificate, signature.is_seal, queued) == (medium.certificate, False, [])


@pytest.mark.parametrize("at", LAST)
def test_the_last_microsecond_counts(request_row: CredentialRequest, at: datetime) -> None:
    assert accept(request_row, at=at).status == "granted"


@pytest.mark.parametrize("at", TOO_LATE)
def test_midnight_between_validar_and_confirmar(request_row: CredentialRequest, at: datetime) -> None:
    refusal = refused(lambda: accept(request_row, at=at))
    assert refusal.message.startswith("Token expirado.")
    assert requests.discard_overtaken(at=at) == 1
    row = CredentialRequest.objects.get(pk=request_row.pk)
    assert (row.status, row.ip_first, row.responsible) == ("discarded", request_row.ip_first, request_row.responsible)


def test_a_token_that_the_fund_took_back(request_row: CredentialRequest) -> None:
    cancel_token(token_id=request_row.token_id, by=acting(request_row.token.organisation.user), at=NOON)
    assert refused(lambda: accept(request_row)).message == "Este token foi cancelado em 23/11/2026 às 12:00."
    assert requests.discard_overtaken(at=NOON) == 1


def test_a_second_click_names_the_request_that_used_the_token(request_row: CredentialRequest) -> None:
    accept(request_row)
    refusal = refused(lambda: accept(request_row))
    assert refusal.message == f"Este token já foi utilizado na solicitação nº {request_row.pk}."


def test_another_termo_than_the_one_shown(request_row: CredentialRequest) -> None:
    def act() -> Any:
        return credentials.accept_terms(
            request_id=request_row.pk,
            shown_hash="0" * 64,
            ip=None,
            user_agent="",
            by=acting(request_row.requested_by),
            at=NOON,
        )

    assert refused(act).code == "changed_since_shown"


def test_a_new_version_published_while_reading(request_row: CredentialRequest) -> None:
    shown = terms.render_terms(request=request_row, at=NOON).sha256
    TermsText.objects.create(
        version="2026.2", body="Outro texto de {cessionario}.", sha256="1" * 64, signatory_unit="X", published_at=NOON
    )

    def act() -> Any:
        return credentials.accept_terms(
            request_id=request_row.pk,
            shown_hash=shown,
            ip=None,
            user_agent="",
            by=acting(request_row.requested_by),
            at=NOON,
        )

    assert refused(act).code == "changed_since_shown"
    assert terms.render_terms(request=request_row, at=NOON - timedelta(seconds=1)).version.version == terms.VERSION


def test_only_the_requester_accepts(request_row: CredentialRequest, django_user_model: Any) -> None:
    chief = make_administrator("chefe")
    for other in (make_manager(), make_manager(make_other_entity()), request_row.token.organisation.user, chief):
        refused(lambda by=other: accept(request_row, by=by), NotPermitted)  # type: ignore[misc] # bound now


def test_its_paper_is_issued_with_the_act(
    request_row: CredentialRequest, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        accept(request_row)
    paper = Paper.objects.issued().get()
    assert (paper.issued_at, paper.signatures.get().name) == (NOON, request_row.requester.name)
    assert f"solicitação nº {request_row.pk}" in paper.title


def test_a_draft_has_no_termo_to_accept(authorities: None) -> None:
    draft = make_draft()

    def act() -> Any:
        return credentials.accept_terms(
            request_id=draft.pk, shown_hash="", ip=None, user_agent="", by=acting(draft.requested_by), at=NOON
        )

    assert refused(act, NotAllowedNow).message == "Operação não permitida na situação atual (RASCUNHO)."


@pytest.mark.parametrize("broken", ["audit.record", "write_to_requester", "pki.activate_certificate"])
def test_a_fault_after_the_certificate_leaves_nothing(
    request_row: CredentialRequest, monkeypatch: Any, broken: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(f"rnds.services.credentials.granting.{broken}", fail)
    before = snapshot()
    with pytest.raises(RuntimeError):
        accept(request_row)
    assert snapshot() == before


# Numbers and the former credential


def test_the_same_cnes_keeps_its_id_and_the_former_is_revoked(authorities: None) -> None:
    manager, establishment = make_manager(), make_establishment()
    first = make_credential(manager, establishment=establishment)
    later = NOON + timedelta(hours=1)
    second = make_credential(manager, establishment=establishment, at=later)
    former = Credential.objects.get(pk=first.pk)
    assert (second.requester_id, second.version) == (first.requester_id, 2)
    assert (former.status, former.revocation_reason, former.revoked_at) == ("revoked", "substituída", later)
    assert former.certificate.status == "superseded"
    assert former.certificate.revoked_at is None
    assert AuditEvent.objects.filter(verb="credential.superseded").count() == 1


def test_or_draws_a_new_id(authorities: None, switch: Switch) -> None:
    switch(reuse_requester_id=False)
    manager, establishment = make_manager(), make_establishment()
    first, second = (make_credential(manager, establishment=establishment) for _ in range(2))
    assert second.requester_id > first.requester_id >= 10001
    assert second.version == 1


def test_versions_go_on_after_a_revocation(authorities: None) -> None:
    manager, establishment = make_manager(), make_establishment()
    first = make_credential(manager, establishment=establishment)
    credentials.revoke_credential(credential_id=first.pk, reason="Senha vazada", by=acting(manager), at=NOON)
    second = make_credential(manager, establishment=establishment)
    assert (second.requester_id, second.version) == (first.requester_id, 2)


def test_v10_the_installation_keeps_one_credential(authorities: None) -> None:
    manager, installation = make_manager(), make_installation()
    first = make_credential(manager, installation=installation)
    second = make_credential(manager, installation=installation)
    assert first.establishment != second.establishment
    assert Credential.objects.get(pk=first.pk).revocation_reason == "substituída"
    assert second.requester_id != first.requester_id


def test_other_municipios_are_left_alone(authorities: None) -> None:
    other = make_other_entity()
    theirs = make_credential(make_manager(other), entity=other)
    ours = make_credential()
    assert Credential.objects.get(pk=theirs.pk).status == "active"
    assert ours.uf_id != theirs.uf_id


# Whom the certificate names (scenario 13)


@pytest.mark.parametrize("form", ["moderno", "compativel"])
def test_a_fund_with_an_alphanumeric_cnpj(authorities: None, form: str) -> None:
    manager, establishment = make_manager(), make_establishment()
    make_organisation(establishment.entity, cnpj="12ABC34501DE35", name="Fundo Municipal de Saúde de Açaí")
    request = make_draft(manager, establishment)
    requests.save_certificate(
        request_id=request.pk,
        source="generate",
        password=PFX_PASSWORD,
        confirmation=PFX_PASSWORD,
        form=form,
        by=acting(manager),
        at=NOON,
    )
    fill_draft(request, certificate=False)
    requests.complete_request(request_id=request.pk, by=acting(manager), at=NOON)
    credential = accept(request).credential
    assert (credential.certificate.holder_document, credential.certificate.holder_kind) == ("12ABC34501DE35", "pj")
    assert credential.file is not None
    assert credential.file.form == form
    key, certificate, chain = pkcs12.load_key_and_certificates(credential.file.content, PFX_PASSWORD.encode())
    assert isinstance(certificate, x509.Certificate)
    assert key is not None
    assert len(chain) == 2
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "FUNDO MUNICIPAL DE SAUDE DE ACAI:12ABC34501DE35"
    fields = dict(other_names_of(certificate))
    assert fields["2.16.76.1.3.3"] == "12ABC34501DE35"
    assert request.requester.cpf_text in fields["2.16.76.1.3.4"]


# Races: two tabs, a double click, parallel POSTs


@pytest.mark.django_db(transaction=True)
def test_parallel_confirmations_make_exactly_one_credential() -> None:
    ensure_authorities(at=NOON)
    request = make_awaiting_terms()
    shown = terms.render_terms(request=request, at=NOON).sha256
    answers = in_parallel(
        [
            lambda: credentials.accept_terms(
                request_id=request.pk,
                shown_hash=shown,
                ip=None,
                user_agent="",
                by=acting(request.requested_by),
                at=NOON,
            )
        ]
        * 4
    )
    refusals = [answer for answer in answers if isinstance(answer, RuleBroken)]
    assert Credential.objects.count() == 1
    assert len(answers) - len(refusals) == 1
    assert {r.message for r in refusals} == {f"Este token já foi utilizado na solicitação nº {request.pk}."}
    assert Certificate.objects.filter(seal=None).count() == 1
    assert OutboxMessage.objects.filter(subject="Sua credencial foi gerada").count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_of_one_cnes_leave_one_active_credential() -> None:
    ensure_authorities(at=NOON)
    establishment = make_establishment()
    rows = [make_awaiting_terms(make_manager(), establishment=establishment) for _ in range(3)]
    answers = in_parallel([lambda row=row: accept(row) for row in rows])  # type: ignore[misc] # bound now
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Credential.objects.active().count() == 1
    assert sorted(Credential.objects.values_list("version", flat=True)) == [1, 2, 3]
    assert len(set(Credential.objects.values_list("requester_id", flat=True))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_validar_open_one_draft() -> None:
    draft = make_draft()
    token, key, by = draft.token, draft.installation.counter_key, draft.requested_by
    value = token.value
    draft.access_periods.all().delete()
    CredentialRequest.objects.all().delete()
    opened = in_parallel(
        [lambda: requests.open_request(token_value=value, counter_key=key, by=acting(by), at=NOON).request.pk] * 4
    )
    assert len(set(opened)) == 1
    assert CredentialRequest.objects.count() == 1


def in_parallel(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run each in a thread with a connection of its own; an exception is an answer."""
    gate = threading.Barrier(len(acts))
    answers: list[Any] = []

    def run(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers.append(act())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


# The text


def test_the_text_has_the_parties_and_the_brasilia_date_in_words(request_row: CredentialRequest) -> None:
    text = terms.render_terms(request=request_row, at=datetime.fromisoformat("2026-12-01T02:59:59Z")).text
    assert text.startswith("Aos 30 dias do mês de novembro do ano de 2026, de um lado a UNIÃO")
    assert "CNPJ nº 00.394.544/0008-51" in text
    assert "CGPROJ/SAPS" in text
    assert "Lei nº 9.609/1998" in text
    assert "CEDENTE" in text
    assert "CESSIONÁRIO" in text
    assert documents.format_cpf(request_row.requester.cpf_text) in text
    assert request_row.establishment_id in text
    assert "{" not in text
    first = terms.render_terms(request=request_row, at=datetime.fromisoformat("2026-12-01T03:00:00Z")).text
    assert first.startswith("Ao primeiro dia do mês de dezembro do ano de 2026")


def test_names_cannot_make_the_text_read_otherwise(authorities: None) -> None:
    establishment = make_establishment(name="UBS \u202eoãs\u0000 {cpf} <b>".replace("\u0000", "\u0007"))
    request = make_awaiting_terms(establishment=establishment)
    text = terms.render_terms(request=request, at=NOON).text
    assert "UBS oãs {cpf} <b>" in text
    assert "\u202e" not in text


def test_the_built_in_version_is_put_in_once(db: Any) -> None:
    assert terms.ensure_terms_text(at=NOON) == terms.ensure_terms_text(at=NOON + timedelta(days=1))
    text = TermsText.objects.get()
    assert text.sha256 == terms.sha256_of(text.body)
    assert django_settings.PORTAL_URL not in text.body

"""Several browsers at the same request in the same moment, over real HTTP."""

from typing import Any

import pytest

from egestor.models import DeploymentToken
from pki import services as pki
from pki.models import Pkcs12File
from rnds import tasks
from rnds.models import Credential, CredentialRequest
from rnds.services.terms import ensure_terms_text
from tests import factories
from tests.attacks.people import Browser, assert_no_orphan_certificate, assert_whole, at_once
from tests.factories import NOON
from tests.factories.credentials import make_awaiting_terms, make_draft, make_token
from tests.in_room import below
from tests.live import LivePortal

ROUNDS = 4


@pytest.fixture(autouse=True)
def noon(noon_portal: LivePortal) -> None:
    pki.ensure_authorities(at=NOON)
    ensure_terms_text(at=NOON)


def terms_path(request: CredentialRequest) -> str:
    return f"/rnds/solicitacao/{request.pk}/termo/"


def test_two_browsers_confirm_the_same_token(noon_portal: LivePortal) -> None:
    """Exactly one credential; both are told its number, and one of them that the token was already used."""
    request = make_awaiting_terms()
    browsers = [Browser(noon_portal.url, request.requested_by) for _ in range(2)]
    sent = [browser.read_terms(request) for browser in browsers]
    pairs = list(zip(browsers, sent, strict=True))
    answers = at_once(*[lambda b=b, d=d: b.post(terms_path(request), d) for b, d in pairs])
    credential = assert_whole(request.pk).credential
    assert Credential.objects.count() == 1
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(str(credential.requester_id) in answer.text for answer in answers)
    later = browsers[0].post(terms_path(request), sent[0])
    assert str(credential.requester_id) in later.text
    assert Credential.objects.count() == 1


def test_many_clicks_in_one_browser(noon_portal: LivePortal, monkeypatch: pytest.MonkeyPatch) -> None:
    # The worker makes the paper in its own time, as in use: no click waits for it, and the last one to answer is late.
    monkeypatch.setattr(tasks.issue_terms, "delay", lambda _: None)
    request = make_awaiting_terms()
    browser = Browser(noon_portal.url, request.requested_by)
    sent = browser.read_terms(request)
    answers = at_once(*[lambda: browser.post(terms_path(request), sent, allow_redirects=False)] * 6)
    assert_whole(request.pk)
    assert {answer.status_code for answer in answers} == {302}
    assert {below(answer.headers["Location"]) for answer in answers} == {f"/rnds/solicitacao/{request.pk}/"}
    told = browser.get(f"/rnds/solicitacao/{request.pk}/").text
    assert f"Este token já foi utilizado na solicitação nº {request.pk}." in told


def test_confirming_while_the_fund_cancels(noon_portal: LivePortal) -> None:
    """One of the two happens, never both and never neither."""
    entity = factories.make_entity()
    fund = factories.make_organisation(entity)
    for _ in range(ROUNDS):
        request = make_awaiting_terms()
        manager, treasurer = Browser(noon_portal.url, request.requested_by), Browser(noon_portal.url, fund.user)
        sent = manager.read_terms(request)
        cancel = f"/e-gestor/tokens/{request.token_id}/cancelar/"
        treasurer.get(cancel)
        confirmed, cancelled = at_once(
            lambda m=manager, r=request, s=sent: m.post(terms_path(r), s),  # type: ignore[misc]
            lambda t=treasurer, c=cancel: t.post(c, {}),  # type: ignore[misc]
        )
        after = assert_whole(request.pk)
        used = after.status == CredentialRequest.Status.GRANTED
        assert after.token.status == (DeploymentToken.Status.USED if used else DeploymentToken.Status.CANCELLED)
        assert cancelled.status_code == (409 if used else 200)
        assert ("Este token foi cancelado em 23/11/2026 às 12:00." in confirmed.text) is not used


def test_confirming_while_another_tab_gives_up_or_goes_back(noon_portal: LivePortal) -> None:
    for other in ({"cancelar": "1"}, None):
        for _ in range(ROUNDS):
            request = make_awaiting_terms()
            one, two = (Browser(noon_portal.url, request.requested_by) for _ in range(2))
            sent = one.read_terms(request)
            two.read_terms(request)
            path = terms_path(request) if other else f"/rnds/solicitacao/{request.pk}/desistir/"
            answers = at_once(
                lambda b=one, r=request, s=sent: b.post(terms_path(r), s),  # type: ignore[misc]
                lambda b=two, p=path, o=other: b.post(p, o or {}),  # type: ignore[misc]
            )
            after = assert_whole(request.pk)
            assert {answer.status_code for answer in answers} <= {200, 409}
            left = CredentialRequest.Status.DRAFT if other else CredentialRequest.Status.CANCELLED
            assert after.status in {CredentialRequest.Status.GRANTED, left}


def test_a_stale_tab_after_the_form_changed(noon_portal: LivePortal) -> None:
    """The termo that the first tab shows is no longer the one of the request: it must be read again."""
    request = make_awaiting_terms()
    one, two = (Browser(noon_portal.url, request.requested_by) for _ in range(2))
    stale = one.read_terms(request)
    two.read_terms(request)
    two.post(terms_path(request), {"cancelar": "1"})
    gestor = f"/rnds/solicitacao/{request.pk}/gestor/"
    changed = {"cpf": request.requester.cpf_text, "phone": "11912345678", "email": "outro@ensaio.example"}
    assert two.post(gestor, changed, allow_redirects=False).status_code == 302

    # While the form is open the stale confirmation leads back to it.
    assert one.post(terms_path(request), stale, allow_redirects=False).status_code == 302
    assert assert_whole(request.pk).status == CredentialRequest.Status.DRAFT
    two.post(f"/rnds/solicitacao/{request.pk}/revisao/", {})
    answer = one.post(terms_path(request), stale)
    assert "O termo mudou desde que foi exibido." in answer.text
    assert assert_whole(request.pk).status == CredentialRequest.Status.AWAITING_TERMS
    assert one.post(terms_path(request), one.read_terms(request)).status_code == 200
    assert assert_whole(request.pk).status == CredentialRequest.Status.GRANTED


def test_validar_and_steps_from_two_tabs(noon_portal: LivePortal) -> None:
    """One draft, whichever tab was first; of two certificates chosen at once one is kept."""
    manager, installation = factories.make_manager(), factories.make_installation()
    token = make_token(manager)
    browsers = [Browser(noon_portal.url, manager) for _ in range(3)]
    for browser in browsers:
        browser.get("/rnds/solicitacao/nova/")
    sent = {"token_value": token.value, "counter_key": installation.counter_key}
    answers = at_once(*[lambda b=b: b.post("/rnds/solicitacao/nova/", sent) for b in browsers])
    request = CredentialRequest.objects.get()
    assert {answer.url for answer in answers} == {f"{noon_portal.url}/rnds/solicitacao/{request.pk}/certificado/"}

    def choose(browser: Browser, password: str) -> Any:
        form = {"password": password, "confirmation": password, "form": Pkcs12File.Form.MODERN.value}
        return browser.post(f"/rnds/solicitacao/{request.pk}/certificado/?tipo=gerar", form)

    passwords = ["primeira senha", "segunda senha", "terceira senha"]
    pairs = list(zip(browsers, passwords, strict=True))
    at_once(*[lambda b=b, p=p: choose(b, p) for b, p in pairs])
    assert CredentialRequest.objects.get().password in passwords
    assert_no_orphan_certificate()


def test_another_person_at_the_same_moment(noon_portal: LivePortal) -> None:
    """A colleague who posts the confirmation of somebody else's request is refused, and changes nothing."""
    request = make_awaiting_terms()
    colleague = factories.make_manager()
    own, other = Browser(noon_portal.url, request.requested_by), Browser(noon_portal.url, colleague)
    sent = own.read_terms(request)
    other.get("/rnds/")
    mine, theirs = at_once(
        lambda: own.post(terms_path(request), sent), lambda: other.post(terms_path(request), dict(sent))
    )
    assert (mine.status_code, theirs.status_code) == (200, 403)
    assert assert_whole(request.pk).requested_by == request.requested_by


def test_the_token_opens_for_one_cpf_only_even_at_once(noon_portal: LivePortal) -> None:
    draft = make_draft()
    colleague = Browser(noon_portal.url, factories.make_manager())
    foreigner = Browser(noon_portal.url, factories.make_manager(factories.make_other_entity()))
    sent = {"token_value": draft.token.value, "counter_key": draft.installation.counter_key}
    for browser in (colleague, foreigner):
        browser.get("/rnds/solicitacao/nova/")
    answers = at_once(*[lambda b=b: b.post("/rnds/solicitacao/nova/", sent) for b in (colleague, foreigner)])
    assert "Este token foi gerado para outro responsável." in answers[0].text
    assert "Token não encontrado." in answers[1].text
    assert CredentialRequest.objects.count() == 1

"""One person sends seventeen containers of two thousand million rounds at once: everybody else goes on being served."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from asn1crypto import pkcs12 as asn1_pkcs12

from pki.authority import containers
from rnds.models import CredentialRequest
from tests import factories
from tests.attacks.people import Browser, at_once
from tests.factories.credentials import make_draft, make_own_pfx
from tests.live import LivePortal

SENT = 17


@pytest.fixture
def draft(noon_portal: LivePortal, monkeypatch: pytest.MonkeyPatch) -> CredentialRequest:
    monkeypatch.setattr(containers, "LONGEST_SECONDS", 6.0)
    return make_draft()


def endless(content: bytes) -> bytes:
    hostile = asn1_pkcs12.Pfx.load(content)
    hostile["mac_data"]["iterations"] = 2**31 - 1
    return bytes(hostile.dump(force=True))


def test_seventeen_endless_files_silence_nobody(noon_portal: LivePortal, draft: CredentialRequest) -> None:
    path = f"/rnds/solicitacao/{draft.pk}/certificado/?tipo=pfx"
    browser = Browser(noon_portal.url, draft.requested_by)
    browser.get(path)
    content = endless(make_own_pfx(draft.token.organisation.cnpj))
    other = Browser(noon_portal.url, factories.make_manager(draft.entity))
    waits: list[float] = []

    def send() -> requests.Response:
        file = {"file": ("meu.pfx", content)}
        return browser.post(path, {"password": "qualquer"}, files=file, allow_redirects=False)

    def work_meanwhile() -> None:
        for _ in range(10):
            started = time.monotonic()
            assert other.get("/rnds/").status_code == 200
            waits.append(time.monotonic() - started)

    works: list[Callable[[], Any]] = [send] * SENT
    *answers, _ = at_once(*works, work_meanwhile)
    refused = [answer for answer in answers if answer.status_code == 429]
    opened = [answer for answer in answers if answer.status_code == 200]
    assert len(refused) + len(opened) == SENT
    assert len(refused) >= SENT - 2
    assert {answer.headers["Retry-After"] for answer in refused} == {"15"}
    assert all("Já há um certificado seu sendo aberto" in answer.text for answer in refused)
    assert all("O arquivo pede trabalho demais para ser aberto" in answer.text for answer in opened)
    assert len(waits) == 10
    assert max(waits) < containers.LONGEST_SECONDS

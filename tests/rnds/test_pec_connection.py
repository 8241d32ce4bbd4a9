"""«Testar conexão»: a real mutual-TLS call to the real listener, and each outcome that it can have."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, User
from common.exceptions import NotAllowedNow, NotPermitted
from common.models import AuditEvent
from pki import services as pki
from rnds.models import PecInstallation
from rnds.services import connection, pec
from tests import factories
from tests.actors import acting
from tests.clock import now, standing_at
from tests.factories.certificates import PFX_PASSWORD, Pfx, grant_credential, make_pfx, put_file
from tests.live import LivePortal
from tests.switches import Switch

Result = PecInstallation.LastResult


def administrator(installation: PecInstallation) -> User:
    return factories.make_member(Membership.Role.PEC_MUNICIPAL_ADMIN, installation.entity)


def enabled_with(pfx: Pfx, *, at: datetime) -> PecInstallation:
    """An installation whose PEC calls with this certificate."""
    installation = factories.make_installation()
    credential = grant_credential(pfx, at=at, installation=installation)
    file = put_file(installation, pfx.content, at=at)
    return pec.enable_certificate(
        installation_id=installation.pk,
        file_id=file.pk,
        password=PFX_PASSWORD,
        requester_id=credential.requester_id,
        serves_rnds=True,
        serves_cadsus=False,
        by=acting(administrator(installation)),
        at=at,
    )


def outcome(installation: PecInstallation, *, at: datetime | None = None) -> PecInstallation.LastResult:
    at = at or now()
    tried = connection.test_connection(installation_id=installation.pk, by=acting(administrator(installation)), at=at)
    found = PecInstallation.objects.get(pk=installation.pk)
    assert (found.last_result, found.last_result_at) == (tried.result.value, at)
    event = AuditEvent.objects.filter(verb="pec.connection_tested").latest("pk")
    assert event.details == {
        "result": tried.result.value,
        "calls": [connection.on_record(step) for step in tried.steps],
    }
    return tried.result


def test_success(live_portal: LivePortal) -> None:
    installation = enabled_with(make_pfx(at=now()), at=now())
    assert outcome(installation).label == "Conexão bem-sucedida"


def test_a_revoked_certificate_fails(live_portal: LivePortal) -> None:
    pfx = make_pfx(at=now())
    installation = enabled_with(pfx, at=now())
    pki.revoke_certificate(certificate_id=pfx.certificate.pk, reason="ensaio", at=now())
    assert outcome(installation).label == "Falha no certificado"


def test_an_expired_certificate_is_noticed_by_its_day(live_portal: LivePortal) -> None:
    at = now()
    pfx = make_pfx(at=at - timedelta(days=30), not_after=at - timedelta(days=2))
    installation = enabled_with(pfx, at=at - timedelta(days=20))
    assert outcome(installation).label == "Certificado expirado"


def test_on_the_last_day_only_the_server_notices(live_portal: LivePortal) -> None:
    at = now()
    pfx = make_pfx(at=at - timedelta(days=30), not_after=at - timedelta(seconds=1))
    installation = enabled_with(pfx, at=at - timedelta(days=20))
    # The class's clock is still on the day on which the certificate ended.
    assert outcome(installation, at=pfx.certificate.not_after).label == "Falha no certificado"


@pytest.mark.parametrize(
    ("instant", "expired"),
    [
        ("2026-12-01T23:59:59.999999-03:00", False),
        ("2026-12-02T02:59:59.999999Z", False),
        ("2026-12-02T00:00:00-03:00", True),
        ("2026-12-02T03:00:00.000001Z", True),
    ],
)
@pytest.mark.django_db
def test_the_day_is_that_of_brasilia(instant: str, expired: bool, settings: Any) -> None:
    settings.TLS_URL = f"https://127.0.0.1:{free_port()}"
    end = datetime(2026, 12, 1, 15, tzinfo=UTC)
    pfx = make_pfx(at=factories.NOON, not_before=factories.NOON, not_after=end)
    installation = enabled_with(pfx, at=factories.NOON)
    at = datetime.fromisoformat(instant)
    with standing_at(factories.NOON, running=True):
        assert outcome(installation, at=at) == (Result.CERTIFICATE_EXPIRED if expired else Result.NO_CONNECTION)


@pytest.mark.django_db
def test_nobody_listens(settings: Any) -> None:
    settings.TLS_URL = f"https://127.0.0.1:{free_port()}"
    assert outcome(enabled_with(make_pfx(at=now()), at=now())).label == "Sem conexão"


@pytest.mark.django_db
def test_a_server_that_never_answers_is_given_up(settings: Any) -> None:
    with listening(b"") as port:
        settings.TLS_URL = f"https://127.0.0.1:{port}"
        installation = enabled_with(make_pfx(at=now()), at=now())
        started = time.monotonic()
        assert outcome(installation) == Result.NO_CONNECTION
    assert time.monotonic() - started < 8


@pytest.mark.django_db
def test_a_server_that_speaks_something_else(settings: Any) -> None:
    with listening(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        settings.TLS_URL = f"https://127.0.0.1:{port}"
        assert outcome(enabled_with(make_pfx(at=now()), at=now())) == Result.NO_CONNECTION


def test_a_server_of_another_authority_is_not_the_rnds(
    live_portal: LivePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = enabled_with(make_pfx(at=now()), at=now())
    monkeypatch.setattr(pki, "trusted_bundle_pem", self_made_bundle)
    assert outcome(installation) == Result.NO_CONNECTION


@pytest.mark.django_db
def test_only_an_enabled_certificate_is_tested() -> None:
    installation = factories.make_installation()
    with pytest.raises(NotAllowedNow, match="Sem certificado"):
        outcome(installation)
    assert not AuditEvent.objects.filter(verb="pec.connection_tested").exists()


@pytest.mark.django_db
def test_only_the_municipal_admin_tests() -> None:
    installation = enabled_with(make_pfx(at=now()), at=now())
    keeper = factories.make_member(Membership.Role.PEC_INSTALLATION_ADMIN, installation.entity)
    with pytest.raises(NotPermitted):
        connection.test_connection(installation_id=installation.pk, by=acting(keeper), at=now())


@pytest.mark.django_db
def test_a_certificate_changed_meanwhile_does_not_get_the_result() -> None:
    installation = enabled_with(make_pfx(at=now()), at=now())
    with pytest.raises(NotAllowedNow):
        connection.record_result(
            installation_id=installation.pk,
            file_id=(installation.enabled_file_id or 0) + 1,
            tried=connection.Tried(Result.SUCCESS),
            by=acting(administrator(installation)),
            at=now(),
        )
    assert PecInstallation.objects.get(pk=installation.pk).last_result == ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(answer: bytes) -> Iterator[int]:
    """A TCP server that answers anybody with these bytes, or with silence."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            try:
                while True:
                    client, _ = server.accept()
                    held.append(client)
                    if answer:
                        client.sendall(answer)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)
        for client in held:
            client.close()


def self_made_bundle() -> bytes:
    """Trust in an authority that signed nothing here."""
    from pki.authority import hierarchy  # noqa: PLC0415 -- used once

    spec = hierarchy.AuthoritySpec("outra", "AC Desconhecida", "", 0)
    return hierarchy.pem(
        hierarchy.make_authority(
            spec, parent=None, organisation="Outra", portal_url="http://outra.example", at=now()
        ).certificate
    )


@pytest.mark.parametrize("defect", ["revoked", "none"])
def test_in_tls_mode_the_alert_is_understood(defect: str, live_portal: LivePortal, switch: Switch) -> None:
    switch(auth_error_mode="tls")
    pfx = make_pfx(at=now())
    installation = enabled_with(pfx, at=now())
    for slug in ("egestor-raiz", "egestor", "icp-raiz", "icp"):
        pki.publish_crl(authority_slug=slug, at=now())
    if defect == "revoked":
        pki.revoke_certificate(certificate_id=pfx.certificate.pk, reason="ensaio", at=now())
    live_portal.house.renew_trust(at=now())
    assert outcome(installation) == (Result.CERTIFICATE_FAILURE if defect == "revoked" else Result.SUCCESS)

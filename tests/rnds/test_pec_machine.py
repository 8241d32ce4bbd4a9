"""SM4: the whole table of the PEC, refused cells included."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django_fsm import TransitionNotAllowed

from common import vault
from rnds.models import PecInstallation, PecKeyFile
from tests import factories
from tests.factories import NOON

NO_CERTIFICATE, FILE_AVAILABLE, ENABLED = "no_certificate", "file_available", "enabled"
STATES = (NO_CERTIFICATE, FILE_AVAILABLE, ENABLED)
TABLE = {
    (NO_CERTIFICATE, "receive_file"): FILE_AVAILABLE,
    (FILE_AVAILABLE, "receive_file"): FILE_AVAILABLE,
    (FILE_AVAILABLE, "lose_last_file"): NO_CERTIFICATE,
    (FILE_AVAILABLE, "enable"): ENABLED,
    (ENABLED, "disable"): FILE_AVAILABLE,
}
EVENTS: dict[str, dict[str, Any]] = {
    "receive_file": {},
    "lose_last_file": {},
    "enable": {
        "file": PecKeyFile(pk=1),
        "sealed_password": b"x",
        "requester_id": 10001,
        "serves_rnds": True,
        "serves_cadsus": True,
        "fingerprint": "ab" * 32,
        "not_after": NOON + timedelta(days=1),
        "at": NOON,
    },
    "disable": {},
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(STATES, EVENTS)))
def test_every_cell(state: str, event: str) -> None:
    installation = PecInstallation(status=state, requester_id=7, last_result="success")
    transition = getattr(installation, event)
    target = TABLE.get((state, event))
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            transition(**EVENTS[event])
        assert installation.status == state
    else:
        transition(**EVENTS[event])
        assert installation.status == target


def test_the_machine_has_no_other_event() -> None:
    installation: Any = PecInstallation()
    assert {t.name for t in installation.get_all_status_transitions()} == set(EVENTS)


def test_disabling_forgets_everything_about_the_certificate() -> None:
    installation: Any = PecInstallation(status=FILE_AVAILABLE)
    installation.enable(**EVENTS["enable"])
    assert installation.certificate_not_after == NOON + timedelta(days=1)
    installation.disable()
    assert installation.enabled_file_id is None
    assert installation.sealed_password is None
    assert installation.requester_id is None
    assert installation.certificate_not_after is None
    assert (installation.serves_rnds, installation.serves_cadsus) == (False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": ENABLED}, "pec_enabled_has_certificate"),
        ({"status": NO_CERTIFICATE, "sealed_password": b"x"}, "pec_enabled_has_certificate"),
    ],
)
def test_the_database_refuses_half_an_enabling(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        factories.make_installation(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("services", "constraint"),
    [
        ({"requester_id": 1}, "pec_enabled_serves_something"),
        ({"serves_rnds": True}, "pec_rnds_has_requester_id"),
    ],
)
def test_the_database_refuses_an_enabling_that_serves_nothing(services: dict[str, Any], constraint: str) -> None:
    installation = factories.make_installation()
    file = PecKeyFile.objects.create(
        installation=installation,
        filename="a.pfx",
        sealed_content=vault.seal(b"x"),
        size=1,
        uploaded_by=factories.make_user(),
        uploaded_at=NOON,
    )
    with pytest.raises(IntegrityError, match=constraint):
        factories.make_installation(
            status=ENABLED,
            enabled_file=file,
            sealed_password=b"x",
            enabled_at=NOON,
            certificate_not_after=NOON,
            **services,
        )

"""A task that somebody asked for is not lost while the database is away."""

from typing import Any

import pytest
from celery.exceptions import Retry
from django.db import OperationalError

from accounts import tasks
from common import vault


@pytest.mark.parametrize(
    ("task", "service"),
    [
        (tasks.send_organisation_recovery, "send_organisation_recovery"),
        (tasks.send_person_instructions, "send_person_instructions"),
    ],
)
def test_it_goes_back_to_the_queue_until_the_database_is_back(
    monkeypatch: pytest.MonkeyPatch, task: Any, service: str
) -> None:
    sealed = vault.seal(b"99900100212").decode()
    with monkeypatch.context() as patch:
        patch.setattr(f"accounts.tasks.passwords.{service}", _away)
        with pytest.raises(Retry) as again:
            task.delay(sealed)
    pause: Any = again.value.when
    assert 0 <= pause <= 60
    assert task.max_retries == 60

    done = []
    monkeypatch.setattr(f"accounts.tasks.passwords.{service}", lambda **given: done.append(given))
    task.delay(sealed)
    assert len(done) == 1


def _away(**_: Any) -> None:
    raise OperationalError("connection refused")

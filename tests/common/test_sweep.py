"""What the house forgets by itself: sessions whose time is over, with what they hold of a person, and old counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from common import counters
from common.models import Counter
from common.tasks import sweep_expired
from config.celery import app
from tests.clock import now
from tests.factories import make_cpf
from tests.siops.doors import take_token

pytestmark = pytest.mark.django_db


def test_expired_sessions_go_with_the_cpf_that_somebody_claimed_and_the_others_stay() -> None:
    gone, kept = Client(), Client()
    take_token(gone, make_cpf(1))
    take_token(kept, make_cpf(2))
    expired = Session.objects.filter(session_key=gone.session.session_key)
    assert expired.get().get_decoded()["siops_claim"]["cpf"] == make_cpf(1)
    expired.update(expire_date=now() - timedelta(seconds=1))

    sweep_expired()

    assert [session.session_key for session in Session.objects.all()] == [kept.session.session_key]
    assert kept.get(reverse("siops:sign_in_pin")).status_code == 200


def test_counts_whose_time_is_over_go_too() -> None:
    instant = now()
    counters.count("porta", "velho", lasts=timedelta(seconds=1), at=instant - timedelta(minutes=1))
    counters.count("porta", "novo", lasts=timedelta(hours=1), at=instant)
    sweep_expired()
    assert Counter.objects.count() == 1


def test_the_scheduler_sweeps() -> None:
    app.loader.import_default_modules()
    entries: list[dict[str, Any]] = list(settings.CELERY_BEAT_SCHEDULE.values())
    visited = {name for entry in entries for names in entry.get("args", ()) for name in names}
    names = {entry["task"] for entry in entries} | visited
    assert sweep_expired.name in names
    assert names <= set(app.tasks)

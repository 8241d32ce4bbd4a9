"""Who opens a room from another machine: the trainer and the administrator of the open room, and nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import make_manager, make_staff

pytestmark = pytest.mark.django_db(databases=["default", "control"])
MAY = {User.StaffRole.TRAINER, User.StaffRole.ADMINISTRATOR}


def status_from_elsewhere(user: User | None) -> int:
    client = Client(REMOTE_ADDR="192.0.2.7")
    if user is not None:
        client.force_login(user)
    return int(client.get(reverse("rooms:open")).status_code)


@pytest.mark.parametrize("role", User.StaffRole)
def test_the_team(role: User.StaffRole) -> None:
    assert status_from_elsewhere(make_staff(staff_role=role)) == (200 if role in MAY else 422)


def test_nobody_else() -> None:
    assert status_from_elsewhere(None) == 422
    assert status_from_elsewhere(make_manager()) == 422

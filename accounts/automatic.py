"""The accounts by which a desk answers by itself (papel automático): each with one role, and no way in.

They are accounts, and not a routine without offices, because the database asks who decided, and two pairs of eyes are
two accounts. Their proof is one that no door gives.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.actors import Proof, actor_of
from accounts.models import User
from common.actor import Account, Actor

# No login of a person has a colon.
PREFIX = "automatico:"
NAME = "Automático · {desk}"


def automatic_account(*, desk: str, role: User.StaffRole, words: str) -> User:
    """The account of the desk called `desk`, opened when it first answers; `words` are its name."""
    account, _ = User.objects.get_or_create(
        login=PREFIX + desk,
        defaults={
            "kind": User.Kind.STAFF,
            "name": NAME.format(desk=words),
            "is_staff": True,
            "staff_role": role,
            "password": make_password(None),
        },
    )
    return account


def automatic_actor(*, desk: str, role: User.StaffRole, words: str, at: datetime) -> Actor:
    """That account as who acts."""
    return actor_of(automatic_account(desk=desk, role=role, words=words), at=at, proof=Proof.AUTOMATIC)


def is_automatic(account: Account | None) -> bool:
    """Whether nobody stands behind the account."""
    return account is not None and account.login.startswith(PREFIX)

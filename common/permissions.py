"""Asking for permission. Every service asks exactly once; templates ask the same question for the button."""

from typing import Any

from common.exceptions import NotPermitted


def require(user: Any, permission: str, target: Any = None) -> None:
    """Raise NotPermitted unless `user` holds `permission` on `target` (rules live in each app's rules.py)."""
    if not user.has_perm(permission, target):
        raise NotPermitted

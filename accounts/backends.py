"""Proofs of identity that open a session."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import lockout
from accounts.actors import Proof
from accounts.models import User
from accounts.published import is_refused_password
from common import prepared


@prepared.composed
def _active(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk, is_active=True)


def active_account(pk: int) -> User | None:
    """The account of a session, asked at every request; None for one that was closed (conta inativa)."""
    return next(iter(_active(pk=pk)), None)


def active_person(pk: int) -> User | None:
    """The same, of a person and of nobody else."""
    account = active_account(pk)
    return account if account is not None and account.kind == User.Kind.PERSON else None


class AccountBackend(ModelBackend):
    """Login and password (senha), for health funds and staff; people have no password here."""

    proof = Proof.PASSWORD

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if not isinstance(user, User) or user.kind == User.Kind.PERSON or is_refused_password(password or ""):
            return None
        lockout.proven(request)
        return user

    def get_user(self, user_id: int) -> User | None:
        return active_account(user_id)


class ProofBackend(BaseBackend):
    """Marks a person's session opened by a proof that a service has judged; `proof` says what the session reaches.

    It accepts no credentials, so django.contrib.auth.authenticate() can never enter by it.
    """

    proof: Proof

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        return active_person(user_id)


class GovBrBackend(ProofBackend):
    """The simulated gov.br, after sign_in_person said yes. Outside DEMO a CPF proves nobody, and such sessions end."""

    proof = Proof.GOVBR

    def get_user(self, user_id: int) -> User | None:
        return super().get_user(user_id) if settings.DEMO else None


class AccessLinkBackend(ProofBackend):
    """The one-time link that who runs the portal gave to the person."""

    proof = Proof.ACCESS_LINK


class CertificateBackend(ProofBackend):
    """A digital certificate, in the TLS handshake or in the virtual token.

    The session is of the one entity and role that were chosen: it reaches none of the person's own profiles.
    """

    proof = Proof.CERTIFICATE

"""Proofs of identity of the CADSUS and of the SISRede."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from accounts import lockout
from accounts.actors import Proof
from accounts.backends import GovBrBackend, ProofBackend, active_person
from accounts.models import User
from accounts.published import is_refused_password
from cadsus.models import Posting


class OperatorBackend(GovBrBackend):
    """The simulated gov.br at the door of the SGOP and of the CADSUSWEB: none of the person's other profiles."""

    proof = Proof.OPERATOR


class OperatorLinkBackend(ProofBackend):
    """The one-time link at the same door, also outside a demonstration."""

    proof = Proof.OPERATOR


class UnitPasswordBackend(BaseBackend):
    """Judges the password of who has or had a function in a unit; whether it opens the SISRede the service says."""

    proof = Proof.UNIT_PASSWORD

    def authenticate(
        self,
        request: HttpRequest | None,
        unit_cpf: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        if unit_cpf is None or password is None:
            return None
        postings = Posting.objects.filter(link__person__user=OuterRef("pk"))
        user = User.objects.filter(Exists(postings), kind=User.Kind.PERSON, is_active=True, login=unit_cpf).first()
        if user is None:
            # The same work as for an account that exists.
            User().set_password(password)
            return None
        if not user.check_password(password) or is_refused_password(password):
            return None
        lockout.proven(request)
        return user

    def get_user(self, user_id: int) -> User | None:
        return active_person(user_id)

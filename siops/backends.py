"""Proofs of identity at the doors of the SIOPS: the technician's password, and the link of the Conselho."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from accounts import lockout
from accounts.actors import Proof
from accounts.backends import ProofBackend
from accounts.models import PasswordLink, User
from accounts.published import is_refused_password
from common import prepared
from siops.models import Technician


class CouncilBackend(ProofBackend):
    """The one-time link sent to the e-mail that a secretary named for a member of the Conselho de Saúde.

    The mailbox is of the record, so the session reaches nothing else of the person.
    """

    proof = Proof.COUNCIL_LINK


class TechnicianBackend(BaseBackend):
    """Judges the password of who is or was a technician; whether the person may act is asked by the service.

    The password comes from a mailbox that a secretary has named, so the session reaches nothing else of the person:
    no profile of the e-Gestor, and of the outbox only that mailbox.
    """

    proof = Proof.TECHNICIAN_PASSWORD

    def authenticate(
        self, request: HttpRequest | None, cpf: str | None = None, password: str | None = None, **credentials: Any
    ) -> User | None:
        if cpf is None or password is None:
            return None
        records = Technician.objects.filter(person__user=OuterRef("pk"))
        people = User.objects.filter(Exists(records), kind=User.Kind.PERSON, is_active=True)
        user = people.filter(login=cpf).first()
        if user is None:
            # The same work as for an account that exists.
            User().set_password(password)
            return None
        if not user.check_password(password) or is_refused_password(password):
            return None
        lockout.proven(request)
        return user

    def get_user(self, user_id: int) -> User | None:
        user: User | None = next(iter(_with_mailbox(pk=user_id)), None)
        if user is not None:
            user.mailbox = vars(user)["proven_mailbox"]
        return user


@prepared.composed
def _with_mailbox(pk: int) -> QuerySet[User]:
    proven = PasswordLink.objects.filter(user=OuterRef("pk")).that_set_the_password().values("sent_to")[:1]
    people = User.objects.annotate(proven_mailbox=Coalesce(Subquery(proven), F("email")))
    return people.filter(pk=pk, kind=User.Kind.PERSON, is_active=True)

"""«Acesso de sistemas»: user names and passwords for systems that call on behalf of a credential.

The password is made here, of 192 random bits, and shown once: nobody guesses it, so that a fast digest keeps it and no
door closes after failures, which would let a stranger close it to its owner.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from interop.bearers import NotAuthenticated
from pki.services.locks import take
from rnds.models import Credential, SystemAccess
from rnds.permissions import Permission
from rnds.services.access import AccessDenied, Grant, GrantedCredential, authorise_certificate

# User names are given one after the other.
USERNAMES = 7_103
SECRET_BYTES = 24
SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{2,39}", re.ASCII)

MALFORMED = "Use de 3 a 40 letras sem acento, números, ponto, hífen ou sublinhado; comece por letra ou número."
TAKEN = "Este nome de usuário já existe. Escolha outro."
WRONG = "Usuário ou senha não conferem. A senha foi mostrada uma vez, em «Acesso de sistemas» da credencial."
REVOKED = "Este acesso de sistema foi revogado. Crie outro em «Acesso de sistemas» da credencial."


@transaction.atomic
def create_access(*, credential_id: int, username: str, by: Actor, at: datetime) -> tuple[SystemAccess, str]:
    """A new user of an ACTIVE credential, and its password, which nobody can be told again. Raises RuleBroken."""
    take(USERNAMES)
    credential = Credential.objects.select_for_update().get(pk=credential_id)
    permissions.require(by, Permission.MANAGE_SYSTEM_ACCESSES, credential)
    if credential.status != Credential.Status.ACTIVE:
        raise NotAllowedNow(credential.get_status_display())
    if not SHAPE.fullmatch(username):
        raise RuleBroken(MALFORMED, code="username", field="username")
    if SystemAccess.objects.filter(username=username).exists():
        raise RuleBroken(TAKEN, code="username_taken", field="username")
    password = secrets.token_urlsafe(SECRET_BYTES)
    access: SystemAccess = SystemAccess.objects.create(
        credential=credential,
        username=username,
        password_hash=_digest(password),
        created_at=at,
        created_by_id=by.author_id,
    )
    audit.record("system_access.created", target=access, by=by, at=at)
    return access, password


@transaction.atomic
def revoke_access(*, access_id: int, by: Actor, at: datetime) -> SystemAccess:
    """The user enters no more; a token that it has serves until it runs out."""
    rows = SystemAccess.objects.select_related("credential").select_for_update(of=("self",))
    access: SystemAccess = rows.get(pk=access_id)
    permissions.require(by, Permission.MANAGE_SYSTEM_ACCESSES, access.credential)
    if access.revoked_at is not None:
        raise NotAllowedNow("REVOGADO")
    access.revoke(by=by, at=at)
    access.save(update_fields=["revoked_at", "revoked_by"])
    audit.record("system_access.revoked", target=access, by=by, at=at)
    return access


def grant_of(*, username: str, password: str, at: datetime) -> tuple[Grant, GrantedCredential]:
    """What the user of this name may have, by this password. Raises NotAuthenticated."""
    access = _find(username)
    known = access.password_hash if access else ""
    if not hmac.compare_digest(known, _digest(password)) or access is None:
        raise NotAuthenticated(WRONG)
    return _grant(access, at)


def grant_again(*, username: str, at: datetime) -> Grant:
    """The same for whoever proved the password a moment ago."""
    access = _find(username)
    if access is None:
        raise NotAuthenticated(WRONG)
    return _grant(access, at)[0]


def _grant(access: SystemAccess, at: datetime) -> tuple[Grant, GrantedCredential]:
    """That of the certificate of its credential, judged as if it had been shown."""
    if access.revoked_at is not None:
        raise NotAuthenticated(REVOKED)
    credential = access.credential
    if credential.status != Credential.Status.ACTIVE:
        raise NotAuthenticated(credential.ending)
    try:
        grant = authorise_certificate(pem=credential.certificate.pem, at=at)
    except AccessDenied as denied:
        raise NotAuthenticated(f"{denied.message} {denied.explanation}") from denied
    own = GrantedCredential(
        credential.requester_id, credential.version, credential.establishment_id, credential.uf.acronym
    )
    return replace(grant, credential=own, user=access.username), own


def _find(username: str) -> SystemAccess | None:
    if not SHAPE.fullmatch(username):
        return None
    related = ("credential__certificate", "credential__uf", "credential__superseded_by")
    return SystemAccess.objects.select_related(*related).filter(username=username).first()


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode(errors="replace")).hexdigest()

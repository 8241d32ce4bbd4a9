"""From demonstration to no demonstration: what everybody could know or set meanwhile opens nothing afterwards."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.models import PasswordLink, User
from accounts.published import every_persona
from common import audit
from common.actor import Actor
from pki import services as pki
from pki.models import Certificate, Medium

REASON = "Demonstração encerrada: PIN e PUK publicados"
SYSTEM = "end_of_demonstration"
HAS_PASSWORD = ~Q(password="") & ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def retire_demonstration(*, at: datetime) -> int:
    """Outside DEMO, take the secrets of a database that was a demonstration; returns how many were taken.

    It was one while an account has its published password or a medium in force its published PUK. Then all
    passwords of funds and people go, since anybody could set them by the public mailbox, all certificates on media, all
    links on their way and all sessions. Of the staff only the published passwords go.
    """
    if settings.DEMO:
        return 0
    published, media = accounts_with_published_password(), _media_in_force(at)
    if not published and not media_with_published_puk(at=at):
        return 0
    outsiders = User.objects.exclude(kind=User.Kind.STAFF).filter(HAS_PASSWORD)
    accounts = {user.pk: user for user in (*published, *outsiders)}
    for user in accounts.values():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        audit.record("password.retired", target=user, by=Actor.routine(SYSTEM, at), at=at)
    for medium in media:
        pki.revoke_certificate(certificate_id=medium.certificate_id, reason=REASON, at=at)
    PasswordLink.objects.open().update(withdrawn_at=at)
    Session.objects.all().delete()
    return len(accounts) + len(media)


def accounts_with_published_password() -> list[User]:
    """Accounts whose stored password is the one that the demonstration prints for them."""
    passwords = {persona.login: persona.password for persona in every_persona() if persona.password}
    users = User.objects.filter(HAS_PASSWORD, login__in=passwords)
    return [user for user in users if check_password(passwords[user.login], user.password)]


def media_with_published_puk(*, at: datetime) -> list[Medium]:
    """Media in force that the demonstration's PUK unblocks, whatever their PIN is by now."""
    codes = {persona.cpf: persona.puk for persona in every_persona() if persona.puk}
    media = [medium for medium in _media_in_force(at) if medium.certificate.holder_document in codes]
    return [m for m in media if pki.has_puk(medium_id=m.pk, puk=codes[m.certificate.holder_document])]


def _media_in_force(at: datetime) -> list[Medium]:
    media = Medium.objects.filter(certificate__not_after__gt=at).select_related("certificate")
    in_force = media.exclude(certificate__status=Certificate.Status.REVOKED)
    return list(in_force.exclude(status=Medium.Status.DESTROYED))

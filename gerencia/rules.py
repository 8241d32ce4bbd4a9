"""Who may do what in the Gerencia APS (spec 4.7): the entity's manager with its profile; the SAPS at its desk."""

from __future__ import annotations

import rules

from accounts.doors import PERSON_DOOR
from accounts.models import Membership
from accounts.offices import PROFILE
from accounts.rules import is_saps, reads_everything
from common.actor import Actor, OfEntity, entity_id_of
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
from gerencia.models import Note
from gerencia.permissions import Permission


@rules.predicate
def manages_gerencia(actor: Actor, target: OfEntity | None = None) -> bool:
    """An active profile of the programme GERENCIA APS in the entity of the target; in any, without one."""
    role, programme = Membership.Role.PROGRAMME_MANAGER, Membership.Programme.GERENCIA_APS
    entity_id = entity_id_of(target) if target is not None else None
    return actor.holds(PROFILE, role, entity_id=entity_id, programme=programme)


@rules.predicate
def is_signatory(actor: Actor, note: Note | None = None) -> bool:
    """Somebody before whom the nota was put, whatever their office."""
    return note is not None and note.signatures.filter(account=actor.account_id).exists()


rules.add_perm(Permission.ENROL, manages_gerencia)
reads_desk = is_saps | reads_everything
rules.add_perm(Permission.READ_ENROLMENT, manages_gerencia | reads_desk)
rules.add_perm(Permission.READ_DESK, reads_desk)
rules.add_perm(Permission.REVIEW_LETTER, is_saps)
rules.add_perm(Permission.WRITE_NOTE, is_saps)
rules.add_perm(Permission.SIGN_NOTE, is_signatory)
rules.add_perm(Permission.READ_NOTE, reads_desk | is_signatory)

_GIVEN = "O perfil é dado pelo Gestor da AB do ente, que o Fundo de Saúde cadastra com o CNPJ."
_NAMED = "Quem assina é nomeado pela SAPS, na própria nota."
declare_holders(
    {
        Permission.ENROL: Holders("o gestor do ente com perfil ativo no programa GERENCIA APS", _GIVEN, PERSON_DOOR),
        Permission.READ_ENROLMENT: Holders("o gestor do ente e a SAPS", _GIVEN, PERSON_DOOR),
        Permission.READ_DESK: Holders(
            "a SAPS, o auditor e o administrador do simulador", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR
        ),
        Permission.REVIEW_LETTER: Holders("a SAPS", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        Permission.WRITE_NOTE: Holders("a SAPS", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        Permission.SIGN_NOTE: Holders("quem a nota nomeia como signatário", _NAMED, PERSON_DOOR),
        Permission.READ_NOTE: Holders("a SAPS e os signatários da nota", _NAMED, PERSON_DOOR),
    }
)

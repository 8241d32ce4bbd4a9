"""«Confirmar sincronização»: the only verb that copies from the CADSUS to the SISRede."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cadsus.comparison import FIELDS, changes, merged
from cadsus.decision import Doubt, Step, Verdict, age_on
from cadsus.messages import M19, M43
from cadsus.models import Citizen, Document, Synchronization
from cadsus.models.checks import Consultation
from cadsus.permissions import Permission
from cadsus.services.consulting import citizen_of, digest_of, locked_citizen, own_open, require_enabled, review
from cadsus.workplaces import Workplace
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA

# ECA, art. 2º: who has a certidão instead of a document with a photograph.
CHILD = 12
NOT_A_CHILD = "A certidão de nascimento vale no lugar do documento com foto só para crianças (menores de 12 anos)."
OTHER_CHART = "O prontuário {chart} já está sincronizado com este cadastro do CADSUS."
TO_CONFIRM = {
    Doubt.DEATH: "Confirme que conferiu o óbito registrado no CADSUS.",
    Doubt.PERSON: "O número é de uma pessoa com outro nome e nascimento. Confirme que é a mesma pessoa.",
}
SYNCHRONIZED = [
    "status", "person", "digest", "synchronized_at", "synchronized_by", "synchronized_in", "cns_kind", "kind",
    "finding", "finding_text", "found_at", "found_by", *FIELDS,
]  # fmt: skip


@transaction.atomic
def confirm(
    *,
    consultation_id: int,
    document: str,
    shown_digest: str,
    confirmed: Collection[str] = (),
    place: Workplace,
    by: Actor,
    at: datetime,
) -> Synchronization:
    """Copy each of the seven fields that the CADSUS fills. The address stays; nothing empty erases.

    Raises RuleBroken M19 without document, M43 when the CADSUS has other data than those that were shown, and for what
    still has to be confirmed apart (a death, another name and birth).
    """
    citizen = locked_citizen(citizen_of(consultation_id), entity_id=place.entity_id)
    permissions.require(by, Permission.SYNCHRONIZE, place)
    require_enabled(place, at)
    consultation = own_open(consultation_id, by=by, at=at)
    verdict = _still_ready(consultation, shown_digest, at)
    _require_checks(citizen, verdict, document, confirmed, at)

    before = citizen.identity()
    record = verdict.record
    if record is None:
        raise TypeError("what is ready has a record")
    after = merged(before, record.identity)
    citizen.take(after)
    citizen.synchronize(person_id=record.person_id, digest=digest_of(verdict), module=place.module, by=by, at=at)
    if citizen.kind == Citizen.Kind.NEWBORN:
        citizen.kind = Citizen.Kind.NOT_LINKED
    citizen.save(update_fields=SYNCHRONIZED)
    consultation.closed_at = at
    consultation.save(update_fields=["closed_at"])
    synchronization: Synchronization = Synchronization.objects.create(
        citizen=citizen,
        consultation=consultation,
        person_id=record.person_id,
        account_id=by.author_id,
        at=at,
        module=place.module,
        establishment_id=place.cnes,
        document=document,
        changes=changes(before, after),
    )
    fields = [change["field"] for change in synchronization.changes]
    audit.record("citizen.synchronized", target=citizen, by=by, at=at, fields=fields, document=document)
    return synchronization


def _still_ready(consultation: Consultation, shown_digest: str, at: datetime) -> Verdict:
    """What was shown is what there is; else the person looks again."""
    if consultation.outcome != Step.READY:
        raise NotAllowedNow("sem dados a confirmar")
    found = review(consultation, at=at)
    if found.verdict.step is not Step.READY or found.digest != shown_digest:
        raise RuleBroken(M43, code="changed_since_shown")
    return found.verdict


def _require_checks(
    citizen: Citizen, verdict: Verdict, document: str, confirmed: Collection[str], at: datetime
) -> None:
    """All at once: the document, and each doubt."""
    rules = AllAtOnce()
    rules.require(document in Document.values, RuleBroken(M19, code="no_document", field="document"))
    record = verdict.record
    born = record.identity.birth_date if record else None
    is_child = born is None or age_on(born, at.astimezone(BRASILIA).date()) < CHILD
    rules.require(
        document != Document.CERTIFICATE or is_child, RuleBroken(NOT_A_CHILD, code="not_a_child", field="document")
    )
    for doubt in verdict.doubts:
        rules.require(doubt in confirmed, RuleBroken(TO_CONFIRM[doubt], code=f"confirm_{doubt}", field=doubt))
    other = Citizen.objects.filter(person=record.person_id if record else None).exclude(pk=citizen.pk).first()
    rules.require(other is None, RuleBroken(OTHER_CHART.format(chart=other.chart if other else ""), code="other_chart"))
    rules.settle()

"""The PIX (Patient Identity Feed): a system tells the CADSUS of a record added, revised, or of two that are one."""

from __future__ import annotations

from lxml import etree

from cadsus.api import feed, hl7, rehearsal, replies, ways
from cadsus.api.service import Service, door
from cadsus.forms.feed import FedPersonForm
from cadsus.services import feeding
from common import documents, switches
from common.actor import Actor
from common.exceptions import RuleBroken, RulesBroken
from common.legal_time import BRASILIA
from common.switch_choices import CadsusScenario
from interop.calls import Call
from registry import lookup
from registry.models import Person

ADD, REVISE, MERGE = "PRPA_IN201301UV02", "PRPA_IN201302UV02", "PRPA_IN201304UV02"
WAYS = ways.of_service("PIXManager")
DOOR = door("cadsus-pix", "CADSUS: aviso de cadastros (PIX)", tuple(WAYS), rehearsal.ON_THE_WAY)
PROCESSING = "P"
# The name that the CADSUS gives to what is wrong with a record, and to somebody it does not know.
WRONG, UNKNOWN = "CNS001", "E020"
BAD_CNS = "CNS inválido: dígito verificador não confere."
ADDED = "Cadastro incluído ou atualizado; o CNS se obtém por uma consulta (PDQ)."
MERGED = "Os cadastros são um só; qualquer número deles acha o principal."


def _add(message: etree._Element, call: Call, by: Actor) -> str:
    fed = _read(message)
    feeding.add(known_by=fed.known_by, fill=_filling(fed, call), by=by, at=call.at)
    return _done(message, call, ADDED)


def _revise(message: etree._Element, call: Call, by: Actor) -> str:
    fed = _read(message)
    feeding.revise(known_by=fed.known_by, fill=_filling(fed, call), by=by, at=call.at)
    return _done(message, call, ADDED)


def _merge(message: etree._Element, call: Call, by: Actor) -> str:
    _require_up()
    survivor, absorbed = feed.read_merge(message)
    feeding.merge(survivor=survivor, absorbed=absorbed, by=by, at=call.at)
    return _done(message, call, MERGED)


def _read(message: etree._Element) -> feed.Fed:
    _require_up()
    fed = feed.read(message)
    wrong = [RuleBroken(BAD_CNS, code="cns") for number in fed.known_by.cns if not documents.is_cns(number)]
    if wrong:
        raise RulesBroken(wrong)
    return fed


def _require_up() -> None:
    """The switch of the room that puts the CADSUS out of service is for who writes as well."""
    if switches.now().cadsus_scenario is CadsusScenario.DOWN:
        raise RuleBroken(lookup.DOWN, code="cadsus_down")


def _filling(fed: feed.Fed, call: Call) -> feeding.Fill:
    """What the message tells, on top of what is known of the person."""
    today = call.at.astimezone(BRASILIA).date()

    def fill(person: Person | None) -> feeding.Told:
        form = FedPersonForm(fed.fields, person=person, is_dead=fed.is_dead, today=today)
        record = form.told(documents=fed.documents, contacts=fed.contacts, is_vip=fed.is_vip)
        return feeding.Told(record, fed.is_inactive)

    return fill


def _done(message: etree._Element, call: Call, explanation: str) -> str:
    call.explanation = explanation
    header = hl7.header_of(message)
    return replies.acknowledged(header=header, message_id=call.request_id, at=call.at, processing=PROCESSING)


def _refused(refusal: RuleBroken, header: hl7.Header, call: Call) -> str:
    """Every broken rule is a detail of its own."""
    told = [(UNKNOWN if one.code == "unknown_record" else WRONG, one.message) for one in refusal.broken]
    call.explanation = " ".join(text for _, text in told)
    return replies.acknowledged(told, header=header, message_id=call.request_id, at=call.at, processing=PROCESSING)


application = Service(
    DOOR,
    WAYS,
    {ADD: _add, REVISE: _revise, MERGE: _merge},
    lambda refusal: refusal.code not in ("cadsus_down", "numbers_exhausted"),
    _refused,
).application()

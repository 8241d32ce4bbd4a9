"""The two editions that every room has: that of the seed's notas, closed, and one to practise on."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from common.legal_time import BRASILIA, end_of_legal_day
from gerencia.models import Note, Offer

NAME = "Aperfeiçoamento da Prática em Coordenação do Cuidado a partir da APS"
PRACTICE = "edição de treino"
SUMMARY = "Oferta da SAPS/MS com o CONASEMS, em convênio, para profissionais da APS, da AES e da VS."
RESPONSIBILITIES = [
    "Liberação de carga horária protegida para os profissionais.",
    "Infraestrutura mínima.",
    "Atualização do vínculo no CNES.",
]
TERMS = """TERMO DE COMPROMISSO

Em {dia}, {ente}, por seu gestor no Gerencia APS, {gestor}, adere à oferta «{oferta}», {edicao}.

O ente declara ciência das responsabilidades que assume na implementação do processo formativo: {responsabilidades}

A adesão formal é condicionante da posterior inscrição dos profissionais de saúde da APS, da AES e da VS.

Este termo é redação do simulador e não tem valor legal."""
# The practice edition, in days from the first of the room: those of the original by its notas, but shorter.
WINDOW, LETTERS = timedelta(days=30), timedelta(days=33)


@transaction.atomic
def ensure_offers(*, at: datetime) -> int:
    """Write the editions that are missing; the practice one opens on the day of `at`. Returns how many were written."""
    return sum(_ensure(edition=edition, notes=notes, **window) for edition, notes, window in _editions(at))


def _editions(at: datetime) -> list[tuple[str, list[dict[str, Any]], dict[str, datetime]]]:
    first = end_of_legal_day(at) - timedelta(days=1)
    practice = {"opens_at": first, "closes_at": first + WINDOW, "letters_until": first + LETTERS}
    # Which days the window of 2025 had no source says; only the limit of the ofício is a fact.
    limit = _brasilia(2025, 12, 4)
    of_2025 = {"opens_at": _brasilia(2025, 11, 3), "closes_at": limit, "letters_until": limit}
    kind = Note.Kind
    return [
        (
            "edição de 2025",
            [
                _note(kind.OPENS, 425, "Abre a adesão e diz as responsabilidades do ente.", _brasilia(2025, 11, 3)),
                _note(kind.EXTENDS, 436, "Prorroga a adesão dos gestores.", _brasilia(2025, 11, 21)),
                _note(
                    kind.LETTERS,
                    441,
                    "Aceita, só dos estados, o ofício enviado até 03/12/2025.",
                    datetime(2025, 12, 4, 1, 0, tzinfo=UTC),
                ),
            ],
            of_2025,
        ),
        (PRACTICE, [], practice),
    ]


def _note(kind: Note.Kind, number: int, text: str, valid_at: datetime) -> dict[str, Any]:
    valid = {"status": Note.Status.VALID, "valid_at": valid_at}
    return {"kind": kind, "number": number, "year": 2025, "text": text} | valid


def _brasilia(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=BRASILIA).astimezone(UTC)


def _ensure(*, edition: str, notes: list[dict[str, Any]], **window: datetime) -> bool:
    texts = {"summary": SUMMARY, "responsibilities": RESPONSIBILITIES, "terms": TERMS}
    offer, is_new = Offer.objects.get_or_create(name=NAME, edition=edition, defaults=texts | window)
    if is_new:
        Note.objects.bulk_create(Note(offer=offer, **facts) for facts in notes)
    return is_new

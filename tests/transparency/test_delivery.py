"""Situação de entrega (SM-5): the whole table, and the words that the public reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.legal_time import BRASILIA
from transparency.delivery import SILENCE, UNTOLD, Facts, Group, Standing, group_of, label_of, standing_of, term_of

# Midnight after 30/11/2026 in Brasília.
CLOSES = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BEFORE, AT, AFTER = CLOSES - MICROSECOND, CLOSES, CLOSES + MICROSECOND
DAY = datetime(2026, 11, 20, 10, 0, tzinfo=BRASILIA)
FILLING = Facts(is_being_filled=True)
SENT = Facts(transmitted_at=DAY)
OFFICIAL = Facts(homologated_at=DAY, first_homologated_at=DAY)
LATE = Facts(homologated_at=CLOSES, first_homologated_at=CLOSES)
LAST_SECOND = Facts(homologated_at=BEFORE, first_homologated_at=BEFORE)
CORRECTED = replace(OFFICIAL, homologated_at=datetime(2026, 12, 9, 12, 0, tzinfo=UTC), is_rectified=True)
# fmt: off
TABLE = [
    # facts, state and group while there is time, state and group once the term is over
    (SILENCE, Standing.NOT_BEGUN, Group.SILENT, Standing.NOT_HOMOLOGATED, Group.SILENT),
    (FILLING, Standing.BEING_FILLED, Group.SILENT, Standing.NOT_HOMOLOGATED, Group.SILENT),
    (SENT, Standing.WAITING, Group.WAITING, Standing.NOT_HOMOLOGATED, Group.WAITING),
    (OFFICIAL, Standing.IN_TIME, Group.IN_TIME, Standing.IN_TIME, Group.IN_TIME),
    (LAST_SECOND, Standing.IN_TIME, Group.IN_TIME, Standing.IN_TIME, Group.IN_TIME),
    (LATE, Standing.LATE, Group.LATE, Standing.LATE, Group.LATE),
    (CORRECTED, Standing.IN_TIME, Group.IN_TIME, Standing.IN_TIME, Group.IN_TIME),
    (replace(OFFICIAL, is_being_filled=True), Standing.BEING_RECTIFIED, Group.IN_TIME,
     Standing.BEING_RECTIFIED, Group.IN_TIME),
    (replace(LATE, transmitted_at=CLOSES), Standing.BEING_RECTIFIED, Group.LATE, Standing.BEING_RECTIFIED, Group.LATE),
    (UNTOLD, Standing.NO_INFORMATION, Group.NO_INFORMATION, Standing.NO_INFORMATION, Group.NO_INFORMATION),
]
# fmt: on


@pytest.mark.parametrize("row", TABLE)
def test_every_state_on_both_sides_of_the_term(row: tuple[Facts, Standing, Group, Standing, Group]) -> None:
    facts, before, group_before, after, group_after = row
    found = [(standing_of(facts, closes_at=CLOSES, at=at), group_of(facts, CLOSES)) for at in (BEFORE, AT, AFTER)]
    assert found == [(before, group_before), (after, group_after), (after, group_after)]


def test_every_state_is_reached() -> None:
    assert {state for row in TABLE for state in (row[1], row[3])} == set(Standing)


@pytest.mark.parametrize(
    ("facts", "label", "term"),
    [
        (SILENCE, "Não transmitido", "prazo vencido"),
        (FILLING, "Não transmitido", "prazo vencido"),
        (SENT, "Transmitido, não homologado", "prazo vencido"),
        (OFFICIAL, "Homologado em 20/11/2026", "no prazo"),
        (LATE, "Homologado em 01/12/2026", "em atraso"),
        (CORRECTED, "Homologado (retificado em 09/12/2026)", "no prazo"),
        (replace(OFFICIAL, is_being_filled=True), "Homologado em 20/11/2026", "no prazo"),
        (UNTOLD, "Sem informação", ""),
    ],
)
def test_the_public_reads(facts: Facts, label: str, term: str) -> None:
    assert (label_of(facts), term_of(facts, closes_at=CLOSES, at=AFTER)) == (label, term)


def test_while_there_is_time_nobody_is_late() -> None:
    assert [term_of(facts, closes_at=CLOSES, at=BEFORE) for facts in (SILENCE, SENT)] == ["", ""]


def test_a_prorogued_term_changes_what_was_late() -> None:
    assert standing_of(LATE, closes_at=CLOSES + timedelta(days=30), at=AFTER) == Standing.IN_TIME

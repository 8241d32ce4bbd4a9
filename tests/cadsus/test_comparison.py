"""The seven fields: what is equal, what will change, what the SISRede keeps, and that nothing empty erases."""

from dataclasses import asdict, replace
from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cadsus.comparison import FIELDS, LABELS, Identity, Situation, changes, compare, digest, is_filled, merged, pieces

WHOLE = Identity(
    cns="700000000000005",
    name="MARIA APARECIDA SOUSA LIMA",
    mother="ANTÔNIA DE SOUSA",
    birth_date=date(1981, 3, 14),
    sex="F",
    birth_city="3106200",
    cpf="99900000108",
)
EMPTY = Identity()


def situations(local: Identity, national: Identity, **options: object) -> dict[str, Situation]:
    return {row.field: row.situation for row in compare(local, national, **options)}  # type: ignore[arg-type] # options


def test_the_fields_are_those_seven() -> None:
    assert set(FIELDS) == set(LABELS) == {"cns", "name", "mother", "birth_date", "sex", "birth_city", "cpf"}


def test_equal_on_both_sides() -> None:
    assert set(situations(WHOLE, WHOLE).values()) == {Situation.SAME}
    assert merged(WHOLE, WHOLE) == WHOLE


@pytest.mark.parametrize("field", FIELDS)
def test_what_the_cadsus_fills_is_copied(field: str) -> None:
    assert situations(EMPTY, WHOLE)[field] == Situation.UPDATED
    assert getattr(merged(EMPTY, WHOLE), field) == getattr(WHOLE, field)


@pytest.mark.parametrize("field", FIELDS)
def test_what_the_cadsus_does_not_fill_stays(field: str) -> None:
    assert situations(WHOLE, EMPTY)[field] == Situation.KEPT
    assert merged(WHOLE, EMPTY) == WHOLE


@pytest.mark.parametrize("unknown", ["SEM INFORMAÇÃO", "sem informacao", "  Sem  Informação ", ""])
def test_a_name_that_nobody_knows_is_empty(unknown: str) -> None:
    assert merged(WHOLE, replace(WHOLE, mother=unknown)).mother == WHOLE.mother


def test_the_unknown_sex_is_empty() -> None:
    assert merged(WHOLE, replace(WHOLE, sex="I")).sex == "F"


def test_spaces_and_capitals_are_no_difference_and_accents_are() -> None:
    local = replace(WHOLE, mother="  antônia  de Sousa")
    assert situations(local, WHOLE)["mother"] == Situation.SAME
    assert changes(local, merged(local, WHOLE)) == []
    without_accent = replace(WHOLE, mother="ANTONIA DE SOUSA")
    assert merged(without_accent, WHOLE).mother == "ANTÔNIA DE SOUSA"


def test_empty_on_both_sides_is_neither_kept_nor_changed() -> None:
    assert set(situations(EMPTY, EMPTY).values()) == {Situation.EMPTY}


def test_what_the_receita_has_otherwise_is_marked() -> None:
    assert situations(WHOLE, WHOLE, divergent=("mother",))["mother"] == Situation.DIVERGENT


def test_changes_are_in_the_order_of_the_screen() -> None:
    local = replace(WHOLE, name="MARIA APARECIDA SOUSA", cpf="", cns="898000000000000")
    assert changes(local, merged(local, WHOLE)) == [
        {"field": "name", "before": "MARIA APARECIDA SOUSA", "after": "MARIA APARECIDA SOUSA LIMA"},
        {"field": "cpf", "before": "", "after": "99900000108"},
        {"field": "cns", "before": "898000000000000", "after": "700000000000005"},
    ]


def test_only_the_new_words_are_marked() -> None:
    found = pieces("MARIA APARECIDA SOUSA", "Maria Aparecida Sousa Lima")
    assert [(piece.text, piece.is_new) for piece in found] == [("MARIA APARECIDA SOUSA", False), ("LIMA", True)]
    assert [(p.text, p.is_new) for p in pieces("", "ANA")] == [("ANA", True)]


def test_the_digest_sees_every_field() -> None:
    others = {digest(replace(WHOLE, **{field: getattr(EMPTY, field)})) for field in FIELDS}
    assert len(others | {digest(WHOLE), digest(WHOLE, "REGULAR")}) == len(FIELDS) + 2


NAMES = st.sampled_from(["", "SEM INFORMAÇÃO", "ANA LIMA", "Ana  Lima", "ANÁ LIMA", "RUI SÁ"])
IDENTITIES = st.builds(
    Identity,
    cns=st.sampled_from(["", "700000000000005", "700000000000101"]),
    name=NAMES,
    mother=NAMES,
    birth_date=st.sampled_from([None, date(2000, 2, 29), date(1981, 3, 14)]),
    sex=st.sampled_from(["", "F", "M", "I"]),
    birth_city=st.sampled_from(["", "3106200", "3550308"]),
    cpf=st.sampled_from(["", "99900000108"]),
)


class BothSides(RuleBasedStateMachine):
    """Anybody edits either side in any order; a synchronization copies what is filled and loses nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.local, self.national = EMPTY, EMPTY
        self.ever_filled: set[str] = set()

    @rule(identity=IDENTITIES)
    def edit_national(self, identity: Identity) -> None:
        self.national = identity

    @rule(identity=IDENTITIES, field=st.sampled_from(FIELDS))
    def edit_local(self, identity: Identity, field: str) -> None:
        value = getattr(identity, field)
        if is_filled(field, value):
            self.local = replace(self.local, **{field: value})

    @rule()
    def synchronize(self) -> None:
        before = self.local
        self.local = merged(before, self.national)
        for field in FIELDS:
            theirs, mine = getattr(self.national, field), getattr(self.local, field)
            assert not is_filled(field, theirs) or compare(self.local, self.national)[
                list(LABELS).index(field)
            ].situation in (Situation.SAME,)
            assert is_filled(field, theirs) or mine == getattr(before, field)
        assert merged(self.local, self.national) == self.local

    @invariant()
    def nothing_filled_is_ever_lost(self) -> None:
        filled = {field for field, value in asdict(self.local).items() if is_filled(field, value)}
        assert self.ever_filled <= filled
        self.ever_filled = filled


TestBothSides = BothSides.TestCase
TestBothSides.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)

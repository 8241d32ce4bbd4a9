"""The text of the token: typing errors are told apart from unknown tokens, and forgiving input is forgiven."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egestor import token_value
from egestor.token_value import ALPHABET, GROUP, LENGTH

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)


def token_of(body: str) -> str:
    return token_value.normalise(body + token_value.check_character(body))


@given(bodies)
def test_the_check_character_makes_a_token_well_formed(body: str) -> None:
    assert token_value.is_well_formed(token_of(body))


@given(bodies, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_detected(body: str, place: int, other: str) -> None:
    plain = token_of(body).replace("-", "")
    wrong = plain[:place] + other + plain[place + 1 :]
    assert token_value.is_well_formed(token_value.normalise(wrong)) == (other == plain[place])


@given(bodies, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_exchange_of_two_characters_is_detected(body: str, one: int, other: int) -> None:
    plain = list(token_of(body).replace("-", ""))
    same = plain[one] == plain[other]
    plain[one], plain[other] = plain[other], plain[one]
    assert token_value.is_well_formed(token_value.normalise("".join(plain))) == same


def test_one_token_against_all_its_single_errors_and_adjacent_exchanges() -> None:
    plain = token_of("7QK4ABCDEFGHJKMNPQR").replace("-", "")
    wrong = {plain[:i] + c + plain[i + 1 :] for i in range(LENGTH) for c in ALPHABET if c != plain[i]}
    swapped = {plain[:i] + plain[i + 1] + plain[i] + plain[i + 2 :] for i in range(LENGTH - 1)} - {plain}
    assert len(wrong) == LENGTH * 31
    assert len(swapped) == LENGTH - 1
    assert not [text for text in wrong | swapped if token_value.is_well_formed(token_value.normalise(text))]


def test_generated_tokens_are_different_grouped_and_well_formed() -> None:
    tokens = {token_value.generate() for _ in range(200)}
    assert len(tokens) == 200
    shape = rf"[{ALPHABET}]{{{GROUP}}}(-[{ALPHABET}]{{{GROUP}}}){{4}}"
    assert all(re.fullmatch(shape, token) and token_value.is_well_formed(token) for token in tokens)


@given(bodies, st.data())
def test_what_a_person_types_finds_the_same_token(body: str, data: st.DataObject) -> None:
    token = token_of(body)
    look_alikes = {"0": "0Oo", "1": "1IiLl"}
    typed = ""
    for character in token.replace("-", ""):
        typed += data.draw(st.sampled_from(["", "", " ", "-", "\t", "–", "\n"]))
        typed += data.draw(st.sampled_from(look_alikes.get(character, character + character.lower())))
    assert token_value.normalise(typed) == token


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    normal = token_value.normalise(text)
    assert token_value.normalise(normal) == normal
    if token_value.is_well_formed(normal):
        assert set(normal) <= set(ALPHABET + "-")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-0000-0000-0000-0000",
        "\x00" * 20,
        "7QK4-7QK4-7QK4-7QK4-7QK\u202e",
        "U" * 20,
        "ß" * 10,
        "１" * 20,
        "A" * 10_000,
        "٠" * 20,
    ],
)
def test_what_is_no_token_is_not_well_formed(text: str) -> None:
    assert not token_value.is_well_formed(token_value.normalise(text))


def test_the_digest_depends_on_the_value_and_on_the_key(settings) -> None:  # type: ignore[no-untyped-def] # fixture
    value = token_value.generate()
    digest = token_value.hash_value(value)
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert digest == token_value.hash_value(value)
    assert digest != token_value.hash_value(token_value.generate())
    settings.SECRET_KEY = "another-key"
    assert digest != token_value.hash_value(value)

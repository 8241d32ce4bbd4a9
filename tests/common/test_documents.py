"""Every example of the specification, then the properties that must hold for any number."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from common import documents
from config.seed.numbers import complete_cnpj
from registry.numbers import complete_cns, complete_cpf

CNPJ_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("cpf", ["52998224725", "11144477735", "12345678909"])
def test_valid_cpf(cpf: str) -> None:
    assert documents.is_cpf(cpf)
    documents.validate_cpf(cpf)


@pytest.mark.parametrize(
    "cpf",
    [
        *(str(d) * 11 for d in range(10)),
        "52998224724",
        "52998224715",
        "5299822472",
        "529982247250",
        "529.982.247-25",
        " 52998224725",
        "5299822472a",
        "٥٢٩٩٨٢٢٤٧٢٥",
        "",
    ],
)
def test_invalid_cpf(cpf: str) -> None:
    assert not documents.is_cpf(cpf)
    with pytest.raises(ValidationError, match="CPF inválido"):
        documents.validate_cpf(cpf)


@pytest.mark.parametrize(
    "cnpj",
    ["11222333000181", "00394544000851", "00394700000108", "01567601000143", "12ABC34501DE35", "ZZ999000000104"],
)
def test_valid_cnpj(cnpj: str) -> None:
    assert documents.is_cnpj(cnpj)
    documents.validate_cnpj(cnpj)


@pytest.mark.parametrize(
    "cnpj",
    [
        "12ABC34501DE36",
        "12ABC34501DE45",
        "00000000000000",
        "AAAAAAAAAAAAAA",
        "12abc34501de35",
        "12ABC34501DEAB",
        "12.ABC.345/01DE-35",
        "1122233300018",
        "112223330001811",
        "",
    ],
)
def test_invalid_cnpj(cnpj: str) -> None:
    assert not documents.is_cnpj(cnpj)
    with pytest.raises(ValidationError, match="CNPJ inválido"):
        documents.validate_cnpj(cnpj)


@pytest.mark.parametrize("typed", ["12.abc.345/01de-35", "12ABC34501DE35", " 12.ABC.345/01DE-35\n"])
def test_a_typed_cnpj_is_normalised_to_capitals_without_mask(typed: str) -> None:
    assert documents.normalise_cnpj(typed) == "12ABC34501DE35"


@pytest.mark.parametrize(
    "cns",
    [
        "100000000010002",
        "200000000050000",
        "100000000060018",
        "700000000000005",
        "710000000000002",
        "800000000000001",
        "900000000000008",
        "898000000000002",
    ],
)
def test_valid_cns(cns: str) -> None:
    assert documents.is_cns(cns)
    documents.validate_cns(cns)


@pytest.mark.parametrize(
    "cns",
    [
        "000000000000000",
        "300000000000000",
        "700000000000006",
        "100000000010003",
        "70000000000000",
        "7000000000000050",
        "700 0000 0000 0005",
        "",
    ],
)
def test_invalid_cns(cns: str) -> None:
    assert not documents.is_cns(cns)
    with pytest.raises(ValidationError, match="CNS inválido"):
        documents.validate_cns(cns)


@pytest.mark.parametrize("first", "03456")
def test_no_cns_starts_with(first: str) -> None:
    assert not any(documents.is_cns(f"{first}{'0' * 12}{tail:02d}") for tail in range(100))


def test_a_cns_of_the_one_series_needs_its_suffix_and_not_only_the_sum() -> None:
    """The digits add up to a multiple of eleven in both; only one ends in 000d or 001d."""
    accepted, refused = "100000000010002", "100000000000031"
    assert all(sum(int(d) * (15 - i) for i, d in enumerate(c)) % 11 == 0 for c in (accepted, refused))
    assert documents.is_cns(accepted)
    assert not documents.is_cns(refused)


@pytest.mark.parametrize("cnes", ["9000011", "9000020", "9000038", "9000100", "0000068"])
def test_cnes_is_seven_digits_whatever_the_last(cnes: str) -> None:
    assert documents.is_cnes(cnes)
    documents.validate_cnes(cnes)


@pytest.mark.parametrize("cnes", ["", "900001", "90000111", "900001A", "٩٠٠٠٠١١"])
def test_invalid_cnes(cnes: str) -> None:
    assert not documents.is_cnes(cnes)
    with pytest.raises(ValidationError, match="CNES inválido"):
        documents.validate_cnes(cnes)


@pytest.mark.parametrize(
    "ibge", ["3550308", "1302603", "1200401", "5300108", "2605459", "5101837", *sorted(documents.IBGE_EXCEPTIONS)]
)
def test_valid_ibge_municipality(ibge: str) -> None:
    assert documents.is_ibge_municipality(ibge)


@pytest.mark.parametrize("ibge", ["3550309", "0550308", "6550308", "355030", "35503080", "355030A", "", "2201918"])
def test_invalid_ibge_municipality(ibge: str) -> None:
    assert not documents.is_ibge_municipality(ibge)


def test_there_are_nine_published_exceptions_and_each_fails_the_rule() -> None:
    assert len(documents.IBGE_EXCEPTIONS) == 9
    for code in documents.IBGE_EXCEPTIONS:
        right = [f"{code[:6]}{d}" for d in range(10) if documents.is_ibge_municipality(f"{code[:6]}{d}")]
        assert len(right) == 2


@pytest.mark.parametrize(
    ("phone", "valid"),
    [
        ("1133334444", True),
        ("11987654321", True),
        ("9733334444", True),
        ("11887654321", False),
        ("1113334444", False),
        ("2033334444", False),
        ("113333444", False),
        ("", False),
    ],
)
def test_phone(phone: str, valid: bool) -> None:
    assert documents.is_phone(phone) is valid


def test_display_and_masks() -> None:
    assert documents.format_cpf("52998224725") == "529.982.247-25"
    assert documents.mask_cpf("52998224725") == "***.982.247-**"
    assert documents.format_cnpj("12ABC34501DE35") == "12.ABC.345/01DE-35"
    assert documents.format_cns("700000000000005") == "700 0000 0000 0005"
    assert documents.format_phone("11987654321") == "(11) 98765-4321"
    assert documents.format_phone("1133334444") == "(11) 3333-4444"
    assert documents.format_postal_code("01001000") == "01001-000"
    assert documents.digits("529.982.247-25 ٣") == "52998224725"


@pytest.mark.parametrize("broken", ["", "123"])
def test_masks_of_broken_numbers_reveal_nothing(broken: str) -> None:
    assert documents.mask_cpf(broken) == "***"


@given(st.integers(0, 999_999_999))
def test_cpf_round_trip(number: int) -> None:
    cpf = complete_cpf(f"{number:09d}")
    assert documents.is_cpf(cpf) is (len(set(cpf)) > 1)
    assert documents.digits(documents.format_cpf(cpf)) == cpf


@given(st.integers(0, 999_999_999), st.sampled_from([9, 10]), st.integers(1, 9))
def test_a_changed_check_digit_makes_a_cpf_invalid(number: int, position: int, shift: int) -> None:
    cpf = complete_cpf(f"{number:09d}")
    changed = str((int(cpf[position]) + shift) % 10)
    assert not documents.is_cpf(cpf[:position] + changed + cpf[position + 1 :])


@given(st.text(CNPJ_CHARACTERS, min_size=12, max_size=12).filter(lambda base: len(set(base)) > 1))
def test_cnpj_round_trip(base: str) -> None:
    cnpj = complete_cnpj(base)
    assert documents.is_cnpj(cnpj)
    assert documents.normalise_cnpj(documents.format_cnpj(cnpj).lower()) == cnpj
    wrong = f"{cnpj[:13]}{(int(cnpj[13]) + 1) % 10}"
    assert not documents.is_cnpj(wrong)


@given(st.sampled_from("789"), st.integers(0, 10**12 - 1))
def test_cns_round_trip(first: str, number: int) -> None:
    cns = complete_cns(f"{first}{number:012d}")
    assert documents.is_cns(cns)
    assert documents.digits(documents.format_cns(cns)) == cns
    assert not documents.is_cns(f"{cns[:14]}{(int(cns[14]) + 1) % 10}")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("529.982.247-25", "52998224725"),
        (" 700 0032 9463 4308", "700003294634308"),
        ("5299822472", ""),
        ("23/11/2026", ""),
        ("Lia Ipê 52998224725", "Lia Ipê 52998224725"),
    ],
)
def test_a_number_of_a_person_is_known_when_typed(typed: str, number: str) -> None:
    assert documents.typed_as_number(typed) == number


@given(st.text(max_size=20))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in (
        documents.is_cpf,
        documents.is_cnpj,
        documents.is_cns,
        documents.is_cnes,
        documents.is_ibge_municipality,
        documents.is_phone,
    ):
        if check(text):
            assert text.isascii()
            assert text.isalnum()

"""What papers are called."""

from documents import numbers


def test_the_check_digits_are_those_of_the_real_process() -> None:
    """The number in the foot of the Nota Técnica Conjunta 441/2025."""
    assert numbers.process_number(164480, 2025) == "25000.164480/2025-23"
    assert numbers.digits_of("25000.164480/2025-23") == "25000164480202523"


def test_codes_have_the_form_of_the_foot() -> None:
    assert numbers.verifier_code(52176291) == "0052176291"
    crc = numbers.crc_of("0052176291", b"corpo")
    assert len(crc) == 8
    assert crc == crc.upper()
    assert crc != numbers.crc_of("0052176292", b"corpo")
    assert crc != numbers.crc_of("0052176291", b"corpO")

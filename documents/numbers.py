"""What a paper is called: process number (NUP), código verificador and código CRC. Pure functions."""

from zlib import crc32

# The unit of the ministry in a process number (unidade protocolizadora), as in the real ones: 25000.164480/2025-23.
UNIT = 25000
_MODULUS = 11


def process_number(serial: int, year: int) -> str:
    """«25000.000031/2026-dd»: unit, serial of the year and year, with the two check digits (dígitos verificadores)."""
    base = f"{UNIT:05d}{serial:06d}{year:04d}"
    first = _check_digit(base)
    return f"{base[:5]}.{base[5:11]}/{base[11:]}-{first}{_check_digit(base + first)}"


def digits_of(number: str) -> str:
    """The process number without its punctuation, as an address has it."""
    return "".join(character for character in number if character.isdigit())


def verifier_code(serial: int) -> str:
    """«Código verificador»: ten digits."""
    return f"{serial:010d}"


def crc_of(code: str, body: bytes) -> str:
    """«Código CRC»: eight hexadecimal digits, upper case, of the code and the paper before its foot was added.

    How the SEI computes its own is unknown. It is a label that must be read off the paper; the proof is the signature.
    """
    return f"{crc32(code.encode() + body):08X}"


def _check_digit(digits: str) -> str:
    """Modulus 11, weights from 2 at the right; 10 and 11 are written 0 and 1."""
    total = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), start=2))
    return str((_MODULUS - total % _MODULUS) % 10)

"""The number of a receipt (recibo): `SIM-{ano}{bimestre}-{IBGE}-{sequencial}-{dígitos}`, its check digits modulus 97.

The check digits are those of ISO 7064 (MOD 97-10): one digit typed wrong, or two that changed places, never pass.
"""

import re

MODULUS = 97
MOST = 999_999
FORM = r"^SIM-[0-9]{4}[1-6]-[0-9]{7}-[0-9]{6}-[0-9]{2}$"
_FORM = re.compile(FORM)


def receipt_number(year: int, bimester: int, ibge7: str, sequence: int) -> str:
    """«SIM-20265-1200401-000001-dd»; `sequence` has at most six digits."""
    if not 0 < sequence <= MOST:
        raise ValueError("a receipt has a sequence of six digits")
    body = f"SIM-{year:04d}{bimester}-{ibge7}-{sequence:06d}"
    check = MODULUS + 1 - int(_digits(body) + "00") % MODULUS
    return f"{body}-{check:02d}"


def is_receipt_number(text: str) -> bool:
    """Whether the number has the form and its check digits are right; whether it was given is another question."""
    return bool(_FORM.fullmatch(text)) and int(_digits(text)) % MODULUS == 1


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())

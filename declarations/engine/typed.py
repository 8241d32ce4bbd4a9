"""Amounts as a person types or pastes them, in pt-BR and strictly: what may be read in two ways is refused."""

import re

from declarations.engine.money import CENTS

AMOUNT = re.compile(r"(-)?(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{2}))?", re.ASCII)
LONGEST = 14
HOW = "Escreva o valor com vírgula e duas casas decimais, como 1.234,56."
TOO_LONG = f"Valor grande demais: no máximo {LONGEST} algarismos antes da vírgula."
NOT_A_NUMBER = "Isto não é um valor em reais. Escreva como 1.234,56."
# Typographic minus and spaces that spreadsheets copy along.
COPIED = str.maketrans({"−": "-", "\u00a0": "", " ": "", "\t": ""})


class WrongAmount(ValueError):
    """Why a text is not taken, for the person."""


def cents_typed(text: str) -> int | None:
    """«1.234,56», «1234,56», «1.234» and «1234» → cents; nothing typed is None."""
    plain = text.translate(COPIED).removeprefix("R$")
    if not plain:
        return None
    if not (found := AMOUNT.fullmatch(plain)):
        raise WrongAmount(HOW if re.fullmatch(r"-?[\d.,]+", plain, re.ASCII) else NOT_A_NUMBER)
    minus, whole, rest = found.groups()
    digits = whole.replace(".", "")
    if len(digits) > LONGEST:
        raise WrongAmount(TOO_LONG)
    cents = int(digits) * CENTS + int(rest or 0)
    return -cents if minus else cents

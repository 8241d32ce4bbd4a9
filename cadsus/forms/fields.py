"""Fields of the numbers that only this app asks for."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common import documents
from common.forms.fields import IdentifierField

# M01 to M03 of spec section 7.
M01 = "O CNS deve ter 15 dígitos, somente números."
M02 = "CNS inválido: dígito verificador não confere."
M03 = "Digite apenas 15 dígitos. O 16º número do cartão é o número da via."
DIGITS_ONLY = "Informe somente números ({length})."


class CnsField(IdentifierField):
    """CNS: 15 digits; the card prints a 16th, which is of the copy (via)."""

    name, mask, shape = "CNS", "cns", r"[0-9]{15}"

    def to_python(self, value: Any) -> str:
        typed = documents.digits(str(value or ""))
        if len(typed) == documents.CNS_LENGTH + 1:
            raise ValidationError(M03, code="invalid")
        return super().to_python(value)

    def is_valid(self, value: str) -> bool:
        return documents.is_cns(value)

    def display(self, value: str) -> str:
        return documents.format_cns(value)

    def refusal(self, reason: str = "") -> ValidationError:
        return ValidationError(M02 if reason else M01, code="invalid")


class CnesField(IdentifierField):
    """CNES: 7 digits; whether it exists is for the service."""

    name, mask, shape = "CNES", "cnes", r"[0-9]{7}"
    has_check_digit = False

    def is_valid(self, value: str) -> bool:
        return documents.is_cnes(value)


class DigitsField(forms.CharField):
    """A number of so many digits; points, hyphens and spaces are left out."""

    def __init__(self, *, pattern: str, length: str, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.pattern, self.length = pattern, length

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[.\-\s]", "", super().to_python(value) or "")
        if text and not re.fullmatch(self.pattern, text):
            raise ValidationError(DIGITS_ONLY.format(length=self.length), code="invalid")
        return text

"""Form fields for the identifiers and texts of the portal: normal form out, message in Portuguese on refusal."""

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common import documents, switches
from common.forms.widgets import DateInput
from common.text import has_unwelcome_characters

WRONG_CHECK_DIGIT = "dígito verificador não confere"


class IdentifierField(forms.CharField):
    """A number that people type with or without its mask; `clean` gives the normal form.

    Subclasses say how it looks. In training mode the message tells which rule failed.
    """

    name: str
    accepted = r"[0-9.\-/\s]*"
    shape: str
    mask: str
    has_check_digit = True
    numeric = True

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", self.name)
        super().__init__(**kwargs)

    def normalise(self, text: str) -> str:
        return documents.digits(text)

    def is_valid(self, value: str) -> bool:
        raise NotImplementedError

    def display(self, value: str) -> str:
        return value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if text in self.empty_values:
            return text
        if not re.fullmatch(self.accepted, text):
            raise self.refusal()
        normal = self.normalise(text)
        if self.is_valid(normal):
            return normal
        if self.has_check_digit and re.fullmatch(self.shape, normal):
            raise self.refusal(WRONG_CHECK_DIGIT)
        raise self.refusal()

    def refusal(self, reason: str = "") -> ValidationError:
        explained = f": {reason}" if reason and switches.now().training_mode else ""
        return ValidationError(f"{self.name} inválido{explained}.", code="invalid")

    def prepare_value(self, value: Any) -> Any:
        return self.display(value) if isinstance(value, str) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget) | {"data-mask": self.mask, "autocomplete": "off", "spellcheck": "false"}
        return attrs | ({"inputmode": "numeric"} if self.numeric else {"autocapitalize": "characters"})


class CpfField(IdentifierField):
    """CPF: 11 digits."""

    name, mask, shape = "CPF", "cpf", r"[0-9]{11}"

    def is_valid(self, value: str) -> bool:
        return documents.is_cpf(value)

    def display(self, value: str) -> str:
        return documents.format_cpf(value)


class CnpjField(IdentifierField):
    """CNPJ, numeric or alphanumeric: 14 characters in capitals."""

    name, mask, shape = "CNPJ", "cnpj", r"[0-9A-Z]{12}[0-9]{2}"
    accepted = r"[0-9A-Za-z.\-/\s]*"
    numeric = False

    def normalise(self, text: str) -> str:
        return documents.normalise_cnpj(text)

    def is_valid(self, value: str) -> bool:
        return documents.is_cnpj(value)

    def display(self, value: str) -> str:
        return documents.format_cnpj(value)


class PostalCodeField(IdentifierField):
    """CEP: 8 digits; whether it exists is nobody's question here."""

    name, mask, shape = "CEP", "cep", r"[0-9]{8}"
    has_check_digit = False

    def is_valid(self, value: str) -> bool:
        return bool(re.fullmatch(self.shape, value)) and value != "0" * documents.POSTAL_CODE_LENGTH

    def display(self, value: str) -> str:
        return documents.format_postal_code(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"autocomplete": "postal-code"}


class PhoneField(IdentifierField):
    """Brazilian telephone with area code: 10 digits (fixed) or 11 (mobile)."""

    name, mask, shape = "Telefone", "phone", r"[0-9]{10,11}"
    accepted = r"[0-9()+\-.\s]*"
    has_check_digit = False

    def normalise(self, text: str) -> str:
        return documents.digits(re.sub(r"^\s*\+\s*55", "", text))

    def is_valid(self, value: str) -> bool:
        return documents.is_phone(value)

    def display(self, value: str) -> str:
        return documents.format_phone(value)

    def refusal(self, reason: str = "") -> ValidationError:
        return ValidationError("Telefone inválido. Informe DDD + número.", code="invalid")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "tel", "autocomplete": "tel-national"}


class EmailField(forms.EmailField):
    """E-mail in ASCII, as certificates hold it, with its domain in lower case; the local part is kept as typed."""

    default_error_messages = {"invalid": "E-mail inválido."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "E-mail")
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        local, at, domain = text.rpartition("@")
        return f"{local}{at}{domain.lower()}"


class NameField(forms.CharField):
    """A name of a person or thing: one line, spaces collapsed, composed accents; no control or bidi characters."""

    default_error_messages = {"characters": "O texto contém caracteres não permitidos."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if has_unwelcome_characters(text):
            raise ValidationError(self.error_messages["characters"], code="characters")
        return " ".join(unicodedata.normalize("NFC", text).split())


class TextField(forms.CharField):
    """Free text of several lines, such as a reason; line breaks and tabs are welcome, other control characters not."""

    default_error_messages = NameField.default_error_messages
    widget = forms.Textarea

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", (super().to_python(value) or "").replace("\r\n", "\n"))
        if has_unwelcome_characters(text, multiline=True):
            raise ValidationError(self.error_messages["characters"], code="characters")
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"rows": self.rows}


class DateField(forms.DateField):
    """A day of the law in force (from the Constitution of 1988 on), shown as dd/mm/aaaa."""

    earliest, latest = date(1988, 1, 1), date(2100, 12, 31)
    default_error_messages = {
        "invalid": "Data inválida.",
        "out_of_bounds": f"Informe uma data entre {earliest:%d/%m/%Y} e {latest:%d/%m/%Y}.",
    }
    widget = DateInput

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not self.earliest <= value <= self.latest:
            raise ValidationError(self.error_messages["out_of_bounds"], code="out_of_bounds")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        bounds = {"min": self.earliest.isoformat(), "max": self.latest.isoformat()}
        return super().widget_attrs(widget) | bounds


class ModelChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """A choice of rows; a value with NUL is no choice, instead of an error of the database."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)

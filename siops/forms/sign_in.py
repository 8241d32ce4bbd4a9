"""Forms of the doors of the SIOPS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator

from accounts.personas import Persona
from common.forms.fields import CpfField
from pki.services import media
from siops.models import HealthManager
from siops.services.sign_in import CHOOSE, Door

PIN_SIZES, PUK_SIZE = (4, 8), 8
UF_DIGITS = 2


class SecretDigitsField(forms.CharField):
    """Digits that are not shown while typed (PIN or PUK)."""

    def __init__(self, *, shape: str, message: str, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            max_length=PUK_SIZE,
            strip=False,
            widget=forms.PasswordInput(attrs=attrs),
            validators=[RegexValidator(rf"\A{shape}\Z", message)],
            error_messages={"max_length": message},
            **kwargs,
        )


class PinField(SecretDigitsField):
    def __init__(self, *, label: str = "PIN", **kwargs: Any) -> None:
        super().__init__(shape=media.PIN_SHAPE, message=media.BAD_PIN, label=label, **kwargs)


class VirtualTokenForm(forms.Form):
    """Whose medium is taken up, and through which door."""

    door = forms.ChoiceField(label="Ente", choices=Door.choices, widget=forms.RadioSelect)
    cpf = CpfField(max_length=40)

    @classmethod
    def filled_for(cls, persona: Persona) -> dict[str, str]:
        """What a persona of the demonstration would fill; an entity of two digits is a UF."""
        is_state = len(persona.ibge) == UF_DIGITS
        return {"door": Door.STATE if is_state else Door.MUNICIPALITY, "cpf": persona.cpf}


class PinForm(forms.Form):
    """T5: the PIN of the device."""

    pin = PinField(help_text="De 4 a 8 dígitos: a senha do dispositivo.")


class PukForm(forms.Form):
    """A blocked medium, its PUK and the PIN it will have."""

    cpf = CpfField(max_length=40)
    puk = SecretDigitsField(
        label="PUK", shape=media.PUK_SHAPE, message=media.BAD_PUK, help_text="8 dígitos, entregues com a mídia."
    )
    new_pin = PinField(label="Novo PIN", help_text="De 4 a 8 dígitos.")
    repeated_pin = PinField(label="Confirme o novo PIN")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new_pin" in data and "repeated_pin" in data and data["new_pin"] != data["repeated_pin"]:
            self.add_error("repeated_pin", "Os PINs não são iguais.")
        return data


class OfficeForm(forms.Form):
    """For which entity and in which role the session will be."""

    office = forms.TypedChoiceField(
        label="Agir como", coerce=int, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )

    def __init__(self, *args: Any, offices: Iterable[HealthManager], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(office.pk), f"{office.entity} – {office.get_role_display()}") for office in offices]
        field = cast("forms.ChoiceField", self.fields["office"])
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]

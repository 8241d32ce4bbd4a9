"""The invitation of somebody from a Tribunal de Contas."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms.fields import EmailField, NameField, PhoneField
from siops.forms.people import PersonForm
from territory.models import Uf


class CourtForm(PersonForm):
    """«Convidar para o Módulo de Controle Externo»."""

    uf = forms.ModelChoiceField(
        label="Estado",
        queryset=Uf.objects.order_by("name"),
        empty_label="Escolha",
        help_text="O Tribunal vê os municípios deste Estado.",
    )
    email = EmailField(label="E-mail institucional", help_text="Para onde vão os avisos.")
    phone = PhoneField()
    position = NameField(label="Cargo", min_length=3)

    field_order = ("uf",)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        values = dict(self.cleaned_data)
        return values | {"uf_id": values.pop("uf").pk}

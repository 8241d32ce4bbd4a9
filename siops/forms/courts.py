"""The invitation of somebody from a Tribunal de Contas."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms.fields import EmailField, NameField, PhoneField
from siops.forms.people import PersonForm
from territory.models import Entity


class CourtForm(PersonForm):
    """«Convidar para o Módulo de Controle Externo»."""

    entity = forms.ModelChoiceField(
        label="Estado",
        queryset=Entity.objects.exclude(kind=Entity.Kind.MUNICIPALITY).select_related("uf").order_by("uf__name"),
        empty_label="Escolha",
        help_text="O Tribunal vê os municípios deste Estado.",
    )
    email = EmailField(label="E-mail institucional", help_text="Para onde vão os avisos.")
    phone = PhoneField()
    position = NameField(label="Cargo", min_length=3)

    field_order = ("entity",)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        values = dict(self.cleaned_data)
        return values | {"entity_id": values.pop("entity").pk}

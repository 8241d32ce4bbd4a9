"""CPF and name of a person of the CADSUS, with «BUSCAR» that fills the name."""

from __future__ import annotations

from typing import cast

from django import forms
from django.http import QueryDict

from common.exceptions import RuleBroken
from common.forms.fields import CpfField, NameField
from common.forms.people import CONFIRM
from siops.services.registry import find_name

SEARCH = "buscar"


class PersonForm(forms.Form):
    """The first two fields of every form that names somebody; the service asks again whose CPF it is."""

    # What the component of the form asks before it draws «BUSCAR».
    searches_person = True

    cpf = CpfField(help_text="«BUSCAR» preenche o nome.")
    name = NameField(
        label="Nome",
        help_text="Como está no CADSUS.",
        error_messages={"required": CONFIRM},
        widget=forms.TextInput({"readonly": True}),
    )

    @property
    def is_search(self) -> bool:
        """Whether «BUSCAR» was pressed."""
        return SEARCH in self.data

    def search(self) -> None:
        """Fill the name of the CPF; of what was typed only the CPF is judged, and the rest stays."""
        for other in [name for name in self.errors if name != "cpf"]:
            del self.errors[other]
        if "cpf" in self.errors:
            return
        try:
            name = find_name(cpf=self.cleaned_data["cpf"])
        except RuleBroken as refusal:
            self.add_error("cpf", refusal.message)
        else:
            data = cast("QueryDict", self.data).copy()
            data["name"] = name
            self.data = data

"""CPF and name of a person of the CADSUS, with «Buscar» that fills the name."""

from __future__ import annotations

from typing import cast

from django import forms
from django.http import QueryDict

from common.exceptions import RuleBroken
from common.forms.fields import CpfField, NameField
from common.forms.people import CONFIRM
from siops.services.registry import find_name

SEARCH = "buscar"


class PersonSearch(forms.Form):
    """«Buscar»: the CADSUS fills the name of a CPF."""

    # What the page of the form asks before it draws «Buscar».
    searches_person = True
    # The fields of the CPF and of the name.
    searched, found = "cpf", "name"

    @property
    def is_search(self) -> bool:
        """Whether «Buscar» was pressed."""
        return SEARCH in self.data

    def search(self) -> None:
        """Fill the name of the CPF; of what was typed only the CPF is judged, and the rest stays."""
        for other in [name for name in self.errors if name != self.searched]:
            del self.errors[other]
        if self.searched in self.errors:
            return
        try:
            name = find_name(cpf=self.cleaned_data[self.searched])
        except RuleBroken as refusal:
            self.add_error(self.searched, refusal.message)
        else:
            data = cast("QueryDict", self.data).copy()
            data[self.found] = name
            self.data = data


class PersonForm(PersonSearch):
    """The first two fields of every form that names somebody; the service asks again whose CPF it is."""

    cpf = CpfField(help_text="«Buscar» preenche o nome.")
    name = NameField(
        label="Nome",
        help_text="Como está no CADSUS.",
        error_messages={"required": CONFIRM},
        widget=forms.TextInput({"readonly": True}),
    )

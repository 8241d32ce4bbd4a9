"""Forms of «Gerenciar Usuários» and of the «Cadastro do Gestor da AB»."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Membership, role_name
from common.forms.fields import CpfField, EmailField, PhoneField
from common.forms.people import ConfirmedCpf
from territory.models import Entity

# The profiles of the PEC belong to no programme of the e-Gestor; the select needs a value for them.
PEC = "pec"
NOTHING_CHOSEN = "- SELECIONE -"
PROGRAMMES = [
    ("", NOTHING_CHOSEN),
    *((value, label) for value, label in Membership.Programme.choices if value),
    (PEC, "PEC e-SUS APS"),
]


class CpfForm(forms.Form):
    """CPF for «Buscar»."""

    cpf = CpfField()


class ConfirmedCpfForm(ConfirmedCpf, CpfForm):
    """The same for «Adicionar» and «Salvar»."""


class ContactForm(forms.Form):
    """«Alterar Cadastro»."""

    email = EmailField()
    phone = PhoneField()


class ProfileForm(forms.Form):
    """«Adicionar perfil»: only the profiles that who is signed in may give."""

    def __init__(self, entities: Iterable[Entity], roles: Iterable[Membership.Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places_of = list(entities)
        places = [(str(entity.pk), str(entity)) for entity in places_of]
        kinds = [("", NOTHING_CHOSEN), *((role.value, _names(role, places_of)) for role in roles)]
        # A single entity leaves nothing to choose.
        widget = forms.Select() if len(places) > 1 else forms.HiddenInput()
        self.fields = {
            "entity": forms.ChoiceField(label="Ente", choices=places, widget=widget, initial=places[0][0]),
            "programme": forms.ChoiceField(label="Programa", choices=PROGRAMMES),
            "role": forms.ChoiceField(label="Perfis de Acesso", choices=kinds),
            "module": forms.ChoiceField(
                label="Módulo",
                choices=[("", NOTHING_CHOSEN)],
                required=False,
                disabled=True,
                help_text="Não se aplica aos programas simulados.",
            ),
        }

    def clean_programme(self) -> str:
        programme = str(self.cleaned_data["programme"])
        return "" if programme == PEC else programme


def _names(role: Membership.Role, entities: Iterable[Entity]) -> str:
    """What the profile is called in the entities that may be chosen."""
    return " / ".join(dict.fromkeys(role_name(role, entity) for entity in entities))

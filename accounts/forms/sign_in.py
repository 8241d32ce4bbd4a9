"""Forms of the sign-in pages."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from accounts.personas import Persona, demo_personas, grouped_personas
from accounts.services.sign_in import Level
from common import documents
from common.forms.fields import CnpjField, CpfField

WRONG_DOOR = "Para gerar o token é necessário entrar com o CNPJ do Fundo Municipal de Saúde."


class FundCnpjField(CnpjField):
    """CNPJ of a fund; a CPF typed here gets told which door is the right one."""

    def to_python(self, value: Any) -> str:
        if documents.is_cpf(documents.digits(str(value or ""))):
            raise forms.ValidationError(WRONG_DOOR, code="wrong_door")
        return super().to_python(value)


class PersonCpfField(CpfField):
    """CPF of a person; a CNPJ typed here gets told which door is the right one."""

    def to_python(self, value: Any) -> str:
        if documents.is_cnpj(documents.normalise_cnpj(str(value or ""))):
            raise forms.ValidationError(WRONG_DOOR, code="wrong_door")
        return super().to_python(value)


class OrganisationSignInForm(forms.Form):
    """«Acesso FMS/FES»."""

    cnpj = FundCnpjField(label="CNPJ do FMS/FES", max_length=40)
    password = forms.CharField(
        label="Senha",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    not_a_robot = forms.BooleanField(
        label="Não sou um robô (simulado)", error_messages={"required": "Confirme que você não é um robô."}
    )

    @classmethod
    def filled_for(cls, persona: Persona) -> OrganisationSignInForm:
        """The form ready for «Acessar», with the password that the page of the demonstration shows anyway."""
        form = cls(initial={"cnpj": persona.cnpj, "password": persona.password})
        form.fields["password"].widget = forms.PasswordInput(render_value=True)
        return form


class GovBrSignInForm(forms.Form):
    """The simulated gov.br: a persona of the demonstration or a CPF, and the level of the account."""

    persona = forms.ChoiceField(label="Pessoa de demonstração", required=False)
    cpf = PersonCpfField(label="CPF", required=False, max_length=40)
    level = forms.ChoiceField(
        label="Nível da conta gov.br", choices=Level.choices, initial=Level.GOLD, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = {
            title: [p for p in group if p.login_kind == "pf" and not p.door]
            for title, group in grouped_personas(demo_personas()).items()
        }
        self.people = {persona.key: persona for group in groups.values() for persona in group}
        if not self.people:
            del self.fields["persona"]
            return
        offered = [
            (title, [(persona.key, f"{persona.name} – {persona.role}") for persona in group])
            for title, group in groups.items()
            if group
        ]
        cast("forms.ChoiceField", self.fields["persona"]).choices = [("", "Digitar outro CPF"), *offered]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        persona = self.people.get(data.get("persona", ""))
        if persona is not None:
            data["cpf"] = persona.cpf
        elif not data.get("cpf") and not self.errors:
            self.add_error("cpf", "Escolha uma pessoa ou digite um CPF." if self.people else "Digite o CPF.")
        return data

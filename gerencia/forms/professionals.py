"""The form of a professional."""

from django import forms

from common.forms.fields import CpfField
from gerencia.models import EnrolledProfessional


class ProfessionalForm(forms.Form):
    """«Inscrever profissional»; whose CPF it is and whether the hours fit, the service says."""

    cpf = CpfField(label="CPF do profissional", help_text="Com vínculo em vigor no CNES do ente.")
    level = forms.ChoiceField(label="Nível de atenção", choices=EnrolledProfessional.Level.choices)
    protected_hours = forms.IntegerField(
        label="Carga horária protegida",
        min_value=0,
        max_value=168,
        help_text="Horas por semana, declaradas pelo ente.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3}),
    )

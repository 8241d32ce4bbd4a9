"""What is typed at the desk of the SISRede."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from cadsus.decision import Doubt
from cadsus.forms.fields import CnsField
from cadsus.messages import M06, M07, M19, M23, M26
from cadsus.models import Citizen, Document, Family, HouseholdLink, Justification, MicroArea
from cadsus.services.citizens import MOST_TWINS
from cadsus.services.confirming import TO_CONFIRM
from common import documents
from common.forms.fields import CpfField, DateField, NameField, PostalCodeField, TextField
from registry.models.people import NAME
from registry.models.tables import Sex


class BirthDateField(DateField):
    """A birth: up to 130 years ago; whether it is in the future the service says."""

    earliest = date(1896, 1, 1)
    default_error_messages = {"out_of_bounds": "Data de nascimento inválida."}


class SearchForm(forms.Form):
    """«Pesquisar usuário»."""

    text = forms.CharField(
        label="Nome, CPF, CNS ou prontuário",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )
    birth_date = BirthDateField(label="Data de nascimento", required=False)
    mother = forms.CharField(label="Nome da mãe", max_length=NAME, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            self.add_error("text", M06)
        elif not self.errors and not given.get("text") and not (given.get("birth_date") and given.get("mother")):
            self.add_error("text", M07)
        return given


class NumberField(forms.CharField):
    """A CPF or a CNS, as the document has it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "CPF ou CNS do documento")
        super().__init__(max_length=40, required=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = documents.digits(super().clean(value))
        field = CpfField(max_length=40) if len(text) == documents.CPF_LENGTH else CnsField(max_length=40)
        return str(field.clean(text)) if text else ""


class ConsultForm(forms.Form):
    """Another number to ask by, and why a restricted record is opened."""

    number = NumberField()
    reason = forms.CharField(label="Motivo do acesso restrito", max_length=200, required=False)


class ConfirmForm(forms.Form):
    """The document that was seen, and what is confirmed apart."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    document = forms.ChoiceField(
        label="Veja um documento com foto",
        choices=Document.choices,
        widget=forms.RadioSelect,
        error_messages={"required": M19},
    )

    def __init__(self, *args: Any, doubts: Iterable[Doubt] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for doubt in doubts:
            self.fields[doubt.value] = forms.BooleanField(
                label=DOUBTS[doubt], error_messages={"required": TO_CONFIRM[doubt]}
            )

    def confirmed(self) -> list[str]:
        return [doubt.value for doubt in Doubt if self.cleaned_data.get(doubt.value)]


DOUBTS = {
    Doubt.DEATH: "Conferi o óbito registrado no CADSUS",
    Doubt.PERSON: "É a mesma pessoa, com outro nome e outra data de nascimento",
}


class ChooseForm(forms.Form):
    """One of several records."""

    person = forms.TypedChoiceField(
        label="Cadastro", coerce=int, widget=forms.RadioSelect, error_messages={"required": "Selecione um cadastro."}
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined] # of a choice field


class JustifyForm(forms.Form):
    """Why not; which reasons there are depends on the citizen."""

    code = forms.ChoiceField(label="Motivo", widget=forms.RadioSelect, error_messages={"required": M23})
    note = TextField(label="Observação", max_length=300, required=False, help_text="Obrigatória para «Outro».")

    def __init__(self, *args: Any, codes: Sequence[Justification.Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(code.value, f"{code.value} – {code.label}") for code in codes]  # type: ignore[attr-defined] # of a choice field


class CitizenForm(forms.Form):
    """A new chart."""

    name = NameField(label="Nome", max_length=NAME)
    mother = NameField(label="Nome da mãe", max_length=NAME, required=False)
    birth_date = BirthDateField(label="Data de nascimento")
    sex = forms.ChoiceField(label="Sexo", choices=[("", "não informado"), *Sex.choices[:2]], required=False)
    cpf = CpfField(max_length=40, required=False)
    cns = CnsField(max_length=40, required=False)
    microarea = forms.ModelChoiceField(
        label="Microárea", queryset=MicroArea.objects.none(), required=False, empty_label="não informada"
    )
    lives_outside = forms.BooleanField(
        label="Não é morador na AA",
        required=False,
        help_text="Quem mora fora da área e precisa de uma vacina é sincronizado e atendido do mesmo modo.",
    )

    def __init__(self, *args: Any, microareas: Sequence[MicroArea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["microarea"]
        field.queryset = MicroArea.objects.filter(pk__in=[row.pk for row in microareas]).select_related("area")


class NewbornForm(forms.Form):
    """«RN DE …»: the mother has a chart."""

    mother = forms.CharField(label="Prontuário, CPF ou CNS da mãe", max_length=40)
    birth_date = BirthDateField(label="Data de nascimento")
    sex = forms.ChoiceField(label="Sexo", choices=[("", "não informado"), *Sex.choices[:2]], required=False)
    how_many = forms.IntegerField(label="Quantos nasceram", min_value=1, max_value=MOST_TWINS, initial=1)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].initial = today


class AddressForm(forms.Form):
    """The address of the SISRede."""

    street = forms.CharField(label="Logradouro", max_length=120)
    number = forms.CharField(label="Número", max_length=7, help_text="«S/N» quando não houver.")
    complement = forms.CharField(label="Complemento", max_length=50, required=False)
    district = forms.CharField(label="Bairro", max_length=80)
    postal_code = PostalCodeField(label="CEP", max_length=10, required=False)

    @classmethod
    def of(cls, citizen: Citizen) -> dict[str, str]:
        return {name: getattr(citizen, name) for name in cls.base_fields}


class LinkForm(forms.Form):
    """«Vínculo ao domicílio»."""

    family = forms.ModelChoiceField(label="Domicílio e família", queryset=Family.objects.none(), empty_label="Escolha…")
    visited_on = DateField(label="Data da visita", error_messages={"required": M26})
    is_head = forms.BooleanField(label="Responsável familiar", required=False)

    def __init__(self, *args: Any, families: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["family"]
        field.queryset = families


GONE = (HouseholdLink.EndReason.MOVED, HouseholdLink.EndReason.DECEASED, HouseholdLink.EndReason.NOT_FOUND)


class UnlinkForm(forms.Form):
    """Why somebody lives there no more."""

    reason = forms.ChoiceField(
        label="Motivo",
        choices=[(reason.value, reason.label) for reason in GONE],
        widget=forms.RadioSelect,
    )

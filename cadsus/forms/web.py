"""What is typed in the CADSUSWEB, besides the record itself: searches, reasons, the day of «Adiar»."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cadsus.forms.fields import CnsField
from cadsus.messages import M46
from cadsus.models.unification import REASON
from common.forms.fields import CpfField, DateField, NameField, TextField
from common.text import searchable
from registry.models import Person
from registry.models.people import NAME
from registry.search import Criteria, SearchKind
from territory.models import Municipality
from territory.services import search_key

UNKNOWN_CITY = "Município não encontrado. Escreva como «Belo Horizonte/MG»."


class BirthDateField(DateField):
    """A day of birth; which ones are possible the service says, for it depends on today."""

    earliest = date(1880, 1, 1)
    default_error_messages = {"invalid": M46, "out_of_bounds": M46}


class MunicipalityField(NameField):
    """A municipality by its name and UF, as in «Belo Horizonte/MG»; gives the row."""

    def clean(self, value: Any) -> Municipality | None:
        text = super().clean(value)
        if not text:
            return None
        name, _, uf = searchable(text).rpartition("/")
        row = Municipality.objects.select_related("uf").filter(
            search_name=search_key(name), uf__acronym=uf.strip().upper()
        )
        found: Municipality | None = row.first()
        if found is None:
            raise ValidationError(UNKNOWN_CITY, code="unknown_city")
        return found

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, Municipality) else value


class SearchForm(forms.Form):
    """«Consulta»."""

    cpf = CpfField(required=False, max_length=40)
    cns = CnsField(required=False, max_length=40)
    name = NameField(label="Nome", required=False, max_length=NAME)
    mother = NameField(label="Nome da mãe", required=False, max_length=NAME)
    birth_date = BirthDateField(label="Data de nascimento", required=False)
    birth_city = MunicipalityField(
        label="Município de nascimento", required=False, help_text="Como em «Belo Horizonte/MG»."
    )
    kind = forms.ChoiceField(
        label="Tipo de pesquisa",
        choices=SearchKind.choices,
        initial=SearchKind.APPROXIMATE,
        widget=forms.RadioSelect,
    )

    def criteria(self) -> Criteria:
        data = self.cleaned_data
        city = data["birth_city"]
        return Criteria(
            **{name: data[name] for name in ("cpf", "cns", "name", "mother", "birth_date")},
            birth_city=city.pk if city else "",
        )


class ShortReasonForm(forms.Form):
    """Motivo, as long as the CADSUS keeps it."""

    reason = TextField(label="Motivo", max_length=REASON)


class WhyForm(forms.Form):
    """For what a record under protection is opened."""

    why = TextField(label="Motivo da consulta", max_length=REASON)


class PostponeForm(forms.Form):
    """«Adiar»."""

    until = DateField(label="Adiar até", help_text="O par volta à fila neste dia.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = today + timedelta(days=7)


class UnifyForm(ShortReasonForm):
    """«Confirmar unificação»: why, and what was shown; the page itself writes the latter, anew each time."""

    shown_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ShownVersionForm(forms.Form):
    """An act of one button on a record, as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class StandingForm(ShownVersionForm, ShortReasonForm):
    """Inactivate or reactivate."""


def version_of(person: Person) -> dict[str, int]:
    """What a form of a record begins with."""
    return {"version": person.version}

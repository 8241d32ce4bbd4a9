"""Form of section F: «Sistema solicitante», with its periods as rows that are added without JavaScript too."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from common.forms.widgets import DateInput, TimeInput
from rnds.models import AccessPeriod, CredentialRequest
from rnds.services.requests.system import MAX_COUNT, MAX_PERIODS, Period, SystemData, problems_of

WHOLE_NUMBER = "Informe um número inteiro."
OUT_OF_RANGE = "Informe um número inteiro, de 0 a 9.999.999."
REQUIRED = "Este campo é obrigatório."


def _count(label: str, help_text: str) -> forms.IntegerField:
    messages = {"invalid": WHOLE_NUMBER} | dict.fromkeys(("min_value", "max_value"), OUT_OF_RANGE)
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=MAX_COUNT,
        error_messages=messages,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


def _day(label: str, help_text: str) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=DateInput, error_messages={"invalid": "Data inválida."}
    )


def _hour(label: str) -> forms.TimeField:
    return forms.TimeField(label=label, widget=TimeInput, required=False, error_messages={"invalid": "Hora inválida."})


def _address(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=45, widget=forms.TextInput({"autocomplete": "off"})
    )


class SystemForm(forms.Form):
    """«Descrição» and «Portfólio»."""

    ip_first = _address("IP Inicial", "O primeiro endereço público por onde o sistema acessa, como 200.160.2.3.")
    ip_last = _address("IP Final", "O último da faixa; com um só endereço, repita o inicial.")
    recorded_visits = _count("Quantidade de atendimentos registrados no sistema", "Total desde a implantação.")
    visits_per_day_min = _count("Mínimo de atendimento previstos/Dia", "Em um dia de pouco movimento.")
    visits_per_day_max = _count("Máximo de atendimento previstos/Dia", "Em um dia cheio.")
    peak_accesses = _count(
        "Quantidade acessos no período de pico", "No período de maior acesso; cabe no máximo do dia."
    )
    portfolio_start = _day("Data início", "De hoje em diante.")
    portfolio_end = _day("Data fim", "Até quando o portfólio vale.")

    def clean(self) -> dict[str, Any]:
        """The rules between fields, of those that are right by themselves: all at once with the others' own errors."""
        data = dict(self.cleaned_data)
        for field, message in problems_of(SystemData(**(self._neutral(data) | data)), self.today):
            if field in data:
                self.add_error(field, message)
        return self.cleaned_data

    def _neutral(self, data: dict[str, Any]) -> dict[str, Any]:
        """In place of a field that is wrong by itself, a value by which no other breaks a rule."""
        return {
            "ip_first": data.get("ip_last", ""),
            "ip_last": data.get("ip_first", ""),
            "recorded_visits": 0,
            "visits_per_day_min": 0,
            "visits_per_day_max": MAX_COUNT,
            "peak_accesses": 0,
            "portfolio_start": self.today,
            "portfolio_end": date.max,
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)


class PeriodForm(forms.Form):
    """One row of «Períodos de maior acesso»; an empty row says nothing."""

    turn = forms.ChoiceField(label="Período", choices=[("", "–"), *AccessPeriod.Turn.choices], required=False)
    start = _hour("Início")
    end = _hour("Fim")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        filled = [name for name in ("turn", "start", "end") if data.get(name) not in (None, "")]
        if filled and not self.errors:
            for name in {"turn", "start", "end"} - set(filled):
                self.add_error(name, REQUIRED)
        return data

    def period(self) -> Period | None:
        """The row as the service takes it, or None for an empty row."""
        data = self.cleaned_data
        return Period(data["turn"], data["start"], data["end"]) if data.get("turn") else None


PeriodFormSet = formset_factory(PeriodForm, extra=1, max_num=MAX_PERIODS, absolute_max=MAX_PERIODS)


def periods_of(formset: BaseFormSet[Any]) -> list[Period]:
    """The filled rows of a valid formset."""
    return [period for form in formset.forms if (period := form.period())]


def sample_of(today: date) -> dict[str, Any]:
    """Example data of «Descrição» and «Portfólio», for one year from `today` on."""
    return {
        "ip_first": "200.160.2.3",
        "ip_last": "200.160.2.9",
        "recorded_visits": 12000,
        "visits_per_day_min": 10,
        "visits_per_day_max": 80,
        "peak_accesses": 40,
        "portfolio_start": today,
        "portfolio_end": today + timedelta(days=365),
    }


SAMPLE_PERIODS = [{"turn": AccessPeriod.Turn.MORNING, "start": time(8), "end": time(11)}]


def initial_of(request: CredentialRequest) -> dict[str, Any]:
    """What the draft already holds."""
    return {name: getattr(request, name) for name in SystemForm.base_fields}


def initial_periods(request: CredentialRequest) -> list[dict[str, Any]]:
    return [{"turn": row.turn, "start": row.start, "end": row.end} for row in request.access_periods.all()]

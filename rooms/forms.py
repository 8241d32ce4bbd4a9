"""Forms of the rooms."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from common.forms.fields import DateField, TextField
from common.forms.widgets import TimeInput
from common.legal_time import BRASILIA


class CodeForm(forms.Form):
    """Which room to enter; the name of the field is seen in the address bar."""

    codigo = TextField(
        label="Código da sala",
        max_length=12,
        help_text="Cinco letras e números, como a7k2m. Está no convite de quem abriu a sala.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_codigo(self) -> str:
        return str(self.cleaned_data["codigo"]).strip().lower()


class PinForm(forms.Form):
    """The PIN of the room."""

    pin = TextField(
        label="PIN da sala",
        max_length=12,
        help_text="Seis algarismos.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class OpenForm(forms.Form):
    """A new room."""

    title = TextField(label="Título da sala", max_length=80, help_text="Por exemplo: Oficina COSEMS, turma da manhã.")
    purpose = TextField(label="Para que serve", max_length=200, required=False)
    days = forms.IntegerField(
        label="Dias até encerrar", initial=7, min_value=1, max_value=90, help_text="De 1 a 90 dias, a contar de agora."
    )


class KeyForm(forms.Form):
    """The key that owns a room."""

    key = TextField(
        label="Chave da sala",
        max_length=64,
        help_text="Foi mostrada uma única vez, quando a sala foi aberta.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class AdvanceForm(forms.Form):
    """How far the room's clock goes."""

    HOUR, DAY, DEADLINE, DATE = "hora", "dia", "prazo", "data"

    how = forms.ChoiceField(
        label="Avançar",
        choices=[(HOUR, "1 hora"), (DAY, "1 dia"), (DEADLINE, "Até o próximo prazo"), (DATE, "Até uma data")],
        initial=DAY,
        widget=forms.RadioSelect,
    )
    date = DateField(label="Data", required=False, help_text="Só para «Até uma data».")
    time = forms.TimeField(
        label="Hora",
        required=False,
        initial=time(8),
        widget=TimeInput(),
        help_text="Horário de Brasília.",
    )
    spares_people = forms.BooleanField(
        label="Manter ativas as pessoas da demonstração",
        required=False,
        help_text="Sem isto, os perfis sem acesso há 90 dias ficam INATIVOS, como na vida real.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("how") == self.DATE and not given.get("date"):
            self.add_error("date", "Informe a data.")
        return given

    def target(self, *, now: datetime, deadline: datetime | None) -> datetime:
        """The instant that was asked for; the present one when there is no deadline ahead."""
        given = self.cleaned_data
        if given["how"] == self.DEADLINE:
            return deadline or now
        if given["how"] == self.DATE:
            return datetime.combine(given["date"], given["time"] or time(0), BRASILIA)
        return now + {self.HOUR: timedelta(hours=1), self.DAY: timedelta(days=1)}[given["how"]]


class ConfirmForm(forms.Form):
    """The way that was shown, confirmed."""

    to = forms.DateTimeField(widget=forms.HiddenInput)
    spares_people = forms.BooleanField(required=False, widget=forms.HiddenInput)

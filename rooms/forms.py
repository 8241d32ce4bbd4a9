"""Forms of the rooms."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from common import switches
from common.forms.fields import DateField, TextField
from common.forms.widgets import TimeInput
from common.legal_time import BRASILIA
from common.switch_words import OfDay, OnOffUntil, Whole
from common.switches import Switch, written
from rooms import switchboard
from rooms.models import Room


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

    title = TextField(
        label="Título da sala",
        max_length=80,
        help_text="Por exemplo: Oficina COSEMS, turma da manhã.",
        widget=forms.TextInput(),
    )
    purpose = TextField(label="Para que serve", max_length=200, required=False, widget=forms.TextInput())
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
        help_text="Sem isto, os perfis sem acesso ficam INATIVOS no prazo, como na vida real.",
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


class SwitchesForm(forms.Form):
    """Every switch of a room, as it is; `shown` is the edition that the page showed."""

    shown = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.data if self.is_bound else self.initial
        self.fields |= {switch.name: _switch_field(switch, kept) for switch in switches.ALL}

    @classmethod
    def of(cls, room: Room) -> "SwitchesForm":
        here = switchboard.values(room)
        initial = {switch.name: _typed(getattr(here, switch.name)) for switch in switches.ALL}
        return cls(initial=initial | {"shown": switchboard.edition(room)})

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Heading and fields of each group."""
        return [
            (group.label, [self[switch.name] for switch in switches.ALL if switch.group is group])
            for group in switches.Group
        ]

    def given(self) -> dict[str, object]:
        """{name in the environment: value}, to be judged by the switchboard."""
        return {switch.variable: self.cleaned_data[switch.name] for switch in switches.ALL}


def _switch_field(switch: Switch, kept: Mapping[str, Any]) -> forms.Field:
    usual = getattr(switches.installed(), switch.name)
    help_text = f"{switch.effect} Padrão: {switch.in_words(usual)}."
    if isinstance(switch.kind, Whole):
        return forms.IntegerField(label=switch.label, help_text=help_text, min_value=1, max_value=switch.kind.most)
    if isinstance(switch.kind, OfDay):
        return forms.TimeField(label=switch.label, help_text=help_text, widget=TimeInput(seconds=True))
    choices = _marked(switch, written(usual))
    if isinstance(switch.kind, OnOffUntil):
        choices += _periods(switch, switch.kind, str(kept.get(switch.name, "")))
    return forms.ChoiceField(label=switch.label, help_text=switch.effect, choices=choices)


def _periods(switch: Switch, kind: OnOffUntil, kept: str) -> list[tuple[str, str]]:
    """The period that runs, and those that may begin now."""
    end = kind.read(kept)
    running = [(kept, switch.in_words(end))] if isinstance(end, datetime) else []
    return running + [(span, f"{kind.off} {words}") for span, (words, _) in kind.spans.items()]


def _marked(switch: Switch, usual: str) -> list[tuple[str, str]]:
    return [(text, f"{label} (padrão)" if text == usual else label) for text, label in switch.kind.choices]


def _typed(value: object) -> object:
    return written(value) if isinstance(value, bool | datetime) else value


class ConfirmForm(forms.Form):
    """The way that was shown, confirmed."""

    to = forms.DateTimeField(widget=forms.HiddenInput)
    spares_people = forms.BooleanField(required=False, widget=forms.HiddenInput)

"""The form of a nota técnica and of its signatories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from accounts.models import User
from common.forms.fields import DateField, NameField
from common.legal_time import BRASILIA
from gerencia.models import Note, NoteSignature
from gerencia.services.notes import MOST_SIGNATORIES, Turn, Wanted

Style = NoteSignature.Style
ROLE_MISSING = "Informe o cargo de quem assina."


class NoteForm(forms.Form):
    """What the nota sets, and up to four signatories, in the order in which they sign."""

    kind = forms.ChoiceField(label="O que faz", choices=Note.Kind.choices)
    number = forms.IntegerField(
        label="Número", min_value=1, max_value=99999, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    text = NameField(label="O que diz", max_length=300, min_length=10)
    limit = DateField(label="Último dia", help_text="Até 23:59 de Brasília.")
    edition = NameField(label="Edição", max_length=40, required=False, help_text="Só de uma nota que abre edição.")
    opens_at = DateField(label="Abre em", required=False, help_text="Só de uma nota que abre edição.")

    def __init__(self, signatories: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [("", "–"), *((str(user.pk), f"{user.name} ({user.get_kind_display()})") for user in signatories)]
        for n in range(1, MOST_SIGNATORIES + 1):
            self.fields[f"account_{n}"] = forms.ChoiceField(label=f"{n}º signatário", choices=people, required=n == 1)
            self.fields[f"role_{n}"] = NameField(label=f"Cargo do {n}º", required=False)
            self.fields[f"style_{n}"] = forms.ChoiceField(label=f"Como assina o {n}º", choices=Style.choices)

    @property
    def signatories(self) -> list[tuple[forms.BoundField, ...]]:
        """Who, as what and how: the three fields of each."""
        return [
            tuple(self[f"{name}_{n}"] for name in ("account", "role", "style")) for n in range(1, MOST_SIGNATORIES + 1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(1, MOST_SIGNATORIES + 1):
            signs = data.get(f"account_{n}") and data.get(f"style_{n}") != Style.EXTERNAL
            if signs and not data.get(f"role_{n}"):
                self.add_error(f"role_{n}", ROLE_MISSING)
        return data

    @property
    def wanted(self) -> Wanted:
        data = self.cleaned_data
        opens_at = _midnight(data["opens_at"]) if data["opens_at"] else None
        return Wanted(
            kind=data["kind"],
            number=data["number"],
            text=data["text"],
            limit=_midnight(data["limit"] + timedelta(days=1)),
            edition=data["edition"],
            opens_at=opens_at,
        )

    @property
    def turns(self) -> list[Turn]:
        data = self.cleaned_data
        return [
            Turn(int(data[f"account_{n}"]), data[f"role_{n}"], data[f"style_{n}"])
            for n in range(1, MOST_SIGNATORIES + 1)
            if data[f"account_{n}"]
        ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=BRASILIA)

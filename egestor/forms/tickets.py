"""Forms of the chamados of the e-Gestor and of the Gerencia APS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from common.forms.fields import NameField, TextField
from territory.models import Entity
from tickets.models import SupportTicket

NOTHING_CHOSEN = "- SELECIONE -"


class TicketForm(forms.Form):
    """A new chamado; the entity is asked of who has profiles in several."""

    entity = forms.TypedChoiceField(label="Ente", coerce=int)
    topic = forms.ChoiceField(
        label="Sobre",
        choices=[("", NOTHING_CHOSEN), *SupportTicket.Topic.choices],
        error_messages={"required": "Selecione o sistema do chamado."},
    )
    subject = NameField(label="Assunto", min_length=5)
    text = TextField(
        label="Mensagem",
        max_length=2000,
        help_text="A tela, o que você fez e o que apareceu. Não escreva senha, token nem CPF inteiro.",
    )

    def __init__(self, entities: Iterable[Entity], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(entity.pk, str(entity)) for entity in entities]
        field = self.fields["entity"]
        field.choices = choices  # type: ignore[attr-defined]  # Field hides it
        if len(choices) == 1:
            field.initial, field.widget = choices[0][0], forms.HiddenInput()


class MessageForm(forms.Form):
    """The answer of the SAPS, or why it did not solve the matter."""

    text = TextField(label="Mensagem", max_length=2000)

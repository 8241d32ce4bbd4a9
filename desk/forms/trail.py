"""What narrows the audit trail."""

from typing import Any

from django import forms

from common import house
from common.folding import fold
from common.forms.fields import DateField
from desk.services.trail import Asked
from territory.models import Entity
from territory.services import called

WRONG_ORDER = "A data final vem antes da inicial."


class TrailForm(forms.Form):
    """The filters of «Auditoria»; every one may be empty."""

    first = DateField(label="De", required=False)
    last = DateField(label="Até", required=False)
    verb = forms.ChoiceField(label="Ação", required=False)
    who = forms.CharField(label="Quem", required=False, max_length=80, help_text="Parte do nome, ou a rotina.")
    entity = forms.CharField(label="Ente", required=False, max_length=80, help_text="Nome ou código do IBGE.")
    request_id = forms.CharField(label="Requisição", required=False, max_length=36)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = sorted(house.verbs().items(), key=lambda word: fold(word[1]))
        self.fields["verb"].choices = [("", "Todas"), *words]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", WRONG_ORDER)
        return data

    @property
    def asked(self) -> Asked:
        """What was asked for; only of a valid form."""
        data = self.cleaned_data
        named = Entity.objects.filter(called(data["entity"]))
        ids = tuple(named.values_list("pk", flat=True)) if data["entity"] else None
        return Asked(data["first"], data["last"], data["verb"], data["who"], ids, data["request_id"])

"""The question before a record is overwritten: who leaves beside who comes, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from common import documents
from common.ui import NOTHING
from siops.models import HealthManager, Technician

# Name of the button that goes back to the form.
CORRECT = "corrigir"


@dataclass(frozen=True)
class Change:
    """One field, today and as it will be."""

    label: str
    today: str
    new: str

    @property
    def is_changed(self) -> bool:
        return self.today != self.new


def wants_to_correct(request: HttpRequest) -> bool:
    """Whether who was asked goes back to the form, which keeps what was typed."""
    return CORRECT in request.POST


def typed(request: HttpRequest) -> QueryDict | None:
    """What the form is given; who corrects is asked again, so the record once seen is left out."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if wants_to_correct(request):
        data.pop("replaces", None)
    return data


def ask_to_replace(
    request: HttpRequest,
    form: forms.Form,
    present: HealthManager | Technician,
    question: str,
    follows: Sequence[str],
) -> HttpResponse:
    """The page of the question, which carries the form and the record that it names."""
    names = {"former": present.person.name, "new": form.cleaned_data["name"]}
    context = {
        "question": question,
        "present": present,
        "changes": changes_of(form, present),
        "follows": [text.format(**names) for text in follows],
        "hidden": [field.as_hidden() for field in form if field.name != "replaces"],
        "correct": CORRECT,
    }
    return render(request, "siops/replacement.html", context)


def changes_of(form: forms.Form, present: HealthManager | Technician) -> list[Change]:
    """What was typed beside the record of today, field by field."""
    today: dict[str, Any] = {"cpf": present.person.cpf, "name": present.person.name}
    return [
        Change(
            str(field.label),
            _shown(name, today.get(name, getattr(present, name, ""))),
            _shown(name, form.cleaned_data[name]),
        )
        for name, field in form.fields.items()
        if name != "replaces"
    ]


def _shown(name: str, value: Any) -> str:
    """The value as people read it; a choice by its label."""
    if not value:
        return NOTHING
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    writers = {"cpf": documents.format_cpf, "phone": documents.format_phone, "bond": _bond}
    return writers[name](value) if name in writers else str(value)


def _bond(value: str) -> str:
    return str(Technician.Bond(value).label)

"""Which column of a spreadsheet is which."""

from __future__ import annotations

from typing import Any

from django import forms

from declarations.engine.records import Record
from declarations.folders import FOLDERS
from declarations.spreadsheets.mapping import Places, columns_of, label_of, letter

NO_AMOUNT = "Diga ao menos uma coluna de valores."
TWICE = "A coluna {header} está em dois lugares."


class SheetForm(forms.Form):
    """Where to look: folder, sheet and row of the header."""

    def __init__(self, *, record: Record, titles: list[str], number: int, header: int) -> None:
        super().__init__(initial={"pasta": record.name, "aba": number, "linha": header})
        folders = [(folder.table.name, folder.title) for folder in FOLDERS.values()]
        self.fields["pasta"] = forms.ChoiceField(label="Pasta", choices=folders)
        self.fields["aba"] = forms.ChoiceField(label="Aba", choices=list(enumerate(titles)))
        self.fields["linha"] = forms.IntegerField(label="Linha do cabeçalho", min_value=1)


class ColumnsForm(forms.Form):
    """One choice for each column of the folder, with the suggestion chosen."""

    def __init__(self, data: Any, *, record: Record, headers: list[str], suggested: Places) -> None:
        super().__init__(data)
        self.record, self.headers = record, headers
        choices = [("", "Não tem"), *((str(n), f"{letter(n)}: {text[:60]}") for n, text in enumerate(headers))]
        for column in columns_of(record):
            self.fields[column.name] = forms.ChoiceField(
                label=label_of(record, column),
                choices=choices,
                required=column in record.keys,
                initial=str(suggested.get(column.name, "")),
            )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        places = [place for place in given.values() if place]
        if not any(given.get(column.name) for column in self.record.values):
            raise forms.ValidationError(NO_AMOUNT)
        for place in places:
            if places.count(place) > 1:
                raise forms.ValidationError(TWICE.format(header=self.headers[int(place)][:60]))
        return given

    @property
    def places(self) -> Places:
        """Column of the folder → column of the sheet."""
        return {name: int(place) for name, place in self.cleaned_data.items() if place}

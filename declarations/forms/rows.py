"""A row of expense with its «tipo de gasto»."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator

from declarations.engine import anexo12, records

TEXT = RegexValidator(rf"^{records.TEXT}$", "Sem ponto e vírgula nem quebra de linha.")


def _choices(labels: dict[str, str]) -> list[tuple[str, str]]:
    return [("", "Escolha"), *((code, f"{code}. {label}") for code, label in labels.items())]


class RowForm(forms.Form):
    """«Nova linha com tipo de gasto»: what LC 141 says of an expense, which its subfunction does not."""

    source = forms.ChoiceField(label="Fonte", choices=_choices(anexo12.SOURCES))
    subfunction = forms.ChoiceField(label="Subfunção", choices=_choices(anexo12.SUBFUNCTIONS))
    category = forms.ChoiceField(
        label="Categoria", choices=[("", "Escolha"), *((k, w.capitalize()) for k, w in anexo12.CATEGORIES.items())]
    )
    kind = forms.ChoiceField(
        label="Tipo de gasto",
        choices=[
            ("", "Escolha"),
            ("Computado (LC 141, art. 3º)", _choices(records.COUNTED_TYPES)[1:]),
            ("Não computado (LC 141, art. 4º)", _choices(records.EXCLUDED_TYPES)[1:]),
        ],
    )
    history = forms.CharField(
        label="Histórico",
        required=False,
        max_length=200,
        validators=[TEXT],
        help_text="Opcional, até 200 caracteres. Ex.: aquisição de soro.",
    )

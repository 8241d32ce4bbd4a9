"""The two parts of «Geração de Token» that a person fills."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from common.forms.fields import CpfField
from common.forms.people import ConfirmedCpf
from territory.models import Establishment

CHOOSE_ESTABLISHMENT = "Selecione o estabelecimento."


class ResponsibleForm(forms.Form):
    """«Usuário responsável pela geração do token», for «Buscar»."""

    cpf = CpfField()


class ConfirmedResponsibleForm(ConfirmedCpf, ResponsibleForm):
    """The same for «Gerar Token»."""

    confirm_message = "Clique em Buscar para confirmar o responsável."


class EstablishmentForm(forms.Form):
    """«Dados do Estabelecimento»: a CNES code; whose it is, view and service decide."""

    establishment = forms.CharField(
        label="Estabelecimento",
        validators=[RegexValidator(r"\A[0-9]{7}\Z", CHOOSE_ESTABLISHMENT)],
        error_messages={"required": CHOOSE_ESTABLISHMENT},
        widget=forms.Select,
    )

    def __init__(self, establishments: Iterable[Establishment], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        select = self.fields["establishment"].widget
        assert isinstance(select, forms.Select)  # noqa: S101 -- tells the type checker which widget it is
        select.choices = [("", "- Selecione o Estabelecimento -"), *((e.cnes, str(e)) for e in establishments)]

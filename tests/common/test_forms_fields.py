"""Fields give the normal form or a message in Portuguese; hostile text is a field error, never a crash."""

from datetime import date

import pytest
from django import forms

from common.forms import fields
from territory.models import Uf
from tests.switches import Switch

NUL, RIGHT_TO_LEFT, ZERO_WIDTH = "\x00", "\u202e", "\u200b"
REQUIRED = "Este campo é obrigatório."


def cleaned(field: forms.Field, value: object) -> object:
    return field.clean(value)


def refusal(field: forms.Field, value: object) -> list[str]:
    with pytest.raises(forms.ValidationError) as caught:
        field.clean(value)
    return caught.value.messages


@pytest.mark.parametrize(
    ("field", "typed", "normal"),
    [
        (fields.CpfField(), "529.982.247-25", "52998224725"),
        (fields.CpfField(), " 52998224725 ", "52998224725"),
        (fields.CnpjField(), "11.222.333/0001-81", "11222333000181"),
        (fields.CnpjField(), "12.abc.345/01de-35", "12ABC34501DE35"),
        (fields.CnpjField(), "zz999000000104", "ZZ999000000104"),
        (fields.PhoneField(), "(68) 99999-1234", "68999991234"),
        (fields.PhoneField(), "+55 11 3333-4444", "1133334444"),
        (fields.EmailField(), "Maria.Souza@Saude.EXAMPLE", "Maria.Souza@saude.example"),
        (fields.NameField(), "  Maria   da Conceic\u0327a\u0303o ", "Maria da Conceição"),
        (fields.TextField(), "linha 1\r\n\tlinha 2", "linha 1\n\tlinha 2"),
    ],
)
def test_what_is_typed_becomes_the_normal_form(field: forms.Field, typed: str, normal: str) -> None:
    assert cleaned(field, typed) == normal


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (fields.CpfField(), "111.111.111-11", "CPF inválido."),
        (fields.CpfField(), "529.982.247-2", "CPF inválido."),
        (fields.CpfField(), "5299822472a5", "CPF inválido."),
        (fields.CpfField(), "٥٢٩٩٨٢٢٤٧٢٥", "CPF inválido."),
        (fields.CnpjField(), "12ABC34501DE36", "CNPJ inválido."),
        (fields.CnpjField(), "00000000000000", "CNPJ inválido."),
        (fields.CnpjField(), "12ÁBC34501DE35", "CNPJ inválido."),
        (fields.PhoneField(), "99 9999-999", "Telefone inválido. Informe DDD + número."),
        (fields.PhoneField(), "(20) 99999-1234", "Telefone inválido. Informe DDD + número."),
        (fields.PhoneField(), "ramal 99999-1234", "Telefone inválido. Informe DDD + número."),
        (fields.EmailField(), "maria@", "E-mail inválido."),
    ],
)
def test_what_breaks_a_rule_is_told_in_portuguese(switch: Switch, field: forms.Field, typed: str, message: str) -> None:
    switch(training_mode=False)
    assert refusal(field, typed) == [message]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (fields.CpfField(), "529.982.247-26", "CPF inválido: dígito verificador não confere."),
        (fields.CnpjField(), "12ABC34501DE36", "CNPJ inválido: dígito verificador não confere."),
        (fields.CpfField(), "529", "CPF inválido."),
    ],
)
def test_training_mode_says_which_rule_failed(field: forms.Field, typed: str, message: str) -> None:
    assert refusal(field, typed) == [message]


@pytest.mark.parametrize(
    "field_class",
    [
        fields.CpfField,
        fields.CnpjField,
        fields.PhoneField,
        fields.EmailField,
        fields.NameField,
        fields.TextField,
    ],
)
class TestEveryField:
    def test_empty_is_required(self, field_class: type[forms.CharField]) -> None:
        for empty in ("", "   ", None):
            assert refusal(field_class(), empty) == [REQUIRED]

    def test_empty_is_accepted_when_optional(self, field_class: type[forms.CharField]) -> None:
        assert cleaned(field_class(required=False), "  ") == ""

    @pytest.mark.parametrize("hostile", [NUL, RIGHT_TO_LEFT, ZERO_WIDTH, "\x1b"])
    def test_an_invisible_character_is_a_field_error(self, field_class: type[forms.CharField], hostile: str) -> None:
        assert refusal(field_class(), f"529982{hostile}24725")


@pytest.mark.parametrize("field_class", [fields.CpfField, fields.CnpjField, fields.EmailField, fields.NameField])
def test_a_huge_text_is_a_field_error(field_class: type[forms.CharField]) -> None:
    assert refusal(field_class(), "9" * 100_000)


def test_names_refuse_bidi_and_control_characters_with_their_message() -> None:
    for hostile in (f"Maria{NUL}", f"{RIGHT_TO_LEFT}airaM", "Maria\u2066", "Maria\nSouza", "Maria\ue000"):
        assert refusal(fields.NameField(), hostile) == ["O texto contém caracteres não permitidos."]
    assert cleaned(fields.NameField(), "D'Ávila Ñandú-Guimarães") == "D'Ávila Ñandú-Guimarães"


def test_a_stored_number_is_shown_with_its_mask() -> None:
    class PersonForm(forms.Form):
        cpf = fields.CpfField()
        cnpj = fields.CnpjField()
        phone = fields.PhoneField()

    form = PersonForm(initial={"cpf": "52998224725", "cnpj": "12ABC34501DE35", "phone": "68999991234"})
    assert [field.value() for field in form] == ["529.982.247-25", "12.ABC.345/01DE-35", "(68) 99999-1234"]
    typed = PersonForm({"cpf": "529.982.247-2", "cnpj": "", "phone": ""})
    assert typed["cpf"].value() == "529.982.247-2"


def test_one_wrong_email_field_does_not_change_the_message_of_others() -> None:
    fields.EmailField()
    assert refusal(forms.EmailField(), "maria@") == ["Informe um endereço de email válido."]


@pytest.mark.parametrize("typed", ["01/01/1988", "31/12/2100", "2026-11-23", "29/02/2028"])
def test_a_day_within_the_bounds_is_taken(typed: str) -> None:
    assert isinstance(cleaned(fields.DateField(), typed), date)


@pytest.mark.parametrize(
    "typed", ["31/12/1987", "01/01/2101", "01/01/0001", "31/12/9999", "0001-01-01", "9999-12-31", date.max, date.min]
)
def test_a_day_out_of_the_bounds_is_refused_in_words(typed: object) -> None:
    assert refusal(fields.DateField(), typed) == ["Informe uma data entre 01/01/1988 e 31/12/2100."]


@pytest.mark.parametrize("typed", ["30/02/2026", "amanhã", "2026", f"2026-11-23{NUL}", "1" * 100_000])
def test_what_is_no_day_is_a_field_error(typed: str) -> None:
    assert refusal(fields.DateField(), typed) == ["Data inválida."]


def test_an_optional_day_may_be_empty_and_the_picker_knows_the_bounds() -> None:
    field = fields.DateField(required=False)
    assert cleaned(field, "") is None
    assert (field.widget.attrs["min"], field.widget.attrs["max"]) == ("1988-01-01", "2100-12-31")


@pytest.mark.django_db
def test_a_choice_of_rows_with_nul_is_no_choice() -> None:
    field = fields.ModelChoiceField(Uf.objects.all(), to_field_name="acronym")
    assert refusal(field, f"AC{NUL}") == ["Faça uma escolha válida. Sua escolha não é uma das disponíveis."]

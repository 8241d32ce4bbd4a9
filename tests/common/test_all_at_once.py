"""Rules that are asked together refuse together."""

import pytest
from django import forms

from common.exceptions import AllAtOnce, NotPermitted, RuleBroken, RulesBroken
from common.forms.shared import put_refusal


def refuse(field: str) -> int:
    raise RuleBroken(f"Errado: {field}.", code=f"bad_{field}", field=field)


def test_nothing_refused_gives_the_answer() -> None:
    rules = AllAtOnce()
    answer = rules.ask(int, "7")
    rules.require(True, RuleBroken("Nunca."))
    assert rules.settled(answer) == 7


def test_one_refusal_is_raised_as_itself() -> None:
    rules = AllAtOnce()
    assert rules.ask(refuse, "cpf") is None
    with pytest.raises(RuleBroken) as caught:
        rules.settle()
    assert type(caught.value) is RuleBroken


def test_several_speak_as_the_first_and_land_beside_their_fields() -> None:
    rules, inner = AllAtOnce(), AllAtOnce()
    inner.ask(refuse, "cpf")
    inner.require(False, RuleBroken("Outro.", field="elsewhere"))
    rules.ask(inner.settle)
    rules.ask(refuse, "email")
    with pytest.raises(RulesBroken) as caught:
        rules.settle()
    assert (caught.value.code, caught.value.field, caught.value.message) == ("bad_cpf", "cpf", "Errado: cpf.")

    class TwoFields(forms.Form):
        cpf = forms.CharField(required=False)
        email = forms.CharField(required=False)

    form = TwoFields({})
    assert form.is_valid()
    put_refusal(form, caught.value)
    assert form.errors == {"cpf": ["Errado: cpf."], "email": ["Errado: email."], "__all__": ["Outro."]}


def test_what_is_not_a_rule_of_the_data_is_raised_at_once() -> None:
    def forbid() -> None:
        raise NotPermitted

    with pytest.raises(NotPermitted):
        AllAtOnce().ask(forbid)


def test_an_answer_is_there_once_settled() -> None:
    with pytest.raises(TypeError):
        AllAtOnce().settled(None)

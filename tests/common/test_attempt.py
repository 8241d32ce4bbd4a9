"""A service that says no: where the refusal is shown, and that the view goes on below."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from common.attempts import attempt
from common.exceptions import NotAllowedNow, NotPermitted, Refusal, RuleBroken, RulesBroken


class OneField(forms.Form):
    cpf = forms.CharField(required=False)


class OtherField(forms.Form):
    email = forms.CharField(required=False)


def valid(form: forms.Form) -> forms.Form:
    assert form.is_valid()
    return form


def refuse(*fields: str) -> None:
    raise RulesBroken([RuleBroken(field, field=field) for field in fields])


def test_the_block_ends_at_the_refusal_and_each_rule_finds_its_form() -> None:
    form, other, reached = valid(OneField({})), valid(OtherField({})), []
    with attempt(form, other):
        refuse("email", "cpf", "elsewhere")
        reached.append("inside")
    reached.append("below")
    assert reached == ["below"]
    assert form.errors == {"cpf": ["cpf"], "__all__": ["elsewhere"]}
    assert other.errors == {"email": ["email"]}


def test_without_a_form_it_is_a_message() -> None:
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined] # as the middleware does
    with attempt(request):
        raise RuleBroken("Não.", field="cpf")
    assert [(message.level_tag, message.message) for message in get_messages(request)] == [("error", "Não.")]


def test_nothing_refused_is_nothing_shown() -> None:
    form = valid(OneField({}))
    with attempt(form):
        pass
    assert not form.errors


@pytest.mark.parametrize("raised", [NotPermitted(), NotAllowedNow("emitida"), Refusal("Não."), ValueError()])
def test_what_is_no_broken_rule_passes(raised: Exception) -> None:
    form = valid(OneField({}))
    with pytest.raises(type(raised)), attempt(form):
        raise raised
    assert not form.errors

"""Any text at all in the fields of «Validar» and in the forms that parse: a page, and never a draft by chance."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egestor import token_value
from rnds.models import CredentialRequest
from rnds.services.requests.opening import normalise_counter_key
from tests import factories
from tests.factories.credentials import make_draft, make_token

pytestmark = pytest.mark.django_db
bounded = settings(
    max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
texts = st.text(max_size=90) | st.from_regex(r"[0-9A-Za-z]{4}([-– .][0-9A-Za-z]{4}){4,7}", fullmatch=True)


@pytest.fixture
def opening(client: Client) -> Any:
    manager = factories.make_manager()
    client.force_login(manager)
    return client, make_token(manager), factories.make_installation()


def utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@bounded
@given(typed=texts, counter_key=texts)
def test_any_token_and_any_contra_chave(opening: Any, typed: str, counter_key: str) -> None:
    client, token, installation = opening
    for sent in (
        {"token_value": utf8(typed), "counter_key": installation.counter_key},
        {"token_value": token.value, "counter_key": utf8(counter_key)},
    ):
        answer = client.post(reverse("rnds:request_open"), sent)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert not CredentialRequest.objects.exists()


@settings(bounded, max_examples=200)
@given(st.text(max_size=60))
def test_parsers_take_anything_and_are_stable(text: str) -> None:
    normal = token_value.normalise(text)
    assert token_value.normalise(normal) == normal
    key = normalise_counter_key(text)
    assert normalise_counter_key(key) == key
    if token_value.is_well_formed(normal):
        assert normal == normal.upper()


@bounded
@given(noise=st.lists(st.sampled_from(" -–—‑.\t"), max_size=12), lower=st.booleans())
def test_what_a_person_does_to_a_good_token_still_opens(opening: Any, noise: list[str], lower: bool) -> None:
    client, token, installation = opening
    plain = token.value.replace("-", "")
    typed = "".join(character + gap for character, gap in zip(plain, [*noise, *[""] * 20], strict=False))
    mark = transaction.savepoint()
    sent = {"token_value": typed.lower() if lower else typed, "counter_key": installation.counter_key.lower()}
    assert client.post(reverse("rnds:request_open"), sent).status_code == 302
    transaction.savepoint_rollback(mark)


@settings(bounded, max_examples=15)
@given(st.dictionaries(st.sampled_from(["cpf", "cns", "phone", "email", "consultar"]), st.text(max_size=40)))
def test_any_person_and_contact(opening: Any, sent: dict[str, str]) -> None:
    client, *_ = opening
    draft = CredentialRequest.objects.first() or make_draft()
    client.force_login(draft.requested_by)
    data = {name: utf8(value) for name, value in sent.items()}
    for address in (
        reverse("rnds:request_step", args=[draft.pk, "gestor"]),
        reverse("rnds:request_step", args=[draft.pk, "estabelecimento"]),
        reverse("rnds:request_person", args=[draft.pk]),
    ):
        assert client.post(address, data).status_code in {200, 302}

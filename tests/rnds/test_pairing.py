"""One credential, one installation: the screens say which, and that two codes share one clipboard."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from tests.clock import now
from tests.factories import make_installation, make_member
from tests.factories.credentials import fill_draft, make_draft
from tests.siops.doors import text_of

pytestmark = pytest.mark.django_db
ONE_CLIPBOARD = "copiar um apaga o outro"


@pytest.fixture
def draft(client: Client) -> Any:
    request = fill_draft(make_draft(at=now()), certificate=False, at=now())
    client.force_login(request.requested_by)
    return request


def test_the_review_says_which_installation_is_paired(client: Client, draft: Any) -> None:
    page = text_of(client.get(reverse("rnds:request_step", args=[draft.pk, "revisao"])))
    for text in (draft.installation.name, draft.installation.establishment.cnes, draft.installation.counter_key):
        assert text in page
    assert "Parear outra" in page


def test_who_looks_on_sees_it_too(client: Client, draft: Any) -> None:
    client.force_login(make_member(Membership.Role.PROGRAMME_MANAGER, draft.entity))
    page = text_of(client.get(reverse("rnds:request_detail", args=[draft.pk])))
    assert draft.installation.counter_key in page
    assert "Parear outra" not in page


def test_where_a_code_is_copied_or_pasted_the_one_clipboard_is_told(client: Client, draft: Any) -> None:
    assert ONE_CLIPBOARD in text_of(client.get(reverse("rnds:request_open")))
    administrator = make_member(Membership.Role.PEC_MUNICIPAL_ADMIN, draft.entity)
    client.force_login(administrator)
    installation = make_installation(draft.entity)
    assert ONE_CLIPBOARD in text_of(client.get(reverse("rnds:pec_certificates", args=[installation.pk])))
    fund = draft.token.organisation.user
    client.force_login(fund)
    assert ONE_CLIPBOARD in text_of(client.get(reverse("egestor:token_list")))

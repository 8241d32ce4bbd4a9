"""«Acesso FMS/FES»: CNPJ of the fund and case-sensitive password."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from tests.factories import PASSWORD, make_organisation

pytestmark = pytest.mark.django_db


def post(client: Client, cnpj: str, password: str, **data: str) -> Any:
    url = reverse("accounts:sign_in_organisation")
    return client.post(url, {"cnpj": cnpj, "password": password, "not_a_robot": "on"} | data)


def test_the_fund_enters_with_cnpj_and_password(client: Client) -> None:
    fund: Organisation = make_organisation()

    response = post(client, fund.cnpj, PASSWORD)

    assert response.status_code == 302
    assert int(client.session["_auth_user_id"]) == fund.user_id

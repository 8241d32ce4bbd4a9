"""The admin shows every table of the SIOPS and changes none."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from common.admin import ReadOnlyAdmin
from tests.factories import make_administrator, siops

pytestmark = pytest.mark.django_db
MODELS = list(apps.get_app_config("siops").get_models())


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(make_administrator("administrador"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_is_listed_and_read_only(administrator: Client, model: type[Model]) -> None:
    siops.make_technician()
    siops.make_attachment(siops.make_fund_update())
    siops.make_ticket()
    name = f"admin:siops_{model.__name__.lower()}"
    assert isinstance(admin.site._registry[model], ReadOnlyAdmin)
    assert administrator.get(reverse(f"{name}_changelist")).status_code == 200
    assert administrator.get(reverse(f"{name}_add")).status_code == 403
    for row in model._default_manager.all():
        address = reverse(f"{name}_change", args=[row.pk])
        page = administrator.get(address)
        assert page.status_code == 200
        assert b"%PDF" not in page.content
        assert administrator.post(address, {}).status_code == 403

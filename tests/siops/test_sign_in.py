"""First look."""
import pytest
from django.test import Client
pytestmark = pytest.mark.django_db

@pytest.mark.parametrize("path", ["/siops/", "/siops/entrar/", "/siops/entrar/certificado/", "/siops/entrar/token-virtual/", "/siops/entrar/puk/"])
def test_pages(client: Client, path: str) -> None:
    assert client.get(path).status_code in (200, 403)

"""Every form of every page, found by walking, gets in each of its fields what no person would type.

The test client raises what a view raises, so any internal error fails the test.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from common.exceptions import RuleBroken
from pki import services as pki
from rnds.services.requests import save_establishment
from rnds.services.terms import ensure_terms_text
from rnds.views.steps import STEPS
from tests import factories
from tests.actors import acting
from tests.attacks.pages import Form, forms_of
from tests.factories import certificates, credentials
from tests.refusals import page_after

Role = Membership.Role
LONG = 40_000
INVISIBLE = {
    "nul": "Posto\x00Saúde",
    "bidi": "Posto \u202egnp.exe",
    "zero width": "Pos\u200bto\u2028Saúde",
}
HOSTILE = INVISIBLE | {
    "not a character": "\ufffe\uffff",
    "oversized": "A" * LONG,
    "more digits than int takes": "9" * 5000,
    "other digits": "١٢٣٤٥٦٧٨٩٠١",
    "negative": "-1",
    "beyond bigint": str(2**63),
    "infinite": "1e999",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>'; DROP TABLE x; --{{ request }}%(x)s{0}",
    "lines": "a\r\nSet-Cookie: sessionid=x\r\n\r\n",
    "path": "../../../../etc/passwd",
    "dates of nowhere": "99999-99-99",
    "year zero": "0000-01-01",
    "address of nowhere": "::ffff:999.1.1.1%eth0",
    "address of elsewhere": "a@ex\u202eemplo.example",
    "address with accents": "posto@saúde.example",
}
# Of a field that a page fills by itself, only these: what it takes is decided by its type.
FOR_CHOICES = ("nul", "oversized", "more digits than int takes", "beyond bigint", "markup")
TYPED = {"text", "email", "tel", "password", "textarea", "search", "date", "time", "number"}
# What takes any character: it is only compared, or cleaned before the search.
HARMLESS = {"password", "confirmation", "q"}


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """One entity with every kind of account, and a row for each page, at noon of an ordinary day."""
    at = factories.NOON
    pki.ensure_authorities(at=at)
    ensure_terms_text(at=at)
    entity = factories.make_entity()
    fund = factories.make_organisation(entity)
    manager = factories.make_manager(entity)
    staff, admin = factories.make_staff("chefe"), factories.make_administrator()
    for _ in range(2):
        factories.make_establishment(entity)
    installation = factories.make_installation(entity)
    certificates.put_file(installation, b"qualquer", at=at)
    credential = credentials.make_credential(manager, at=at)
    return {
        "at": at,
        "installation": installation,
        "credential": credential,
        "token": credentials.make_token(manager, at=at),
        "draft": credentials.fill_draft(credentials.make_draft(manager, at=at), at=at),
        "awaiting": credentials.make_awaiting_terms(manager, at=at),
        "fund": fund.user,
        "manager": manager,
        "ab": factories.make_member(Role.AB_MANAGER, entity),
        "pecm": factories.make_member(Role.PEC_MUNICIPAL_ADMIN, entity),
        "peci": factories.make_member(Role.PEC_INSTALLATION_ADMIN, entity),
        "person": factories.make_membership(factories.make_person(), Role.TECHNICAL_MANAGER, entity).person,
        "staff": staff,
        "admin": admin,
    }


def addresses(world: dict[str, Any]) -> dict[str, list[str]]:
    """Pages by who opens them."""
    draft, person = world["draft"].pk, world["person"].pk
    installation, credential = world["installation"].pk, world["credential"].pk
    steps = [reverse("rnds:request_step", args=[draft, slug]) for slug in STEPS]
    return {
        "": [reverse("accounts:sign_in"), "/entrar/fundo/", reverse("accounts:sign_in_govbr"), "/admin/login/"],
        "fund": [
            reverse("egestor:token_create"),
            reverse("egestor:token_list"),
            reverse("egestor:token_cancel", args=[world["token"].pk]),
            reverse("egestor:ab_manager"),
        ],
        "ab": [
            reverse("egestor:membership_list"),
            reverse("egestor:membership_create"),
            reverse("egestor:membership_person", args=[person]),
            reverse("egestor:membership_add", args=[person]),
            reverse("egestor:membership_contact", args=[person]),
        ],
        "manager": [
            reverse("rnds:credential_list"),
            reverse("rnds:credential_detail", args=[credential]),
            reverse("rnds:credential_revoke", args=[credential]),
            reverse("rnds:request_open"),
            *steps,
            f"{steps[0]}?tipo=pfx",
            f"{steps[0]}?tipo=cer",
            reverse("rnds:request_terms", args=[world["awaiting"].pk]),
            reverse("rnds:request_withdraw", args=[draft]),
        ],
        "pecm": [reverse("rnds:pec_certificates", args=[installation])],
        "peci": [reverse("rnds:pec_keys", args=[installation])],
        "staff": [
            reverse("admin:rnds_credentialrequest_changelist"),
            reverse("rnds:credential_revoke", args=[credential]),
            reverse("desk:queue", args=["credenciais"]),
        ],
        "admin": [reverse("admin:accounts_user_changelist")],
    }


def known(world: dict[str, Any]) -> dict[str, str]:
    """Right values by the name of their field, so that one wrong field is the only one."""
    return {
        "cnpj": world["fund"].login,
        "cpf": world["person"].cpf,
        "confirmed_cpf": world["person"].cpf,
        "phone": "1132145678",
        "email": "posto@saude.example",
        "token_value": world["token"].value,
        "counter_key": world["installation"].counter_key,
        "password": factories.PASSWORD,
        "confirmation": factories.PASSWORD,
        "cause": "other",
        "reason": "Motivo com mais de dez caracteres",
    }


def pages(world: dict[str, Any], role: str) -> Iterator[tuple[Client, Form]]:
    client = Client()
    if role:
        client.force_login(world[role])
    seen = set()
    for address in addresses(world)[role]:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.headers)
        for form in forms_of(answer.content.decode(), address):
            kind = (re.sub(r"\d+", "N", form.action), *form.fields)
            if not form.action.endswith(("/sair/", "/logout/")) and kind not in seen:
                seen.add(kind)
                yield client, form


def send(client: Client, form: Form, data: dict[str, str]) -> Any:
    """Send the form, look at the answer, and undo what it did."""
    mark = transaction.savepoint()
    answer = page_after(client, getattr(client, form.method)(form.action, data))
    transaction.savepoint_rollback(mark)
    return answer


@pytest.mark.parametrize("role", ["", "fund", "ab", "manager", "pecm", "peci", "staff", "admin"])
def test_no_field_of_any_form_breaks_the_portal(world: dict[str, Any], role: str) -> None:
    accepted = []
    tried = 0
    for client, form in pages(world, role):
        right = form.filled(known(world))
        for name, (kind, _) in form.fields.items():
            if re.match("periodo-[12]-", name):
                continue  # the same fields as those of the first row
            for what in HOSTILE if kind in TYPED else FOR_CHOICES:
                tried += 1
                value = HOSTILE[what]
                answer = send(client, form, right | {name: value})
                assert answer.status_code < 500, (form.action, name, what)
                text = answer.content.decode(errors="replace")
                assert "<script>alert(1)" not in text, (form.action, name)
                assert "onerror=alert(2)>" not in text, (form.action, name)
                if what in INVISIBLE and kind in TYPED and answer.status_code == 302:
                    accepted.append((re.sub(r"\d+", "N", form.action), name, what))
    assert tried >= len(FOR_CHOICES)
    assert [entry for entry in accepted if entry[1] not in HARMLESS] == []


def test_hostile_names_of_uploaded_files(world: dict[str, Any]) -> None:
    names = [*HOSTILE.values(), "certificado.pfx\x00.exe", "CON.pfx", ".pfx", "..pfx", "a.pfx/b", "\u202exfp.exe.pfx"]
    for role, address in (
        ("manager", f"{reverse('rnds:request_step', args=[world['draft'].pk, 'certificado'])}?tipo=pfx"),
        ("manager", f"{reverse('rnds:request_step', args=[world['draft'].pk, 'certificado'])}?tipo=cer"),
        ("peci", reverse("rnds:pec_keys", args=[world["installation"].pk])),
    ):
        client = Client()
        client.force_login(world[role])
        for name in names:
            head = b'--X\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % name.encode()
            secret = b'\r\n--X\r\nContent-Disposition: form-data; name="password"\r\n\r\nsenha\r\n--X--\r\n'
            mark = transaction.savepoint()
            answer = client.generic("POST", address, head + b"abc" + secret, "multipart/form-data; boundary=X")
            transaction.savepoint_rollback(mark)
            assert answer.status_code < 500, (address, name)


@pytest.mark.parametrize("address", ["posto@saúde.example", "posto@ex\u202eemplo.example", "pôsto@saude.example"])
def test_an_address_that_no_certificate_holds_is_refused_where_it_is_typed(world: dict[str, Any], address: str) -> None:
    """It would otherwise be found out while the certificate is made, at «Confirmar e avançar»."""
    client = Client()
    client.force_login(world["manager"])
    for slug in ("estabelecimento", "gestor"):
        sent = {"phone": "1132145678", "email": address, "cpf": world["person"].cpf}
        answer = client.post(reverse("rnds:request_step", args=[world["draft"].pk, slug]), sent)
        assert "E-mail inválido." in answer.content.decode()
    with pytest.raises(RuleBroken, match=r"E-mail inválido\."):
        save_establishment(
            request_id=world["draft"].pk, phone="1132145678", email=address, by=acting(world["manager"]), at=world["at"]
        )


def test_numbers_in_addresses_may_be_of_any_length(world: dict[str, Any]) -> None:
    client = Client()
    client.force_login(world["manager"])
    for number in ("9" * 5000, str(2**63), "-1", "١", "1\x00", ""):
        assert client.get(reverse("rnds:request_open"), {"copiar": number}).status_code == 200
        assert client.get(reverse("rnds:credential_list"), {"pagina": number, "q": number}).status_code == 200

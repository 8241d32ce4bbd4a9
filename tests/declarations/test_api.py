"""The API of transmission: by password and by token, what it answers, and what it refuses, in problem+json."""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from common.models import AuditEvent
from declarations.engine import packing
from declarations.engine.beginnings import BEGINNINGS, consistent
from declarations.engine.declaration import Declaration as Content
from declarations.engine.declaration import Identity
from declarations.engine.periods import Period
from declarations.models import Declaration, Receipt, TransmissionToken
from declarations.services.packing import file_of
from declarations.services.tokens import actor_by_token, issue_token, revoke_token
from pki import services as pki
from siops.models import Technician
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.declarations.sending import packed
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting, acting_of
from tests.in_room import below
from tests.siops.support import enter

pytestmark = pytest.mark.django_db(databases=["default", "control"])
PASSWORD = "Envio-Ensaio-2026"
FIFTH = Period(2026, 5)


@pytest.fixture
def sender(db: None) -> Acting:
    pki.ensure_authorities(at=now())
    make_period()
    made = siops.make_acting(TECHNICIAN, make_entity())
    made.user.set_password(PASSWORD)
    made.user.save()
    return made


@pytest.fixture
def secretary(sender: Acting) -> Acting:
    return acting_of(sender.entity.health_managers.get(role="secretary"))


def file_for(sender: Acting, tables: Any = None) -> bytes:
    """As a programme of the município writes it."""
    return file_of_programme(sender.entity.ibge, FIFTH, tables)


def file_of_programme(ibge: str, period: Period, tables: Any = None) -> bytes:
    identity = Identity(ibge, *period, rules="regras-2026.1", technician_hash=f"sha256:{'0' * 64}")
    return packing.write(Content(identity, tables or consistent(period)), generated_at=now())


class Programme:
    """One that calls the API for an entity."""

    def __init__(self, ibge: str, authorization: str) -> None:
        self.client = Client(headers={"Authorization": authorization} if authorization else {})
        self.ibge = ibge

    def post(self, name: str, body: bytes = b"", *, ibge: str = "", year: int = 2026) -> tuple[int, dict[str, Any]]:
        address = below(reverse(f"declarations:api_{name}", args=[ibge or self.ibge, year, 5]))
        answer = self.client.post(address, body, content_type="application/zip")
        kind = "application/json" if answer.status_code < 300 else "application/problem+json"
        assert answer["Content-Type"] == kind, answer.content
        return answer.status_code, json.loads(answer.content)


def basic(sender: Acting, password: str = PASSWORD) -> Programme:
    shown = base64.b64encode(f"{sender.user.login}:{password}".encode()).decode()
    return Programme(sender.entity.ibge, f"Basic {shown}")


def bearer(sender: Acting, secret: str) -> Programme:
    return Programme(sender.entity.ibge, f"Bearer {secret}")


def test_file_findings_transmission_and_again(sender: Acting) -> None:
    programme = basic(sender)
    status, told = programme.post("file", file_for(sender))
    assert (status, told["versao"], told["situacao"], told["recibo"]) == (200, 1, "RASCUNHO", None)
    status, told = programme.post("findings")
    assert (status, told["situacao"], told["relatorio"]["impeditivas"]) == (200, "VALIDADA", 0)
    status, told = programme.post("transmission")
    receipt = Receipt.objects.get()
    assert (status, told["recibo"], told["situacao"]) == (201, receipt.number, "TRANSMITIDA")
    assert told["percentual"]["liquidada"].endswith(" %")

    # Everything once more, as a programme that lost the answer does.
    status, told = programme.post("file", file_for(sender))
    assert (status, told["situacao"], told["recibo"]) == (200, "TRANSMITIDA", receipt.number)
    status, told = programme.post("transmission")
    assert (status, told["recibo"]) == (200, receipt.number)
    assert Receipt.objects.count() == Declaration.objects.count() == 1

    # Other content is another version.
    tables = BEGINNINGS["apui"].whole(consistent(FIFTH))
    status, told = programme.post("file", file_for(sender, tables))
    assert (status, told["versao"]) == (200, 2)


def test_a_file_of_the_portal_stays_written(sender: Acting) -> None:
    declaration = packed(sender)
    status, told = basic(sender).post("file", file_of(declaration).data)
    assert (status, told["situacao"], told["sha256_conteudo"]) == (200, "GRAVADA", declaration.content_hash)


def test_what_blocks(sender: Acting) -> None:
    programme = basic(sender)
    programme.post("file", file_for(sender, BEGINNINGS["pago-maior"].whole(consistent(FIFTH))))
    status, told = programme.post("findings")
    assert (status, told["situacao"], told["relatorio"]["impeditivas"]) == (200, "COM CRÍTICAS", 1)
    status, told = programme.post("transmission")
    assert (status, told["codigo"]) == (409, "wrong_status")


def test_a_rejected_one_brings_its_report(sender: Acting) -> None:
    packed(sender)
    more = consistent(Period(2026, 6))
    make_declaration(sender.entity, make_period(2026, 4), status="homologated", opened_by=sender.user, tables=more)
    status, told = basic(sender).post("transmission")
    assert (status, told["codigo"]) == (422, "rejected")
    assert told["relatorio"]["impeditivas"] > 0


def test_files_and_addresses_that_are_refused(sender: Acting) -> None:
    programme = basic(sender)
    status, told = programme.post("file", b"nada")
    assert (status, told["codigo"], told["falhas"][0]["codigo"]) == (422, "file_refused", "F-01")
    status, told = programme.post("file", file_of_programme(sender.entity.ibge, Period(2026, 4)))
    assert (status, told["falhas"][0]["codigo"]) == (422, "F-16")
    assert programme.post("findings")[1]["codigo"] == "no_version"
    assert programme.post("findings", year=2031)[0] == 404
    assert programme.post("findings", ibge="9999999")[0] == 404
    foreign = make_other_entity()
    assert programme.post("findings", ibge=foreign.ibge)[0] == 403
    assert not Declaration.objects.exists()


def test_who_shows_nothing_or_something_wrong(sender: Acting) -> None:
    ibge = sender.entity.ibge
    for authorization in ("", "Basic ???", "Bearer siops_inventado", "Digest x"):
        status, told = Programme(ibge, authorization).post("findings")
        assert (status, told["codigo"]) == (401, "not_authenticated")
    assert basic(acting_of(sender.entity.health_managers.get(role="secretary"))).post("findings")[0] == 401


def test_a_password_is_locked_out_as_at_the_door(sender: Acting, settings: Any) -> None:
    answers = [basic(sender, "Errada-2026").post("findings") for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert [status for status, _ in answers[:-1]] == [401] * (len(answers) - 1)
    assert answers[-1][0] == 429
    # The right one, too, and at the door of the portal as well.
    assert basic(sender).post("findings")[0] == 429
    assert AuditEvent.objects.filter(verb="sign_in.failed").count() == len(answers) + 1


def test_a_technician_who_was_replaced(sender: Acting) -> None:
    record = Technician.objects.get(entity=sender.entity)
    record.substitute(at=now())
    record.save()
    status, told = basic(sender).post("findings")
    assert (status, told["codigo"]) == (403, "substituted")


class TestTokens:
    def test_it_opens_while_everybody_is_in_place(self, sender: Acting, secretary: Acting) -> None:
        secret = issue_token(entity_id=sender.entity_id, by=secretary, at=now())
        assert secret not in json.dumps(list(TransmissionToken.objects.values()), default=str)
        programme = bearer(sender, secret)
        assert programme.post("file", file_for(sender))[0] == 200
        assert programme.post("findings", ibge=make_other_entity().ibge)[0] == 403
        revoke_token(entity_id=sender.entity_id, by=secretary, at=now())
        assert programme.post("findings")[0] == 401

    @pytest.mark.parametrize("who", ["technician", "secretary"])
    def test_it_dies_with_the_office(self, sender: Acting, secretary: Acting, who: str) -> None:
        secret = issue_token(entity_id=sender.entity_id, by=secretary, at=now())
        assert actor_by_token(secret=secret, at=now())
        record = sender.record if who == "technician" else secretary.record
        record.substitute(at=now())
        record.save()
        assert actor_by_token(secret=secret, at=now()) is None

    def test_another_takes_its_place(self, sender: Acting, secretary: Acting) -> None:
        first, second = (issue_token(entity_id=sender.entity_id, by=secretary, at=now()) for _ in range(2))
        assert actor_by_token(secret=first, at=now()) is None
        assert actor_by_token(secret=second, at=now())

    def test_the_page_shows_it_once(self, client: Client, sender: Acting, secretary: Acting) -> None:
        enter(client, secretary)
        page = below(reverse("declarations:token_page"))
        text = client.post(page, follow=True).content.decode()
        assert "siops_" in text
        assert "siops_" not in client.get(page).content.decode()
        client.post(below(reverse("declarations:token_revoke")))
        assert not TransmissionToken.objects.standing().exists()


def test_a_receipt_is_public_without_its_percentages(client: Client, sender: Acting) -> None:
    programme = basic(sender)
    programme.post("file", file_for(sender))
    programme.post("findings")
    number = programme.post("transmission")[1]["recibo"]
    answer = client.get(below(reverse("declarations:api_receipt", args=[number])))
    told = json.loads(answer.content)
    assert (answer.status_code, told["recibo"], "percentual" in told) == (200, number, False)
    missing = client.get(below(reverse("declarations:api_receipt", args=["SIM-20265-1200401-000001-95"])))
    assert (missing.status_code, json.loads(missing.content)["title"]) == (404, "Recibo inexistente ou adulterado.")


def test_the_description_names_every_route_and_no_other(client: Client) -> None:
    told = json.loads(client.get(below(reverse("declarations:api_description"))).content)
    names = {"<slug:ibge>": "{ente}", "<int:year>": "{ano}", "<int:bimester>": "{b}", "<str:number>": "{n}"}
    routes = set()
    for pattern in get_resolver("declarations.urls").url_patterns:
        route = str(pattern.pattern)
        if route.startswith("api/"):
            for ours, theirs in names.items():
                route = route.replace(ours, theirs)
            routes.add(f"/{route}")
    assert set(told["paths"]) == routes

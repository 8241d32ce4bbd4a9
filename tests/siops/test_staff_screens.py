"""The staff land where they act: the pages of facts link to the screens, and the counter opens on who waits."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import NOON, make_administrator
from tests.factories.siops import (
    make_attachment,
    make_attendant,
    make_certification,
    make_fund_update,
    make_health_manager,
    make_letter,
    make_service_point,
    make_ticket,
)
from tests.siops.support import session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
TODAY, DAY = NOON.date(), timedelta(days=1)


@pytest.fixture
def chief() -> Client:
    return session_of(make_administrator("chefia"))


def admin_page(client: Client, name: str, *args: Any) -> str:
    """Where the page of the admin leads; the screen opens."""
    answer = client.get(reverse(f"admin:{name}", args=args))
    assert answer.status_code == 200
    links = re.findall(r'<a href="([^"]*)">Abrir a tela</a>', answer.content.decode())
    for link in links:
        assert client.get(link).status_code == 200
    return links[0] if links else ""


class TestPagesOfFacts:
    @pytest.mark.parametrize("status", ["sent", "draft"])
    def test_the_fund_record_and_its_file(self, chief: Client, status: str) -> None:
        update = make_fund_update(status=status, sent_at=NOON if status == "sent" else None)
        # What was never sent has no screen at the ministry.
        screen = reverse("siops:fund_update_check", args=[update.pk]) if status == "sent" else ""
        assert admin_page(chief, "siops_fundupdate_change", update.pk) == screen
        assert admin_page(chief, "siops_attachment_change", make_attachment(update).pk) == screen
        assert admin_page(chief, "siops_fundupdate_changelist") == reverse("siops:fund_update_queue")

    def test_the_letter_and_its_file(self, chief: Client) -> None:
        letter = make_letter()
        screen = reverse("siops:letter_review", args=[letter.pk])
        assert admin_page(chief, "siops_officialletter_change", letter.pk) == screen
        assert admin_page(chief, "siops_attachment_change", make_attachment(letter).pk) == screen
        assert admin_page(chief, "siops_officialletter_changelist") == reverse("siops:letter_queue")

    def test_the_ticket_its_message_and_its_file(self, chief: Client) -> None:
        ticket = make_ticket()
        message, screen = ticket.messages.get(), reverse("siops:ticket_answer", args=[ticket.pk])
        assert admin_page(chief, "tickets_supportticket_change", ticket.pk) == screen
        assert admin_page(chief, "tickets_ticketmessage_change", message.pk) == screen
        assert admin_page(chief, "siops_attachment_change", make_attachment(message, kind="archive").pk) == screen

    def test_a_list_that_nobody_acts_on_links_nowhere(self, chief: Client) -> None:
        assert admin_page(chief, "siops_healthmanager_changelist") == ""


class TestTheCounter:
    @staticmethod
    def tabs(client: Client, **query: str) -> tuple[list[str], str]:
        context = client.get(reverse("siops:certifier_list"), query).context
        current = [tab.label for tab in context["tabs"] if tab.current]
        return [tab.label for tab in context["tabs"]], current[0] if current else ""

    def test_it_opens_on_the_first_tab_with_people(self) -> None:
        point = make_service_point()
        client = session_of(make_attendant(point.certifier))
        empty = ["Hoje (0)", "Próximos dias (0)", "Dias anteriores (0)", "Emitidos (0)"]
        assert self.tabs(client) == (empty, "Hoje (0)")
        make_certification(
            make_health_manager("head"),
            service_point=point,
            status="scheduled",
            scheduled_for=TODAY - DAY,
            period="morning",
        )
        assert self.tabs(client)[1] == "Dias anteriores (1)"
        for role in ("secretary_substitute", "head_substitute"):
            record = make_health_manager(role)
            make_certification(
                record, service_point=point, status="scheduled", scheduled_for=TODAY + DAY, period="morning"
            )
        assert self.tabs(client) == (
            ["Hoje (0)", "Próximos dias (2)", "Dias anteriores (1)", "Emitidos (0)"],
            "Próximos dias (2)",
        )
        make_certification(service_point=point, status="scheduled", scheduled_for=TODAY, period="morning")
        assert self.tabs(client)[1] == "Hoje (1)"
        assert self.tabs(client, quando="emitidos")[1] == "Emitidos (0)"

    def test_the_third_stage_says_who_acts_next_and_that_today_is_possible(self, client: Client) -> None:
        row = make_certification(status="scheduled", scheduled_for=TODAY + DAY, period="morning")
        session = client.session
        session["siops_certification"] = row.protocol
        session.save()
        for route in ("siops:certification_schedule", "siops:certification_status"):
            html = " ".join(client.get(reverse(route)).content.decode().split())
            assert "quem age é o atendente da certificadora" in html.lower()
            assert "encaixe" in html
        assert f'href="{reverse("admin:login")}?next=%2Fsiops%2Fcertificadora%2F"' in html

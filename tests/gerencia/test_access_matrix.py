"""Who gets what in the Gerencia APS (letters in tests.matrix); its own profile has a table apart."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common import vault
from gerencia.models import EnrolledProfessional, Enrolment, Note, NoteSignature, Offer, OfficialLetter
from gerencia.services.catalogue import PRACTICE, ensure_offers
from tests.actors import signed_in
from tests.clock import now
from tests.factories import make_establishment, make_other_entity, make_person, make_professional_link
from tests.gerencia.conftest import make_gerencia_manager
from tests.in_room import below
from tests.matrix import AccessMatrix, Asking, House, routes_of, unlisted

OF_PLACE = {"letter_sign", "letter_upload", "professional_list", "professional_enrol"}
TABLES = (EnrolledProfessional, Enrolment, Note, NoteSignature, Offer, OfficialLetter)
# fmt: off
#                                                         an f bgtmi on rsfpct ad
ROUTES = {
    ("home", "GET"):                                      "D F FFFFF FF FFF.FF ..",
    ("offer_detail", "GET"):                              "D F FFFFF FF FFF.FF ..",
    ("enrolment_detail", "GET"):                          "D F FFFFF FF FFF.FF ..",
    ("enrolment_start", "GET"):                           "D F FFFFF FF FFFFFF FF",
    ("enrolment_start", "POST"):                          "D F FFFFF FF FFFFFF FF",
    ("enrolment_terms", "GET"):                           "D F FFFFF FF FFFFFF FF",
    ("enrolment_terms", "POST"):                          "D F FFFFF FF FFFFFF FF",
    ("enrolment_paper", "GET"):                           "D F FFFFF FF FFFCFF CC",
    ("enrolment_withdraw", "GET"):                        "D F FFFFF FF FFFFFF FF",
    ("enrolment_withdraw", "POST"):                       "D F FFFFF FF FFFFFF FF",
    ("letter_sign", "GET"):                               "D F FFFFF FF FFFFFF FF",
    ("letter_sign", "POST"):                              "D F FFFFF FF FFFFFF FF",
    ("letter_upload", "GET"):                             "D F FFFFF FF FFFFFF FF",
    ("letter_upload", "POST"):                            "D F FFFFF FF FFFFFF FF",
    ("letter_send", "POST"):                              "D F FFFFF FF FFFFFF FF",
    ("letter_file", "GET"):                               "D F FFFFF FF FFF.FF ..",
    ("letter_queue", "GET"):                              "D F FFFFF FF FFF.FF ..",
    ("letter_receive", "GET"):                            "D F FFFFF FF FFF.FF FF",
    ("letter_receive", "POST"):                           "D F FFFFF FF FFF.FF FF",
    ("letter_review", "GET"):                             "D F FFFFF FF FFF.FF ..",
    ("letter_register", "POST"):                          "D F FFFFF FF FFF>FF FF",
    ("letter_accept", "POST"):                            "D F FFFFF FF FFFCFF FF",
    ("letter_return", "POST"):                            "D F FFFFF FF FFF.FF FF",
    ("professional_list", "GET"):                         "D F FFFFF FF FFF.FF ..",
    ("professional_enrol", "GET"):                        "D F FFFFF FF FFFFFF FF",
    ("professional_enrol", "POST"):                       "D F FFFFF FF FFFFFF FF",
    ("professional_cancel", "POST"):                      "D F FFFFF FF FFFFFF FF",
    ("panel_by_uf", "GET"):                               "D F FFFFF FF FFF.FF ..",
    ("panel_csv", "GET"):                                 "D F FFFFF FF FFF.FF ..",
    ("note_list", "GET"):                                 "D F FFFFF FF FFF.FF ..",
    ("note_write", "GET"):                                "D F FFFFF FF FFF.FF FF",
    ("note_write", "POST"):                               "D F FFFFF FF FFF.FF FF",
    ("note_detail", "GET"):                               "D F FFFFF FF FFF.FF ..",
    ("note_sign", "POST"):                                "D F FFFFF FF FFF>FF FF",
    ("note_cancel", "POST"):                              "D F FFFFF FF FFF.FF FF",
    ("note_paper", "GET"):                                "D F FFFFF FF FFFCFF CC",
}
# The manager of the Gerencia APS of the entity, and that of another one. Nothing was begun.
MANAGERS = {
    ("home", "GET"):                                      "..",
    ("offer_detail", "GET"):                              "..",
    ("enrolment_detail", "GET"):                          ".N",
    ("enrolment_start", "GET"):                           ".N",
    ("enrolment_start", "POST"):                          ".N",
    ("enrolment_terms", "GET"):                           "CN",
    ("enrolment_terms", "POST"):                          "CN",
    ("enrolment_paper", "GET"):                           "CN",
    ("enrolment_withdraw", "GET"):                        "CN",
    ("enrolment_withdraw", "POST"):                       "CN",
    ("letter_sign", "GET"):                               ".N",
    ("letter_sign", "POST"):                              ".N",
    ("letter_upload", "GET"):                             ".N",
    ("letter_upload", "POST"):                            ".N",
    ("letter_send", "POST"):                              "CN",
    ("letter_file", "GET"):                               ".N",
    ("letter_queue", "GET"):                              "FF",
    ("letter_receive", "GET"):                            "FF",
    ("letter_receive", "POST"):                           "FF",
    ("letter_review", "GET"):                             "FF",
    ("letter_register", "POST"):                          "FF",
    ("letter_accept", "POST"):                            "FF",
    ("letter_return", "POST"):                            "FF",
    ("professional_list", "GET"):                         ".N",
    ("professional_enrol", "GET"):                        ".N",
    ("professional_enrol", "POST"):                       ".N",
    ("professional_cancel", "POST"):                      ">N",
    ("panel_by_uf", "GET"):                               "FF",
    ("panel_csv", "GET"):                                 "FF",
    ("note_list", "GET"):                                 "FF",
    ("note_write", "GET"):                                "FF",
    ("note_write", "POST"):                               "FF",
    ("note_detail", "GET"):                               "FF",
    ("note_sign", "POST"):                                "FF",
    ("note_cancel", "POST"):                              "FF",
    ("note_paper", "GET"):                                "FF",
}
# fmt: on


def arguments_of(house: House) -> dict[str, list[Any]]:
    ensure_offers(at=now())
    offer = Offer.objects.get(edition=PRACTICE)
    enrolment = Enrolment.objects.create(offer=offer, entity=house.entity)
    letter = sent_letter(enrolment, house.accounts["fund"])
    professional = enrolled_professional(enrolment, house.accounts["fund"])
    note = note_before(house.accounts["saps"], offer)
    names = routes_of("gerencia")
    of_place = OF_PLACE | {name for name in names if name.startswith("enrolment_")}
    of_letter = {name for name in names if name.startswith("letter_")} - of_place - {"letter_queue", "letter_receive"}
    return {
        "offer_detail": [offer.pk],
        "letter_receive": [offer.pk],
        "panel_by_uf": [offer.pk],
        "note_write": [offer.pk],
        **{name: [note.pk] for name in ("note_detail", "note_sign", "note_cancel", "note_paper")},
        "panel_csv": [offer.pk],
        "professional_cancel": [professional.pk],
        **{name: [offer.pk, house.entity.ibge] for name in of_place},
        **{name: [letter.pk] for name in of_letter},
    }


def sent_letter(enrolment: Enrolment, author: User) -> OfficialLetter:
    """As the database would hold one of a state."""
    letter: OfficialLetter = OfficialLetter.objects.create(
        enrolment=enrolment,
        number="1/2026",
        signatory_role=OfficialLetter.Signatory.SECRETARY,
        signatory_name="Pessoa de Ensaio",
        signer="PESSOA DE ENSAIO",
        sha256="0" * 64,
        sealed_content=vault.seal(b"%PDF-"),
        status="sent",
        written_by=author,
        written_at=now(),
        sent_at=now(),
    )
    return letter


def enrolled_professional(enrolment: Enrolment, author: User) -> EnrolledProfessional:
    person = make_person()
    link = make_professional_link(person, make_establishment(enrolment.entity))
    row: EnrolledProfessional = EnrolledProfessional.objects.create(
        enrolment=enrolment,
        person=person,
        link=link,
        level="aps",
        protected_hours=4,
        enrolled_by=author,
        enrolled_at=now(),
    )
    return row


def note_before(signatory: User, offer: Offer) -> Note:
    note: Note = Note.objects.create(
        offer=offer,
        kind="extends",
        number=1,
        year=2026,
        text="Prorroga.",
        limit=offer.closes_at + timedelta(days=1),
        written_by=signatory,
        written_at=now(),
    )
    NoteSignature.objects.create(note=note, position=0, account=signatory, role="Coordenadora")
    return note


class TestAccess(AccessMatrix):
    app, routes, tables = "gerencia", ROUTES, TABLES

    def arguments(self, house: House) -> dict[str, list[Any]]:
        return arguments_of(house)

    # Everybody of the table is refused before the method is looked at, but for who reads.
    def test_a_method_that_is_not_listed_does_not_exist(self) -> None:
        missing = unlisted(self.routes)
        assert self._answers(["saps"], missing)["saps"] == dict.fromkeys(missing, "-")


@pytest.mark.django_db(databases=["default", "control"])
def test_every_route_answers_the_managers() -> None:
    house = House()
    arguments = arguments_of(house)
    clients = [signed_in(make_gerencia_manager(entity)) for entity in (house.entity, make_other_entity())]
    found, asked = {}, Asking(TABLES)
    for name, method in ROUTES:
        address = below(reverse(f"gerencia:{name}", args=arguments.get(name, [])))
        found[name, method] = "".join(asked(client, method, address) for client in clients)
    assert found == MANAGERS

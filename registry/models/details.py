"""What the registry knows of a person besides who it is: documents, certidões, addresses and contacts.

Where a unique key begins with the person, it serves as the index of the person's rows as well.
"""

from django.db import models
from django.db.models import Q

from registry.models.people import Person
from registry.models.tables import BRAZIL, AddressKind, CivilRecordKind, ContactKind, DocumentKind, StreetKind
from territory.models import Municipality, Uf

# Matrícula of the model of 2011: 6-2-2-4-1-5-3-7-2 digits.
REGISTRATION = r"^[0-9]{32}$"


def in_a_line(told: dict[str, str]) -> str:
    """Each thing that is said, with its name."""
    return ", ".join(f"{name} {text}" for name, text in told.items() if text)


class Document(models.Model):
    """A document of a person (documento); which of the facts it has depends on its kind."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="documents", db_index=False)
    kind = models.CharField("tipo", max_length=13, choices=DocumentKind.choices)
    number = models.CharField("número", max_length=20)
    series = models.CharField("série", max_length=10, blank=True)
    zone = models.CharField("zona", max_length=4, blank=True)
    section = models.CharField("seção", max_length=4, blank=True)
    issuer = models.CharField("órgão emissor", max_length=20, blank=True)
    uf = models.ForeignKey(
        Uf, models.PROTECT, verbose_name="UF", null=True, blank=True, related_name="+", db_index=False
    )
    country = models.CharField("país emissor", max_length=3, blank=True)
    issued_on = models.DateField("emitido em", null=True, blank=True)
    expires_on = models.DateField("válido até", null=True, blank=True)

    class Meta:
        verbose_name = "documento"
        verbose_name_plural = "documentos"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "number"], name="document_once"),
            models.CheckConstraint(condition=~Q(number=""), name="document_has_number"),
        ]
        # The only document that people are looked for by.
        indexes = [models.Index(fields=["number"], condition=Q(kind=DocumentKind.NIS), name="document_nis")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def details(self) -> str:
        """What it says besides its number and the day it was issued, in a line."""
        expiry = f"{self.expires_on:%d/%m/%Y}" if self.expires_on else ""
        told = {
            "série": self.series,
            "zona": self.zone,
            "seção": self.section,
            "órgão": self.issuer,
            "UF": self.uf.acronym if self.uf else "",
            "país": self.country,
            "válido até": expiry,
        }
        return in_a_line(told)


class CivilRecord(models.Model):
    """A certidão: in the model of 2011 with its matrícula, in the old one with livro, folha and termo."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="civil_records")
    kind = models.CharField("tipo", max_length=2, choices=CivilRecordKind.choices)
    registration = models.CharField("matrícula", max_length=32, blank=True)
    notary = models.CharField("cartório", max_length=120, blank=True)
    book = models.CharField("livro", max_length=8, blank=True)
    sheet = models.CharField("folha", max_length=4, blank=True)
    entry = models.CharField("termo", max_length=8, blank=True)
    issued_on = models.DateField("emitida em", null=True, blank=True)

    class Meta:
        verbose_name = "certidão"
        verbose_name_plural = "certidões"
        constraints = [
            models.CheckConstraint(
                condition=Q(registration__regex=REGISTRATION, book="", sheet="", entry="")
                | Q(registration="") & ~Q(notary="") & ~Q(book="") & ~Q(sheet="") & ~Q(entry=""),
                name="civil_record_of_one_model",
            ),
        ]

    def __str__(self) -> str:
        return f"Certidão: {self.get_kind_display()}"

    @property
    def number(self) -> str:
        """The matrícula; the old model has none."""
        return self.registration

    @property
    def details(self) -> str:
        """Of the old model where it was registered, in a line."""
        told = {"cartório": self.notary, "livro": self.book, "folha": self.sheet, "termo": self.entry}
        return in_a_line(told)


class Address(models.Model):
    """Where a person lives or works (endereço): in Brazil to the door, abroad the city alone."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="addresses", db_index=False)
    kind = models.CharField("tipo", max_length=2, choices=AddressKind.choices, default=AddressKind.HOME)
    country = models.CharField("país", max_length=3, default=BRAZIL)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, verbose_name="município", null=True, blank=True, related_name="+", db_index=False
    )
    foreign_city = models.CharField("cidade no exterior", max_length=80, blank=True)
    postal_code = models.CharField("CEP", max_length=8, blank=True)
    district = models.CharField("bairro", max_length=80, blank=True)
    street_kind = models.CharField("tipo de logradouro", max_length=3, choices=StreetKind.choices, blank=True)
    street = models.CharField("logradouro", max_length=250, blank=True)
    number = models.CharField("número", max_length=7, blank=True)
    complement = models.CharField("complemento", max_length=50, blank=True)

    class Meta:
        verbose_name = "endereço"
        verbose_name_plural = "endereços"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="address_one_of_a_kind"),
            models.CheckConstraint(
                condition=Q(country=BRAZIL, municipality__isnull=False, foreign_city="")
                & ~Q(district="")
                & ~Q(street_kind="")
                & ~Q(street="")
                & ~Q(number="")
                | ~Q(country=BRAZIL) & ~Q(foreign_city="") & Q(municipality=None),
                name="address_in_brazil_or_abroad",
            ),
        ]

    def __str__(self) -> str:
        return self.line if self.country == BRAZIL else self.foreign_city

    @property
    def line(self) -> str:
        """Street and number, as far as they are known."""
        return ", ".join(part for part in (self.street, self.number) if part)


class Contact(models.Model):
    """A further telephone or e-mail (contato); the principal ones are the person's own."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="contacts", db_index=False)
    kind = models.CharField("tipo", max_length=3, choices=ContactKind.choices)
    # DDD and number of a telephone, or an e-mail.
    value = models.CharField("contato", max_length=100)
    country_code = models.CharField("DDI", max_length=3, default="55")

    class Meta:
        verbose_name = "contato"
        verbose_name_plural = "contatos"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "value"], name="contact_once"),
            models.CheckConstraint(
                condition=Q(kind=ContactKind.EMAIL, value__contains="@")
                | ~Q(kind=ContactKind.EMAIL) & Q(value__regex=r"^[0-9]{8,11}$"),
                name="contact_is_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

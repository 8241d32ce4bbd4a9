"""People of the national registry and their CNS numbers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.lookups import IsNull

from common import documents
from common.folding import fold, folded_column
from registry import keys
from registry.models.tables import BRAZIL, UNKNOWN, CnsKind, Nationality, Race, Sex
from territory.models import Municipality

NAME = 70


class PersonQuerySet(models.QuerySet["Person"]):
    def named(self, text: str) -> PersonQuerySet:
        """People whose name holds `text`, accents and capitals apart."""
        return self.filter(search_name__contains=fold(text))

    @transaction.atomic
    def enrol(self, people: Iterable[Person]) -> list[Person]:
        """Add people, each with the phonetic keys and the principal CNS that `cns` says. A population goes by COPY."""
        rows = list(people)
        for person in rows:
            person.write_keys()
        added = self.bulk_create(rows)
        Cns.objects.bulk_create(
            Cns(number=person.cns, person=person, kind=CnsKind.DEFINITIVE, is_principal=True)
            for person in added
            if person.cns
        )
        return added


class Person(models.Model):
    """Somebody in the national registry (pessoa). Many never enter the portal.

    `cns` repeats the number that is principal in Cns; the database keeps both equal. Who was absorbed by a unification
    points to the survivor and has neither CPF nor CNS left: the survivor answers for all numbers.
    """

    cpf = models.CharField("CPF", max_length=11, null=True, blank=True, validators=[documents.validate_cpf])
    cns = models.CharField("CNS", max_length=15, null=True, blank=True, validators=[documents.validate_cns])
    name = models.CharField("nome", max_length=NAME)
    search_name = folded_column("name", max_length=NAME)
    social_name = models.CharField("nome social", max_length=NAME, blank=True)
    mother = models.CharField("nome da mãe", max_length=NAME, default=UNKNOWN)
    father = models.CharField("nome do pai", max_length=NAME, default=UNKNOWN)
    birth_date = models.DateField("data de nascimento")
    sex = models.CharField("sexo", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    race = models.CharField("raça/cor", max_length=2, choices=Race.choices, default=Race.UNKNOWN)
    ethnicity = models.CharField("etnia", max_length=4, blank=True)
    nationality = models.CharField(
        "nacionalidade", max_length=1, choices=Nationality.choices, default=Nationality.BRAZILIAN
    )
    birth_country = models.CharField("país de nascimento", max_length=3, default=BRAZIL)
    birth_city = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name="município de nascimento",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField("telefone", max_length=11, blank=True)
    is_active = models.BooleanField("ativo", default=True)
    inactive_reason = models.CharField("motivo da inativação", max_length=200, blank=True)
    deceased_on = models.DateField("data do óbito", null=True, blank=True)
    is_protected = models.BooleanField("acesso restrito", default=False)
    protected_reason = models.CharField("motivo da restrição", max_length=200, blank=True)
    is_vip = models.BooleanField("VIP", default=False)
    is_nomad = models.BooleanField("nômade", default=False)
    quality = models.PositiveSmallIntegerField("grau de qualidade", default=0)
    # «originalRFB»: the basic data came from the Receita by the CPF.
    from_revenue = models.BooleanField("dados da Receita Federal", default=False)
    not_hygienised_reason = models.CharField("motivo da não higienização", max_length=200, blank=True)
    version = models.PositiveIntegerField("versão", default=1)
    # The composite key of the migration refers to a person who was not absorbed.
    survivor = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="unificado em",
        null=True,
        blank=True,
        related_name="absorbed",
        db_index=False,
        db_constraint=False,
    )
    is_standing = models.GeneratedField(
        verbose_name="não absorvido",
        expression=IsNull(F("survivor"), True),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    phonetic = models.TextField("chave fonética", editable=False)
    mother_phonetic = models.TextField("chave fonética da mãe", editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "pessoa"
        verbose_name_plural = "pessoas"
        ordering = ["name"]
        indexes = [
            models.Index(fields=["search_name", "birth_date"], name="person_name_birth"),
            models.Index(fields=["phonetic", "birth_date"], name="person_phonetic_birth"),
            models.Index(fields=["mother_phonetic", "birth_date"], name="person_mother_birth"),
            models.Index(fields=["birth_date"], name="person_birth"),
            models.Index(fields=["survivor"], condition=Q(survivor__isnull=False), name="person_absorbed"),
        ]
        constraints = [
            # Not `unique=True`: Django would add an index for LIKE, and nobody asks for a part of a number.
            models.UniqueConstraint(fields=["cpf"], name="person_cpf"),
            models.UniqueConstraint(fields=["id", "is_standing"], name="person_stands"),
            models.CheckConstraint(
                condition=Q(survivor=None) | Q(cpf=None, cns=None), name="person_absorbed_has_no_number"
            ),
            models.CheckConstraint(
                condition=(Q(cpf=None) | Q(cpf__regex=r"^[0-9]{11}$")) & (Q(cns=None) | Q(cns__regex=r"^[0-9]{15}$")),
                name="person_numbers_are_whole",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(mother=""), name="person_name_and_mother_are_said"),
            models.CheckConstraint(
                condition=Q(is_active=True) | ~Q(inactive_reason=""), name="person_inactive_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(is_protected=False) | ~Q(protected_reason=""), name="person_protected_has_reason"
            ),
            models.CheckConstraint(condition=Q(quality__lte=100), name="person_quality_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cpf_text(self) -> str:
        """The CPF, or "" for who has none."""
        return self.cpf or ""

    def write_keys(self) -> None:
        """Compute the phonetic keys anew: for whoever writes the name or the mother, before saving."""
        self.phonetic = keys.key(self.name)
        self.mother_phonetic = keys.key(self.mother)


class Cns(models.Model):
    """A number of the Cartão Nacional de Saúde. It has one owner; a unification moves it to the survivor.

    One definitive number of a person is the principal; the others stay valid and answer as well (agregados).
    """

    number = models.CharField("número", max_length=15, primary_key=True, validators=[documents.validate_cns])
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="pessoa", related_name="cns_numbers", db_index=False
    )
    kind = models.CharField("tipo", max_length=1, choices=CnsKind.choices)
    is_principal = models.BooleanField("principal", default=False)
    is_active = models.BooleanField("ativo", default=True)
    assigned_on = models.DateField("atribuído em", null=True, blank=True)
    is_manual = models.BooleanField("informado à mão", default=False)
    manual_reason = models.CharField("justificativa", max_length=200, blank=True)

    class Meta:
        verbose_name = "CNS"
        verbose_name_plural = "CNS"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CnsKind.values), name="cns_kind_is_known"),
            models.CheckConstraint(
                condition=Q(is_principal=False) | Q(kind=CnsKind.DEFINITIVE), name="cns_principal_is_definitive"
            ),
            models.CheckConstraint(condition=Q(is_manual=False) | ~Q(manual_reason=""), name="cns_manual_has_reason"),
            models.UniqueConstraint(fields=["person"], condition=Q(is_principal=True), name="cns_one_principal"),
            models.UniqueConstraint(fields=["person", "number", "is_principal"], name="cns_of_the_person"),
        ]

    def __str__(self) -> str:
        return f"{documents.format_cns(self.number)} ({self.get_kind_display()})"

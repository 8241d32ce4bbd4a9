"""Who may enter and as what: accounts, organisations (PJ), profiles and professional links of people (registry)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from accounts import factors  # noqa: F401 -- Django finds the models of an app here
from common import documents
from common.actor import Actor
from common.legal_time import BRASILIA
from registry.models import Person, PersonQuerySet
from territory.models import Entity, Establishment


class UserManager(BaseUserManager["User"]):
    def create_user(self, login: str, password: str | None = None, **fields: Any) -> User:
        """Create an account; without a password it can only enter by another proof (gov.br, certificate)."""
        user = self.model(login=login, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, login: str, password: str, **fields: Any) -> User:
        given = {"kind": User.Kind.STAFF, "staff_role": User.StaffRole.ADMINISTRATOR, "name": login, "is_staff": True}
        fields = given | {"is_superuser": True} | fields
        return self.create_user(login, password, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account that can open a session (conta)."""

    class Kind(models.TextChoices):
        PERSON = "person", "Pessoa física"
        ORGANISATION = "organisation", "Fundo de saúde"
        STAFF = "staff", "Equipe do Ministério"

    class StaffRole(models.TextChoices):
        """What a member of the team does (papel na equipe): each has its own queues, and none those of another."""

        RNDS_ANALYST = "rnds_analyst", "Analista da RNDS (DATASUS)"
        SIOPS_COORDINATION = "siops_coordination", "Coordenação do SIOPS"
        FNS_CHECKER = "fns_checker", "Conferente do FNS/SECON"
        SAPS = "saps", "Equipe da SAPS (e-Gestor APS)"
        CERTIFIER = "certifier", "Atendente de certificadora"
        TRAINER = "trainer", "Instrutor"
        AUDITOR = "auditor", "Auditor"
        ADMINISTRATOR = "administrator", "Administrador do simulador"

    login = models.CharField("identificação de acesso", max_length=40, unique=True)
    kind = models.CharField("tipo", max_length=20, choices=Kind.choices)
    name = models.CharField("nome", max_length=120)
    email = models.EmailField("e-mail", blank=True)
    person = models.OneToOneField(
        Person, models.PROTECT, verbose_name="pessoa", null=True, blank=True, related_name="user"
    )
    is_staff = models.BooleanField("equipe do Ministério", default=False)
    staff_role = models.CharField("papel na equipe", max_length=20, choices=StaffRole.choices, blank=True)
    is_active = models.BooleanField("ativa", default=True)

    objects = UserManager()
    USERNAME_FIELD = "login"
    # Of a session that proves one mailbox only, and so reads no other (siops.backends).
    mailbox: str | None = None

    class Meta:
        verbose_name = "conta"
        verbose_name_plural = "contas"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="staff", is_staff=True) & ~Q(staff_role="")
                | ~Q(kind="staff") & Q(is_staff=False, staff_role=""),
                name="user_staff_has_one_role",
            ),
            models.CheckConstraint(condition=Q(person=None) | Q(kind="person"), name="user_person_is_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.name


def account_of(person: Person) -> User | None:
    """The account of a person; most people of the registry have none."""
    account: User | None = getattr(person, "user", None)
    return account


def is_own(person: Person, actor: Actor) -> bool:
    """Whether the person is who acts."""
    account = account_of(person)
    return account is not None and account.pk == actor.account_id


def people_visible_to(actor: Actor) -> PersonQuerySet:
    """People that hold or held a profile of the entities the actor acts for; the team sees all."""
    people: PersonQuerySet = Person.objects.all()
    if actor.entities_in("accounts") is None:
        return people
    return people.filter(pk__in=Membership.objects.visible_to(actor).values("person"))


class Organisation(models.Model):
    """A health fund (Fundo Municipal ou Estadual de Saúde) that signs in with its CNPJ."""

    class Kind(models.TextChoices):
        FMS = "fms", "Fundo Municipal de Saúde"
        FES = "fes", "Fundo Estadual de Saúde"

    user = models.OneToOneField(User, models.PROTECT, verbose_name="conta")
    kind = models.CharField("tipo", max_length=3, choices=Kind.choices)
    cnpj = models.CharField("CNPJ", max_length=14, unique=True, validators=[documents.validate_cnpj])
    name = models.CharField("nome", max_length=120)
    entity = models.OneToOneField(Entity, models.PROTECT, verbose_name="ente", related_name="fund")

    class Meta:
        verbose_name = "fundo de saúde"
        verbose_name_plural = "fundos de saúde"

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> MembershipQuerySet:
        return actor.seen(self, "accounts")

    def active(self) -> MembershipQuerySet:
        return self.filter(status=Membership.Status.ACTIVE)

    def usable_at(self, at: datetime, *, days: int) -> MembershipQuerySet:
        """Active profiles that inactivity has not overtaken at `at`, whether or not the sweep ran."""
        return self.active().filter(last_access_at__gt=at - timedelta(days=days))

    def idle_at(self, at: datetime, *, days: int) -> MembershipQuerySet:
        """Active profiles unused for `days` days at the instant `at`."""
        return self.active().filter(last_access_at__lte=at - timedelta(days=days))


class Membership(ConcurrentTransitionMixin, models.Model):
    """A profile of a person for an entity (perfil de acesso): who may do what, where."""

    class Role(models.TextChoices):
        AB_MANAGER = "ab_manager", "Gestor da AB"
        PROGRAMME_MANAGER = "programme_manager", "GESTOR DO PROGRAMA MUNICIPAL"
        TECHNICAL_MANAGER = "technical_manager", "Gestor Técnico"
        PEC_MUNICIPAL_ADMIN = "pec_municipal_admin", "Administrador Municipal (PEC)"
        PEC_INSTALLATION_ADMIN = "pec_installation_admin", "Administrador da Instalação (PEC)"

    class Programme(models.TextChoices):
        NONE = "", "–"
        DEPLOYMENT = "implantacao_esus_aps", "IMPLANTAÇÃO E-SUS APS"
        GERENCIA_APS = "gerencia_aps", "GERENCIA APS"
        INFORMATIZA_APS = "informatiza_aps", "INFORMATIZA-APS"
        SISAB = "sisab", "SISAB"
        PROTEJA = "adesao_proteja", "ADESÃO-PROTEJA"
        EVENTS = "eventos", "EVENTOS"
        MAIS_MEDICOS = "pagamento_mais_medicos", "FORMULÁRIO - PAGAMENTO MAIS MÉDICOS"

    class Status(models.TextChoices):
        ACTIVE = "active", "ATIVO"
        INACTIVE = "inactive", "INATIVO"
        EXCLUDED = "excluded", "EXCLUÍDO"

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="memberships")
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="memberships")
    role = models.CharField("perfil", max_length=30, choices=Role.choices)
    programme = models.CharField("programa", max_length=30, choices=Programme.choices, blank=True, default="")
    status = FSMField("situação", max_length=20, choices=Status.choices, default=Status.ACTIVE, protected=True)
    granted_at = models.DateTimeField("concedido em")
    last_access_at = models.DateTimeField("último acesso")
    ended_at = models.DateTimeField("encerrado em", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "perfil"
        verbose_name_plural = "perfis"
        ordering = ["person__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "entity", "role", "programme"],
                condition=~Q(status="excluded"),
                name="membership_held_once",
            ),
            models.UniqueConstraint(
                fields=["entity"],
                condition=Q(role="ab_manager", status="active"),
                name="membership_one_active_ab_manager",
            ),
            models.CheckConstraint(
                condition=Q(status="excluded", ended_at__isnull=False) | ~Q(status="excluded"),
                name="membership_excluded_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_name} · {self.entity}"

    @property
    def role_name(self) -> str:
        """The profile as it is called in its entity."""
        return role_name(self.role, self.entity)

    @property
    def giver(self) -> str:
        """Who gives the profile and brings it back: the level right above, in words."""
        if self.role == self.Role.AB_MANAGER:
            return "o Fundo de Saúde do ente, com o CNPJ"
        if self.role == self.Role.TECHNICAL_MANAGER:
            level = "Municipal" if self.entity.municipality_id else "Estadual"
            return f"o Gestor do Programa {level} (IMPLANTAÇÃO E-SUS APS)"
        return "o Gestor da AB do ente"

    def effective_status(self, at: datetime, *, days: int) -> Membership.Status:
        """The status to show at `at`: ninety idle days count before the sweep records them."""
        if self.status == self.Status.ACTIVE and self.last_access_at <= at - timedelta(days=days):
            return self.Status.INACTIVE
        return self.Status(self.status)

    @transition(status, source=Status.ACTIVE, target=Status.INACTIVE)
    def inactivate(self) -> None:
        """Ninety days without access (inatividade)."""

    @transition(status, source=Status.INACTIVE, target=Status.ACTIVE)
    def reactivate(self, *, at: datetime) -> None:
        """«Reativar», by the level above."""
        self.last_access_at = at

    @transition(status, source=Status.ACTIVE, target=Status.EXCLUDED)
    def exclude(self, *, at: datetime) -> None:
        """«Excluir»: final, the row stays as history."""
        self.ended_at = at


STATE_PROGRAMME_MANAGER = "GESTOR DO PROGRAMA ESTADUAL"


def role_name(role: str, entity: Entity) -> str:
    """A profile in the words of the e-Gestor: a state, and the DF, have their own for the manager of a programme."""
    if role == Membership.Role.PROGRAMME_MANAGER and entity.municipality_id is None:
        return STATE_PROGRAMME_MANAGER
    return str(Membership.Role(role).label)


class ProfessionalLinkQuerySet(models.QuerySet["ProfessionalLink"]):
    def in_force_at(self, at: datetime) -> ProfessionalLinkQuerySet:
        """Links begun and not past the last day, which counts whole, in Brasília."""
        today = at.astimezone(BRASILIA).date()
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=today), started_on__lte=today)


class ProfessionalLink(models.Model):
    """A professional's work in an establishment (vínculo profissional), by CBO occupation code."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="profissional", related_name="professional_links")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="professional_links"
    )
    cbo = models.CharField("CBO", max_length=6)
    occupation = models.CharField("ocupação", max_length=120)
    started_on = models.DateField("início")
    ended_on = models.DateField("fim", null=True, blank=True, help_text="Último dia do vínculo, inclusive.")

    objects = ProfessionalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "vínculo profissional"
        verbose_name_plural = "vínculos profissionais"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "establishment", "cbo"],
                condition=Q(ended_on__isnull=True),
                name="professional_link_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                name="professional_link_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.occupation}"

    def is_in_force_at(self, at: datetime) -> bool:
        today = at.astimezone(BRASILIA).date()
        return self.started_on <= today and (self.ended_on is None or today <= self.ended_on)


class PasswordLinkQuerySet(models.QuerySet["PasswordLink"]):
    def open(self) -> PasswordLinkQuerySet:
        """Neither used nor withdrawn; whether they are still in time is asked at use."""
        return self.filter(used_at=None, withdrawn_at=None)

    def that_set_the_password(self) -> PasswordLinkQuerySet:
        """Used links, the one of the present password first."""
        return self.exclude(used_at=None).order_by("-used_at", "-pk")


class PasswordLink(models.Model):
    """A one-time link with which the owner of a mailbox sets the password of an account (link de uso único).

    Only a digest of its secret is kept. A newer sending by the same door withdraws the links before it. `door` is the
    name of the PasswordDoor that sent it: a password set for one door is none for another.
    """

    door = models.CharField("porta", max_length=20)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="conta", related_name="password_links")
    secret_hash = models.CharField("resumo do segredo", max_length=64, unique=True)
    sent_to = models.EmailField("enviado para")
    created_at = models.DateTimeField("criado em")
    expires_at = models.DateTimeField("vale até")
    used_at = models.DateTimeField("usado em", null=True, blank=True)
    withdrawn_at = models.DateTimeField("substituído em", null=True, blank=True)

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "link de senha"
        verbose_name_plural = "links de senha"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "sent_to", "door"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="password_link_one_open_per_mailbox",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True), name="password_link_one_end"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="password_link_lasts"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True)
                | Q(used_at__gte=models.F("created_at"), used_at__lt=models.F("expires_at")),
                name="password_link_used_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Link de senha · {self.user}"

    def is_live_at(self, at: datetime) -> bool:
        """Whether it still sets a password at `at`; the end is exclusive."""
        return self.used_at is None and self.withdrawn_at is None and self.created_at <= at < self.expires_at

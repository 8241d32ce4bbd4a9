"""What the synthetic world is made of, as data: entities, establishments and people."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.models import Membership
from config.seed import numbers
from registry.numbers import seed_cns, seed_cpf
from territory.services import UFS, search_key

Role = Membership.Role
Programme = Membership.Programme

# Instead of a HealthManager.Role, for the responsável pelo envio de dados.
TECHNICIAN = "technician"

# The rule of the SISAB (EGESTOR_DIAS_INATIVIDADE) in force when the profile fell idle.
MAX_IDLE_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class EstablishmentPlan:
    """A health establishment, numbered inside its entity. `seat` is its municipality when it is not the entity's."""

    sequence: int
    name: str
    unit_type: str
    district: str
    street: str
    seat: str = ""
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class OfficePlan:
    """What a person is in the SIOPS. `medium` empty means without certificate, `starts_on` None from the seeding on.

    `is_former`: the record was overwritten at the seeding; of a technician, that the secretary changed.
    """

    role: str
    position: str
    medium: str = ""
    starts_on: date | None = None
    is_former: bool = False


@dataclass(frozen=True, kw_only=True)
class PostingPlan:
    """What a person is in the CADSUS and in the SISRede, by the link with the workplace.

    Who has a function enters the SISRede with CPF and password; `enters_sgop` says who is also in the list for the
    door of the SGOP. `profile` is an access to the CADSUSWEB that was approved before the seeding.
    """

    title: str
    functions: tuple[str, ...] = ()
    profile: str = ""
    enters_sgop: bool = False


@dataclass(frozen=True, kw_only=True)
class AreaPlan:
    """An area of a unit, with its microareas: code → key of the ACS, empty for none."""

    workplace: int
    code: str
    name: str
    microareas: dict[str, str]
    is_low_risk: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonPlan:
    """A person. `role` empty means no profile; `idle_days` is how long ago the profile was last used.

    `office` is the record of the person in the SIOPS and `posting` what they are in the CADSUS and in the SISRede, both
    apart from the profiles of the e-Gestor.
    """

    key: str
    sequence: int
    name: str
    role: str = ""
    programme: str = Programme.NONE
    idle_days: int = 2
    workplace: int = 1
    cbo: str = ""
    occupation: str = ""
    is_persona: bool = True
    office: OfficePlan | None = None
    posting: PostingPlan | None = None

    @property
    def is_idle(self) -> bool:
        """Whether the profile is planted INATIVO."""
        return self.idle_days > MAX_IDLE_DAYS

    @property
    def mailbox(self) -> str:
        """First and last name, as in the e-mail address."""
        names = search_key(self.name).lower().split()
        return f"{names[0]}.{names[-1]}"


@dataclass(frozen=True, kw_only=True)
class EntityPlan:
    """A federated entity and everything in it. `municipality` is the seat, also of a state and of the DF.

    `installations` are the numbers of the establishments that have a PEC of their own; `about` is what is particular.
    """

    number: int
    key: str
    title: str
    uf: str
    municipality: str
    fund_name: str
    area_code: str
    postal_code: str
    is_state: bool = False
    own_cnpj: str = ""
    own_cnpj_root: str = ""
    establishments: tuple[EstablishmentPlan, ...] = ()
    people: tuple[PersonPlan, ...] = ()
    installations: tuple[int, ...] = (1,)
    areas: tuple[AreaPlan, ...] = ()
    about: str = ""

    @cached_property
    def cnpj(self) -> str:
        """CNPJ of the fund."""
        return self.own_cnpj or numbers.fund_cnpj(self.number)

    @property
    def password(self) -> str:
        """Password of the fund; capitals count. Printed on the sign-in page of the demonstration."""
        return f"Fundo-{self.key.capitalize()}-2026"

    @cached_property
    def domain(self) -> str:
        return f"saude.{self.key}.example"

    @property
    def fund_mailbox(self) -> str:
        """E-mail that the fund has at the FNS."""
        return f"fundo@{self.domain}"

    def mailbox(self, person: PersonPlan) -> str:
        return f"{person.mailbox}@{self.domain}"

    def establishment(self, sequence: int) -> EstablishmentPlan:
        return next(unit for unit in self.establishments if unit.sequence == sequence)

    def person(self, key: str) -> PersonPlan:
        return next(person for person in self.people if person.key == key)

    @property
    def uf_acronym(self) -> str:
        return next(acronym for ibge, acronym, _, _ in UFS if ibge == self.uf)

    @property
    def ibge(self) -> str:
        """Seven digits of the municipality or two of the UF."""
        return self.uf if self.is_state else self.municipality

    def cnes(self, sequence: int) -> str:
        return numbers.cnes(self.number, sequence)

    def establishment_cnpj(self, sequence: int) -> str:
        return numbers.establishment_cnpj(self.own_cnpj_root or f"999{self.number:02d}000", sequence)

    def cpf(self, person: PersonPlan) -> str:
        return seed_cpf(self.number, person.sequence)

    def cns(self, person: PersonPlan) -> str:
        return seed_cns(self.number, person.sequence)

    def phone(self, sequence: int) -> str:
        """A mobile number of the area code, in a block of zeros that no operator hands out."""
        return f"{self.area_code}90000{sequence:04d}"

    def pin(self, person: PersonPlan) -> str:
        """Password of the person's own certificate."""
        return f"{self.number:02d}{person.sequence:03d}468"

    def puk(self, person: PersonPlan) -> str:
        """What unblocks the person's medium."""
        return f"{self.number:02d}{person.sequence:03d}157"

    def person_password(self, person: PersonPlan) -> str:
        """Password of the SIOPS technician, or of who works in the SISRede; capitals count. Nobody else has one."""
        if person.office is not None and person.office.role == TECHNICIAN:
            return f"Envio-{self.key.capitalize()}-2026"
        return f"Sisrede-{self.key.capitalize()}-2026" if person.posting and person.posting.functions else ""

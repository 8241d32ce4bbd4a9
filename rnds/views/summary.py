"""What a request holds, section by section, for the review and for the page that only shows it."""

from dataclasses import dataclass

from common import documents
from rnds.models import CredentialRequest
from rnds.services.requests.lifecycle import missing_sections
from rnds.views.steps import STEPS

NOTHING = "–"
Fact = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """A section of the form: its step, its facts, and whether something obligatory lacks."""

    slug: str
    label: str
    facts: list[Fact]
    is_missing: bool


def pairing_of(request: CredentialRequest) -> list[Fact]:
    """The one installation of the PEC for which the credential will be, as the termo says."""
    installation = request.installation
    return [
        ("Instalação do PEC", installation.name),
        ("Estabelecimento da instalação", str(installation.establishment)),
        ("Contra-chave", installation.counter_key),
    ]


def sections_of(request: CredentialRequest) -> list[Section]:
    missing = missing_sections(request)
    facts = {
        "certificate": _certificate,
        "establishment": _establishment,
        "children": _children,
        "responsible": _responsible,
        "system": _system,
    }
    return [
        Section(slug, label, facts[section](request), section in missing)
        for slug, (section, label) in STEPS.items()
        if section in facts
    ]


def _certificate(request: CredentialRequest) -> list[Fact]:
    chosen = [("Certificado", request.get_certificate_source_display() or NOTHING)]
    if request.pkcs12_form:
        chosen.append(("Forma do arquivo", request.get_pkcs12_form_display()))
    certificate = request.imported_certificate
    if certificate is None:
        return chosen
    return [*chosen, ("Titular", certificate.holder_name), ("Válido até", f"{certificate.not_after:%d/%m/%Y}")]


def _establishment(request: CredentialRequest) -> list[Fact]:
    return [
        ("CNES", request.establishment_id),
        ("Nome fantasia", request.establishment.name),
        ("CNPJ", documents.format_cnpj(request.establishment.cnpj)),
        ("Telefone", documents.format_phone(request.establishment_phone) or NOTHING),
        ("E-mail", request.establishment_email or NOTHING),
    ]


def _children(request: CredentialRequest) -> list[Fact]:
    return [("Selecionados", str(request.children.count()) if request.children_confirmed else NOTHING)]


def _responsible(request: CredentialRequest) -> list[Fact]:
    person = request.responsible
    return [
        ("Nome", person.name if person else NOTHING),
        ("CPF", documents.format_cpf(person.cpf_text) if person else NOTHING),
        ("Telefone", documents.format_phone(request.responsible_phone) or NOTHING),
        ("E-mail", request.responsible_email or NOTHING),
    ]


def _system(request: CredentialRequest) -> list[Fact]:
    if request.portfolio_start is None or request.portfolio_end is None:
        return [("Faixa de IP", f"{request.ip_first} a {request.ip_last}" if request.ip_first else NOTHING)]
    return [
        ("Faixa de IP", f"{request.ip_first} a {request.ip_last}"),
        ("Quantidade de atendimentos registrados no sistema", _number(request.recorded_visits)),
        ("Períodos de maior acesso", "; ".join(map(str, request.access_periods.all())) or NOTHING),
        ("Mínimo de atendimento previstos/Dia", _number(request.visits_per_day_min)),
        ("Máximo de atendimento previstos/Dia", _number(request.visits_per_day_max)),
        ("Quantidade acessos no período de pico", _number(request.peak_accesses)),
        ("Portfólio", f"{request.portfolio_start:%d/%m/%Y} a {request.portfolio_end:%d/%m/%Y}"),
    ]


def _number(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}".replace(",", ".")

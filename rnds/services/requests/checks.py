"""What the analyst compares in a request under review: each fact beside the rule that it must meet."""

from collections.abc import Iterator
from datetime import datetime

from common import documents
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from common.ui import NOTHING, Check
from rnds.models import CredentialRequest
from rnds.services.requests.certificate import is_of_the_requester, recheck_certificate
from rnds.services.requests.opening import pairing_warnings
from rnds.services.requests.system import PEAK_ABOVE_MAX, PRIVATE_RANGE, SystemData, warnings_about


def checks_of(request: CredentialRequest, *, at: datetime) -> list[Check]:
    """Every fact of a complete request that has a rule. What the form only warns of is for a person to judge."""
    return [*_pairing(request), *_establishment(request), *_certificate(request, at), *_system(request, at)]


def _pairing(request: CredentialRequest) -> Iterator[Check]:
    warnings = pairing_warnings(request)
    rule = "Sem credencial ativa de outro CNES"
    yield Check("Instalação do PEC", request.installation.name, rule, None if warnings else True, " ".join(warnings))


def _establishment(request: CredentialRequest) -> Iterator[Check]:
    place, person = request.establishment, request.responsible
    yield Check("Estabelecimento cessionário", str(place), "Ativo no CNES", place.is_active)
    contact = bool(request.establishment_phone and request.establishment_email)
    shown = (
        f"{documents.format_phone(request.establishment_phone) or NOTHING} · {request.establishment_email or NOTHING}"
    )
    yield Check("Contato do estabelecimento", shown, "Telefone e e-mail", contact)
    complete = bool(person and request.responsible_phone and request.responsible_email)
    note = f"CPF {documents.mask_cpf(person.cpf_text)}" if person else ""
    rule = "Encontrado no CADSUS, com telefone e e-mail"
    yield Check("Gestor responsável", person.name if person else NOTHING, rule, complete, note)


def _certificate(request: CredentialRequest, at: datetime) -> Iterator[Check]:
    """The certificate to generate has its password; the one that was brought is judged again, as approving will do."""
    certificate, source = request.imported_certificate, request.get_certificate_source_display()
    if certificate is None:
        yield Check("Certificado", source, "A senha do arquivo foi escolhida", request.sealed_password is not None)
        return
    try:
        recheck_certificate(request, at)
    except RuleBroken as refusal:
        refused = refusal.message
    else:
        refused = ""
    rule = "Na validade, não revogado e só deste ente"
    until = f"{source}, válido até {certificate.not_after.astimezone(BRASILIA):%d/%m/%Y}"
    yield Check("Certificado", until, rule, not refused, refused)
    holds = is_of_the_requester(request, certificate) or None
    rule = "O solicitante, o estabelecimento ou o fundo"
    yield Check("Titular do certificado", certificate.holder_name, rule, holds)


def _system(request: CredentialRequest, at: datetime) -> Iterator[Check]:
    data = SystemData(*(getattr(request, name) for name in SystemData._fields if name != "periods"))
    warnings = warnings_about(data)
    addresses = f"{data.ip_first} a {data.ip_last}"
    yield Check("Faixa de IP", addresses, "Pública, em produção", None if PRIVATE_RANGE in warnings else True)
    peak = f"{data.peak_accesses} no pico, até {data.visits_per_day_max} por dia"
    rule = "O pico não passa do máximo diário"
    yield Check("Acessos e atendimentos", peak, rule, None if PEAK_ABOVE_MAX in warnings else True)
    span = f"{data.portfolio_start:%d/%m/%Y} a {data.portfolio_end:%d/%m/%Y}"
    is_running = data.portfolio_end >= at.astimezone(BRASILIA).date()
    yield Check("Portfólio", span, "Ainda não terminou", is_running or None)

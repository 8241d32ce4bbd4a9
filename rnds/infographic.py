"""The whole path of a credentialing on one sheet (infográfico): who does what, on which screen, and what passes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import Membership
from rnds.rail import LABELS

FUND = "Fundo de Saúde (CNPJ e senha)"
MANAGER = str(Membership.Role.PROGRAMME_MANAGER.label)
MUNICIPAL = str(Membership.Role.PEC_MUNICIPAL_ADMIN.label)
INSTALLATION = str(Membership.Role.PEC_INSTALLATION_ADMIN.label)
MACHINE = "PEC, sozinho"
CERTIFICATES = "PEC › Gestão municipal › Certificados"
STRATEGY = "e-Gestor › IMPLANTAÇÃO ESUS-APS"


@dataclass(frozen=True)
class Act:
    """One thing that one person does on one screen. `carries` is what goes from there to the next person."""

    who: str
    what: str
    where: str
    carries: str = ""


@dataclass(frozen=True)
class Stage:
    """A step of the rail (roteiro), its acts, and the number of the first one on the sheet."""

    title: str
    acts: tuple[Act, ...]
    first: int


_ACTS = (
    (
        Act(FUND, "Entra com o CNPJ do fundo.", "e-Gestor › Fundo Municipal de Saúde"),
        Act(
            FUND,
            "Informa o CPF do responsável, busca, escolhe o estabelecimento e clica em «Gerar Token».",
            "e-Gestor › TOKEN PARA IMPLANTAÇÃO e-SUS APS",
            "o token, que vale até 23:59 do dia (horário de Brasília)",
        ),
    ),
    (Act(MUNICIPAL, "Copia a contra-chave da instalação.", CERTIFICATES, "a contra-chave: 8 grupos de 4 caracteres"),),
    (
        Act(MANAGER, "Entra com gov.br e clica em «SOLICITAR NOVA CREDENCIAL».", STRATEGY),
        Act(MANAGER, "Informa o token e a contra-chave e clica em «Validar».", STRATEGY),
        Act(
            MANAGER,
            "Preenche o formulário: certificado (.pfx próprio ou gerado), estabelecimento, filhos, gestor responsável "
            "e sistema solicitante.",
            STRATEGY,
        ),
        Act(MANAGER, "Lê o termo, aceita e clica em «Confirmar e avançar».", STRATEGY, "o ID SOLICITAÇÃO"),
        Act(MANAGER, "Baixa a Credencial e o Termo.", STRATEGY, "o arquivo .pfx e a senha dele"),
    ),
    (
        Act(INSTALLATION, "Põe o arquivo .pfx na pasta «chaves».", "Servidor do PEC › pasta chaves"),
        Act(
            MUNICIPAL,
            "Marca RNDS e CADSUS, escolhe o arquivo, digita a senha e o identificador solicitante e clica em "
            "«Habilitar».",
            CERTIFICATES,
        ),
    ),
    (
        Act(MUNICIPAL, "Clica em «Testar conexão».", CERTIFICATES),
        Act(MACHINE, "Pede o token de acesso por TLS mútuo e chama os serviços.", "RNDS › /api/token"),
    ),
)


def stages() -> Iterator[Stage]:
    """The stages of the rail in order, with their acts numbered from the first to the last one of the sheet."""
    first = 1
    for title, acts in zip(LABELS, _ACTS, strict=True):
        yield Stage(title, acts, first)
        first += len(acts)

"""What the simulator knows and what it supposes, shown in «Fidelidade» and written in docs/fidelity.md."""

from common.fidelity import egestor, rnds, siops
from common.fidelity.sources import Source

__all__ = ["AREAS", "GAPS", "NOT_YET", "Source", "as_markdown"]

AREAS = (*egestor.AREAS, *rnds.AREAS, *siops.AREAS)
# The next steps of the real systems that nothing here does.
NOT_YET = (
    "SIOPS: preencher, validar, transmitir e homologar as declarações do bimestre.",
    "RNDS: os serviços EHR que o token abre (contexto de atendimento, envio e consulta de documentos).",
    "PEC: a aba RNDS, com a situação de cada envio.",
    "CADSUSWEB e SISRede: cadastro, unificação e sincronização de pessoas.",
    "e-Gestor: instalação e atualização do PEC, Saúde na Hora e os programas além da IMPLANTAÇÃO E-SUS APS.",
    "Relógio da turma: as telas usam a hora verdadeira; ninguém a adianta nem a para.",
)
GAPS = (
    "Corpos de erro de /api/token.",
    "Código HTTP de EHR-ERR881, 884, 906, 832 e 983.",
    "Corpo da resposta de contexto-atendimento.",
    "Nomes das situações da solicitação no Portal de Serviços do DATASUS.",
    "Dígito verificador oficial do CNES.",
    "Autoridade e perfil do certificado gerado pelo e-Gestor.",
    "Formato do token para implantação.",
    "Se o token é de uso único e quando é consumido.",
    "Se a revogação derruba os tokens de acesso já emitidos.",
    "Lista oficial completa dos erros da RNDS.",
    "Fuso horário de “23:59h”.",
    "Se o e-Gestor real confere o titular do .pfx.",
    "Se ATIVO muda para outra situação quando o certificado vence.",
)


def as_markdown() -> str:
    """The text of docs/fidelity.md: the same table for who reads the repository."""
    lines = ["# Fidelidade do simulador", "", "Gerado de `common/fidelity` por `python -m common.fidelity`.", ""]
    for area in AREAS:
        lines += [f"## {area.title}", "", "| comportamento | fonte | fundamento | interruptor |", "|---|---|---|---|"]
        lines += [
            f"| {row.text} | {row.source} | {row.grounds} | {f'`{row.switch}`' if row.switch else ''} |"
            for row in area.behaviours
        ]
        lines.append("")
    lines += ["## Ainda não simulado", "", *(f"- {item}" for item in NOT_YET), ""]
    lines += ["## O que não se sabe", "", *(f"- {gap}" for gap in GAPS), ""]
    return "\n".join(lines)

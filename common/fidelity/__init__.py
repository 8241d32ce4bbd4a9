"""What the simulator knows and what it supposes, shown in «Fidelidade» and written in docs/fidelity.md."""

from common.fidelity import egestor, rnds, siops
from common.fidelity.sources import Source

__all__ = ["AREAS", "GAPS", "Source", "as_markdown"]

AREAS = (*egestor.AREAS, *rnds.AREAS, *siops.AREAS)
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
    lines += ["## O que não se sabe", "", *(f"- {gap}" for gap in GAPS), ""]
    return "\n".join(lines)

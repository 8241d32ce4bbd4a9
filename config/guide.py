"""What `make run` prints once the portal answers: addresses, personas and where to begin."""

import shlex
import shutil
import textwrap
from collections.abc import Sequence

from django.conf import settings

from accounts.personas import Persona, demo_personas
from common import documents

HEADINGS = ("Papel", "Nome", "Entrar com", "Senha")


def welcome() -> str:
    """The whole text, in Portuguese, as wide as the terminal allows."""
    addresses = (
        f"  Portal      {settings.PORTAL_URL}\n"
        f"  TLS mútuo   {settings.TLS_URL}\n"
        f"  Dados       {settings.DATA_DIR}  (autoridades em ca.pem, registros em logs)\n"
    )
    return "\n".join(
        [
            f"\nEnsaio {settings.VERSION} · AMBIENTE SIMULADO – sem valor legal – não use dados reais\n",
            addresses,
            people(nearest(demo_personas())),
            first_steps(),
            "\nCtrl-C encerra tudo; os dados ficam guardados. `make reset` volta ao começo.",
        ]
    )


def people(personas: Sequence[Persona]) -> str:
    """The personas as a table; nothing outside DEMO."""
    if not personas:
        return ""
    rows = [
        (
            persona.role,
            persona.name,
            sign_in(persona),
            persona.secret or "não pede",
        )
        for persona in personas
    ]
    return table(HEADINGS, rows) + "\n\n  Todas, também as dos outros entes: .venv/bin/python manage.py personas\n"


def nearest(personas: Sequence[Persona]) -> list[Persona]:
    """The people of the first entity and the staff: enough to begin, short enough to read."""
    return [persona for persona in personas if persona.login_kind == "staff" or persona.ibge == personas[0].ibge]


def sign_in(persona: Persona) -> str:
    """How the persona enters, with the number as it is read aloud."""
    if persona.door:
        return f"SIOPS, CPF {documents.format_cpf(persona.login)}"
    if persona.login_kind == "pj":
        return f"CNPJ {documents.format_cnpj(persona.login)}"
    if persona.login_kind == "pf":
        return f"gov.br, CPF {documents.format_cpf(persona.login)}"
    return f"usuário {persona.login}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their longest cell."""
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    lines = [headings, ["─" * width for width in widths], *rows]
    return "\n".join(
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def first_steps() -> str:
    steps = (
        f"Abra {settings.PORTAL_URL}, entre como o fundo de saúde (CNPJ e senha) e gere o token para implantação.",
        "Entre como gestor do programa (gov.br, CPF) e solicite a credencial com o token e a contra-chave do PEC.",
        "Com o .pfx baixado, peça um token de acesso:",
    )
    width = max(60, min(shutil.get_terminal_size().columns, 140))
    lines = [
        textwrap.fill(text, width, initial_indent=f"  {n}. ", subsequent_indent="     ", break_on_hyphens=False)
        for n, text in enumerate(steps, 1)
    ]
    bundle = shlex.quote(str(settings.DATA_DIR / "ca.pem"))
    curl = f"     curl --cacert {bundle} --cert-type P12 --cert arquivo.pfx:senha {settings.TLS_URL}/api/token"
    return "\n".join(["Três coisas para experimentar:", *lines, curl])

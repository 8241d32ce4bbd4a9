"""What `make run` prints once the portal answers: addresses, personas and where to begin."""

import io
import shlex
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import segno
from django.conf import settings

from accounts.personas import Persona, demo_personas
from common import documents

HEADINGS = ("Papel", "Nome", "Entrar com", "Senha")
# Longer cells go on in the next line, so that the table fits in 120 columns.
WIDEST = (34, 26, 26, 26)
RESTART = "\nCtrl-C encerra tudo; os dados ficam guardados. `make reset` volta ao começo."
OPEN_TO_THE_NETWORK = (
    "  ATENÇÃO: aberto à rede. Quem alcança este endereço entra com as senhas publicadas da demonstração.\n"
    "  Abra uma sala por turma com `manage.py room open` e use a rede só da aula."
)
NO_DEMONSTRATION = (
    "Sem demonstração (DEMO=0): nenhuma senha publicada vale.\n"
    "  Primeiro administrador     .venv/bin/python manage.py staff LOGIN\n"
    "  Entrada de uma pessoa      .venv/bin/python manage.py access_link CPF\n"
    "\nCtrl-C encerra tudo; os dados ficam guardados."
)


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
            *([classroom()] if settings.HOST not in ("127.0.0.1", "localhost") else []),
            *([people(nearest(demo_personas())), first_steps(), RESTART] if settings.DEMO else [NO_DEMONSTRATION]),
        ]
    )


def classroom() -> str:
    """What a trainer must know of a portal that others reach, and the code that phones read."""
    code = io.StringIO()
    segno.make(settings.PORTAL_URL, error="m").terminal(code, compact=True, border=1)
    return f"{OPEN_TO_THE_NETWORK}\n\n{code.getvalue()}"


def people(personas: Sequence[Persona]) -> str:
    """The personas as a table; nothing outside DEMO."""
    if not personas:
        return ""
    rows = [(persona.role, persona.name, sign_in(persona), secret(persona)) for persona in personas]
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


def secret(persona: Persona) -> str:
    """What the persona types to enter, or why nothing is typed."""
    return persona.secret or ("ainda sem certificado" if persona.door else "não pede")


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their longest cell, which is never wider than WIDEST."""
    cells = [line for row in rows for line in wrapped(row)]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    lines = [headings, ["─" * width for width in widths], *cells]
    return "\n".join(
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def wrapped(row: Sequence[str]) -> Iterator[Sequence[str]]:
    """The lines that a row takes."""
    return zip_longest(*(textwrap.wrap(cell, width) for cell, width in zip(row, WIDEST, strict=True)), fillvalue="")


def first_steps() -> str:
    steps = (
        f"Abra {settings.PORTAL_URL}, entre como o fundo de saúde (CNPJ e senha) e gere o token para implantação.",
        "Entre como gestor do programa (gov.br, CPF) e solicite a credencial com o token e a contra-chave do PEC.",
        "Com o .pfx baixado, peça um token de acesso:",
        "No SIOPS, entre no token virtual da Prefeita (CPF e PIN) e veja em «Mudança de gestores» o que falta fazer.",
        "No SISRede de Belo Horizonte, entre como a recepção (CPF e senha) e sincronize um caso de `manage.py people`.",
    )
    width = max(60, min(shutil.get_terminal_size().columns, 140))
    lines = [
        textwrap.fill(text, width, initial_indent=f"  {n}. ", subsequent_indent="     ", break_on_hyphens=False)
        for n, text in enumerate(steps, 1)
    ]
    bundle = shlex.quote(str(settings.DATA_DIR / "ca.pem"))
    curl = f"     curl --cacert {bundle} --cert-type P12 --cert arquivo.pfx:senha {settings.TLS_URL}/api/token"
    return "\n".join(["Cinco coisas para experimentar:", *lines[:3], curl, *lines[3:]])

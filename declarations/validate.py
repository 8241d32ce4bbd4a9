"""`python -m declarations.validate FILE`: the críticas without portal, Django, database or network.

Exit codes: 0 it may be sent; 1 warnings, with --strict; 2 it may not; 3 the file cannot be read.
"""

import argparse
import json
import sys
from pathlib import Path

from declarations.engine import context, opening, report, terminal
from declarations.engine.terminal import UNREADABLE

VALID, WARNINGS, BLOCKED = range(3)


def arguments() -> argparse.ArgumentParser:
    parser = terminal.Arguments(
        prog="python -m declarations.validate",
        description="Confere um arquivo de transmissão do SIOPS simulado (.opsz), sem o portal.",
        epilog="Saída: 0 pode transmitir; 1 há avisos, com --strict; 2 há impeditivas; 3 o arquivo não pôde ser lido.",
    )
    parser.add_argument("file", type=Path, metavar="ARQUIVO", help="arquivo .opsz")
    parser.add_argument("--json", action="store_true", help="relatório em JSON")
    parser.add_argument("--strict", action="store_true", help="avisos também dão saída diferente de zero")
    parser.add_argument("--context", type=Path, metavar="ARQUIVO", help="contexto baixado do painel do ente")
    return parser


def main(argv: list[str] | None = None) -> int:
    given = arguments().parse_args(argv)
    try:
        known = context.read(given.context.read_bytes()) if given.context else None
        data = _read(given.file)
    except (OSError, context.UnreadableContext) as error:
        sys.stderr.write(f"Não foi possível ler: {error}\n")
        return UNREADABLE
    found = report.examine(data, known)
    text = json.dumps(report.as_dict(found), ensure_ascii=False, indent=1) if given.json else report.as_text(found)
    terminal.say(text, sys.stdout)
    return _exit_code(found, strict=given.strict)


def _read(file: Path) -> bytes:
    """No more than it takes to say that the file is too large."""
    with file.open("rb") as stream:
        return stream.read(opening.MAX_PACKED + 1)


def _exit_code(found: report.Report, *, strict: bool) -> int:
    if not found.is_readable:
        return UNREADABLE
    if not found.may_be_sent:
        return BLOCKED
    return WARNINGS if strict and found.warnings else VALID


if __name__ == "__main__":
    sys.exit(main())

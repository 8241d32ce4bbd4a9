"""The terms of docs/glossary.md, for the page «Glossário»."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"


@dataclass(frozen=True)
class Term:
    """A Portuguese term, the name it has in the code and its meaning."""

    portuguese: str
    identifier: str
    meaning: str


def _rows(heading: str) -> list[list[str]]:
    """Cells of the table under a heading, without its header, its rule line and the marks of code."""
    section = GLOSSARY.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def terms() -> tuple[Term, ...]:
    return tuple(Term(row[0], row[1], row[3]) for row in _rows("Termos"))


@cache
def acronyms() -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[1]) for row in _rows("Siglas"))

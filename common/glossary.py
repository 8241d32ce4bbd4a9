"""The terms of docs/glossary.md, for the page «Glossário»."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"


@dataclass(frozen=True)
class Term:
    """A Portuguese term, the name it has in the code (markdown marks removed) and its meaning."""

    portuguese: str
    identifier: str
    meaning: str


def _rows(heading: str) -> list[list[str]]:
    """Cells of the table under a heading, its header and rule lines left out."""
    section = GLOSSARY.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def terms() -> tuple[Term, ...]:
    return tuple(Term(row[0], row[1].replace("`", ""), row[3]) for row in _rows("Termos"))


@cache
def acronyms() -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[1]) for row in _rows("Siglas"))

"""What the simulator knows and what it supposes, shown in «Fidelidade» and written in docs/fidelity.md.

The rows are those of each app, in its `fidelity.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from common import house
from common.ui import Tone


class Source(StrEnum):
    FACT = "fato"
    INFERENCE = "inferência"
    GAP = "lacuna"

    @property
    def tone(self) -> Tone:
        return {"fato": Tone.SUCCESS, "inferência": Tone.INFO, "lacuna": Tone.WARNING}[self.value]


@dataclass(frozen=True)
class Behaviour:
    """One behaviour: what the simulator does, how it is known, on what grounds, and the switch that changes it."""

    text: str
    source: Source
    grounds: str
    switch: str = ""


@dataclass(frozen=True)
class Area:
    title: str
    behaviours: tuple[Behaviour, ...]


F, I, G = Source.FACT, Source.INFERENCE, Source.GAP  # noqa: E741 -- one letter keeps the table readable


def areas() -> tuple[Area, ...]:
    return tuple(word for _, word in house.claims("FIDELITY"))


def not_yet() -> tuple[str, ...]:
    """The next steps of the real systems that nothing here does."""
    return tuple(word for _, word in house.claims("NOT_YET"))


def gaps() -> tuple[str, ...]:
    """What no source tells."""
    return tuple(word for _, word in house.claims("GAPS"))


def as_markdown() -> str:
    """The text of docs/fidelity.md: the same table for who reads the repository."""
    made = "Gerado do `fidelity.py` de cada app por `python manage.py fidelity`."
    lines = ["# Fidelidade do simulador", "", made, ""]
    for area in areas():
        lines += [f"## {area.title}", "", "| comportamento | fonte | fundamento | interruptor |", "|---|---|---|---|"]
        lines += [
            f"| {row.text} | {row.source} | {row.grounds} | {f'`{row.switch}`' if row.switch else ''} |"
            for row in area.behaviours
        ]
        lines.append("")
    lines += ["## Ainda não simulado", "", *(f"- {item}" for item in not_yet()), ""]
    lines += ["## O que não se sabe", "", *(f"- {gap}" for gap in gaps()), ""]
    return "\n".join(lines)

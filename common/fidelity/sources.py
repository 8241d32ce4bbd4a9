"""What the simulator knows and what it supposes: the source of each simulated behaviour, shown in «Fidelidade»."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    FACT = "fato"
    INFERENCE = "inferência"
    GAP = "lacuna"

    @property
    def tone(self) -> str:
        return {"fato": "success", "inferência": "info", "lacuna": "warning"}[self.value]


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

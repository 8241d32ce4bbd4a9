"""What the declaration brings to the house."""

from declarations import fidelity

FIDELITY, NOT_YET = fidelity.AREAS, fidelity.NOT_YET

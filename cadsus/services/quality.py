"""What the record of an operator must have: the guard of the SGOP on quality (M33)."""

from cadsus.messages import M33
from common.exceptions import RuleBroken
from registry.models import Person


def require_quality(person: Person) -> None:
    """E-mail and telephone. The address and the level bronze come with the national registry."""
    if not (person.email and person.phone):
        raise RuleBroken(M33, code="low_quality")

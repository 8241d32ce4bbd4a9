"""What the record of an operator must have: the guard of the SGOP on quality (M33)."""

from cadsus.messages import M33
from common.exceptions import RuleBroken
from registry import quality
from registry.models import Person


def require_quality(person: Person) -> None:
    """E-mail, telephone, an address, and the level bronze."""
    is_reachable = bool(person.email and person.phone) and person.addresses.exists()
    if not is_reachable or quality.degree(person) < quality.BRONZE:
        raise RuleBroken(M33, code="low_quality")

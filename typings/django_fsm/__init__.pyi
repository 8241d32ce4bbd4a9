"""What the house uses of django-fsm-2, typed; the library ships no annotations."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import models

_F = TypeVar("_F", bound=Callable[..., Any])

class TransitionNotAllowed(Exception): ...
class ConcurrentTransition(Exception): ...

class Transition:
    name: str
    source: Any
    target: Any

class FSMField(models.CharField[str, str]):
    protected: bool
    def get_all_transitions(self, instance_cls: type[models.Model]) -> Iterable[Transition]: ...
    def __init__(
        self, *args: Any, protected: bool = ..., choices: Any = ..., default: Any = ..., max_length: int = ...
    ) -> None: ...

class ConcurrentTransitionMixin: ...

def transition(field: FSMField, source: Any = ..., target: Any = ...) -> Callable[[_F], _F]: ...
def can_proceed(bound_method: Callable[..., Any], check_conditions: bool = ...) -> bool: ...

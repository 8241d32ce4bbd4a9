"""A context variable that has another value until the end of a block."""

from contextvars import ContextVar, Token
from typing import Generic, TypeVar

T = TypeVar("T")


class holding(Generic[T]):  # noqa: N801 -- it is used as a function: with holding(…)
    """Until the end of the block the variable has this value. Every request does it thrice, hence no generator."""

    __slots__ = ("_token", "_value", "_variable")

    def __init__(self, variable: ContextVar[T], value: T) -> None:
        self._variable, self._value = variable, value
        self._token: Token[T]

    def __enter__(self) -> None:
        self._token = self._variable.set(self._value)

    def __exit__(self, *_: object) -> None:
        self._variable.reset(self._token)

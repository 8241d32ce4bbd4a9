"""Refusals: what a service raises when the answer is no. Their text is for the person, in Portuguese."""


class Refusal(Exception):
    """A use case said no and left no trace.

    `code` is stable and for machines, `message` is shown to the person, `field` names the form field at fault, if any.
    """

    def __init__(self, message: str, *, code: str = "refused", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class RuleBroken(Refusal):
    """The data given break a rule of the procedure."""


class NotAllowedNow(Refusal):
    """The action does not exist in the present state (HTTP 409)."""

    def __init__(self, state: str, *, code: str = "wrong_status") -> None:
        super().__init__(f"Operação não permitida na situação atual ({state}).", code=code)


class NotPermitted(Refusal):
    """This person may not do this here (HTTP 403). The page tells who holds `permission`, and where they enter."""

    def __init__(
        self, message: str = "Você não tem permissão para realizar esta ação.", *, permission: str = ""
    ) -> None:
        super().__init__(message, code="not_permitted")
        self.permission = permission

"""Passwords of PKCS#12 files: what Java, on which the PEC runs, can type to open them."""

from common.exceptions import RuleBroken

BLANK = "A senha não pode ter só espaços."
NOT_TYPED = "A senha tem caracteres que não podem ser digitados."
NOT_FOR_JAVA = (
    "A senha só pode ter letras sem acento, números, espaços e os sinais do teclado americano: o Java, em que o PEC "
    "roda, não abre um arquivo cuja senha tem acento."
)


def require_typeable(password: str) -> None:
    """Raise RuleBroken for a password under which no file should be written."""
    if not password.strip():
        raise RuleBroken(BLANK, code="password", field="password")
    if not password.isprintable():
        raise RuleBroken(NOT_TYPED, code="password", field="password")
    if not opens_in_java(password):
        raise RuleBroken(NOT_FOR_JAVA, code="password_not_ascii", field="password")


def opens_in_java(password: str) -> bool:
    """Whether Java takes this password; it refuses, as wrong, every one that is not plain ASCII."""
    return password.isascii()

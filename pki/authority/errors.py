"""What this package raises. No message ever carries a key or a password."""


class AuthorityError(Exception):
    """Base of the package's errors."""


class InvalidHolder(AuthorityError):
    """The holder's data do not fit the certificate profile; the text is in Portuguese, for the person."""


class LintFailed(AuthorityError):
    """The certificate to be signed breaks its profile, so nothing was signed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class InspectionRefused(AuthorityError):
    """A container was refused at one check.

    `check` is "C1" … "C13", "REAL" or "ROOM", `message` is for the person, `about` is "file" or "password", and `found`
    is the kind of file in pki.authority.recognition, or "".
    """

    def __init__(self, check: str, message: str, *, about: str = "file", found: str = "") -> None:
        super().__init__(message)
        self.check = check
        self.message = message
        self.about = about
        self.found = found

"""Why a file is not taken: F-01 to F-18 (spec of the SIOPS, section 9). All of them are blocking."""

from typing import NamedTuple

MESSAGES = {
    "F-01": "O arquivo não é um ZIP válido.",
    "F-02": "Arquivo maior que 5 MB.",
    "F-03": "Conteúdo descompactado excede 20 MB ou 50.000 linhas.",
    "F-04": "Nome interno inválido: {}.",
    "F-05": "manifest.json ausente.",
    "F-06": "manifest.json inválido: {}.",
    "F-07": "Formato {} não suportado.",
    "F-08": "{}: SHA-256 não confere.",
    "F-09": "Arquivo {} não listado no manifesto.",
    "F-10": "Arquivo obrigatório ausente: {}.",
    "F-11": "{}, linha {}: {} colunas, esperadas {}.",
    "F-12": "{}, linha {}, coluna {}: valor '{}' inválido.",
    "F-13": "Código {} desconhecido.",
    "F-14": "Linha {} duplicada.",
    "F-15": "Codificação inválida; use UTF-8.",
    "F-16": "Ente, ano ou bimestre divergente da sessão.",
    "F-17": "Conteúdo idêntico à versão já transmitida (recibo {}).",
    "F-18": "Período ainda não aberto para envio.",
}
LISTED = 200


class Fault(NamedTuple):
    code: str
    message: str
    # File and line inside the package, when it is about one.
    file: str = ""
    line: int = 0


class Refused(Exception):
    """The file cannot be read any further."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def fault(code: str, *details: object, file: str = "", line: int = 0) -> Fault:
    return Fault(code, MESSAGES[code].format(*map(_shown, details)), file, line)


def _shown(detail: object) -> str:
    """What came from a file is shown short, and without what a terminal would obey."""
    return "".join(each if each.isprintable() else "?" for each in str(detail)[:60])


class Faults:
    """Those found so far: the first are listed, the others counted."""

    def __init__(self) -> None:
        self.listed: list[Fault] = []
        self.count = 0

    def add(self, code: str, *details: object, file: str = "", line: int = 0) -> None:
        if self.count < LISTED:
            self.listed.append(fault(code, *details, file=file, line=line))
        self.count += 1

    def end_with(self, last: Fault) -> None:
        """The one after which nothing more was read: always listed."""
        self.listed.append(last)
        self.count += 1

"""Page «DOWNLOAD»: validator and transmitter, each as one file that runs with plain Python 3.11 (zipapp)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from declarations.engine import catalogue
from declarations.engine.packing import zipped

PACKAGE = "declarations"
SHEBANG = b"#!/usr/bin/env python3\n"
MAIN = "import sys\n\nfrom {package}.{module} import main\n\nsys.exit(main())\n"


@dataclass(frozen=True)
class Tool:
    """A programme for the technician's own computer."""

    slug: str
    title: str
    about: str
    module: str
    command: str

    @property
    def file_name(self) -> str:
        return f"siops-{self.slug}-{catalogue.VERSION}.pyz"

    @property
    def content(self) -> bytes:
        return _built(self.module)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


TOOLS = {
    tool.slug: tool
    for tool in (
        Tool(
            "validador",
            "Validador",
            "Roda as críticas no seu computador, sem portal e sem rede.",
            "validate",
            "ARQUIVO.opsz --context CONTEXTO.json",
        ),
        Tool(
            "transmissor",
            "Transmissor (siopsnet)",
            "Envia o arquivo, mostra o andamento e o recibo; se a conexão cai, tenta de novo.",
            "transmit",
            "ARQUIVO.opsz --portal ENDEREÇO --cpf CPF",
        ),
    )
}


@cache
def _built(module: str) -> bytes:
    """The engine and one programme over it: the same bytes each time, made at the first download."""
    package = resources.files(PACKAGE)
    files = {f"{PACKAGE}/__init__.py": b"", f"{PACKAGE}/{module}.py": (package / f"{module}.py").read_bytes()}
    files |= _modules(package / "engine", f"{PACKAGE}/engine")
    files["__main__.py"] = MAIN.format(package=PACKAGE, module=module).encode()
    return SHEBANG + zipped(files)


def _modules(folder: Traversable, name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            found |= _modules(each, f"{name}/{each.name}")
        elif each.name.endswith(".py"):
            found[f"{name}/{each.name}"] = each.read_bytes()
    return found

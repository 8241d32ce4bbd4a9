"""`python -m declarations.transmit FILE`: sends a file of transmission to the portal; heir of the siopsnet.

Standard library and `declarations.engine` alone. A connection that is cut is tried again, from the first step: the
portal gives one receipt for one content, however often it arrives.

Exit codes: 0 transmitted; 2 something blocks; 3 the file, or the command, cannot be read; 4 who sends is not let in;
5 the portal is not reached; 6 the portal refused for another reason.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import http.client
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from declarations.engine import opening, terminal
from declarations.engine.declaration import Identity
from declarations.engine.terminal import UNREADABLE

SENT, BLOCKED, NOT_LET_IN, NOT_REACHED, REFUSED = 0, 2, 4, 5, 6
EPILOG = (
    "A senha é lida de SIOPS_SENHA, e o token de SIOPS_TOKEN; sem eles, da entrada. Nenhum dos dois vai na linha de "
    "comando. Saída: 0 transmitido; 2 há impeditivas ou foi rejeitado; 3 o arquivo ou o comando não pôde ser lido; "
    "4 quem envia não foi aceito; 5 o portal não respondeu; 6 o portal recusou por outro motivo."
)
ATTEMPTS, FIRST_PAUSE, SECONDS = 6, 1.0, 60.0
# The portal, or something before it, is away for a moment.
AWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
WHO = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
UNDER_WAY = "under_way"
BY_CODE = {"file_refused": UNREADABLE, "rejected": BLOCKED}


class _Ended(Exception):
    """It goes no further: what to say, and the exit code."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.code = code


class _CutOff(Exception):
    """The portal did not answer, or not yet; the same may be asked again."""


@dataclass(frozen=True)
class Portal:
    """Where to send, and as whom."""

    address: str
    authorization: str = field(repr=False)
    context: ssl.SSLContext | None = None

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """What the portal answers. Raises _CutOff and _Ended."""
        headers = {"Authorization": self.authorization, "Content-Type": "application/zip"}
        request = urllib.request.Request(self.address + path, body, headers, method="POST")  # noqa: S310 -- checked
        try:
            with urllib.request.urlopen(request, timeout=SECONDS, context=self.context) as answer:  # noqa: S310 -- checked
                return _read(answer.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise _CutOff(str(error)) from None


def _refusal(error: urllib.error.HTTPError) -> Exception:
    """Of an answer that is no success: to try again, or to stop with its words."""
    if error.code in AWAY:
        return _CutOff(f"{error.code} {error.reason}")
    try:
        told = _read(error.read())
    except (OSError, http.client.HTTPException) as cut:
        return _CutOff(str(cut))
    if told.get("codigo") == UNDER_WAY:
        return _CutOff(str(told["title"]))
    code = NOT_LET_IN if error.code in WHO else BY_CODE.get(str(told.get("codigo")), REFUSED)
    faults = [f"  {each['codigo']} {each['mensagem']}" for each in told.get("falhas", ())]
    return _Ended(code, str(told.get("title", f"{error.code} {error.reason}")), *faults, *_blocking(told))


def _read(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise _Ended(REFUSED, "Quem respondeu não é o portal do SIOPS simulado. Confira o endereço em --portal.")
    return told


def _blocking(told: dict[str, Any]) -> list[str]:
    """The causes that block, of the report that came with an answer."""
    causes = [group["causa"] for group in told.get("relatorio", {}).get("grupos", ())]
    return [f"  {each['codigo']} {each['mensagem']}" for each in causes if each["severidade"] == "impeditiva"]


def transmit(content: bytes, portal: Portal, say: Callable[[str], None]) -> dict[str, Any]:
    """The receipt of a file. Raises _Ended."""
    identity = _identity(content)
    place = f"/api/declaracoes/{identity.ibge7}/{identity.year}/{identity.bimester}"
    say(f"Município {identity.ibge7}, {identity.period}, {len(content)} bytes")
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _steps(content, portal, place, say)
        except _CutOff as cut:
            if attempt == ATTEMPTS:
                raise _Ended(NOT_REACHED, f"O portal não respondeu em {ATTEMPTS} tentativas: {cut}") from None
            say(f"Sem resposta ({cut}). Nova tentativa em {pause:g} s…")
            time.sleep(pause)
            pause *= 2
    raise AssertionError("the last attempt returns or raises")


def _identity(content: bytes) -> Identity:
    """Of which declaration the file is; one that cannot be read is not sent."""
    read, faults = opening.read(content)
    if read is None:
        lines = [f"  {each.code} {each.message}" for each in faults.listed]
        raise _Ended(UNREADABLE, "O arquivo não pode ser transmitido:", *lines)
    return read.identity


def _steps(content: bytes, portal: Portal, place: str, say: Callable[[str], None]) -> dict[str, Any]:
    say("[1/3] Enviando o arquivo…")
    portal.post(f"{place}/arquivo", content)
    say("[2/3] Verificando críticas no portal…")
    told = portal.post(f"{place}/criticas", b"")
    report = told["relatorio"]
    say(f"      {report['veredito']}")
    if report["impeditivas"] and not told["recibo"]:
        raise _Ended(BLOCKED, "Não transmitido. Impedem:", *_blocking(told))
    say("[3/3] Transmitindo…")
    return portal.post(f"{place}/transmitir", b"")


def arguments() -> argparse.ArgumentParser:
    parser = terminal.Arguments(
        prog="python -m declarations.transmit",
        description="Transmite um arquivo (.opsz) ao portal do SIOPS simulado e mostra o recibo.",
        epilog=EPILOG,
    )
    parser.add_argument("file", type=Path, metavar="ARQUIVO", help="arquivo .opsz")
    parser.add_argument("--portal", required=True, type=_address, help="endereço do portal, com o da sala se houver")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--cpf", help="CPF do responsável pelo envio; a senha é pedida")
    who.add_argument("--token", action="store_true", help="com o token emitido pelo Secretário, que é pedido")
    parser.add_argument("--ca", type=Path, metavar="ARQUIVO", help="autoridades em que confiar, em PEM")
    parser.add_argument("--json", action="store_true", help="o recibo em JSON")
    return parser


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("o endereço começa com http:// ou https://")
    return text.rstrip("/")


def _secret(variable: str, prompt: str) -> str:
    """From the environment, or from the input: typed unseen at a terminal."""
    if value := os.environ.get(variable):
        return value
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _authorization(given: argparse.Namespace) -> str:
    if given.token:
        return f"Bearer {_secret('SIOPS_TOKEN', 'Token: ')}"
    pair = f"{given.cpf}:{_secret('SIOPS_SENHA', 'Senha: ')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def main(argv: list[str] | None = None) -> int:
    given = arguments().parse_args(argv)
    try:
        with given.file.open("rb") as stream:
            content = stream.read(opening.MAX_PACKED + 1)
        trusted = ssl.create_default_context(cafile=str(given.ca)) if given.ca else None
    except OSError as error:
        sys.stderr.write(f"Não foi possível ler: {error}\n")
        return UNREADABLE
    try:
        receipt = transmit(content, Portal(given.portal, _authorization(given), trusted), _say)
    except _Ended as end:
        _say(str(end))
        return end.code
    text = json.dumps(receipt, ensure_ascii=False, indent=1) if given.json else _told(receipt)
    terminal.say(text, sys.stdout)
    return SENT


def _told(receipt: dict[str, Any]) -> str:
    return (
        f"Recibo {receipt['recibo']}, {receipt['recebido_em']}\n"
        f"Resumo do conteúdo (SHA-256): {receipt['sha256_conteudo']}\n"
        f"Confira em {receipt['conferencia']}\n"
        "A entrega só se completa com a homologação pelo gestor do SUS."
    )


def _say(text: str) -> None:
    """Progress is no result: it goes where errors go."""
    terminal.say(text, sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

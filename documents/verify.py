"""`python -m documents.verify FILE`: a receipt examined without portal, Django, database or network.

Alone it proves itself: signed, and in the log that its checkpoint signed. With an export of the log, a later
checkpoint or another receipt, it shows what was removed, moved or rewritten since.

Exit codes: 0 proved; 1 proved in part, the rest could not be asked; 2 something is false; 3 it cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from documents import reader
from documents.log import checkpoint, examination, proof, tree
from documents.log.proof import Proof, Unreadable

PROVED, IN_PART, FALSE, UNREADABLE = range(4)
_MOST_BYTES = 20 * 1024 * 1024
_NO_AUTHORITY = "A autoridade não foi conferida: indique o ca.pem do portal com --ca."


@dataclass
class Report:
    """What was found, in words: what stands, what could not be asked, what is false."""

    stands: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    findings: list[examination.Finding] = field(default_factory=list)

    @property
    def code(self) -> int:
        if self.false or self.findings:
            return FALSE
        return IN_PART if self.unasked else PROVED

    def say(self, is_so: bool, stands: str, false: str) -> None:
        (self.stands if is_so else self.false).append(stands if is_so else false)


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A wrong command is no verdict: argparse would leave with 2, which is «false»."""
        self.print_usage(sys.stderr)
        self.exit(UNREADABLE, f"{self.prog}: {message}\n")


def arguments() -> argparse.ArgumentParser:
    parser = _Arguments(
        prog="python -m documents.verify",
        description="Confere um recibo do simulador (PDF ou JSON) sem o portal.",
        epilog="Saída: 0 provado; 1 provado em parte; 2 falso; 3 o arquivo não pôde ser lido.",
    )
    parser.add_argument("file", type=Path, metavar="ARQUIVO", help="recibo em PDF, ou a sua prova em JSON")
    against = parser.add_mutually_exclusive_group()
    against.add_argument("--log", type=Path, metavar="ARQUIVO", help="exportação do registro de recibos")
    against.add_argument(
        "--checkpoint", type=Path, metavar="ARQUIVO", help="ponto de controle posterior, ou outro recibo"
    )
    parser.add_argument("--ca", type=Path, metavar="ARQUIVO", help="raízes do portal, ca.pem (padrão: o da instalação)")
    parser.add_argument("--json", action="store_true", help="relatório em JSON")
    return parser


def main(argv: list[str] | None = None) -> int:
    given = arguments().parse_args(argv)
    report = Report()
    try:
        roots = _roots(given.ca)
        own = _proved_file(given.file, roots, report)
        if given.log:
            _against_export(own, given.log, roots, report)
        if given.checkpoint:
            _against_other(own, given.checkpoint, roots, report)
    except (OSError, Unreadable) as error:
        sys.stderr.write(f"Não foi possível ler: {error}\n")
        return UNREADABLE
    _write(report, as_json=given.json)
    return report.code


def _proved_file(file: Path, roots: list[x509.Certificate], report: Report) -> Proof:
    """The receipt by itself: its signatures when it is a PDF, its place in the log of its checkpoint."""
    content = _read(file)
    if content.startswith(b"%PDF-"):
        own = _signed_paper(content, roots, report)
    else:
        own = proof.from_text(content)
        report.unasked.append("É a prova sem o papel: as assinaturas e o texto ficam no PDF.")
    if own.receipt is None:
        raise Unreadable("um ponto de controle sozinho não é recibo; passe-o em --checkpoint")
    number, size = own.receipt.index, own.checkpoint.size
    report.say(
        own.holds(),
        f"O recibo é o registro nº {number} dos {size} que o ponto de controle assinou.",
        "O recibo não está no registro que o seu ponto de controle assinou.",
    )
    _judge_checkpoint(own, roots, report)
    return own


def _signed_paper(content: bytes, roots: list[x509.Certificate], report: Report) -> Proof:
    found = reader.read(content, b"".join(_pem(root) for root in roots))
    if found["problem"]:
        raise Unreadable("o PDF tem senha" if found["problem"] == "encrypted" else "não é um PDF inteiro")
    signatures = found["signatures"]
    if not signatures or not found["proof"]:
        raise Unreadable("o PDF não é um recibo: não traz assinatura e prova do registro")
    intact = all(one["is_intact"] for one in signatures) and signatures[-1]["is_last_word"]
    names = ", ".join(one["name"] for one in signatures)
    report.say(intact, f"As assinaturas conferem: {names}.", "O arquivo foi alterado depois de assinado.")
    if roots:
        report.say(
            all(one["is_trusted"] for one in signatures),
            "Os certificados de quem assina são da autoridade indicada.",
            "Um certificado de quem assina não é da autoridade indicada.",
        )
    own = proof.from_text(found["proof"])
    facts = own.receipt.facts if own.receipt else {}
    base = content[: facts["bytes"]] if isinstance(facts.get("bytes"), int) else b""
    report.say(
        facts.get("sha256") == hashlib.sha256(base).hexdigest(),
        f"O texto é o que foi registrado: {facts.get('title', '')}.",
        "O texto do papel não é o que foi registrado.",
    )
    return own


def _judge_checkpoint(own: Proof, roots: list[x509.Certificate], report: Report) -> None:
    report.say(
        checkpoint.is_signed(own.checkpoint),
        f"O ponto de controle foi assinado pelo selo de {own.checkpoint.address}.",
        "O ponto de controle não foi assinado pelo selo do portal.",
    )
    if not roots:
        if _NO_AUTHORITY not in report.unasked:
            report.unasked.append(_NO_AUTHORITY)
    elif not checkpoint.ends_in(own.checkpoint, roots):
        report.false.append("O selo do ponto de controle não é da autoridade indicada.")


def _against_export(own: Proof, file: Path, roots: list[x509.Certificate], report: Report) -> None:
    with file.open(encoding="utf-8") as lines:
        export = examination.read_export(lines)
    if export.log != own.checkpoint.log:
        report.unasked.append("A exportação é de outro registro: de outra sala, ou de depois de um reinício.")
        return
    report.findings += examination.examine(export, [own])
    if not report.findings:
        report.stands.append(
            f"A exportação tem {len(export.rows)} registros, inteiros e em ordem, e o recibo entre eles."
        )


def _against_other(own: Proof, file: Path, roots: list[x509.Certificate], report: Report) -> None:
    """A checkpoint with the proof of how the log grew, or another receipt: whether one history holds both."""
    content = _read(file)
    is_paper = content.startswith(b"%PDF-")
    other = _signed_paper(content, roots, report) if is_paper else proof.from_text(content)
    if other.checkpoint.log != own.checkpoint.log:
        report.unasked.append("O outro é de outro registro: de outra sala, ou de depois de um reinício.")
        return
    _judge_checkpoint(other, roots, report)
    if other.receipt and not other.holds():
        report.false.append("O outro recibo não está no registro que o seu ponto de controle assinou.")
        return
    sizes = own.checkpoint.size, other.checkpoint.size
    if sizes[0] == sizes[1]:
        same = own.checkpoint.root == other.checkpoint.root
        report.say(same, "Os dois pontos de controle são o mesmo.", _REWRITTEN)
    elif other.growth and other.growth.size == sizes[0]:
        grew = tree.is_consistent(sizes[0], own.checkpoint.root, sizes[1], other.checkpoint.root, other.growth.path)
        report.say(
            grew,
            f"O registro só cresceu, de {sizes[0]} para {sizes[1]}: nada foi removido, movido ou reescrito.",
            _REWRITTEN,
        )
    else:
        _compare_nodes(own, other, report)


_REWRITTEN = "Os dois pontos de controle não são da mesma história: o registro foi reescrito."


def _compare_nodes(own: Proof, other: Proof, report: Report) -> None:
    """Two receipts alone: they must agree on every part of the log that both show."""
    mine, theirs = own.known_nodes(), other.known_nodes()
    shared = mine.keys() & theirs.keys()
    if any(mine[node] != theirs[node] for node in shared):
        report.false.append(_REWRITTEN)
        return
    smaller = min(own.checkpoint.size, other.checkpoint.size)
    covered = {place for level, index in shared for place in range(index << level, (index + 1) << level)}
    if len(covered) >= smaller:
        report.stands.append(f"Os dois recibos mostram os mesmos {smaller} registros.")
    else:
        report.unasked.append(
            f"Os dois recibos concordam em {len(covered)} registros de {smaller}. Para os demais, peça ao portal o "
            f"ponto de controle desde {own.checkpoint.size}."
        )


def _roots(given: Path | None) -> list[x509.Certificate]:
    """Those of the file, else of the portal installed here; none when there is no such file."""
    default = Path(os.environ.get("DATA_DIR", Path(__file__).parents[1] / ".data")) / "ca.pem"
    if given is None and not default.exists():
        return []
    try:
        return x509.load_pem_x509_certificates((given or default).read_bytes())
    except ValueError as error:
        raise Unreadable("as raízes não são certificados em PEM") from error


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise Unreadable(f"{file} tem mais de 20 MB")
    return content


def _write(report: Report, *, as_json: bool) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    text = json.dumps(_as_dict(report), ensure_ascii=False, indent=1) if as_json else _as_text(report)
    # A terminal without «º» still gets its verdict.
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def _as_dict(report: Report) -> dict[str, Any]:
    findings = [
        {"kind": finding.kind, "first": finding.first, "last": finding.last, "words": finding.words}
        for finding in report.findings
    ]
    return {"code": report.code, "stands": report.stands, "unasked": report.unasked, "false": report.false} | {
        "findings": findings
    }


def _as_text(report: Report) -> str:
    verdict = ("PROVADO", "PROVADO EM PARTE", "FALSO")[report.code]
    lines = [f"ok     {words}" for words in report.stands]
    lines += [f"?      {words}" for words in report.unasked]
    lines += [f"FALSO  {words}" for words in report.false]
    lines += [f"FALSO  {finding.words} ({finding.kind})" for finding in report.findings]
    return "\n".join([*lines, verdict])


if __name__ == "__main__":
    sys.exit(main())

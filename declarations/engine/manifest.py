"""manifest.json: the words of the file for whose, which and when a declaration is."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from declarations.engine import records
from declarations.engine.declaration import EDITIONS, Identity
from declarations.engine.faults import Refused, fault
from declarations.engine.periods import BIMESTERS, YEARS

FORMAT = "siops-sim/1"
MAX_BYTES = 64 * 1024
LAST_VERSION = 999
# Declarations that have a place here, and no layout yet.
NOT_YET = {"E": "da declaração estadual", "D": "da declaração do Distrito Federal"}
SHA256 = re.compile(r"[0-9a-f]{64}")


class Listed(NamedTuple):
    """What the manifest says of one file."""

    sha256: str
    size: int
    lines: int


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _within(numbers: range) -> Callable[[object], bool]:
    return lambda value: _is_whole(value) and value in numbers


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


FIELDS: dict[str, Callable[[object], bool]] = {
    "esfera": _is_text("[MED]"),
    "ibge7": _is_text(r"[0-9]{7}"),
    "ano": _within(YEARS),
    "bimestre": _within(range(BIMESTERS.start, BIMESTERS.stop)),
    "versao": _within(range(1, LAST_VERSION + 1)),
    "regras": _is_text(r"regras-[0-9]{4}\.[0-9]{1,3}"),
    "gerado_em": _is_instant,
    "tecnico_cpf_hash": _is_text(r"sha256:[0-9a-f]{64}"),
    "retifica": lambda value: value is None or _within(range(1, LAST_VERSION + 1))(value),
    "arquivos": lambda value: isinstance(value, list),
}


def read(raw: bytes) -> tuple[Identity, dict[str, Listed]]:
    """Whose the declaration is, and what files it has."""
    body = _body(raw)
    if body.get("formato") != FORMAT:
        raise Refused(fault("F-07", body.get("formato", "(nenhum)")))
    for name, is_right in FIELDS.items():
        if name not in body or not is_right(body[name]):
            raise Refused(fault("F-06", name))
    if (sphere := str(body["esfera"])) in NOT_YET:
        raise Refused(fault("F-07", NOT_YET[sphere]))
    layout, year = str(body.get("layout")), int(str(body["ano"]))
    if layout not in EDITIONS or year < EDITIONS[layout]().since:
        raise Refused(fault("F-07", f"{layout} em {year}"))
    identity = Identity(
        ibge7=str(body["ibge7"]),
        year=year,
        bimester=int(str(body["bimestre"])),
        version=int(str(body["versao"])),
        sphere=sphere,
        layout=layout,
        rules=str(body["regras"]),
        technician_hash=str(body["tecnico_cpf_hash"]),
        rectifies=None if body["retifica"] is None else int(str(body["retifica"])),
    )
    return identity, _listed(body["arquivos"])


def _body(raw: bytes) -> dict[str, object]:
    try:
        body = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused(fault("F-15", file=records.MANIFEST)) from None
    except (ValueError, RecursionError):
        raise Refused(fault("F-06", "JSON")) from None
    if not isinstance(body, dict):
        raise Refused(fault("F-06", "JSON"))
    return body


def _listed(given: object) -> dict[str, Listed]:
    found: dict[str, Listed] = {}
    for item in given if isinstance(given, list) else []:
        row = item if isinstance(item, dict) else {}
        name, sha256, size, lines = (row.get(key) for key in ("nome", "sha256", "bytes", "linhas"))
        right = isinstance(sha256, str) and SHA256.fullmatch(sha256) and _is_whole(size) and _is_whole(lines)
        if not right or not isinstance(name, str) or name in found:
            raise Refused(fault("F-06", "arquivos"))
        found[name] = Listed(str(sha256), int(str(size)), int(str(lines)))
    return found


def write(identity: Identity, listed: dict[str, Listed], generated_at: datetime) -> bytes:
    body = {
        "formato": FORMAT,
        "esfera": identity.sphere,
        "ibge7": identity.ibge7,
        "ano": identity.year,
        "bimestre": identity.bimester,
        "versao": identity.version,
        "layout": identity.layout,
        "regras": identity.rules,
        "gerado_em": generated_at.isoformat(),
        "tecnico_cpf_hash": identity.technician_hash,
        "retifica": identity.rectifies,
        "arquivos": [
            {"nome": name, "sha256": each.sha256, "bytes": each.size, "linhas": each.lines}
            for name, each in listed.items()
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()

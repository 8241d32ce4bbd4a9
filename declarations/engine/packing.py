"""Writes the transmission file (`.opsz`): the same declaration and instant give the same bytes."""

import hashlib
import io
import json
import zipfile
from datetime import datetime

from declarations.engine import manifest, records
from declarations.engine.declaration import Declaration, Identity, Table
from declarations.engine.layouts import column_of, line_of
from declarations.engine.money import canonical

# Files of a ZIP have dates; these say nothing.
NO_DATE = (1980, 1, 1, 0, 0, 0)


def file_name(identity: Identity) -> str:
    return f"SIOPSSIM_{identity.ibge7}_{identity.year}_B{identity.bimester}_v{identity.version}.opsz"


def write(declaration: Declaration, *, generated_at: datetime) -> bytes:
    files: dict[str, bytes] = {}
    listed: dict[str, manifest.Listed] = {}
    for record in records.RECORDS.values():
        table = declaration.table(record)
        if table or record.is_required:
            files[record.file] = sheet(record, table)
            listed[record.file] = _listed(files[record.file], len(table))
    if declaration.computed:
        files[records.COMPUTED] = _computed(declaration)
        listed[records.COMPUTED] = _listed(files[records.COMPUTED], len(declaration.computed))
    return zipped({records.MANIFEST: manifest.write(declaration.identity, listed, generated_at), **files})


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name, NO_DATE), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def sheet(record: records.Record, table: Table) -> bytes:
    """One CSV. Optional columns are written when any row has them."""
    keys = len(record.keys)
    full = any(any(key[keys:]) for key in table)
    lines = [";".join(record.full_header if full else record.header)]
    for key, values in table.items():
        texts = ("" if value is None else value if isinstance(value, str) else canonical(value) for value in values)
        lines.append(";".join((*key[:keys], *texts, *(key[keys:] if full else ()))))
    return "".join(f"{line}\n" for line in lines).encode()


def _listed(content: bytes, rows: int) -> manifest.Listed:
    return manifest.Listed(hashlib.sha256(content).hexdigest(), len(content), rows)


def _computed(declaration: Declaration) -> bytes:
    body: dict[str, dict[str, str | None]] = {}
    for name, value in declaration.computed.items():
        body.setdefault(line_of(name), {})[column_of(name)] = None if value is None else canonical(value)
    return json.dumps(body, ensure_ascii=False, indent=1).encode()

"""Transmission files taken apart and put together again, for what reads hostile ones."""

import hashlib
import io
import json
import zipfile

from declarations.engine import packing, records

Files = dict[str, bytes]


def files_of(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def repacked(files: Files) -> bytes:
    """Packed again, with a manifest true of the files that it has."""
    body = json.loads(files[records.MANIFEST])
    for row in body["arquivos"]:
        content = files.get(row["nome"], b"")
        row |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        if row["nome"].endswith(".csv"):
            row["linhas"] = max(len(content.splitlines()) - 1, 0)
    return packing.zipped(files | {records.MANIFEST: json.dumps(body).encode()})

"""Reads a transmission file (`.opsz`), whatever it holds: within bounds, and answering with F-codes only.

Nothing is unpacked whole but two small JSONs: each CSV is read as a stream, block by block, while its digest is taken.
"""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import BinaryIO

from declarations.engine import manifest, records
from declarations.engine.declaration import Declaration, Identity, Key, Table, Values, is_known_year
from declarations.engine.faults import Faults, Refused, fault
from declarations.engine.layouts import Amounts, cell
from declarations.engine.money import cents_of

MAX_PACKED, MAX_UNPACKED, MAX_ENTRIES, MAX_ROWS = 5 * 1024**2, 20 * 1024**2, 12, 50_000
MAX_JSON = 1024**2
MAX_LINE, BLOCK = 4096, 64 * 1024
# How many parts of a key, at most, are codes; what follows them is text.
CODED = 4
# A header of each entry; zipfile makes an object for each, and there must not be thousands.
ENTRY_HEADER, ENTRY_HEADERS = b"PK\x01\x02", 64
NAME = re.compile(r"[a-z0-9_]{1,40}\.(?:csv|json)")
COMPUTED_AMOUNT = re.compile(r"-?[0-9]{1,18}\.[0-9]{2}")
ENCRYPTED = 0x1
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
)
BOM = b"\xef\xbb\xbf"
# A line that can be read: its number, the texts of its groups, and its amounts.
Row = tuple[int, tuple[str, ...], Values]


def read(data: bytes) -> tuple[Declaration | None, Faults]:
    """The declaration of a file, or why there is none. Only of a file without faults."""
    faults = Faults()
    try:
        declaration = _read(data, faults)
    except Refused as refused:
        faults.end_with(refused.fault)
        return None, faults
    except UNREADABLE:
        faults.end_with(fault("F-01"))
        return None, faults
    return (None if faults.count else declaration), faults


def _read(data: bytes, faults: Faults) -> Declaration:
    if len(data) > MAX_PACKED:
        raise Refused(fault("F-02"))
    if data.count(ENTRY_HEADER) > ENTRY_HEADERS:
        raise Refused(fault("F-04", f"mais de {MAX_ENTRIES} arquivos"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = _entries(package)
        if records.MANIFEST not in entries:
            raise Refused(fault("F-05"))
        if entries[records.MANIFEST].file_size > manifest.MAX_BYTES:
            raise Refused(fault("F-06", "tamanho"))
        identity, listed = manifest.read(package.read(entries[records.MANIFEST]))
        _check_files(entries, listed)
        return _Reader(package, entries, listed, identity, faults).declaration()


def _entries(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for number, entry in enumerate(package.infolist(), 1):
        if number > MAX_ENTRIES or entry.filename in found or not NAME.fullmatch(entry.filename):
            raise Refused(fault("F-04", entry.filename))
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(fault("F-01"))
        found[entry.filename] = entry
    if sum(entry.file_size for entry in found.values()) > MAX_UNPACKED:
        raise Refused(fault("F-03"))
    return found


def _check_files(entries: dict[str, zipfile.ZipInfo], listed: dict[str, manifest.Listed]) -> None:
    for name in entries.keys() - {records.MANIFEST}:
        if name not in listed:
            raise Refused(fault("F-09", name))
        if name not in records.FILES:
            raise Refused(fault("F-04", name))
    required = {record.file for record in records.RECORDS.values() if record.is_required}
    for name in sorted(required | listed.keys()):
        if name not in entries:
            raise Refused(fault("F-10", name))
    if records.COMPUTED in entries and entries[records.COMPUTED].file_size > MAX_JSON:
        raise Refused(fault("F-03"))


class _Reader:
    """Reads the files of one package; what is wrong in a row is told and the next one read."""

    def __init__(
        self,
        package: zipfile.ZipFile,
        entries: dict[str, zipfile.ZipInfo],
        listed: dict[str, manifest.Listed],
        identity: Identity,
        faults: Faults,
    ) -> None:
        self.package, self.entries, self.listed = package, entries, listed
        self.identity, self.faults = identity, faults
        self.rows = 0

    def declaration(self) -> Declaration:
        tables = {record.name: self.table(record) for record in records.RECORDS.values() if record.file in self.entries}
        computed = self.computed() if records.COMPUTED in self.entries else {}
        return Declaration(self.identity, {name: table for name, table in tables.items() if table}, computed)

    def table(self, record: records.Record) -> Table:
        with self.package.open(self.entries[record.file]) as entry:
            stream = _Digested(io.BufferedReader(entry, 65536))  # type: ignore[type-var] # it is a raw stream
            try:
                table = self.rows_of(record, stream)
            except UnicodeDecodeError:
                raise Refused(fault("F-15", file=record.file)) from None
        self.check(record.file, stream)
        return table

    def rows_of(self, record: records.Record, stream: "_Digested") -> Table:
        table: Table = {}
        blocks = stream.blocks()
        first = next(blocks, "")
        header = tuple(first.partition("\n")[0].split(";"))
        full = bool(record.optional) and header == record.full_header
        if full or header == record.header:
            pattern = record.full_pattern if full else record.pattern
            number = 2
            for block in chain([first.partition("\n")[2]], blocks):
                lines = _line_count(block)
                found = pattern.findall(block)
                # Of a block whose lines are all right, nothing is looked at twice.
                rows = (
                    zip(count(number), found, _values(record, [texts[len(record.keys)] for texts in found]))
                    if len(found) == lines
                    else self.right(record, header, number, block)
                )
                self.take(record, table, rows, full=full)
                number += lines
        else:
            self.faults.add("F-11", record.file, 1, len(header), len(record.header), file=record.file, line=1)
            # Read to its end all the same: the digest is of the whole file.
            deque(blocks, maxlen=0)
        self.rows += stream.count
        if self.rows > MAX_ROWS:
            raise Refused(fault("F-03"))
        return table

    def right(self, record: records.Record, header: Key, number: int, block: str) -> Iterator[Row]:
        """The lines of a block that can be read; of each other one it is told why not."""
        pattern = record.full_pattern if header == record.full_header else record.pattern
        for place, line in enumerate(block.removesuffix("\n").split("\n"), number):
            if match := pattern.fullmatch(line):
                texts = match.groups()
                [values] = _values(record, [texts[len(record.keys)]])
                yield place, texts, values
            else:
                self.tell(record, header, place, line)

    def take(self, record: records.Record, table: Table, rows: Iterable[Row], *, full: bool) -> None:
        """Put the rows into the table, those left out whose code nobody knows or which are there already."""
        split = len(record.keys)
        empty = ("",) * len(record.optional)
        accepted: set[Key] = set()
        for number, texts, values in rows:
            key = texts[:split] + (texts[split + 1 :] if full else empty)
            if key[:CODED] not in accepted:
                if unknown := self.unknown(record, key):
                    self.faults.add("F-13", unknown, file=record.file, line=number)
                    continue
                accepted.add(key[:CODED])
            if key in table:
                self.faults.add("F-14", ";".join(filter(None, key)), file=record.file, line=number)
            else:
                table[key] = values

    def unknown(self, record: records.Record, key: Key) -> str:
        """The part of a key that nobody knows."""
        for column, text in zip((*record.keys, *record.optional), key, strict=True):
            if column.known is not None and text not in column.known:
                return text
        is_dated = record is records.REMAINDERS or record is records.CONTROLS
        return "" if not is_dated or is_known_year(record, key, self.identity.year) else key[-1]

    def tell(self, record: records.Record, header: tuple[str, ...], number: int, line: str) -> None:
        """Why a row is none: the number of its columns, or the first column that cannot be read."""
        texts = line.split(";")
        place = (record.file, number)
        if len(texts) != len(header):
            self.faults.add("F-11", *place, len(texts), len(header), file=record.file, line=number)
            return
        columns = (*record.keys, *record.values, *record.optional)
        for column, text in zip(columns, texts, strict=False):
            if not column.takes(text):
                self.faults.add("F-12", *place, column.name, text, file=record.file, line=number)
                return

    def check(self, name: str, stream: "_Digested") -> None:
        """What the manifest says of a file: its digest first, for the rest follows from it."""
        said = self.listed[name]
        if stream.sha256 != said.sha256:
            self.faults.add("F-08", name, file=name)
        elif (stream.size, stream.count) != (said.size, said.lines):
            self.faults.add("F-06", f"arquivos ({name})", file=name)

    def computed(self) -> Amounts:
        """Cells of anexo12.json: {linha: {coluna: "1.00" ou null}}."""
        name = records.COMPUTED
        raw = self.package.read(self.entries[name])
        if hashlib.sha256(raw).hexdigest() != self.listed[name].sha256:
            self.faults.add("F-08", name, file=name)
            return {}
        try:
            body = json.loads(raw.decode("utf-8"))
            pairs = [(line, column, text) for line, columns in body.items() for column, text in columns.items()]
        except UnicodeDecodeError:
            raise Refused(fault("F-15", file=name)) from None
        except (ValueError, AttributeError, RecursionError):
            raise Refused(fault("F-12", name, 1, "-", "JSON", file=name)) from None
        return dict(self.computed_cells(pairs))

    def computed_cells(self, pairs: list[tuple[str, str, object]]) -> Iterator[tuple[str, int | None]]:
        known = self.identity.edition.layout(self.identity.period).cells
        name = records.COMPUTED
        for line, column, text in pairs:
            if cell(line, column) not in known:
                self.faults.add("F-13", f"{line}.{column}", file=name)
            elif text is None:
                yield cell(line, column), None
            elif isinstance(text, str) and COMPUTED_AMOUNT.fullmatch(text):
                yield cell(line, column), cents_of(text)
            else:
                self.faults.add("F-12", name, 1, f"{line}.{column}", text, file=name)


def _values(record: records.Record, texts: list[str]) -> list[Values]:
    """The amounts of many rows at once: the pattern has found two decimals, or nothing, in each."""
    if record.holds_text:
        return [(text,) for text in texts]
    try:
        cents = map(int, ";".join(texts).replace(".", "").replace(",", "").split(";"))
        return list(zip(*[cents] * len(record.values), strict=True))
    except ValueError:
        return [tuple(cents_of(each) if each else None for each in text.split(";")) for text in texts]


class _Digested:
    """The lines of a file, a block of them in memory, and what they came to."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = self.count = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[str]:
        """Whole lines, some 64 KB at a time, the header with the first of them."""
        first = True
        while raw := self._stream.read(BLOCK) + self._stream.readline(MAX_LINE):
            self._digest.update(raw)
            self.size += len(raw)
            if first and raw.startswith(BOM):
                raise Refused(fault("F-15"))
            block = raw.decode("utf-8").replace("\r\n", "\n")
            self.count += _line_count(block) - first
            if self.count > MAX_ROWS:
                raise Refused(fault("F-03"))
            first = False
            yield block


def _line_count(block: str) -> int:
    """A last line without an end is one as well."""
    return block.count("\n") + bool(block and not block.endswith("\n"))

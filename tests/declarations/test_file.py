"""The transmission file: what is written is read, and everything else is answered with an F-code, within bounds."""

import io
import json
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from declarations.engine import examples, manifest, opening, packing, records, report, samples
from declarations.engine.declaration import SOURCE_LINES, Declaration, Table
from declarations.engine.faults import MESSAGES
from tests.clock import NOON
from tests.declarations.packages import files_of, repacked


def packed() -> bytes:
    return packing.write(samples.completed(samples.example(2)), generated_at=NOON)


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    files = files_of(packed())
    return repacked(files | {name: change(files[name])})


def with_manifest(**fields: object) -> bytes:
    files = files_of(packed())
    return packing.zipped(files | {records.MANIFEST: json.dumps(json.loads(files[records.MANIFEST]) | fields).encode()})


def with_files(**more: bytes) -> bytes:
    return packing.zipped(files_of(packed()) | {name.replace("__", "."): content for name, content in more.items()})


def without(name: str) -> bytes:
    return packing.zipped({each: content for each, content in files_of(packed()).items() if each != name})


def duplicated() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("receitas.csv", b"")
        with pytest.warns(UserWarning, match="Duplicate name"):
            package.writestr("receitas.csv", b"")
    return buffer.getvalue()


def named(name: str) -> bytes:
    return packing.zipped({name: b"", **files_of(packed())})


def bomb() -> bytes:
    return with_files(indicadores__csv=b"\0" * (opening.MAX_UNPACKED + 1))


def encrypted() -> bytes:
    data = bytearray(packed())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


REFUSED: list[tuple[str, Callable[[], bytes]]] = [
    ("F-01", lambda: b""),
    ("F-01", lambda: b"PK\x03\x04 nada"),
    ("F-01", lambda: packed()[:-30]),
    ("F-01", encrypted),
    ("F-02", lambda: packed() + b"\0" * opening.MAX_PACKED),
    ("F-03", bomb),
    ("F-04", lambda: named("../receitas.csv")),
    ("F-04", lambda: named("pasta/receitas.csv")),
    ("F-04", lambda: named("RECEITAS.CSV")),
    ("F-04", duplicated),
    ("F-04", lambda: packing.zipped({f"a{number}.csv": b"" for number in range(13)})),
    ("F-04", lambda: packing.zipped({f"a{number}.csv": b"" for number in range(5000)})),
    ("F-05", lambda: without(records.MANIFEST)),
    ("F-06", lambda: packing.zipped(files_of(packed()) | {records.MANIFEST: b"[" * 50_000})),
    ("F-06", lambda: with_manifest(bimestre=7)),
    ("F-06", lambda: with_manifest(bimestre=True)),
    ("F-06", lambda: with_manifest(gerado_em="ontem")),
    ("F-06", lambda: with_manifest(arquivos=[{"nome": "receitas.csv"}])),
    ("F-07", lambda: with_manifest(formato="siops-sim/2")),
    ("F-07", lambda: with_manifest(layout="anexo12-2013")),
    ("F-07", lambda: with_manifest(ano=2017)),
    ("F-07", lambda: with_manifest(esfera="E")),
    ("F-07", lambda: with_manifest(esfera="D", ibge7="5300108")),
    ("F-08", lambda: with_files(receitas__csv=b"codigo;prev_inicial;prev_atualizada;realizada\n")),
    ("F-09", lambda: with_files(indicadores__csv=b"codigo;valor\n")),
    ("F-10", lambda: without("despesas.csv")),
    ("F-11", lambda: changed("receitas.csv", lambda raw: raw + b"IPTU;1,00\n")),
    ("F-11", lambda: changed("receitas.csv", lambda raw: raw.replace(b"codigo", b"linha"))),
    ("F-12", lambda: changed("receitas.csv", lambda raw: raw.replace(b"ISS;1200000.00", b"ISS;1.200.000,00"))),
    ("F-12", lambda: changed("receitas.csv", lambda raw: raw.replace(b"ISS;1200000.00", b"ISS;1234.5"))),
    ("F-12", lambda: changed("receitas.csv", lambda raw: raw.replace(b"ISS;1200000.00", b"ISS;-1.00"))),
    ("F-12", lambda: changed("receitas.csv", lambda raw: raw.replace(b"ISS;1200000.00", b"ISS;123456789012345.00"))),
    ("F-12", lambda: changed("receitas.csv", lambda raw: raw.replace(b"ISS;1200000.00", b"ISS;=1+1"))),
    ("F-12", lambda: changed("receitas.csv", lambda raw: raw.replace(b"ISS;1200000.00", "ISS;١٢٠٠.٠٠".encode()))),
    ("F-13", lambda: changed("receitas.csv", lambda raw: raw + b"IPVU;1.00;1.00;1.00\n")),
    ("F-13", lambda: changed("controles.csv", lambda raw: raw + b"Q4;2026;1.00;1.00;1.00;1.00\n")),
    ("F-13", lambda: changed("restos_a_pagar.csv", lambda raw: raw + b"1999" + b";0.00" * 7 + b"\n")),
    ("F-14", lambda: changed("receitas.csv", lambda raw: raw + b"IPTU;1.00;1.00;1.00\n")),
    ("F-15", lambda: changed("receitas.csv", lambda raw: b"\xef\xbb\xbf" + raw)),
    ("F-15", lambda: changed("receitas.csv", lambda raw: raw + "AÇÃO;1.00;1.00;1.00\n".encode("latin-1"))),
]


@pytest.mark.parametrize(("code", "make"), REFUSED, ids=[f"{n}-{code}" for n, (code, _) in enumerate(REFUSED)])
def test_a_file_that_is_none_is_answered_with_its_code(code: str, make: Callable[[], bytes]) -> None:
    found = report.examine(make())
    assert [fault.code for fault in found.faults] == [code]
    assert found.verdict.startswith(f"arquivo recusado: {code} ")
    assert not found.is_readable


def test_more_than_fifty_thousand_lines_are_too_much() -> None:
    declaration = samples.completed(samples.example(2))
    said: Table = {("SIM-I19", "ISS"): ("Estorno.",)}
    data = packing.write(replace(declaration, tables=declaration.tables | {"justificativas": said}), generated_at=NOON)
    files = files_of(data)
    lines = b"critica;linha;texto\n" + b"x\n" * (opening.MAX_ROWS + 1)
    found = report.examine(repacked(files | {"justificativas.csv": lines}))
    assert [fault.code for fault in found.faults][-1] == "F-03"


def test_many_faults_are_counted_and_the_first_listed() -> None:
    found = report.examine(changed("receitas.csv", lambda raw: raw + b"x\n" * 1000))
    assert (len(found.faults), found.fault_count) == (200, 1000)
    assert found.faults[0].line == 12


def largest() -> Declaration:
    """The fourteen digits that a cell takes, in every one: their sums have more."""
    most = 10**16 - 1
    lines: Table = {(*line, "", ""): (most,) * 5 + (0,) for line in SOURCE_LINES}
    tables: dict[str, Table] = {
        "receitas": dict.fromkeys(((code,) for code in samples.FORECASTS), (most,) * 3),
        "despesas": lines,
    }
    sample = samples.example(2)
    return samples.completed(replace(sample, tables=sample.tables | tables))


@pytest.mark.parametrize("make", [samples.apui, lambda: samples.completed(samples.example(6)), largest])
def test_what_is_written_is_read(make: Callable[[], object]) -> None:
    declaration = make()
    read, faults = opening.read(packing.write(declaration, generated_at=NOON))  # type: ignore[arg-type] # a declaration
    assert not faults.listed
    assert read == declaration


def test_the_sample_in_the_repository_is_apui_as_published() -> None:
    file = samples.CASES.with_name(packing.file_name(samples.apui().identity))
    assert opening.read(file.read_bytes())[0] == samples.apui()


def test_text_types_and_blanks_are_read_as_written() -> None:
    declaration = samples.example(2)
    tables = declaration.tables | {
        "despesas": {("301", "C", "1", "3.V", "=soro; fisiológico".replace(";", ",")): (1, None, 3, 4, 5, 6)},
        "justificativas": {("SIM-I19", "ISS"): ("Estorno de ofício – “duplicidade”.",)},
        "indicadores": {("PESSOAL",): (123,)},
    }
    declaration = replace(declaration, tables=tables)
    assert opening.read(packing.write(declaration, generated_at=NOON))[0] == declaration


def test_the_content_hash_is_that_of_the_content() -> None:
    declaration = samples.completed(samples.example(2))
    plain = report.examine(packing.write(declaration, generated_at=NOON))
    files = files_of(packing.write(declaration, generated_at=NOON + timedelta(days=1)))
    for name in files:
        if name.endswith(".csv"):
            files[name] = files[name].replace(b"\n", b"\r\n").replace(b".00", b",00")
    header, *rows = files["receitas.csv"].splitlines(keepends=True)
    files["receitas.csv"] = header + b"".join(reversed(rows))
    again = report.examine(repacked(files))
    assert plain.case is not None
    assert again.case is not None
    assert again.case.declaration.content_hash == plain.case.declaration.content_hash
    moved = replace(declaration, identity=replace(declaration.identity, version=2))
    assert moved.content_hash != declaration.content_hash


def test_a_file_of_another_session_is_read_and_refused() -> None:
    declaration = samples.completed(samples.example(2))
    data = packing.write(declaration, generated_at=NOON)
    context = examples.example_context(2)
    cases = {
        "F-16": replace(context, ibge7="3502804"),
        "F-17": replace(context, receipts={declaration.content_hash: "SIM-1"}),
        "F-18": replace(context, today=context.term.opens_on - timedelta(days=1)),
    }
    for code, known in cases.items():
        found = report.examine(data, known)
        assert [fault.code for fault in found.faults] == [code]
        assert found.is_readable
        assert not found.may_be_sent
    assert report.examine(data, replace(context, today=context.term.opens_on)).may_be_sent


def test_the_bounds_hold_for_the_longest_line() -> None:
    long = b"IPTU;" + "é".encode() * (4 * 1024**2) + b"\n"
    tracemalloc.start()
    report.examine(changed("receitas.csv", lambda raw: raw + long))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024**2


@pytest.mark.parametrize("seed", range(8))
def test_mutated_files_are_always_answered(seed: int) -> None:
    """Bytes of the package, or of a file in a package that is true of it."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable
    original = packed()
    files = files_of(original)
    started = time.process_time()
    for number in range(40):
        name = chance.choice(sorted(files))
        raw = bytearray(original if number % 2 else files[name])
        for _ in range(chance.randint(1, 6)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        whole = number % 2 or name == records.MANIFEST
        data = bytes(raw) if whole else repacked(files | {name: bytes(raw)})
        found = report.examine(data)
        assert {fault.code for fault in found.faults} <= MESSAGES.keys()
        assert found.case or found.faults
    assert time.process_time() - started < 40 * 2


def test_what_a_file_says_is_shown_short_and_harmless() -> None:
    [fault] = report.examine(with_manifest(formato="\x1b[2J\ud800" + "x" * 100)).faults
    assert fault.message == f"Formato ?[2J?{'x' * 55} não suportado."


def test_a_manifest_says_what_it_was_told() -> None:
    identity = replace(samples.example(2).identity, version=3, rectifies=2)
    listed = {"receitas.csv": manifest.Listed("0" * 64, 10, 1)}
    assert manifest.read(manifest.write(identity, listed, NOON)) == (identity, listed)

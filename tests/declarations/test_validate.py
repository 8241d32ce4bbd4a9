"""The offline validator: one line of verdict, its exit codes, and the same report as with the portal's context."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config.paths import BASE_DIR
from declarations import validate
from declarations.engine import context, examples, packing, report, samples
from tests.clock import NOON


def saved(folder: Path, *, fails: str = "") -> Path:
    declaration = examples.example_of(fails, fails=True)[0] if fails else samples.completed(samples.example(2))
    file = folder / packing.file_name(declaration.identity)
    file.write_bytes(packing.write(declaration, generated_at=NOON))
    return file


@pytest.mark.parametrize(
    ("fails", "arguments", "code", "verdict"),
    [
        ("", [], 0, "0 impeditivas, 0 avisos: pode transmitir"),
        ("", ["--strict"], 0, "0 impeditivas, 0 avisos: pode transmitir"),
        ("SIM-A07", [], 0, "0 impeditivas, 1 aviso: pode transmitir"),
        ("SIM-A07", ["--strict"], 1, "0 impeditivas, 1 aviso: pode transmitir"),
        ("SIM-I03", [], 2, "1 impeditiva, 0 avisos: ainda não pode transmitir"),
    ],
)
def test_verdict_and_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fails: str, arguments: list[str], code: int, verdict: str
) -> None:
    assert validate.main([str(saved(tmp_path, fails=fails)), *arguments]) == code
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith(verdict)
    assert "Só o portal confere" in rest[-1]


def test_what_cannot_be_read_is_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "quebrado.opsz"
    broken.write_bytes(b"nada")
    assert validate.main([str(broken)]) == 3
    assert capsys.readouterr().out.startswith("arquivo recusado: F-01 O arquivo não é um ZIP válido.")
    assert validate.main([str(tmp_path / "nenhum.opsz")]) == 3
    known = tmp_path / "contexto.json"
    known.write_text('{"formato": "outro"}')
    assert validate.main([str(saved(tmp_path)), "--context", str(known)]) == 3
    with pytest.raises(SystemExit) as left:
        validate.main([])
    assert left.value.code == 3


NO_CONTEXT: list[dict[str, object]] = [
    {"formato": "outro"},
    {"ano": 10**9},
    {"ano": "2026"},
    {"bimestre": 7},
    {"hoje": "ontem"},
    {"prazo": {"abertura": "2026-05-10"}},
    {"saldos": {"RP.2009": "1.00"}},
    {"saldos": {"Q4.2026": "1.00"}},
    {"saldos": {"X.2025": "1.00"}},
    {"saldos": {"RP.dois": "1.00"}},
    {"saldos": {"RP.2025": "1"}},
    {"anterior": {"IPTU:realizada": 1.5}},
    {"pares": {"p1": "1.00"}},
    {"populacao": "mil"},
]


@pytest.mark.parametrize("given", NO_CONTEXT)
def test_a_context_that_is_none_is_said_and_is_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: dict[str, object]
) -> None:
    beside = tmp_path / "contexto.json"
    beside.write_text(json.dumps(json.loads(context.write(examples.example_context(2))) | given))
    assert validate.main([str(saved(tmp_path)), "--context", str(beside)]) == 3
    assert capsys.readouterr().err.startswith("Não foi possível ler: ")


@pytest.mark.parametrize("code", list(examples.EXAMPLES))
def test_with_the_context_both_reports_are_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str) -> None:
    declaration, known = examples.example_of(code, fails=True)
    file, beside = tmp_path / "a.opsz", tmp_path / "contexto.json"
    file.write_bytes(packing.write(declaration, generated_at=NOON))
    beside.write_text(context.write(known))
    validate.main([str(file), "--json", "--context", str(beside)])
    assert json.loads(capsys.readouterr().out) == report.as_dict(report.judge(declaration, known))


def test_it_starts_without_django(real_clock: None) -> None:
    asked = "import sys, declarations.validate; print(sorted({'django', 'celery'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""The judgement of a declaration or a file: findings under their causes, one verdict, the same off the portal."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from declarations.engine import catalogue, opening, records
from declarations.engine.case import Case, Hit
from declarations.engine.catalogue import Rule
from declarations.engine.context import Context
from declarations.engine.declaration import Declaration
from declarations.engine.faults import Fault, fault
from declarations.engine.findings import Finding, Group, Severity, grouped
from declarations.engine.layouts import column_of, line_of
from declarations.engine.money import brazilian, canonical

FORMAT = "siops-relatorio/1"
# Of a file that can be read, and that is not for this session.
OF_SESSION = ("F-16", "F-17", "F-18")


@dataclass(frozen=True)
class Report:
    """What there is to say of one file or declaration."""

    case: Case | None = None
    groups: list[Group] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    # Rules that only the portal can judge wholly.
    portal_only: list[Rule] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        return all(each.code in OF_SESSION for each in self.faults)

    @property
    def blocking(self) -> int:
        """Causes that block."""
        return sum(group.cause.blocks for group in self.groups)

    @property
    def warnings(self) -> int:
        return len(self.groups) - self.blocking

    @property
    def may_be_sent(self) -> bool:
        return not self.faults and not self.blocking

    @property
    def verdict(self) -> str:
        if self.faults:
            more = f" (e mais {self.fault_count - 1})" if self.fault_count > 1 else ""
            return f"arquivo recusado: {self.faults[0].code} {self.faults[0].message}{more}"
        what = "pode transmitir" if self.may_be_sent else "ainda não pode transmitir"
        return f"{_many(self.blocking, 'impeditiva')}, {_many(self.warnings, 'aviso')}: {what}"


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def judge(declaration: Declaration, context: Context | None = None) -> Report:
    """Run every rule; none stops another."""
    case = Case(declaration, context)
    found = [finding for rule in catalogue.RULES for finding in _found_by(rule, case)]
    portal_only = [rule for rule in catalogue.RULES if rule.needs_context] if context is None else []
    return Report(case, grouped(found, case.layout), portal_only=portal_only)


def _found_by(rule: Rule, case: Case) -> Iterator[Finding]:
    severity = rule.severity(case.period)
    return (_finding(rule, severity, hit, case) for hit in rule.find(case))


def _finding(rule: Rule, severity: Severity, hit: Hit, case: Case) -> Finding:
    lowered_by = ""
    if severity is Severity.BLOCKING:
        if rule.may_be_justified and (rule.code, hit.line) in case.declaration.table(records.JUSTIFICATIONS):
            severity, lowered_by = Severity.WARNING, "justificada"
        elif case.context and rule.code in case.context.released:
            severity, lowered_by = Severity.WARNING, "liberada"
    return Finding(rule.code, severity, hit, rule.is_total, lowered_by)


def examine(data: bytes, context: Context | None = None) -> Report:
    """Read a file and judge it. A file with a fault is judged when it could be read all the same."""
    declaration, faults = opening.read(data)
    if declaration is None:
        return Report(faults=faults.listed, fault_count=faults.count)
    refused = list(of_session(declaration, context)) if context else []
    report = judge(declaration, context)
    return Report(report.case, report.groups, refused, len(refused), report.portal_only)


def of_session(declaration: Declaration, context: Context) -> list[Fault]:
    """F-16 to F-18: of another entity or bimestre, sent already, or too early."""
    identity, found = declaration.identity, []
    if (identity.ibge7, *identity.period) != (context.ibge7, context.year, context.bimester):
        found.append(fault("F-16"))
    if declaration.content_hash in context.receipts:
        found.append(fault("F-17", context.receipts[declaration.content_hash]))
    if context.today and context.today < context.term.opens_on:
        found.append(fault("F-18"))
    return found


def as_dict(report: Report) -> dict[str, object]:
    """The report as JSON: what the portal gives for download and `--json` prints."""
    case = report.case
    identity = case.declaration.identity if case else None
    return {
        "formato": FORMAT,
        "regras": catalogue.VERSION,
        "veredito": report.verdict,
        "pode_transmitir": report.may_be_sent,
        "impeditivas": report.blocking,
        "avisos": report.warnings,
        "ibge7": identity.ibge7 if identity else None,
        "ano": identity.year if identity else None,
        "bimestre": identity.bimester if identity else None,
        "versao": identity.version if identity else None,
        "sha256_conteudo": case.declaration.content_hash if case else None,
        "percentual": percentages(case) if case else None,
        "falhas": [
            {"codigo": each.code, "mensagem": each.message, "arquivo": each.file or None, "linha": each.line or None}
            for each in report.faults
        ],
        "total_de_falhas": report.fault_count,
        "grupos": [
            {"causa": _as_dict(group.cause), "decorrem": [_as_dict(each) for each in group.consequences]}
            for group in report.groups
        ],
        "so_o_portal_confere": [{"codigo": rule.code, "confere": rule.asks} for rule in report.portal_only],
    }


def percentages(case: Case) -> dict[str, str | None]:
    values = {stage: case.values.get(f"PCT:{stage}") for stage in ("empenhada", "liquidada", "paga")}
    return {stage: None if value is None else canonical(value) for stage, value in values.items()}


def _as_dict(finding: Finding) -> dict[str, object]:
    rule, hit = catalogue.BY_CODE[finding.code], finding.hit
    numbered = hit.found is not None and hit.expected is not None
    return {
        "codigo": finding.code,
        "severidade": finding.severity.value,
        "rebaixada": finding.lowered_by or None,
        "mensagem": hit.message,
        "celulas": [{"linha": line_of(name), "coluna": column_of(name)} for name in hit.cells],
        "informado": None if hit.found is None else canonical(hit.found),
        "esperado": None if hit.expected is None else canonical(hit.expected),
        "limite": hit.bound or None,
        "diferenca": canonical(finding.difference) if numbered else None,
        "fundamento": rule.law,
        "como_corrigir": rule.remedy,
    }


def as_text(report: Report) -> str:
    """The report for a terminal: the verdict first."""
    lines = [f"{report.verdict} ({catalogue.VERSION})"]
    lines += [f"  {each.code} {each.message}" for each in report.faults[1:]]
    if report.case:
        identity = report.case.declaration.identity
        lines.append(f"Município {identity.ibge7}, {identity.period}, versão {identity.version}")
        lines.append(f"Resumo do conteúdo (SHA-256): {report.case.declaration.content_hash}")
        percent = report.case.values.get(f"PCT:{report.case.stage}")
        lines.append(f"Percentual aplicado ({report.case.stage}): {brazilian(percent)} %")
    for group in report.groups:
        lines += ["", *_told(group.cause)]
        lines += [f"    decorre desta: {each.code} {each.hit.message}" for each in group.consequences]
    if report.portal_only:
        codes = ", ".join(rule.code for rule in report.portal_only)
        lines += ["", f"Só o portal confere (ou --context): {codes}"]
    return "\n".join(lines)


def _told(finding: Finding) -> list[str]:
    rule = catalogue.BY_CODE[finding.code]
    lowered = f" ({finding.lowered_by})" if finding.lowered_by else ""
    cells = ", ".join(finding.hit.cells)
    return [
        f"{finding.severity.value.upper()}{lowered} {finding.code} {finding.hit.message}",
        f"    {f'Onde: {cells}. ' if cells else ''}{rule.law}. {rule.remedy}",
    ]

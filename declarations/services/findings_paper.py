"""The report of the críticas as a paper of the portal: sealed once for each verification, the same file ever after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from common import permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from declarations.engine.report import Report
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.grid import judged
from declarations.services.reporting import Shown, groups_of
from documents import text
from documents.models import Paper
from documents.services.issuing import Draft, find_paper, issue_paper
from documents.services.signatories import Signatory

# Nobody signs what a machine found.
SIGNATORY, ROLE = "SIOPS simulado", "Conferência automática das críticas"
NOT_VERIFIED = "Verifique as críticas antes: o relatório assinado é o da última verificação."
CHANGED = "O que o portal sabe do ente mudou desde a verificação. Verifique as críticas outra vez."


def findings_paper(*, declaration_id: int, by: Actor, at: datetime) -> Paper:
    """Of the last «Verificar Críticas», with the hash of what it was of.

    Raises NotPermitted, or RuleBroken (not_verified, changed_since_shown).
    """
    declaration = Declaration.objects.select_related("period", "entity__municipality__uf").get(pk=declaration_id)
    permissions.require(by, Permission.VIEW_DECLARATION, declaration)
    if declaration.verified_at is None:
        raise RuleBroken(NOT_VERIFIED, code="not_verified")
    kind = _kind(declaration)
    if found := find_paper(kind=kind, target=declaration):
        return found
    report = judged(declaration, declaration.verified_at)
    if report.case is None or report.case.declaration.content_hash != declaration.content_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")
    title = f"Relatório de críticas – {declaration.entity}, {declaration.period}, versão {declaration.version}"
    draft = Draft(
        kind=kind,
        title=title,
        target=declaration,
        matter=declaration,
        subject=f"SIOPS: {declaration.period} de {declaration.entity}"[:200],
        body=text.render(title, _paragraphs(declaration, report)),
    )
    return issue_paper(draft=draft, signatories=[Signatory(SIGNATORY, ROLE, declaration.verified_at)], by=by, at=at)


def _kind(declaration: Declaration) -> str:
    """Another verification is another paper."""
    verified = f"{declaration.content_hash} {declaration.verified_at}"
    return f"criticas-{hashlib.sha256(verified.encode()).hexdigest()[:24]}"


def _paragraphs(declaration: Declaration, report: Report) -> Iterator[str]:
    verified_at = (declaration.verified_at or declaration.opened_at).astimezone(BRASILIA)
    yield f"{report.verdict[:1].upper()}{report.verdict[1:]}."
    yield f"Conferido em {verified_at:%d/%m/%Y às %H:%M:%S} (Brasília), com o conjunto de regras {declaration.rules}."
    yield f"Resumo do conteúdo (SHA-256): {declaration.content_hash}."
    for number, group in enumerate(groups_of(report), 1):
        yield f"{number}. {_told(group.cause)}"
        for each in group.consequences:
            yield f"Decorre da {number}: {each.finding.code}: {each.finding.hit.message}"
    if not report.groups:
        yield "Nenhuma crítica."


def _told(shown: Shown) -> str:
    finding = shown.finding
    lowered = f" ({finding.lowered_by})" if finding.lowered_by else ""
    where = f" Células: {', '.join(finding.hit.cells)}." if finding.hit.cells else ""
    amounts = f" Informado {shown.found}; esperado {shown.wanted}; diferença {shown.difference}."
    amounts = amounts if shown.has_amounts else ""
    severity = "Impeditiva" if finding.blocks else "Aviso"
    return (
        f"{severity}{lowered} {finding.code}: {finding.hit.message}{where}{amounts} "
        f"{shown.rule.law}. {shown.rule.remedy}"
    )

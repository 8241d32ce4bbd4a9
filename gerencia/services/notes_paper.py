"""The nota técnica as a paper of the portal: one revision for each signatory, issued by the last signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from common import permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow
from documents import text
from documents.models import Paper
from documents.services.issuing import Draft, find_paper, register_paper, sign_for
from documents.services.signatories import Signatory
from gerencia.models import Note, NoteSignature
from gerencia.permissions import Permission
from gerencia.services.windows import in_words, last_minute

KIND = "nota-tecnica"


def paper_so_far(note: Note, *, by: Actor, at: datetime) -> Paper:
    """The paper of a nota under the signatures given by now; numbered as the first signatory signs.

    Outside a transaction. A signature that its row has and the file has not, from before each of them signed the file,
    is the seal's.
    """
    signatures = list(note.signatures.select_related("account"))
    draft = Draft(
        kind=KIND,
        title=str(note),
        target=note,
        matter=note.offer,
        subject=str(note.offer)[:200],
        body=text.render(str(note), [note.offer.name, note.text, _effect(note), *_names(signatures)]),
    )
    paper = register_paper(draft=draft, signed_by=[_line_of(each) for each in signatures], by=by, at=at)
    given = [Signatory(each.account.name, each.as_what, each.signed_at) for each in signatures if each.signed_at]
    return sign_for(paper=paper, signatories=given, by=by, at=at)


def note_paper(*, note_id: int, by: Actor, at: datetime) -> Paper:
    """The nota as a paper, for its download.

    Raises NotPermitted, and NotAllowedNow before the last signature and for one that the house seeded.
    """
    note = Note.objects.select_related("offer").get(pk=note_id)
    permissions.require(by, Permission.READ_NOTE, note)
    if found := find_paper(kind=KIND, target=note):
        return found
    if note.status != Note.Status.VALID or not note.signatures.exists():
        raise NotAllowedNow(note.get_status_display())
    return paper_so_far(note, by=by, at=at)


def _line_of(signature: NoteSignature) -> str:
    return f"{signature.account.name}, {signature.as_what}"


def _names(signatures: Sequence[NoteSignature]) -> Iterator[str]:
    """Whose nota it is, as at the end of the seed's: first those who wrote it, then who is aware of it and agrees."""
    is_said = False
    for each in signatures:
        if each.style == NoteSignature.Style.AWARE and not is_said:
            is_said = True
            yield each.get_style_display()
        yield f"{each.account.name.upper()}, {each.as_what}"


def _effect(note: Note) -> str:
    until = in_words(last_minute(note.limit)) if note.limit else ""
    edition = note.edition or note.offer.edition
    return f"{note.get_kind_display()}: {edition}, até {until} (horário oficial de Brasília)."

"""The nota técnica as a paper of the portal, issued as its last signatory signs, the same file ever after."""

from common import permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow
from documents import text
from documents.models import Paper
from documents.services.issuing import Draft, find_paper, issue_paper
from documents.services.signatories import Signatory
from gerencia.models import Note
from gerencia.permissions import Permission
from gerencia.services.windows import in_words, last_minute

KIND = "nota-tecnica"


def issue_note(*, note_id: int) -> Paper:
    """Issue a valid nota, dated by its last signature: a stripe for each signatory, at the instant of each.

    The team signs by password, and so by the portal's seal. Called once the act is done, and by whoever finds it
    missing. Raises NotAllowedNow before the last signature and for one that the house seeded.
    """
    note = Note.objects.select_related("offer").get(pk=note_id)
    if found := find_paper(kind=KIND, target=note):
        return found
    signatures = list(note.signatures.select_related("account"))
    if note.status != Note.Status.VALID or note.valid_at is None or not signatures:
        raise NotAllowedNow(note.get_status_display())
    draft = Draft(
        kind=KIND,
        title=str(note),
        target=note,
        matter=note.offer,
        subject=str(note.offer)[:200],
        body=text.render(str(note), [note.offer.name, note.text, _effect(note)]),
    )
    stripes = [Signatory(each.account.name, each.as_what, each.signed_at) for each in signatures if each.signed_at]
    by = Actor.identified(signatures[-1].account, at=note.valid_at)
    return issue_paper(draft=draft, signatories=stripes, by=by, at=note.valid_at)


def note_paper(*, note_id: int, by: Actor) -> Paper:
    """The nota as a paper, for its download. Raises NotPermitted, and NotAllowedNow as issue_note does."""
    permissions.require(by, Permission.READ_NOTE, Note.objects.get(pk=note_id))
    return issue_note(note_id=note_id)


def _effect(note: Note) -> str:
    until = in_words(last_minute(note.limit)) if note.limit else ""
    return f"{note.get_kind_display()}: {note.offer.edition}, até {until} (horário oficial de Brasília)."

"""«Anexo I» signed in the portal: by the dirigente whose session it is, in the place of the sheet signed by hand."""

from __future__ import annotations

from datetime import datetime

from common import permissions
from common.actor import Actor
from common.documents import format_cnpj, format_cpf, format_phone
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.uploads import FileType
from documents import text
from documents.services.issuing import Draft, issue_edition
from siops.models import Attachment, FundUpdate
from siops.permissions import Permission
from siops.services.attachments import Examined, keep
from siops.services.fund_updates import STALE, empty_of, fields_hash
from siops.services.signing import signatory_of

KIND, TITLE = "anexo-i", "Anexo I – Cadastro da entidade e do dirigente"
NOT_DIRECTOR = "Só o dirigente informado no Anexo I o assina: {name}."
EMPTY = "Preencha antes: {fields}."
BODY = (
    "{entity}",
    "Entidade: {entity_name}, CNPJ {cnpj}. {address}, CEP {postal_code}. Telefone {phone}. E-mail institucional: "
    "{email}.",
    "Dirigente: {director}, CPF {cpf}, documento de identidade {identity}, {position}.",
    "Declaro que os dados acima são verdadeiros e peço que o acesso ao cadastramento de propostas no sítio do FNS seja "
    "enviado ao e-mail institucional indicado.",
)


def is_director(update: FundUpdate, actor: Actor) -> bool:
    """Whether who acts is the dirigente that the Anexo I names."""
    return actor.account is not None and actor.account.login == update.director_cpf


def sign_annex(*, update_id: int, shown_hash: str, pin: str, by: Actor, at: datetime) -> Attachment:
    """«Assinar no portal»: the Anexo I as shown becomes a signed paper, and that the document of the update.

    A corrected one is signed again, as another edition. Outside a transaction: a wrong PIN counts, and to sign takes
    time. Raises NotPermitted, NotAllowedNow, or RuleBroken (changed_since_shown, not_director, incomplete, pin,
    certificate).
    """
    update = FundUpdate.objects.select_related("entity__municipality__uf", "entity__uf").get(pk=update_id)
    permissions.require(by, Permission.UPDATE_FUND_RECORD, update)
    if update.status not in FundUpdate.EDITABLE:
        raise NotAllowedNow(update.get_status_display())
    rules, missing = AllAtOnce(), empty_of(update)
    rules.require(shown_hash == fields_hash(update), RuleBroken(STALE, code="changed_since_shown"))
    director = RuleBroken(NOT_DIRECTOR.format(name=update.director_name), code="not_director")
    rules.require(is_director(update, by), director)
    rules.require(not missing, RuleBroken(EMPTY.format(fields="; ".join(missing)), code="incomplete"))
    rules.settle()
    signatory = signatory_of(role=update.director_position, pin=pin, actor=by, at=at)
    draft = Draft(
        kind=KIND,
        title=f"{TITLE}, {update.entity}"[:200],
        target=update,
        matter=update,
        subject=f"Cadastro no FNS de {update.entity}"[:200],
        body=text.render(TITLE, _lines_of(update)),
    )
    paper = issue_edition(draft=draft, signatories=[signatory], by=by, at=at)
    # Made here, so there is nothing to look for inside it.
    file = Examined(Attachment.Kind.SIGNED_FORM, f"anexo-i-{paper.code}.pdf", paper.content, FileType.PDF)
    return keep(owner=update, file=file, by=by, at=at)


def _lines_of(update: FundUpdate) -> list[str]:
    blanks = {
        "entity": str(update.entity),
        "entity_name": update.entity_name,
        "cnpj": format_cnpj(update.cnpj),
        "address": update.address,
        "postal_code": update.postal_code,
        "phone": format_phone(update.phone),
        "email": update.institutional_email,
        "director": update.director_name,
        "cpf": format_cpf(update.director_cpf),
        "identity": update.director_identity,
        "position": update.director_position,
    }
    return [line.format(**blanks) for line in BODY]

"""Installing or updating the simulated PEC with the contra-chave that the e-Gestor made from its key."""

from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from egestor import installation_key as keys
from rnds.models import PecInstallation
from rnds.permissions import Permission

OTHER_WAY = (
    "Esta é a contra-chave que o PEC mostra para o credenciamento. Aqui se digita a que o e-Gestor gerou a partir da "
    "chave desta tela."
)
MALFORMED = "Contra-chave em formato inválido. Digite os quatro grupos de quatro caracteres."
WRONG = "Contra-chave inválida. Ela deve ser gerada no e-Gestor com a chave desta tela."


@transaction.atomic
def activate_installation(*, installation_id: int, counter_key: str, by: Actor, at: datetime) -> PecInstallation:
    """Accept the contra-chave, once: the next installation or update shows another key.

    Raises RuleBroken (`field` "counter_key") for one that does not answer the key, in words of its own when it is the
    contra-chave of the credentialing, which runs the other way.
    """
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, Permission.ACTIVATE_PEC, installation)
    if _plain(counter_key) == _plain(installation.counter_key):
        raise RuleBroken(OTHER_WAY, code="other_way", field="counter_key")
    if not keys.is_well_formed(keys.normalise(counter_key)):
        raise RuleBroken(MALFORMED, code="malformed", field="counter_key")
    if not keys.answers(counter_key, installation.installation_key):
        raise RuleBroken(WRONG, code="wrong", field="counter_key")
    installation.activations += 1
    installation.activated_at = at
    installation.save(update_fields=["activations", "activated_at"])
    audit.record("pec.activated", target=installation, by=by, at=at, number=installation.activations)
    return installation


def _plain(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()

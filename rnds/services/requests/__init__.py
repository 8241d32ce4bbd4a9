"""The request for a credential (solicitação de credenciamento), from «Validar» to the termo."""

from rnds.services.requests.certificate import save_certificate
from rnds.services.requests.children import mark_all_children, mark_children, save_children, selectable_children
from rnds.services.requests.copying import copy_request
from rnds.services.requests.drafts import Saved, find_person, save_establishment, save_responsible
from rnds.services.requests.lifecycle import complete_request, discard_overtaken, return_to_form, withdraw_request
from rnds.services.requests.opening import open_request, pairing_warnings
from rnds.services.requests.system import Period, save_system

__all__ = [
    "Period",
    "Saved",
    "complete_request",
    "copy_request",
    "discard_overtaken",
    "find_person",
    "mark_all_children",
    "mark_children",
    "open_request",
    "pairing_warnings",
    "return_to_form",
    "save_certificate",
    "save_children",
    "save_establishment",
    "save_responsible",
    "save_system",
    "selectable_children",
    "withdraw_request",
]

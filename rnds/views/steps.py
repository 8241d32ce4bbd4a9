"""The steps of «Solicitar Credencial»: their order, their addresses and how far a request went."""

from django.urls import reverse

from common.ui import Step, StepState
from rnds.models import CredentialRequest
from rnds.services.requests.lifecycle import missing_sections
from rnds.services.requests.progress import section_dates

# Address of the step → (section of the form, label).
STEPS = {
    "certificado": ("certificate", "Certificado digital"),
    "estabelecimento": ("establishment", "Estabelecimento cessionário"),
    "filhos": ("children", "Estabelecimentos filhos"),
    "gestor": ("responsible", "Gestor responsável"),
    "sistema": ("system", "Sistema solicitante"),
    "revisao": ("review", "Revisão"),
}
TERMS, TERMS_LABEL = "termo", "Termo de uso"
SECTION_SLUGS = {section: slug for slug, (section, _) in STEPS.items()}


def step_url(request: CredentialRequest, slug: str) -> str:
    return reverse("rnds:request_step", args=[request.pk, slug])


def next_slug(slug: str) -> str:
    """The step after `slug`; the review is the last with a form."""
    slugs = list(STEPS)
    return slugs[min(slugs.index(slug) + 1, len(slugs) - 1)]


def previous_url(request: CredentialRequest, slug: str) -> str:
    """Where «Voltar» leads: the step before, or the list from the first one."""
    slugs = list(STEPS)
    at = slugs.index(slug)
    return step_url(request, slugs[at - 1]) if at else reverse("rnds:credential_list")


def steps_of(request: CredentialRequest, current: str, *, linked: bool = True) -> list[Step]:
    """For the steps component; a saved step has its date and, while the form is open, a link."""
    missing, dates = set(missing_sections(request)), section_dates(request)
    steps = []
    for slug, (section, label) in STEPS.items():
        saved = section not in missing and section != "review"
        state: StepState = "current" if slug == current else "done" if saved or current == TERMS else "todo"
        url = step_url(request, slug) if linked and slug != current else ""
        steps.append(Step(label, state, at=dates.get(section) if saved else None, url=url))
    return [*steps, Step(TERMS_LABEL, "current" if current == TERMS else "todo")]

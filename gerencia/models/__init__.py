"""What the Gerencia APS keeps, one module by noun."""

from gerencia.models.enrolments import Enrolment
from gerencia.models.letters import OfficialLetter
from gerencia.models.notes import Note, NoteSignature
from gerencia.models.offers import Offer
from gerencia.models.professionals import EnrolledProfessional

__all__ = ["EnrolledProfessional", "Enrolment", "Note", "NoteSignature", "Offer", "OfficialLetter"]

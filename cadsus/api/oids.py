"""The identifiers (OID) that the messages of the CADSUS are written with."""

HL7 = "urn:hl7-org:v3"

_ROOT = "2.16.840.1.113883"
CNS, CNS_KIND = f"{_ROOT}.13.236", f"{_ROOT}.13.236.1"
CPF = f"{_ROOT}.13.237"
NIS = f"{_ROOT}.13.240"
# By which the registry knows people.
NUMBERS = (CNS, CPF, NIS)
RES_BRAZIL = f"{_ROOT}.3.4594"
INTERACTIONS = f"{_ROOT}.1.6"
# The CADSUS, and whoever asks it.
PROVIDER, CONSUMER = f"{_ROOT}.3.72.6.5.100.85", f"{_ROOT}.3.72.6.2"

PASSPORT, NATURALISATION = f"{_ROOT}.4.330", f"{_ROOT}.4.713"
CAME_ON, NATURALISED_ON = f"{NATURALISATION}.1", f"{NATURALISATION}.2"
# Of a certidão: its kind by each root, and what the parts of both models are.
CIVIL_RECORDS = {
    f"{_ROOT}.13.241.{n}": kind for n, kind in enumerate(("91", "91", "92", "92", "93", "93", "95", "95"), start=1)
}
_CIVIL = f"{_ROOT}.4.706"
CIVIL_PARTS = {
    _CIVIL: "registration",
    f"{_CIVIL}.1": "notary",
    f"{_CIVIL}.2": "book",
    f"{_CIVIL}.3": "sheet",
    f"{_CIVIL}.4": "entry",
    f"{_CIVIL}.5": "issued_on",
}

# Of a document: its own number, and each further fact of it (attribute of registry.Document → root).
DOCUMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "RG": (f"{_ROOT}.13.243", {"issued_on": f"{_ROOT}.13.243.1", "issuer": f"{_ROOT}.13.245", "uf": f"{_ROOT}.4.707"}),
    "CNH": (f"{_ROOT}.13.238", {"issued_on": f"{_ROOT}.13.238.1", "uf": f"{_ROOT}.4.707"}),
    "TITULO": (f"{_ROOT}.13.239", {"zone": f"{_ROOT}.13.239.1", "section": f"{_ROOT}.13.239.2"}),
    "NIS": (NIS, {}),
    "CTPS": (f"{_ROOT}.13.244", {"series": f"{_ROOT}.13.244.1", "issued_on": f"{_ROOT}.13.244.2"}),
    "RIC": (f"{_ROOT}.3.3024", {}),
    "DNV": (f"{_ROOT}.13.242", {}),
}

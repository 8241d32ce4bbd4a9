"""What certificates bring to the house."""

from common.ui import Tone

VERBS = {
    "authority.created": "Autoridade criada",
    "authority.revoked": "Autoridade revogada",
    "certificate.activated": "Certificado ativado",
    "certificate.imported": "Certificado importado",
    "certificate.issued": "Certificado emitido",
    "certificate.revoked": "Certificado revogado",
    "certificate.superseded": "Certificado substituído",
    "medium.blocked": "Mídia bloqueada por PIN errado",
    "medium.created": "Mídia criada",
    "medium.destroyed": "Mídia inutilizada por PUK errado",
    "medium.unblocked": "Mídia desbloqueada com o PUK",
    "medium.wrong_pin": "PIN incorreto",
    "medium.wrong_puk": "PUK incorreto",
    "pkcs12_file.erased": "Arquivo PKCS#12 apagado",
    "seal.created": "Selo do portal criado",
    "signing_key.created": "Chave de assinatura criada",
}
RECORDED = ("authority.revoked", "certificate.revoked")
TONES = {
    "valid": Tone.SUCCESS,
    "pending": Tone.WARNING,
    "issued": Tone.INFO,
    "imported": Tone.INFO,
    "revoked": Tone.DANGER,
}
MACHINE_PATHS = ("/pki/ac/", "/pki/lcr/", "/pki/lcr-espelho/", "/pki/ocsp/")

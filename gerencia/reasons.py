"""Why the SAPS returns an ofício: what a person checks, as the state reads it."""

LETTER = {
    "illegible": "O PDF está ilegível ou incompleto.",
    "offer": "O ofício não pede a adesão a esta oferta.",
    "responsibilities": "O ofício não assume as responsabilidades da oferta.",
    "signatory": "O signatário não está em exercício como Secretário(a) Estadual de Saúde ou Coordenador(a) de APS.",
    "number": "O número do ofício difere do documento.",
    "sent_at": "A data de envio difere do comprovante do SEI, do e-mail ou da postagem.",
}

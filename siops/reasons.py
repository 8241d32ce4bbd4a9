"""Why the desks of the SIOPS return or refuse: the rules that a person checks, as the entity reads them when broken."""

# The ofício of a new head, with its Ata de posse and Diploma.
LETTER = {
    "illegible": "Há documento ilegível ou incompleto.",
    "unsigned": "O ofício não está assinado por quem responde pelo ente.",
    "minutes": "A Ata de posse não é a do novo chefe do Poder Executivo.",
    "diploma": "O Diploma não é o do novo chefe do Poder Executivo.",
    "person": "O nome, o CPF ou o cargo diferem dos documentos.",
    "start": "A data de início difere da Ata de posse.",
}
# The Anexo I, with its five documents.
FUND_UPDATE = {
    "illegible": "Há documento ilegível ou incompleto.",
    "unsigned": "O Anexo I não está assinado pelo dirigente.",
    "cnpj": "O CNPJ não é o do fundo de saúde do ente, ou difere do ofício.",
    "email": "O e-mail institucional não é do ente.",
    "director": "O dirigente não é o chefe do Poder Executivo nem o Secretário em exercício.",
    "identity": "O documento de identidade difere da cópia enviada.",
    "inauguration": "O Ato de posse não é o do dirigente informado.",
    "residence": "O comprovante de residência não é do dirigente.",
}
# The counter of the certifier.
COUNTER = {
    "absent": "O titular não compareceu ao atendimento.",
    "documents": "Faltou documento exigido, ou não era o original.",
    "identity": "A fotografia ou a biometria não confirmou a identidade.",
    "appointment": "O ato apresentado não comprova a posse ou a nomeação do gestor.",
    "medium": "Faltou a mídia (token ou cartão) para gravar o certificado.",
}

"""Why the analysis returns or rejects a credential request: what a person checks, as the requester reads it."""

# What the requester can correct in the form.
PENDENCY = {
    "contact": "O telefone ou o e-mail do estabelecimento não confere.",
    "responsible": "O gestor responsável ou o seu contato não confere.",
    "certificate": "O certificado não é do solicitante, do estabelecimento nem do fundo.",
    "addresses": "A faixa de IP não é a da instalação.",
    "visits": "Os números de acessos e de atendimentos não conferem.",
    "portfolio": "O período do portfólio já terminou ou não confere.",
}
# What another form would not change.
REJECTION = {
    "establishment": "O estabelecimento não está ativo no CNES ou não é do ente.",
    "requester": "O solicitante não responde pelo estabelecimento.",
    "installation": "A instalação do PEC não é do estabelecimento.",
    "duplicate": "O estabelecimento já tem a credencial de que precisa.",
}

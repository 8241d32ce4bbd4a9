"""What the national registry brings to the house."""

GAPS = (
    "O que significa a letra P da nacionalidade no CADSUS.",
    "Como o CADSUS calcula o grau de qualidade de um cadastro, e o que ele impede quando a Receita Federal diverge.",
)

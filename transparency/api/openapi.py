"""The description of the read API (OpenAPI 3.1), of which the real service publishes none."""

from __future__ import annotations

from typing import Any

from django.conf import settings

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
MAYBE_TEXT, MAYBE_NUMBER = {"type": ["string", "null"]}, {"type": ["number", "null"]}
TOLD = {"dtHomologacao": {"type": "string", "format": "date-time"}, "versao": WHOLE, "recibo": MAYBE_TEXT}
LINE = {
    **dict.fromkeys(("ano", "periodo", "uf", "municipio", "quadro", "grupo", "dsItem"), TEXT),
    "ordem": WHOLE,
    "coItem": MAYBE_TEXT,
    **{f"vl_coluna{place}": MAYBE_NUMBER for place in range(1, 11)},
    **TOLD,
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "Estado": {"co_uf": TEXT, "sg_uf": TEXT, "no_uf": TEXT},
    "Municipio": {"co_municipio": TEXT, "no_municipio": TEXT},
    "Periodo": {"ano": TEXT, "periodo": TEXT, "dsPeriodo": TEXT},
    "Linha": LINE,
    "Indicador": {
        "numero_indicador": TEXT,
        "ds_indicador": TEXT,
        "numerador": MAYBE_TEXT,
        "denominador": MAYBE_TEXT,
        "indicador_calculado": MAYBE_TEXT,
        **TOLD,
    },
}
PROBLEM = {
    "type": "object",
    "required": ["title", "status", "codigo"],
    "properties": {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "codigo": TEXT},
}
PARAMETERS = {
    "uf": ("Código do IBGE da UF, dois dígitos.", "12"),
    "ibge6": ("Código do município sem o último dígito.", "120040"),
    "ano": ("Exercício.", "2026"),
    "periodo": ("Código do bimestre: 12, 14, 1, 18, 20 e 2, do 1º ao 6º.", "12"),
}
PATHS = {
    "/ente/estados": ("UFs", "Estado"),
    "/ente/municipal/{uf}": ("Municípios de uma UF", "Municipio"),
    "/ente/anos": ("Bimestres que já se abriram", "Periodo"),
    "/rreo/municipal/{uf}/{ibge6}/{ano}/{periodo}": ("Anexo 12 em vigor", "Linha"),
    "/despesas-por-subfuncao/{uf}/{ibge6}/{ano}/{periodo}": ("Despesa empenhada por subfunção e fonte", "Linha"),
    "/indicador/municipal/{ibge6}/{ano}/{periodo}": ("Os 14 indicadores", "Indicador"),
}


def description(address: str) -> dict[str, Any]:
    """For whoever reads it at that address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SIOPS (simulado): consulta pública",
            "version": settings.VERSION,
            "description": "SIMULADO – SEM VALOR LEGAL. Só o que foi homologado. vl_coluna −1: não se aplica; "
            "nulo: a linha não tem a coluna. coItem nulo: o código do serviço real não é conhecido.",
        },
        "servers": [{"url": address}],
        "paths": {path: {"get": _operation(path, *words)} for path, words in PATHS.items()},
        "components": {"schemas": {name: _object(fields) for name, fields in SCHEMAS.items()} | {"Problema": PROBLEM}},
    }


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(fields), "additionalProperties": False, "properties": fields}


def _operation(path: str, summary: str, schema: str) -> dict[str, Any]:
    rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}}
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}}
    return {
        "summary": summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "description": words, "schema": TEXT, "example": example}
            for name, (words, example) in PARAMETERS.items()
            if f"{{{name}}}" in path
        ],
        "responses": {
            "200": {"description": "Encontrado", "content": {"application/json": {"schema": rows}}},
            "304": {"description": "Não mudou desde o ETag enviado em If-None-Match"},
            "404": {"description": "Nada homologado, ou endereço que não existe", **problem},
            "429": {"description": "Muitas consultas do mesmo endereço", **problem},
        },
    }

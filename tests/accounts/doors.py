"""The two doors of the sign-in page, as a browser posts them, and personas for them."""

from dataclasses import replace
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.personas import Persona
from tests.factories import PASSWORD, make_cnpj, make_cpf
from tests.refusals import page_after

WRONG_PASSWORD = "CNPJ ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."
NO_PROFILE = "Seu CPF não possui perfil ativo no e-Gestor APS. Procure o gestor municipal."
WRONG_DOOR = "Para gerar o token é necessário entrar com o CNPJ do Fundo Municipal de Saúde."
BARRED = "Não entra: não tem perfil"
LOCKED = "Acesso bloqueado por 15 minutos."


def post_fund(client: Client, cnpj: str, password: str = PASSWORD, **data: str) -> Any:
    url = reverse("accounts:sign_in_organisation")
    return page_after(client, client.post(url, {"cnpj": cnpj, "password": password, "not_a_robot": "on"} | data))


def post_person(client: Client, cpf: str, level: str = "ouro", **data: str) -> Any:
    return page_after(client, client.post(reverse("accounts:sign_in_govbr"), {"cpf": cpf, "level": level} | data))


def account_of(client: Client) -> int | None:
    """Primary key of the account whose session the browser carries."""
    key = client.session.get("_auth_user_id")
    return int(key) if key else None


def personas() -> list[Persona]:
    """A fund, a person and a member of staff for settings.DEMO_PERSONAS."""
    return [
        Persona(
            key="fundo",
            role="Fundo Municipal de Saúde",
            name="Fundo de Ensaio",
            login_kind="pj",
            login=make_cnpj(77),
            cnpj=make_cnpj(77),
            password=PASSWORD,
            uf="SP",
            place="Ensaio/SP",
            system="e-Gestor",
        ),
        Persona(
            key="gestora",
            role="Gestora do programa",
            name="Ana de Ensaio",
            login_kind="pf",
            login=make_cpf(77),
            cpf=make_cpf(77),
            place="Ensaio/SP",
            system="PEC",
            way="gov.br simulado",
        ),
        Persona(
            key="analista",
            role="Equipe",
            name="Rui de Ensaio",
            login_kind="staff",
            login="analista",
            password=PASSWORD,
            system="Ministério",
        ),
    ]


def barred_personas() -> list[Persona]:
    """The same, and the person does not enter."""
    return [replace(persona, barred=BARRED) if persona.cpf else persona for persona in personas()]

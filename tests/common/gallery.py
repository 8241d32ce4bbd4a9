"""Routes of the house plus one page with every component, for the tests of the look."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from common.forms import fields
from common.forms.widgets import DateInput
from common.ui import Step, Tab
from config.urls import urlpatterns as house

AT = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)


class GalleryForm(forms.Form):
    cpf = fields.CpfField(help_text="O responsável que usará o token.")
    cnpj = fields.CnpjField(required=False)
    email = fields.EmailField()
    phone = fields.PhoneField()
    establishment = forms.ChoiceField(
        label="Estabelecimento", choices=[("", "- Selecione o Estabelecimento -"), ("1", "0000068 – Central de Gestão")]
    )
    password = forms.CharField(label="Senha", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    starts_on = forms.DateField(label="Data início", widget=DateInput())
    period = forms.ChoiceField(
        label="Período", choices=[("morning", "Manhã"), ("afternoon", "Tarde")], widget=forms.RadioSelect
    )
    services = forms.MultipleChoiceField(
        label="Serviços", choices=[("rnds", "RNDS"), ("cadsus", "CADSUS")], widget=forms.CheckboxSelectMultiple
    )
    certificate = forms.FileField(label="Certificado A1 (.pfx)", help_text="Arquivo .pfx ou .p12 de até 100 KB.")
    reason = fields.TextField(label="Motivo")
    accepted = forms.BooleanField(label="Aceito os termos de uso")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(Path(__file__).with_name("gallery.html").read_text())
    answered = request.GET.get("erros")
    statuses = [("active", "ATIVO"), ("revoked", "REVOGADA"), ("under_review", "EM ANÁLISE"), ("used", "USADO")]
    context = {
        "user": SimpleNamespace(
            is_authenticated=True,
            kind="organisation",
            name="FUNDO MUNICIPAL DE SAÚDE DE SÃO JOSÉ DO VALE DO RIO PRETO E REGIÃO",
            last_login=AT,
        ),
        "form": GalleryForm({"cpf": "123", "email": "maria@"}) if answered else GalleryForm(),
        "steps": [
            Step("Token validado", "done", AT - timedelta(hours=2), "Maria de Souza"),
            Step("Certificado", "done", AT, "Maria de Souza", "/certificado/"),
            Step("Estabelecimento e filhos", "current"),
            Step("Termo", "todo"),
            Step("Credencial", "todo"),
        ],
        "tabs": [Tab("Geração de Token", "/token/", True), Tab("Tokens gerados", "/tokens/")],
        "facts": [("Nome", "FUNDO MUNICIPAL DE SAÚDE"), ("CNPJ", "11.222.333/0001-81"), ("E-mail", "")],
        "at": AT,
        "until": AT + timedelta(minutes=40),
        "statuses": [*statuses, ("expired", "EXPIRADO")],
        "page": Paginator(range(183), 20).get_page(4),
        "wide": range(1, 16),
    }
    return HttpResponse(template.render(context, request))


urlpatterns = [path("galeria/", gallery), *house]

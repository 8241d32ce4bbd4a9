"""The termo de uso and its acceptance."""

from django.db import models

from rnds.models.requests import CredentialRequest


class TermsText(models.Model):
    """A version of the «Termo de Uso e-SUS APS para RNDS e CNS», with the signatory unit as data."""

    version = models.CharField("versão", max_length=20, unique=True)
    body = models.TextField("texto", help_text="Com lacunas {data_extenso}, {unidade}, {cessionario}, {cnpj}…")
    sha256 = models.CharField("SHA-256 do texto", max_length=64)
    signatory_unit = models.CharField("unidade signatária", max_length=120)
    published_at = models.DateTimeField("publicado em")

    class Meta:
        verbose_name = "texto do termo"
        verbose_name_plural = "textos do termo"
        ordering = ["-published_at", "-pk"]
        get_latest_by = ["published_at", "pk"]

    def __str__(self) -> str:
        return f"Termo versão {self.version}"


class TermsAcceptance(models.Model):
    """Who accepted which text, when and from where (aceite). Never changes."""

    request = models.OneToOneField(
        CredentialRequest, models.PROTECT, verbose_name="solicitação", related_name="acceptance"
    )
    text = models.ForeignKey(TermsText, models.PROTECT, verbose_name="texto", related_name="acceptances")
    text_sha256 = models.CharField("SHA-256 do texto aceito", max_length=64)
    rendered = models.TextField("termo como foi lido")
    cpf = models.CharField("CPF de quem aceitou", max_length=11)
    accepted_at = models.DateTimeField("aceito em")
    ip = models.GenericIPAddressField("IP", null=True, blank=True)
    user_agent = models.CharField("navegador", max_length=300, blank=True)
    verification_code = models.CharField("código de verificação", max_length=16, unique=True)

    class Meta:
        verbose_name = "aceite do termo"
        verbose_name_plural = "aceites do termo"

    def __str__(self) -> str:
        return f"Aceite {self.verification_code}"

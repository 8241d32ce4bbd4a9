"""The two doors of the conference: the codes of the foot, and the file."""

from django import forms
from django.core.validators import RegexValidator

from documents.services.checking import MOST_BYTES

TOO_LARGE = "O arquivo tem mais de 10 MB."


class CodesForm(forms.Form):
    """«Com o código do rodapé»."""

    code = forms.CharField(
        label="Código verificador",
        help_text="10 números.",
        validators=[RegexValidator(r"\A[0-9]{10}\Z", "O código verificador tem 10 números.")],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    crc = forms.CharField(
        label="CRC",
        help_text="8 letras ou números.",
        validators=[RegexValidator(r"\A[0-9A-Fa-f]{8}\Z", "O CRC tem 8 letras de A a F ou números.")],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_crc(self) -> str:
        return str(self.cleaned_data["crc"]).upper()


class FileForm(forms.Form):
    """«Com o arquivo PDF»."""

    file = forms.FileField(
        label="Documento",
        help_text="Solte aqui ou escolha. Até 10 MB; nada é guardado.",
        error_messages={"empty": "O arquivo está vazio."},
        widget=forms.FileInput(attrs={"accept": ".pdf", "data-most-bytes": MOST_BYTES, "data-too-large": TOO_LARGE}),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE, code="file_too_large")
        return bytes(file.read())

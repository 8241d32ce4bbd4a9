"""Routes of the declaration, inside the SIOPS."""

from django.urls import path

from declarations.api import transmission as api
from declarations.views import (
    calendar,
    downloads,
    files,
    findings,
    folders,
    homologation,
    imports,
    panel,
    receipts,
    rows,
    rules,
    spreadsheets,
    tokens,
    transmission,
)

app_name = "declarations"
PERIOD = "api/declaracoes/<slug:ibge>/<int:year>/<int:bimester>"
DECLARATION = "siops/declaracoes/<int:pk>"
urlpatterns = [
    # On paper as a QR: changing it breaks the receipts already issued.
    path("recibo/<str:number>/", receipts.receipt_verify, name="receipt_verify"),
    path("recibo/<str:number>/recibo.pdf", receipts.receipt_file, name="receipt_file"),
    path("siops/download/", downloads.downloads, name="downloads"),
    path("siops/download/<slug:slug>.pyz", downloads.tool, name="tool"),
    path("api/declaracoes/openapi.json", api.description, name="api_description"),
    path(f"{PERIOD}/arquivo", api.file, name="api_file"),
    path(f"{PERIOD}/criticas", api.findings, name="api_findings"),
    path(f"{PERIOD}/transmitir", api.transmission, name="api_transmission"),
    path("api/recibos/<str:number>", api.receipt, name="api_receipt"),
    path("siops/transmissor/token/", tokens.token_page, name="token_page"),
    path("siops/transmissor/token/revogar/", tokens.token_revoke, name="token_revoke"),
    path("siops/transmissor/", transmission.transmitter, name="transmitter"),
    path("siops/ministerio/calendario/", calendar.period_list, name="period_list"),
    path("siops/ministerio/calendario/<int:pk>/", calendar.period_change, name="period_change"),
    path("siops/regras/", rules.rule_list, name="rule_list"),
    path("siops/painel/", panel.panel, name="panel"),
    path("siops/painel/<int:pk>/abrir/", panel.declaration_open, name="declaration_open"),
    path("siops/homologacao/", homologation.homologation_choose, name="homologation_choose"),
    path(f"{DECLARATION}/homologar/", homologation.homologate, name="homologate"),
    path(f"{DECLARATION}/devolver/", homologation.send_back, name="send_back"),
    path(f"{DECLARATION}/homologacao/", homologation.homologation, name="homologation"),
    path(f"{DECLARATION}/homologacao/declaracao.txt", homologation.statement_file, name="statement_file"),
    path(f"{DECLARATION}/homologacao/assinatura.p7s", homologation.signature_file, name="signature_file"),
    path(f"{DECLARATION}/retificar/", homologation.rectify, name="rectify"),
    path(f"{DECLARATION}/pasta/<slug:slug>/", folders.folder, name="folder"),
    path(f"{DECLARATION}/despesa/linha/", rows.row_add, name="row_add"),
    path(f"{DECLARATION}/celulas/", folders.cells_save, name="cells_save"),
    path(f"{DECLARATION}/resumo/", folders.summary, name="summary"),
    path(f"{DECLARATION}/gravar/", files.declaration_pack, name="declaration_pack"),
    path(f"{DECLARATION}/transmitir/", transmission.declaration_transmit, name="declaration_transmit"),
    path(f"{DECLARATION}/recibo/", receipts.receipt_detail, name="receipt_detail"),
    path(f"{DECLARATION}/chamado/", transmission.ticket_with_file, name="ticket_with_file"),
    path(f"{DECLARATION}/arquivo.opsz", files.declaration_file, name="declaration_file"),
    path(f"{DECLARATION}/contexto.json", files.declaration_context, name="declaration_context"),
    path(f"{DECLARATION}/importar/", imports.declaration_import, name="declaration_import"),
    path(f"{DECLARATION}/importar/colunas/", spreadsheets.import_columns, name="import_columns"),
    path(f"{DECLARATION}/importar/confirmar/", imports.import_confirm, name="import_confirm"),
    path(f"{DECLARATION}/exemplo/<slug:slug>/", imports.example_confirm, name="example_confirm"),
    path(f"{DECLARATION}/exemplo/<slug:slug>.opsz", imports.example_download, name="example_download"),
    path(f"{DECLARATION}/criticas/", findings.findings, name="findings"),
    path(f"{DECLARATION}/justificar/<slug:code>/<str:line>/", findings.justify, name="justify"),
    path(f"{DECLARATION}/criticas.pdf", findings.findings_pdf, name="findings_pdf"),
    path(f"{DECLARATION}/criticas.csv", findings.findings_csv, name="findings_csv"),
    path(f"{DECLARATION}/criticas.json", findings.findings_json, name="findings_json"),
]

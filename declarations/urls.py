"""Routes of the declaration, inside the SIOPS."""

from django.urls import path

from declarations.views import calendar, files, findings, folders, imports, panel, rows, rules, spreadsheets

app_name = "declarations"
DECLARATION = "siops/declaracoes/<int:pk>"
urlpatterns = [
    path("siops/ministerio/calendario/", calendar.period_list, name="period_list"),
    path("siops/ministerio/calendario/<int:pk>/", calendar.period_change, name="period_change"),
    path("siops/regras/", rules.rule_list, name="rule_list"),
    path("siops/painel/", panel.panel, name="panel"),
    path("siops/painel/<int:pk>/abrir/", panel.declaration_open, name="declaration_open"),
    path(f"{DECLARATION}/pasta/<slug:slug>/", folders.folder, name="folder"),
    path(f"{DECLARATION}/despesa/linha/", rows.row_add, name="row_add"),
    path(f"{DECLARATION}/celulas/", folders.cells_save, name="cells_save"),
    path(f"{DECLARATION}/resumo/", folders.summary, name="summary"),
    path(f"{DECLARATION}/gravar/", files.declaration_pack, name="declaration_pack"),
    path(f"{DECLARATION}/arquivo.opsz", files.declaration_file, name="declaration_file"),
    path(f"{DECLARATION}/contexto.json", files.declaration_context, name="declaration_context"),
    path(f"{DECLARATION}/importar/", imports.declaration_import, name="declaration_import"),
    path(f"{DECLARATION}/importar/colunas/", spreadsheets.import_columns, name="import_columns"),
    path(f"{DECLARATION}/importar/confirmar/", imports.import_confirm, name="import_confirm"),
    path(f"{DECLARATION}/exemplo/<slug:slug>/", imports.example_confirm, name="example_confirm"),
    path(f"{DECLARATION}/criticas/", findings.findings, name="findings"),
    path(f"{DECLARATION}/justificar/<slug:code>/<str:line>/", findings.justify, name="justify"),
    path(f"{DECLARATION}/criticas.pdf", findings.findings_pdf, name="findings_pdf"),
    path(f"{DECLARATION}/criticas.csv", findings.findings_csv, name="findings_csv"),
    path(f"{DECLARATION}/criticas.json", findings.findings_json, name="findings_json"),
]

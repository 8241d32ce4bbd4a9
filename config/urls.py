"""Every route of the house. URL paths are in Portuguese, URL names in English."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("common.urls")),
    path("", include("rooms.urls")),
    path("", include("interop.urls")),
    path("", include("accounts.urls")),
    path("pki/", include("pki.urls")),
    path("conferencia/", include("documents.urls")),
    path("ministerio/", include("desk.urls")),
    path("e-gestor/", include("egestor.urls")),
    path("gerencia-aps/", include("gerencia.urls")),
    path("siops/controle/", include("oversight.urls")),
    path("siops/", include("siops.urls")),
    path("", include("cadsus.urls")),
    path("", include("declarations.urls")),
    path("", include("transparency.urls")),
    path("", include("sanctions.urls")),
    path("", include("lots.urls")),
    path("", include("rnds.urls")),
]

handler403 = "common.forbidden.permission_denied"
handler500 = "rooms.restart.server_error"
handler404 = "common.outage.not_found"

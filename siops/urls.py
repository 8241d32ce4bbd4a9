"""Routes of the SIOPS, under /siops/."""

from django.urls import path

from siops.views import (
    attachments,
    fund_checks,
    fund_updates,
    home,
    sign_in,
    ticket_desk,
    tickets,
)

app_name = "siops"
urlpatterns = [
    path("", home.home, name="home"),
    path("entrar/", sign_in.sign_in, name="sign_in"),
    path("entrar/certificado/", sign_in.sign_in_certificate, name="sign_in_certificate"),
    path("entrar/token-virtual/", sign_in.sign_in_virtual, name="sign_in_virtual"),
    path("entrar/token-virtual/pin/", sign_in.sign_in_pin, name="sign_in_pin"),
    path("entrar/token-virtual/papel/", sign_in.sign_in_choose, name="sign_in_choose"),
    path("entrar/puk/", sign_in.sign_in_puk, name="sign_in_puk"),
    path("anexos/<int:pk>/", attachments.attachment_download, name="attachment_download"),
    path("fns/", fund_updates.fund_update_list, name="fund_update_list"),
    path("fns/abrir/", fund_updates.fund_update_open, name="fund_update_open"),
    path("fns/<int:pk>/", fund_updates.fund_update_detail, name="fund_update_detail"),
    path("fns/<int:pk>/editar/", fund_updates.fund_update_edit, name="fund_update_edit"),
    path("fns/<int:pk>/anexos/", fund_updates.fund_update_attach, name="fund_update_attach"),
    path("fns/<int:pk>/enviar/", fund_updates.fund_update_send, name="fund_update_send"),
    path("fns/<int:pk>/imprimir/", fund_updates.fund_update_print, name="fund_update_print"),
    path("chamados/", tickets.ticket_list, name="ticket_list"),
    path("chamados/novo/", tickets.ticket_open, name="ticket_open"),
    path("chamados/<int:pk>/", tickets.ticket_detail, name="ticket_detail"),
    path("chamados/<int:pk>/resolver/", tickets.ticket_solve, name="ticket_solve"),
    path("chamados/<int:pk>/reabrir/", tickets.ticket_reopen, name="ticket_reopen"),
    path("ministerio/fns/", fund_checks.fund_update_queue, name="fund_update_queue"),
    path("ministerio/fns/<int:pk>/", fund_checks.fund_update_check, name="fund_update_check"),
    path("ministerio/fns/<int:pk>/assumir/", fund_checks.fund_update_take, name="fund_update_take"),
    path("ministerio/fns/<int:pk>/devolver/", fund_checks.fund_update_return, name="fund_update_return"),
    path("ministerio/fns/<int:pk>/aprovar/", fund_checks.fund_update_approve, name="fund_update_approve"),
    path("ministerio/chamados/", ticket_desk.ticket_queue, name="ticket_queue"),
    path("ministerio/chamados/<int:pk>/", ticket_desk.ticket_answer, name="ticket_answer"),
    path("ministerio/chamados/<int:pk>/liberar/", ticket_desk.ticket_release, name="ticket_release"),
]

"""Routes of egestor."""

from django.urls import URLPattern, path

from egestor.views import codes, counter_keys, home, memberships, memberships_ab_manager, profiles, tickets, tokens

app_name = "egestor"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("token/", tokens.token_create, name="token_create"),
    path("token/responsavel/", tokens.token_responsible, name="token_responsible"),
    path("tokens/", tokens.token_list, name="token_list"),
    path("tokens/<int:pk>/cancelar/", tokens.token_cancel, name="token_cancel"),
    path("instalacao/", codes.code_create, name="code_create"),
    path("instalacao/codigos/", codes.code_list, name="code_list"),
    path("instalacao/codigos/<int:pk>/cancelar/", codes.code_cancel, name="code_cancel"),
    path("instalacao/contra-chave/", counter_keys.counter_key, name="counter_key"),
    path("gestor-da-ab/", memberships_ab_manager.ab_manager, name="ab_manager"),
    path("chamados/", tickets.ticket_list, name="ticket_list"),
    path("chamados/novo/", tickets.ticket_open, name="ticket_open"),
    path("chamados/<int:pk>/", tickets.ticket_detail, name="ticket_detail"),
    path("chamados/<int:pk>/resolver/", tickets.ticket_solve, name="ticket_solve"),
    path("chamados/<int:pk>/reabrir/", tickets.ticket_reopen, name="ticket_reopen"),
    path("saps/chamados/", tickets.ticket_queue, name="ticket_queue"),
    path("saps/chamados/<int:pk>/", tickets.ticket_answer, name="ticket_answer"),
    path("saps/perfis/", profiles.profile_list, name="profile_list"),
    path("usuarios/", memberships.membership_list, name="membership_list"),
    path("usuarios/novo/", memberships.membership_create, name="membership_create"),
    path("usuarios/<int:person_id>/", memberships.membership_person, name="membership_person"),
    path("usuarios/<int:person_id>/adicionar-perfil/", memberships.membership_add, name="membership_add"),
    path("usuarios/<int:person_id>/cadastro/", memberships.membership_contact, name="membership_contact"),
    path(
        "usuarios/perfis/<int:membership_id>/reativar/",
        memberships.membership_reactivate,
        name="membership_reactivate",
    ),
    path("usuarios/perfis/<int:membership_id>/excluir/", memberships.membership_exclude, name="membership_exclude"),
]

"""Routes of accounts."""

from django.urls import path

from accounts.views import access_link, mailbox, outbox, passwords, second_factor, sign_in

app_name = "accounts"
urlpatterns = [
    path("entrar/", sign_in.sign_in, name="sign_in"),
    path("entrar/fundo/", sign_in.sign_in_organisation, name="sign_in_organisation"),
    path("entrar/como/", sign_in.continue_as, name="continue_as"),
    path("entrar/govbr/", sign_in.sign_in_govbr, name="sign_in_govbr"),
    path("entrar/acesso/<str:secret>/", access_link.access_link, name="access_link"),
    path("entrar/esqueci/fundo/", passwords.forgot_organisation, name="forgot_organisation"),
    path("entrar/esqueci/pessoa/", passwords.forgot_person, name="forgot_person"),
    path("entrar/senha/nova/", passwords.password_set, name="password_set"),
    path("entrar/senha/<slug:secret>/", passwords.password_link, name="password_link"),
    path("entrar/segundo-fator/", second_factor.second_factor, name="second_factor"),
    path("entrar/segundo-fator/cadastro/", second_factor.second_factor_enrol, name="second_factor_enrol"),
    path("equipe/", second_factor.team, name="team"),
    path("equipe/<int:pk>/segundo-fator/zerar/", second_factor.second_factor_reset, name="second_factor_reset"),
    path("sair/", sign_in.sign_out, name="sign_out"),
    path("caixa-de-correio/", mailbox.mailbox, name="mailbox"),
    path("caixa-de-saida/", outbox.outbox, name="outbox"),
    path("caixa-de-saida/<int:message_id>/", outbox.outbox_message, name="outbox_message"),
    path("caixa-de-saida/nao-entregues/", outbox.dead_letter_list, name="dead_letters"),
    path("caixa-de-saida/nao-entregues/<int:message_id>/tentar/", outbox.dead_letter_retry, name="dead_letter_retry"),
]

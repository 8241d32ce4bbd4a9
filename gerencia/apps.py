from django.apps import AppConfig


class GerenciaConfig(AppConfig):
    name = "gerencia"
    verbose_name = "Gerencia APS"

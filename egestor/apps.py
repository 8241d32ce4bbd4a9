from django.apps import AppConfig


class EgestorConfig(AppConfig):
    name = "egestor"
    verbose_name = "e-Gestor APS"

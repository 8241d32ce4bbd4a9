from django.apps import AppConfig


class SiopsConfig(AppConfig):
    name = "siops"
    verbose_name = "SIOPS"

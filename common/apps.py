from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "Casa"

    def ready(self) -> None:
        """Register the checks of what the apps bring."""
        from common import checks  # noqa: F401, PLC0415 -- its models are loaded by now

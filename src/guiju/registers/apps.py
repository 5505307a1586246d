"""Django's registration of this package."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.registers"
    label = "registers"
    verbose_name = "Registers"
    default_auto_field = "django.db.models.BigAutoField"

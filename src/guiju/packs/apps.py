"""Django's registration of this package."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.packs"
    label = "packs"
    verbose_name = "Packs"
    default_auto_field = "django.db.models.BigAutoField"

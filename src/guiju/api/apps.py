"""Django's registration of this package."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.api"
    label = "api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"

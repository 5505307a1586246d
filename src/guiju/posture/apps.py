"""Django's registration of this package."""

from django.apps import AppConfig


class PostureConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.posture"
    label = "posture"
    verbose_name = "Posture"
    default_auto_field = "django.db.models.BigAutoField"

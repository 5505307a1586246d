"""Django's registration of this package."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.trail"
    label = "trail"
    verbose_name = "Trail"
    default_auto_field = "django.db.models.BigAutoField"

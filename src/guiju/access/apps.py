"""Django's registration of this package."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.access"
    label = "access"
    verbose_name = "Access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the trail compare accounts and grants with what it told of them."""
        from guiju.access import telling

        telling.set_up()

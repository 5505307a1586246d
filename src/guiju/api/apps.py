"""Django's registration of this package."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.api"
    label = "api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Old idempotency keys are forgotten by night."""
        from guiju.api import tasks
        from guiju.jobs import schedule

        schedule.every_day("api.forget_keys", 3, tasks.forget_keys, minute=10)

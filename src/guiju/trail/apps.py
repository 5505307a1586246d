"""Django's registration of this package."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.trail"
    label = "trail"
    verbose_name = "Trail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Workers give events their places and sign the log from time to time."""
        from guiju.jobs import worker
        from guiju.trail import log

        worker.on_tick(log.checkpoint_if_due)

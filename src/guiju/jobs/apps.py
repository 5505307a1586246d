"""Django's registration of this package."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.jobs"
    label = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Old jobs are forgotten by night."""
        from guiju.jobs import schedule, tasks

        schedule.every_day("jobs.forget_done", 3, tasks.forget_done)

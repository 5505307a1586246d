"""Django's registration of this package."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Names the package to Django and winds its clock."""

    name = "guiju.workflow"
    label = "workflow"
    verbose_name = "Workflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the trail of tasks, and walk their ladder by night."""
        from guiju.jobs import schedule
        from guiju.workflow import tasks, telling

        # After posture has made and closed tasks for the new day, and before anybody comes to work.
        schedule.every_day("workflow.clock", 1, tasks.nightly)
        telling.set_up()

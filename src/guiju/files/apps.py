"""Django's registration of this package."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.files"
    label = "files"
    verbose_name = "Files"
    default_auto_field = "django.db.models.BigAutoField"

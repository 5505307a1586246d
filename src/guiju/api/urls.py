"""The API's one entry."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""The site: what joins the rooms. It holds no domain code."""

from .celery import app as celery_app

__all__ = ["celery_app"]

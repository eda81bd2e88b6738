"""What an application takes in to have a console; by itself it loads nothing that draws pages."""

from dataclasses import dataclass

from litestar import Router
from litestar.template.config import TemplateConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Its routes, and the templates that they are shown by."""

    routes: Router
    templates: TemplateConfig  # type: ignore[type-arg]  # of any engine

"""The pages: one module for each audience, and the frame that every request passes through."""

import importlib
import pkgutil

from flask import Blueprint, Flask


def register_blueprints(app: Flask) -> None:
    """Register the `blueprint` of every module here that has one, so that no list can be forgotten."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        blueprint = getattr(importlib.import_module(f"{__name__}.{module.name}"), "blueprint", None)
        if isinstance(blueprint, Blueprint):
            app.register_blueprint(blueprint)

"""The stylesheet and the script: compressed beforehand, kept by browsers for long, renewed by address."""

import os
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

PACKED = (".br", ".gz")


class _Fresh(WhiteNoise):  # type: ignore[misc]
    """Serves the packed copy of a file only when it is as new as the file, so an edit is never hidden by it."""

    def get_static_file(self, path: str, url: str, stat_cache: dict[str, os.stat_result]) -> StaticFile:
        """Return one file with those of its packed copies that are not older."""
        # In seconds as a float, as the packer copies them: its nanoseconds come out some less or more.
        written = stat_cache[path].st_mtime
        fresh = {path: stat_cache[path]}
        for copy in (path + ending for ending in PACKED):
            if copy in stat_cache and stat_cache[copy].st_mtime >= written:
                fresh[copy] = stat_cache[copy]
        return super().get_static_file(path, url, fresh)


def init_app(app: Flask, folder: Path) -> None:
    """Serve the folder under /static/ ahead of the app, and give templates `static_url`."""

    @cache
    def static_url(name: str) -> str:
        """Return the address of a static file, with a digest of its content so that it may be kept."""
        return f"/static/{name}?v={sha256((folder / name).read_bytes()).hexdigest()[:12]}"

    app.jinja_env.globals["static_url"] = static_url
    app.wsgi_app = _Fresh(  # type: ignore[method-assign]
        app.wsgi_app,
        root=folder,
        prefix="static/",
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
    )

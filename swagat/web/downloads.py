"""Papers leave as downloads that no browser runs; pictures that we wrote ourselves may be shown inside a page."""

import mimetypes
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import wrap_file

from swagat.domain import papers
from swagat.services.documents import Download
from swagat.services.evidence_packs import Taken

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
# The characters that RFC 5987 lets stand unquoted in filename*.
_UNQUOTED = "!#$&+-.^_`|~"


def wants_inline() -> bool:
    """Return whether the address asks for a picture to be shown inside a page (?inline=1)."""
    return request.args.get("inline") == "1"


def send_document(document: Download, inline: bool = False) -> Response:
    """Return the answer that carries a paper; only a picture of our own writing is ever inline."""
    is_inline = inline and document.media_type in papers.SHOWN_INLINE
    response = Response(
        wrap_file(request.environ, document.stream), mimetype=document.media_type, direct_passthrough=True
    )
    response.content_length = document.size
    response.headers["Content-Disposition"] = _disposition("inline" if is_inline else "attachment", document)
    return _guarded(response)


def send_pack(pack: Taken) -> Response:
    """Return the answer that carries a file of an evidence pack, whose name is ours."""
    kind = mimetypes.guess_type(pack.name)[0]
    response = Response(wrap_file(request.environ, pack.stream), mimetype=kind, direct_passthrough=True)
    response.content_length = pack.size
    response.headers["Content-Disposition"] = f'attachment; filename="{pack.name}"'
    return _guarded(response)


def _guarded(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _disposition(how: str, document: Download) -> str:
    plain = f"{papers.NAMELESS}.{papers.EXTENSIONS[document.media_type]}"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(document.name, safe=_UNQUOTED)}"

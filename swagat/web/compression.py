"""Pages travel compressed, because the telephone at the other end may be on 2G."""

import zlib

import brotli
from flask import Flask, Response, request

SMALLEST = 600
# What a page depends on besides its address; caches keep such answers apart.
VARY = "Accept-Encoding, Accept-Language, Cookie"
# Levels above these cost more time than they save bytes on a page of this size.
BROTLI_QUALITY = 5
DEFLATE_LEVEL = 4
GZIP_WINDOW = zlib.MAX_WBITS | 16


def init_app(app: Flask) -> None:
    """Compress every text answer that is worth it; call this first, so that it runs last."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not (response.mimetype or "").startswith("text/") or response.is_streamed or response.direct_passthrough:
        return response
    response.headers["Vary"] = VARY
    body = response.get_data()
    if len(body) < SMALLEST or "Content-Encoding" in response.headers:
        return response
    accepted = request.accept_encodings
    if accepted.quality("br"):
        response.set_data(brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))
        response.headers["Content-Encoding"] = "br"
    elif accepted.quality("gzip"):
        packer = zlib.compressobj(DEFLATE_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
        response.set_data(packer.compress(body) + packer.flush())
        response.headers["Content-Encoding"] = "gzip"
    return response

"""PDFs as offices and telephones make them, and as somebody who means harm makes them."""

import io
import zipfile
import zlib

CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R", catalogue: bytes = CATALOGUE) -> bytes:
    """A PDF with one empty page and these objects; readers repair the table of places that it leaves out."""
    numbered = [catalogue, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>", *objects]  # fmt: skip
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(numbered, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<< " + trailer + b" >>\nstartxref\n0\n%%EOF\n"


def stream(content: bytes, entries: bytes = b"", packed: bool = True) -> bytes:
    """One stream object, packed as most programs pack it."""
    data = zlib.compress(content) if packed else content
    how = b"/Filter /FlateDecode" if packed else b""
    return b"<< %s %s /Length %d >>\nstream\n%s\nendstream" % (entries, how, len(data), data)


def packed_objects(*objects: bytes, entries: bytes = b"/Type /ObjStm", packed: bool = True) -> bytes:
    """Objects packed into a stream, out of sight of whoever searches the file's own bytes."""
    head, place = b"", 0
    for number, one in enumerate(objects, 10):
        head += b"%d %d " % (number, place)
        place += len(one) + 1
    return stream(head + b"\n".join(objects), entries + b" /N %d /First %d" % (len(objects), len(head)), packed)


def archive() -> bytes:
    """A ZIP archive with one program in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        opened.writestr("run.exe", b"MZ")
    return target.getvalue()

"""What nobody who means well sends, and what only looks wrong: each with a name that tells a failure apart."""

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
BROKEN_BYTES = b"\xff\xfe\xe0\xaa"
LONE_SURROGATE = b"\xed\xa0\x80"

# Sent as text in every field of every form.
TEXTS: dict[str, str | bytes] = {
    "empty": "",
    "blanks": " \t\r\n\u00a0\u200b",
    "nul": "a\0b",
    "not utf-8": BROKEN_BYTES,
    "lone surrogate": LONE_SURROGATE,
    "percent garbage": "%zz%00%ff",
    "100 kB": "a" * 100_000,
    "2**63": str(2**63),
    "2**63 - 1": str(2**63 - 1),
    "2**31": str(2**31),
    "forty digits": "9" * 40,
    "nine thousand digits": "9" * 9000,
    "negative": "-1",
    "zero": "0",
    "float": "1.5",
    "exponent": "1e309",
    "not a number": "nan",
    "gujarati digits": "૧૨૩",
    "superscript digit": "\u00b2",
    "circled digit": "\u2460",
    "underscored digits": "1_000",
    "sql": "' OR 1=1; DROP TABLE grievances; --",
    "like": "%_%\\",
    "script": SCRIPT,
    "template": "{{ 7*7 }}{% raw %}%(name)s %s {0}",
    "right to left": "\u202egnp.exe\u200f\ufeff",
    "emoji": "👩‍🌾🔥🇮🇳",
    "combining marks": "a" + "\u0301" * 500,
    "31 February": "2026-02-31",
    "year 0": "0000-01-01",
    "year 9999": "9999-12-31",
    "year 1": "0001-01-01",
    "a date of five figures": "99999-01-01",
    "line breaks": "a\r\nSet-Cookie: x=1\r\n\r\n<b>",
    "newline only in the middle": "a\nb",
    "a foreign address": "https://evil.example/",
    "formula": '=HYPERLINK("http://evil.example")',
    "json": '{"$gt": ""}',
}

# What a database chokes on, or takes otherwise than the other one: the labels of TEXTS, PARTS and names of files.
REACHING = frozenset(
    (
        *("nul", "not utf-8", "lone surrogate", "2**63", "2**63 - 1", "2**31", "forty digits", "nine thousand digits"),
        *("superscript digit", "not a number", "exponent", "sql", "like", "emoji", "year 0", "year 9999", "100 kB"),
    )
)

# Put into every variable part of every address, already written as an address holds it.
PARTS: dict[str, str] = {
    "nul": "%00",
    "not utf-8": "%ff%fe",
    "lone surrogate": "%ed%a0%80",
    "percent garbage": "%25zz",
    "2**63": str(2**63),
    "2**63 - 1": str(2**63 - 1),
    "2**31": str(2**31),
    "forty digits": "9" * 40,
    "long": "a" * 199,
    "too long": "a" * 1000,
    "negative": "-1",
    "zero": "0",
    "float": "1.5",
    "gujarati digits": "%E0%AB%A7%E0%AB%A8",
    "superscript digit": "%C2%B2",
    "sql": "'%20OR%201=1--",
    "script": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "dots": "..%2f..%2fconfig.py",
    "right to left": "%E2%80%AE",
    "emoji": "%F0%9F%94%A5",
    "blank": "%20",
    "line break": "a%0d%0aSet-Cookie:%20x=1",
    "dot": "a.b",
    "capitals": "CONFIRM",
}

# Values of `next` and `lang`, and of every parameter of an address.
FOREIGN = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/%2f%2fevil.example",
    "javascript:alert(1)",
    "/\tevil.example",
    "//evil.example@localhost/",
    "%2f%2fevil.example",
    "\\\\evil.example",
    " //evil.example",
)

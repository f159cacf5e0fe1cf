"""What nobody honest types in a form, by name (reliability S5, S15, S16)."""

from __future__ import annotations

# Never met on a page of ours: a template that ran would show the product, a script its words.
PRODUCT = b"2193597"
SCRIPT = "<script>alert('hostile')</script>"
WAY_OUT = '"><img src=x onerror=hostile()>'
SHOWN = (b"<script>alert('hostile')", b'"><img src=x onerror')

ONE: dict[str, str] = {
    "empty": "",
    "blank": "   ",
    "long": "é" * 5_000,
    "digits": "9" * 5_000,  # past what int() reads
    "nul": "avant\x00après",
    "controls": "a\x0b\x1b\x7f\u2028b",
    "not a number": "NaN",
    "too large": "1e999",
    "minus one": "-1",
    "zero": "0",
    "over 64 bits": "99999999999999999999",
    "over 32 bits": "2147483648",
    "zeros first": "0000012999999999",
    "other digits": "٣²",
    "list": "[]",
    "object": '{"a": [1, null]}',
    "no such day": "2026-13-45",
    "leap day": "2027-02-29",
    "last year": "9999-12-31",
    "year one": "0001-01-01",
    "no such hour": "25:99",
    "hour that does not exist": "2027-03-28T02:30",
    "right to left": "\u202eolleH\u202c\u200f",
    "unseen": "\u200b\ufeff\u200d",
    "picture": "👩‍👩‍👧‍👦🏳️‍🌈",
    "template": "{{31337.1*70}}{{313371*7}}",
    "expression": "${313371*7}#{313371*7}%{313371*7}",
    "statement": "{% import os %}{% raw %}",
    "sql": "' OR 1=1 --",
    "sql of a list": '1); DROP TABLE "user"; --',
    "wildcards": "%_\\%",
    "way up": "../../etc/passwd",
    "formula": "=1+1",
    "script": SCRIPT,
    "way out of a field": WAY_OUT,
    "header": "essai@example.org\r\nBcc: autre@example.org",
    "two addresses": "a@example.org, b@example.org",
    "half a code": ":",
    "colons": "1:2:3:4",
    "dashes": "1-2-3",
    "address": "http://169.254.169.254/latest/",
    "elsewhere": "//evil.example.org/",
    "elsewhere by the back": "/\\evil.example.org",
}

# As they travel: no text holds half a character, and other programs write them.
RAW: dict[str, str] = {
    "half a surrogate": "%ED%A0%80",
    "broken letters": "%C3%28%FF%FE",
    "half a percent": "%zz%",
}

NAMES = [*ONE, *RAW]

"""The rights of people over what is written about them: asked, answered in time, proved.

RGPD, articles 12 and 15 to 21. ``asking`` follows requests, ``dossier`` reads everything about
somebody, ``pages`` draws it, ``erasing`` forgets them and certifies it.
"""

from campaigns.rights import (
    asking,
    certifying,
    clock,
    dossier,
    erasing,
    labels,
    objecting,
    pages,
    words,
)
from campaigns.rights.asking import Channel
from campaigns.rights.clock import Standing

__all__ = [
    "Channel",
    "Standing",
    "asking",
    "certifying",
    "clock",
    "dossier",
    "erasing",
    "labels",
    "objecting",
    "pages",
    "words",
]

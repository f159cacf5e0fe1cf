"""Texts to read again: what the night found in notes."""

from appel_solidaire import text_pages
from appel_solidaire.web.dpo import blueprint

text_pages.register(blueprint)

"""The mails: how many left, which are in trouble, why, and what to do."""

from appel_solidaire import mail_pages
from appel_solidaire.mail_pages import KINDS, reply_words
from appel_solidaire.web.lead import blueprint

__all__ = ["KINDS", "reply_words"]
mail_pages.register(blueprint)

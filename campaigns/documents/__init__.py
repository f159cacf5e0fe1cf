"""The documents of data protection, written from what the instance knows: drafts to read again.

None is signed nor validated by the program: the DPO adapts them (reliability.md, c0).
"""

from campaigns.documents.filling import TITLES, Document, filled
from campaigns.documents.pages import pdf

__all__ = ["TITLES", "Document", "filled", "pdf"]

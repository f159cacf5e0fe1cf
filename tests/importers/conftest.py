"""What the tests of lists share: the campaign they enter, and the lead who confirms them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Role, User
from tests import factories
from tests.importers import lists


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return lists.campaign(session)


@pytest.fixture
def lead(session: Session) -> User:
    return factories.user(session, Role.LEAD)

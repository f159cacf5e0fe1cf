"""What the tests of signing in share."""

from __future__ import annotations

import pytest

from appel_solidaire.instance import Instance
from campaigns.models import Campaign, Role, User
from tests import factories


@pytest.fixture
def people(instance: Instance) -> dict[Role, User]:
    """A volunteer and a lead of an open campaign."""
    with instance.database.unit() as session:
        campaign: Campaign = factories.campaign(session)
        return {
            Role.VOLUNTEER: factories.volunteer(session, campaign),
            Role.LEAD: factories.user(session, Role.LEAD, campaign),
        }

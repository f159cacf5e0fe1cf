"""A département that has no directory yet: the pages of routes say what to bring first."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from appel_solidaire.instance import Instance
from campaigns import launch
from campaigns.models import CampaignState, Role
from tests import factories


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_departement_without_a_directory_is_told_to_import_it_first(
    app: Flask, instance: Instance
) -> None:
    client = app.test_client()
    with instance.database.unit() as session:
        now = instance.clock()
        launch.found_organisation(session, departement="02", at=now)
        campaign = launch.create_campaign(session, name="Essai", by=None, at=now)
        launch.move(session, campaign, CampaignState.OPEN, by=None, at=now)
        lead = factories.user(session, Role.LEAD, campaign)
        factories.sign_in(session, client, lead, at=now)

    def page(path: str) -> str:
        text = html.unescape(re.sub(r"<[^>]+>", " ", client.get(f"/pilotage/{path}").text))
        return re.sub(r"\s+", " ", text.replace("\u00a0", " "))

    assert "L’annuaire est encore vide : importez-le d’abord" in page("orientation")
    assert "Partout : personne ne répond pour" in page("orientation/manques")
    assert "Aucun territoire." in page("annuaire/territoires")

"""Commands that prepare an instance: ``init``, ``upgrade``, ``user``."""

from pathlib import Path

import click

from appel_solidaire import config as settings
from appel_solidaire import db
from appel_solidaire.cli import care
from appel_solidaire.cli.console import (
    Unusable,
    answer,
    existing_instance,
    instance_option,
    json_option,
    open_instance,
)
from appel_solidaire.instance import Instance
from campaigns import accounts, launch, launching, people, reference
from campaigns.models import CampaignState, LinkKind, Role, User
from campaigns.refusal import Refusal


@click.command()
@instance_option
@click.option("--departement", default="80", show_default=True, help="Code du département.")
@click.option("--campaign", "slug", help="Nom court d’une première campagne, ouverte aussitôt.")
@click.option(
    "--preset",
    type=click.Choice(list(reference.presets())),
    default=None,
    help="Modèle de cette campagne.",
)
@click.option("--lead", help="Adresse du ou de la chef de projet.")
@json_option
def init(
    folder: Path,
    departement: str,
    slug: str | None,
    preset: str | None,
    lead: str | None,
    as_json: bool,
) -> None:
    """Créer une instance : lieux, services, première campagne."""
    instance = _founded(folder)
    now = instance.clock()
    url = None
    with instance.database.unit() as session:
        launch.found_organisation(session, departement=departement, at=now)
        if slug:
            campaign = launching.from_preset(
                session, name=slug, preset=preset or "", by=None, at=now
            )
            launch.move(session, campaign, CampaignState.OPEN, by=None, at=now)
        if lead:
            user = accounts.add(
                session, email=lead, first_name="Chef de projet", role=Role.LEAD, by=None, at=now
            )
            url = f"{instance.config.public_url}/premiere-connexion/" + accounts.invite(
                session, user, by=None, at=now
            )
    answer(
        {"instance": str(folder), "departement": departement, "campaign": slug, "url": url},
        as_json=as_json,
        say=_ready(instance, lead, url),
    )


def _ready(instance: Instance, lead: str | None, url: str | None) -> str:
    """What is to be done with a new instance: its link, and its keys."""
    folder = instance.config.instance
    say = [f"L’instance est prête dans {folder}."]
    if url:
        say += [f"Lien de première connexion de {lead} (7 jours, une seule fois) :", url]
        if instance.config.is_loopback:
            say += [
                "Il ne s’ouvre que sur cette machine. Pour un lien qui s’ouvre ailleurs : réglez "
                "APPEL_PUBLIC_URL, puis « appel-solidaire user reset ADRESSE »."
            ]
    say += [f"Gardez une copie de {folder / 'cles'} à part : sans elle, rien ne peut être relu."]
    return "\n".join(say)


def _founded(folder: Path) -> Instance:
    """The instance of a folder, its tables made; ``Unusable`` beside a base whose keys are lost."""
    keys = settings.key_file(folder)
    is_new = not keys.exists()
    instance = Instance.of(settings.load(folder))
    url = instance.config.database_url
    if is_new and url and db.version_gap(instance.database) != db.EMPTY:
        keys.unlink()  # drawn just now: with them the service would open what it cannot read
        raise Unusable(
            "La base PostgreSQL contient déjà une instance, dont ce dossier n’a pas les clés. "
            f"Remettez la copie gardée à part dans {keys}, ou donnez une base vide."
        )
    db.upgrade(instance.database)
    return instance


@click.command()
@instance_option
@click.option("--backup", "backup_file", type=click.Path(dir_okay=False, path_type=Path))
def upgrade(folder: Path, backup_file: Path | None) -> None:
    """Mettre la base à jour, après une sauvegarde."""
    instance = existing_instance(folder)
    gap = db.version_gap(instance.database)
    if gap is None:
        click.echo("La base est déjà à jour.")
        return
    if gap in {db.NEWER, db.EMPTY}:
        raise Unusable(gap, code="version")
    stamp = f"{instance.clock():%Y%m%d-%H%M%S}"
    target = backup_file or folder / "sauvegardes" / f"avant-mise-a-jour-{stamp}.sauvegarde"
    care.save(instance, target)
    db.upgrade(instance.database)
    click.echo(f"La base est à jour. Sauvegarde d’avant : {target}")
    with instance.database.unit() as session:
        completed, are_some_bare = people.complete_objections(session, at=instance.clock())
    if completed:
        known = "oppositions sont reconnues" if completed > 1 else "opposition est reconnue"
        click.echo(f"{completed} {known} désormais sous toutes les orthographes.")
    if are_some_bare:
        click.echo(
            "Des oppositions anciennes, de personnes effacées depuis, restent reconnues à "
            "l’orthographe exacte : il n’en reste que l’empreinte."
        )


@click.group()
def user() -> None:
    """Comptes : inviter, réinitialiser."""


@user.command()
@click.argument("address")
@click.option("--first-name", "--prenom", "first_name", default="", help="Prénom.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role if role is not Role.COORDINATOR]),
    default=Role.LEAD.value,
    show_default=True,
)
@instance_option
def invite(address: str, first_name: str, role: str, folder: Path) -> None:
    """Ouvrir un compte et donner son lien de première connexion."""
    instance = open_instance(folder)
    now = instance.clock()
    with instance.database.unit() as session:
        made = accounts.add(
            session,
            email=address,
            first_name=first_name or address.partition("@")[0],
            role=Role(role),
            by=None,
            at=now,
        )
        for campaign in launch.all_campaigns(session):
            accounts.join(session, made, campaign)
        token = accounts.invite(session, made, by=None, at=now)
        click.echo(_url(instance, made, token))


@user.command()
@click.argument("address")
@instance_option
def reset(address: str, folder: Path) -> None:
    """Donner un nouveau lien ; les sessions ouvertes se ferment."""
    instance = open_instance(folder)
    now = instance.clock()
    with instance.database.unit() as session:
        found = accounts.by_email(session, accounts.normal_email(address))
        if found is None:
            raise Refusal("Aucun compte n’a cette adresse.")
        if found.disabled_at is not None:
            raise Unusable("Ce compte est fermé.")
        accounts.end_all(session, found, at=now)
        click.echo(_url(instance, found, accounts.invite(session, found, by=None, at=now)))


def _url(instance: Instance, made: User, token: str) -> str:
    path = "entrer" if made.role is Role.VOLUNTEER else "premiere-connexion"
    kind = LinkKind.ENROL.label
    return f"Lien ({kind}, 7 jours, une seule fois) :\n{instance.config.public_url}/{path}/{token}"


COMMANDS = (init, upgrade, user)

"""The command line: ``appel-solidaire``. Sentences a clerk understands, exit codes a script reads.

0: done. 1: refused by a rule. 2: unusable input or settings.
"""

import sys

import click
import sqlalchemy as sa

from appel_solidaire import logs
from appel_solidaire.cli import (
    care,
    demonstration,
    exporting,
    failing,
    forgetting,
    journaling,
    lists,
    serve,
    setup,
    weekly,
)
from appel_solidaire.cli.console import Unusable, refuse
from appel_solidaire.config import Misconfigured
from appel_solidaire.db import Busy
from campaigns.refusal import Refusal


class _Group(click.Group):
    """Turns what the product refuses into a sentence and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            refuse(str(refusal), code=1)
        except (Unusable, Misconfigured) as fault:
            refuse(str(fault), code=2)
        except Busy:
            refuse(
                "La base est occupée par un autre traitement. Réessayez dans une minute.", code=1
            )
        except (click.UsageError, sa.exc.DBAPIError, OSError) as fault:
            say = failing.sentence(fault)
            if say is None:
                raise
            refuse(say, code=2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help", "--aide"]})
@click.version_option(package_name="appel-solidaire", message="%(version)s")
def main() -> None:
    """Appel solidaire : appeler les personnes fragiles, n’oublier aucun besoin."""
    logs.set_up()


for command in (
    *setup.COMMANDS,
    *serve.COMMANDS,
    *lists.COMMANDS,
    *weekly.COMMANDS,
    *care.COMMANDS,
    *demonstration.COMMANDS,
    *exporting.COMMANDS,
    *forgetting.COMMANDS,
    *journaling.COMMANDS,
):
    main.add_command(command)

if __name__ == "__main__":
    sys.exit(main())

"""Commands of the sysadmin: ``backup``, ``restore``, ``doctor``."""

from pathlib import Path

from appel_solidaire.instance import Instance

COMMANDS = ()


def save(instance: Instance, target: Path) -> None:
    """Write a backup."""
    raise NotImplementedError

"""Where the files lie that ship with the suite, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from evalsuite.errors import UserError, did_you_mean

_PACKAGE = Path(__file__).parent
_ROOTS = (_PACKAGE / "_bundled", _PACKAGE.parent)
"""A wheel carries the top-level folders inside the package; in a checkout they lie beside it."""

MINI_PREFIX = "mini:"
PUBLISHED_PREFIX = "published:"


def locate(relative: str) -> Path:
    """Return the path of a shipped file or folder («protocols/esc50_zeroshot.yaml»). Raises ``UserError``."""
    for root in _ROOTS:
        if (root / relative).exists():
            return root / relative
    raise UserError(f"{relative} is missing from this installation: install evalsuite again")


def bundled(folder: str) -> list[str]:
    """Return the names of the YAML files in a shipped folder, without their suffix, sorted."""
    return sorted(path.stem for path in locate(folder).glob("*.yaml"))


def find_yaml(ref: Path | str, *, folder: str) -> Path:
    """Return the YAML file that a user named: a path as typed, else the shipped file of that name in ``folder``.

    Raises ``UserError`` with the nearest shipped name where there is neither.
    """
    path = Path(ref)
    if path.is_file():
        return path
    name = path.name.removesuffix(".yaml")
    known = bundled(folder)
    if name in known:
        return locate(f"{folder}/{name}.yaml")
    raise UserError(f"no such file, and none of that name ships with the suite{did_you_mean(name, known)}", file=path)


def checkpoint(name: str) -> Path:
    """Return the folder of a checkpoint of the miniature world («flux»). Raises ``UserError`` with the nearest name."""
    folder = _PACKAGE / "miniworld" / "checkpoints"
    if name and (folder / name).is_dir():
        return folder / name
    known = [path.name for path in folder.glob("*") if path.is_dir()]
    raise UserError(f"no miniature checkpoint {name!r}{did_you_mean(name, known)}")


def resolve_weights(ref: str) -> Path | str:
    """Return where weights lie: «mini:NAME» and existing paths become a path, any other name is a hub's and stays.

    «published:NAME» becomes the file that was fetched, or the name under which an encoder's library finds it; see
    :func:`evalsuite.published.resolve_published` for what it raises.
    """
    if ref.startswith(MINI_PREFIX):
        return checkpoint(ref.removeprefix(MINI_PREFIX))
    if ref.startswith(PUBLISHED_PREFIX):
        from evalsuite.published import resolve_published

        return resolve_published(ref.removeprefix(PUBLISHED_PREFIX))
    path = Path(ref).expanduser()
    return path if path.exists() else ref

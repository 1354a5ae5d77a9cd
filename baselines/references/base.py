"""What the references share with the system they explain: its settings, and one loaded copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evalsuite.errors import UserError

if TYPE_CHECKING:
    from baselines.seeingsounds.model import SeeingSounds
    from evalsuite.profile import Profile

BASE = "seeingsounds"
"""The name under which a profile keeps the settings of the system that the references explain."""

_opened: dict[tuple[str, str], SeeingSounds] = {}


def base_settings(profile: Profile) -> dict[str, Any]:
    """Return the profile's settings of the base system. Raises ``UserError`` where it has none."""
    if BASE not in profile.models:
        raise UserError(f"profile {profile.name!r} has no settings for {BASE!r}, which this reference is built on")
    return profile.models[BASE]


def base_model(profile: Profile, *, device: str) -> SeeingSounds:
    """Return the base system; the references of one run share one copy, so that its weights are loaded once."""
    from baselines.seeingsounds.model import SeeingSounds

    key = (profile.sha256, device)
    if key not in _opened:
        _opened[key] = SeeingSounds(profile=profile, device=device)
    return _opened[key]

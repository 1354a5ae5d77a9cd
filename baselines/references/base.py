"""What the references share with the system they explain: one loaded copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from baselines.seeingsounds.model import SeeingSounds
    from evalsuite.profile import Profile

_opened: dict[tuple[str, str], SeeingSounds] = {}


def base_model(profile: Profile, *, device: str) -> SeeingSounds:
    """Return the base system; the references of one run share one copy, so that its weights are loaded once."""
    from baselines.seeingsounds.model import SeeingSounds

    key = (profile.sha256, device)
    if key not in _opened:
        _opened[key] = SeeingSounds(profile=profile, device=device)
    return _opened[key]

"""Where the suite keeps what it makes for itself: the store, and what it remembers of files it has checked."""

from __future__ import annotations

import os
from pathlib import Path

HOME_VARIABLE = "EVALSUITE_HOME"


def home() -> Path:
    """Return ``$EVALSUITE_HOME``, else the user's cache folder. It may not exist yet."""
    from platformdirs import user_cache_path

    named = os.environ.get(HOME_VARIABLE)
    return Path(named).expanduser() if named else user_cache_path("evalsuite")

"""What a training keeps out of its data, to tell how well it generalises: the same for every baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from evalsuite.datasets.base import ClipInfo
    from evalsuite.datasets.pool import PoolItem


def held_out_mask(manifest: Sequence[ClipInfo | PoolItem], *, seed: int, one_in: int = 10) -> npt.NDArray[np.bool_]:
    """Return which clips of ``manifest`` to keep out, bool (n,): about one recording in ``one_in``.

    Drawn by source, so that clips cut from one recording are all kept out or none is.
    """
    return np.array([derive_seed(seed, info.source) % one_in == 0 for info in manifest], dtype=bool)

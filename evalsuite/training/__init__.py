"""One training loop for every stage: seeded by step, so that a run resumed after a kill ends at the same weights.

Device, precision, clipping and the averaging over processes are accelerate's. What is here is what it has not: draws
that depend on the step alone, a state that is saved every minute, averaged weights, and a stop where nothing improves.
"""

from __future__ import annotations

from evalsuite.training.loop import Fitted, fit
from evalsuite.training.processes import rank, workers
from evalsuite.training.schedule import Draw, Schedule

__all__ = ["Draw", "Fitted", "Schedule", "fit", "rank", "workers"]

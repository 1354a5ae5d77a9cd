"""The trial: one model run for its gate alone, without the references of its protocol."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.model import AudioToImageModel
from evalsuite.protocol import load_protocol
from evalsuite.running.plan import make_plan
from evalsuite.running.run import run_protocol

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip
    from evalsuite.run_folder import Run
    from evalsuite.running.plan import Request


def run_alone(request: Request, *, folder: Path) -> Run:
    """Run the models of ``request`` without references, into ``folder``. Raises ``UserError``."""
    return run_protocol(_without_references(request, folder), output=folder, report=False)


def model_and_clips(request: Request, *, folder: Path) -> tuple[AudioToImageModel, list[Clip]]:
    """Open the one model of ``request`` and load its clips, to draw without measuring. Raises ``UserError``."""
    plan = make_plan(_without_references(request, folder))
    (model,) = plan.models
    if not isinstance(model, AudioToImageModel):
        raise UserError(f"model {model.card.name!r} does not draw")
    return model, [plan.dataset.load(row).shown_to(model.card.sees) for row in plan.rows]


def _without_references(request: Request, folder: Path) -> Request:
    """Return the request with a copy of its protocol, in ``folder``, that asks for no reference."""
    protocol = load_protocol(request.protocol).model_copy(update={"references": ()})
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{protocol.name}.yaml"
    file.write_text(protocol.model_dump_json(indent=1), encoding="utf-8")  # JSON is YAML
    return replace(request, protocol=file)

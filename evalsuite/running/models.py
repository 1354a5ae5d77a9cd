"""Opening models: entry points, «module:attribute» references, factories and plain classes alike."""

from __future__ import annotations

import inspect
import traceback
from typing import TYPE_CHECKING, Any

from evalsuite.errors import NotConfiguredError, UserError
from evalsuite.model import AudioToImageModel, ModelCard
from evalsuite.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evalsuite.profile import Profile

FACTORY_KEYWORDS = ("profile", "device")


def open_model(ref: str, *, profile: Profile, device: str) -> AudioToImageModel:
    """Return the model that ``ref`` names. Raises ``UserError`` where it is none.

    ``ref`` may name a factory that takes ``profile`` and ``device``, a factory or class that takes nothing, or a
    model itself.
    """
    found = resolve("models", ref)
    ready = isinstance(found, AudioToImageModel) and not isinstance(found, type)
    model = found if ready else _make(ref, found, profile=profile, device=device)
    if not isinstance(model, AudioToImageModel):
        raise UserError(f"model {ref!r} needs a `card` and a `generate(clips, *, seeds)`; see evalsuite/model.py")
    if not isinstance(model.card, ModelCard):
        raise UserError(f"the card of model {ref!r} must be an evalsuite.model.ModelCard, not {model.card!r}")
    return model


def open_models(
    refs: Sequence[str], *, asked: Sequence[str], profile: Profile, device: str
) -> tuple[tuple[AudioToImageModel, ...], dict[str, str]]:
    """Return the models in the order of the report, systems first, and why others are left out, by reference.

    Left out is what the profile has no settings for, unless it is among ``asked``, what the user named. Raises
    ``UserError`` where two models share a name.
    """
    models: dict[str, AudioToImageModel] = {}
    left_out: dict[str, str] = {}
    for ref in dict.fromkeys(refs):
        try:
            models[ref] = open_model(ref, profile=profile, device=device)
        except NotConfiguredError as error:
            if ref in asked:
                raise
            left_out[ref] = error.message
    names = [model.card.name for model in models.values()]
    for ref, name in zip(models, names, strict=True):
        if names.count(name) > 1:
            raise UserError(f"two models of this run are called {name!r}, {ref!r} is one: rename it on its card")
    return tuple(sorted(models.values(), key=lambda model: model.card.role == "reference")), left_out


def _make(ref: str, factory: Any, *, profile: Profile, device: str) -> Any:
    if not callable(factory):
        raise UserError(f"model {ref!r} is a {type(factory).__name__}, neither a model nor something that makes one")
    given = {"profile": profile, "device": device}
    try:
        return factory(**{name: given[name] for name in FACTORY_KEYWORDS if _takes(factory, name)})
    except UserError:
        raise
    except Exception as error:  # whatever a user's constructor raises
        raise model_failure(ref, error) from error


def model_failure(name: str, error: Exception) -> UserError:
    """Return a failure inside a model as its author needs it: what happened, and where in code that is not a library's.

    ``error`` must have been caught.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename]
    last = (own or frames)[-1]  # a suite that is installed is a library itself
    return UserError(f"model {name!r} failed: {type(error).__name__}: {error}", file=last.filename, line=last.lineno)


def _takes(factory: Callable[..., Any], keyword: str) -> bool:
    try:
        parameters = inspect.signature(factory).parameters
    except ValueError:  # some built-in callables have no signature
        return False
    return keyword in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())

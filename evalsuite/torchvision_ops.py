"""Lets torchvision be imported beside a build of torch that its compiled operators were not made for.

The package index's torchvision is compiled against the CUDA build of torch. Beside a CPU build its extension cannot
be loaded; torchvision lets that pass in silence, but then fails on import, because it describes two operators of the
extension that were never declared. Nothing in this suite calls them (they serve object detection), so declaring their
signatures is all that is missing.
"""

from __future__ import annotations

_SIGNATURES = {
    "torchvision::nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


def register_missing_operators() -> None:
    """Make ``import torchvision`` work. Call it before importing anything that imports torchvision.

    Where torchvision's own extension loads, it declares the operators itself and a second declaration would clash:
    so torchvision is asked first, and helped only where it fails.
    """
    try:
        import torchvision  # noqa: F401
    except RuntimeError as error:
        if "torchvision::nms does not exist" not in str(error):
            raise
        _declare()


def _declare() -> None:
    import torch

    for name, signature in _SIGNATURES.items():
        torch.library.define(name, signature)

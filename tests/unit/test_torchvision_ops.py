"""In processes of their own: what a process has imported cannot be taken back."""

from __future__ import annotations

import subprocess
import sys


def _run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_everything_that_imports_torchvision_can_be_imported():
    _run(
        "from evalsuite.torchvision_ops import register_missing_operators as register\n"
        "register()\n"
        "register()\n"
        "import torchvision, open_clip, cleanfid.fid\n"
        "from diffusers import FluxPipeline\n"
        "from transformers import CLIPImageProcessor\n"
    )


def test_an_extension_that_works_is_left_alone():
    """A stand-in for a matching build, whose extension declares the operators itself."""
    _run(
        "import sys, types, torch\n"
        "schema = '(Tensor dets, Tensor scores, float iou_threshold) -> Tensor'\n"
        "torch.library.define('torchvision::nms', schema)\n"
        "sys.modules['torchvision'] = types.ModuleType('torchvision')\n"
        "from evalsuite.torchvision_ops import register_missing_operators\n"
        "register_missing_operators()\n"
        "assert not hasattr(torch.ops.torchvision, 'qnms')\n"
    )

"""Each broken promise is found, under its own name and no other, with the smallest case that breaks it."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import broken_models
import numpy as np
import pytest

from evalsuite.cli.main import invoke
from evalsuite.conformance import upkeep
from evalsuite.conformance.finding import compare
from evalsuite.conformance.kit import FIRST, FURTHER, check_promises

if TYPE_CHECKING:
    from evalsuite.conformance.finding import Finding

NAMES = [promise.name for promise in (*FIRST, *FURTHER)]
FIRST_SOUND = "tone (2 s at 16000 Hz, seed 1)"

BROKEN = {
    "Floats": ({"shape and type"}, "not float64 of shape (1, 16, 16, 3)"),
    "ChannelsFirst": ({"shape and type"}, "not uint8 of shape (1, 3, 16, 16)"),
    "Squeezed": ({"shape and type"}, f"{FIRST_SOUND}: model 'toy' must return"),
    "ListOfPictures": ({"shape and type"}, "not list"),
    "Crashing": ({"shape and type"}, "RuntimeError: no weights for 16000 Hz and seed 1"),
    "ForgotToScale": ({"range of values"}, FIRST_SOUND),
    "NotANumber": ({"range of values"}, "RuntimeWarning: invalid value encountered in cast"),
    "SizedByLength": ({"picture size"}, "tone (1 s at 16000 Hz, seed 1) gives [16, 16], tone (5 s"),
    "SizedOtherwise": ({"picture size"}, "gives [16, 16]"),
    "Unseeded": ({"the same again", "global random state"}, f"{FIRST_SOUND}, twice in a row"),
    "Entropy": ({"the same again"}, "twice in a row"),
    "GlobalState": ({"global random state"}, "under the global seeds 1 and 2"),
    "Remembering": ({"the same again"}, "twice in a row"),
    "FirstCallDiffers": ({"a fresh instance"}, "as the first call of a fresh instance"),
    "ReadsTheId": ({"whatever the clip's id"}, "under two ids"),
    "NormalisesTheBatch": ({"whatever the batch"}, "a batch of 2 clips, drawn together and alone: picture 1 of 2"),
    "FirstOfManyDiffers": ({"whatever the order"}, "a batch of 2 clips and its reverse: picture 2 of 2"),
    "NeedsEqualLengths": ({"a mixed batch"}, f"{FIRST_SOUND} + tone (1 s at 16000 Hz, seed 2)"),
    "NormalisesInPlace": ({"inputs left alone"}, FIRST_SOUND),
    "EatsTheSeeds": ({"inputs left alone"}, "4 clips"),
    "NewFingerprint": ({"card"}, "read once more, fingerprint"),
    "FingerprintOfTheInstance": ({"card"}, "of a fresh instance, fingerprint"),
    "ReadsTheLabel": ({"card"}, "role 'system', sees ['audio', 'label']"),
    "Nameless": ({"card"}, "role 'system'"),
    "Leaking": ({"memory"}, "12 times after 3 calls of warm-up"),
    "DividesByThePeak": ({"silence"}, "silence (2 s at 16000 Hz, seed 1): "),
    "NeedsAWindow": ({"a clip of one sample"}, "one sample (6.25e-05 s at 16000 Hz, seed 1): "),
    "KnowsTwoRates": ({"sample rates"}, "ValueError: cannot resample from 8000"),
    "TenSecondsAtMost": ({"a long clip"}, "tone (60 s at 16000 Hz, seed 1): "),
    "SmallSeeds": ({"extreme seeds"}, f"seed {2**63 - 1}): "),
    "Deaf": ({"listens to the sound"}, f"{FIRST_SOUND} and white noise give the same picture"),
}


def look(name: str) -> dict[str, Finding]:
    model = getattr(broken_models, name)
    return dict(check_promises(model(), reopen=model))


def broken(found: dict[str, Finding]) -> set[str]:
    return {name for name, finding in found.items() if finding.kept is False}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_found_with_its_smallest_case(name: str):
    names, words = BROKEN[name]
    found = look(name)
    assert broken(found) == names
    case = next(finding.case for finding in found.values() if finding.kept is False)
    assert case is not None
    assert words in case


@pytest.mark.parametrize("name", ["Good", "Seedless", "DeafReference"])
def test_a_model_that_keeps_its_promises_passes(name: str):
    found = look(name)
    assert list(found) == NAMES
    assert not broken(found)
    assert not [finding for finding in found.values() if finding.case]


def test_a_card_that_loads_weights_is_not_cheap(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upkeep, "CHEAP_SECONDS", 0.1)
    assert broken(look("SlowCard")) == {"card"}


def test_nothing_more_is_looked_at_without_pictures():
    assert list(look("Crashing")) == ["shape and type"]
    assert list(look("ForgotToScale")) == ["shape and type", "range of values"]


def test_what_rests_on_a_broken_promise_is_not_judged():
    found = look("NormalisesTheBatch")
    assert found["whatever the order"].kept is None
    assert "rests on «whatever the batch»" in found["whatever the order"].found


def test_all_rates_that_fail_are_named():
    found = look("KnowsTwoRates")["sample rates"].found
    assert [rate for rate in (8000, 11025, 22050, 44100, 96000) if str(rate) in found] == [8000, 11025, 22050, 96000]


def test_notes_tell_what_is_no_promise():
    assert look("Good")["does the seed matter"].found == "4 of 4 pictures change with another seed"
    assert look("Seedless")["does the seed matter"].found == "0 of 4 pictures change with another seed"
    assert look("DeafReference")["listens to the sound"].kept is None


def test_a_ready_object_has_no_fresh_instance():
    model = broken_models.Good()
    assert dict(check_promises(model, reopen=lambda: model))["a fresh instance"].kept is None
    assert dict(check_promises(model))["a fresh instance"].kept is None


def test_the_global_generators_are_put_back():
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    look("Good")
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002


def test_the_first_difference_ends_the_comparison():
    picture = np.zeros((4, 4, 3), np.uint8)
    changed = picture.copy()
    changed[1, 2, 0], changed[3, 1, 2] = 5, 250

    def cases() -> Any:
        yield "small", [picture], [picture]
        yield "middle", [picture, picture], [picture, changed]
        pytest.fail("a larger case was drawn though a smaller one differs")

    finding = compare(cases())
    assert finding.kept is False
    assert finding.case == "middle: picture 2 of 2"
    assert finding.found == "largest difference 250 of 255, at row 3, column 1, channel 2"


def test_the_command_tells_the_smallest_case(capsys: pytest.CaptureFixture[str]):
    assert invoke(["check-model", "broken_models:NeedsEqualLengths"]) == 2
    told = capsys.readouterr()
    assert told.err == "evalsuite: model 'toy' breaks: a mixed batch\n"
    lines = told.out.splitlines()
    assert lines[0] == "kept    shape and type: (1, 16, 16, 3) and (2, 16, 16, 3) and (4, 16, 16, 3)"
    place = lines.index("BROKEN  a mixed batch: not drawn")
    assert lines[place + 1].startswith(f"        smallest case: {FIRST_SOUND} + tone (1 s at 16000 Hz, seed 2): ")
    assert "broken_models.py" in lines[place + 1]


def test_the_command_writes_json(capsys: pytest.CaptureFixture[str]):
    assert invoke(["check-model", "broken_models:SmallSeeds", "--json"]) == 2
    findings = json.loads(capsys.readouterr().out)
    assert [finding["name"] for finding in findings] == NAMES
    assert {tuple(finding) for finding in findings} == {("name", "kept", "found", "case")}
    assert [finding["name"] for finding in findings if finding["kept"] is False] == ["extreme seeds"]

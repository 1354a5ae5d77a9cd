"""The ledger of real plans and runs: the miniature world's, and those of models that users bring."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from evalsuite.datasets.base import DatasetCard
from evalsuite.datasets.lines import Heading, PreparedClip, written
from evalsuite.datasets.prepared import tallied
from evalsuite.errors import UserError
from evalsuite.run_folder import REPORT_FILE, load_run
from evalsuite.running.contamination import trained_on
from evalsuite.running.plan import Request, make_plan
from evalsuite.running.run import run_protocol
from evalsuite.running.stamps import first_record

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.contamination.ledger import ContaminationRow

MODULE = "my_models_for_the_ledger"
USERS = """\
from toys import HearingModel, ToyDataset

from evalsuite.datasets.base import ClipInfo, DatasetCard
from evalsuite.model import ModelCard


class Esc50(HearingModel):
    card = ModelCard(name="esc50_model", fingerprint="1", trained_on=("esc50@2.0",), concepts_met=("red", "rain"))


class Fsd50k(HearingModel):
    card = ModelCard(name="fsd50k_model", fingerprint="2", trained_on=("fsd50k",))


class Untold(HearingModel):
    card = ModelCard(name="untold", fingerprint="3")


class Listener(HearingModel):
    card = ModelCard(name="listener", fingerprint="4", trained_on=(), encoders=("published:ast",))


class Recordings(ToyDataset):
    card = DatasetCard(name="esc50", version="toy")

    def manifest(self):
        return tuple(row.model_copy(update={"source": str(100 + at // 2)}) for at, row in enumerate(super().manifest()))
"""
TOY_PROTOCOL = Request(protocol="protocol.yaml", profile="profile.yaml")
MINI = Request(protocol="esc50_zeroshot", profile="mini")


@pytest.fixture
def place(world: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy world, whose clips are said to be ESC-50's, with the user's models beside it."""
    monkeypatch.syspath_prepend(world)
    (world / f"{MODULE}.py").write_text(USERS)
    profile = world / "profile.yaml"
    profile.write_text(profile.read_text().replace('use: "toys:ToyDataset"', f'use: "{MODULE}:Recordings"'))
    return world


def rows(request: Request) -> dict[str, ContaminationRow]:
    return {row.name: row for row in make_plan(request).contamination}


def row_of(name: str, **changes: object) -> ContaminationRow:
    """The ledger's only system, a user's."""
    request = replace(TOY_PROTOCOL, models=(f"{MODULE}:{name}",), **changes)
    return next(row for row in make_plan(request).contamination if row.kind == "system")


@pytest.mark.usefixtures("evalsuite_home")
def test_all_of_the_miniature_world_is_zero_shot():
    plan = make_plan(MINI)
    record = first_record(plan, created="", command="")
    assert record.contamination == plan.contamination
    systems = [row for row in record.contamination if row.kind == "system"]
    scorers = {row.name: row.roles for row in record.contamination if row.kind == "scorer"}
    assert [row.name for row in systems] == ["seeingsounds", "sound2scene", "sound2vision", "sonification", "cascade"]
    assert scorers["mini:audioclip"] == ("second_judge", "audio_similarity", "semantic")
    assert {row.zero_shot for row in record.contamination} == {"yes"}
    assert "which shares nothing with miniworld_esc50" in systems[0].reason
    assert {row.classes_met for row in systems} == {None, 40}


@pytest.mark.usefixtures("place")
def test_a_users_model_is_held_against_what_the_miniature_world_stands_for():
    asked = tuple(f"{MODULE}:{name}" for name in ("Esc50", "Fsd50k", "Listener"))
    found = rows(replace(MINI, models=asked))
    assert {name: found[name].zero_shot for name in ("esc50_model", "fsd50k_model", "listener")} == {
        "esc50_model": "no",
        "fsd50k_model": "unknown",
        "listener": "yes",
    }


@pytest.mark.usefixtures("place")
def test_a_card_that_names_what_is_evaluated_is_not_zero_shot_and_says_so():
    done = run_protocol(replace(TOY_PROTOCOL, models=(f"{MODULE}:Esc50",), limit=8))
    row = load_run(done.path).record.contamination[0]
    assert (row.zero_shot, row.classes_met) == ("no", 1)
    assert f"esc50_model is not zero-shot here: {row.reason}" in done.record.notes
    report = (done.path / REPORT_FILE).read_text()
    table = report[report.index('<section id="training">') :]
    assert "trained on esc50, which is evaluated here" in table
    assert 'class="words verdict no">no</td>' in table
    assert "what toy was trained on is not known" in table
    assert '<a href="#subsets">' in table
    assert '<div id="subsets">' in report


@pytest.mark.usefixtures("place")
def test_a_common_origin_is_unknown_and_says_what_would_decide():
    row = row_of("Fsd50k")
    assert row.zero_shot == "unknown"
    assert "like esc50 comes from Freesound: unknown until a manifest of fsd50k is compared" in row.reason


@pytest.mark.usefixtures("place")
def test_a_card_that_tells_nothing_is_unknown():
    assert (row_of("Untold").zero_shot, row_of("Untold").classes_met) == ("unknown", None)


def test_recordings_are_counted_where_a_manifest_names_them(place: Path):
    manifest = place / "fsd50k.jsonl"
    for listed, verdict, shared in [(("100", "101", "7"), "no", 2), (("7", "8"), "yes", 0)]:
        manifest.write_text("".join(json.dumps({"source": source}) + "\n" for source in listed))
        (finding,) = row_of("Fsd50k", trained_on={"fsd50k": manifest}).findings
        assert (finding.zero_shot, finding.shared_sources) == (verdict, shared)
    assert "none of whose 2 recordings is in esc50 by its Freesound id" in finding.reason


def test_a_prepared_manifest_is_read_whole_or_not_at_all(place: Path):
    file = place / "prepared.jsonl"
    clip = PreparedClip(
        id="a", file="a.wav", label="dog", source="100", bytes=1, sha256="0", seconds=1.0, sample_rate=8000, frames=None
    )
    heading = written(Heading(card=DatasetCard(name="fsd50k", version="1")))
    file.write_bytes(heading + written(clip) + written(tallied([clip])))
    assert row_of("Fsd50k", trained_on={"fsd50k": file}).findings[0].shared_sources == 1
    other = written(Heading(card=DatasetCard(name="clotho", version="1")))
    file.write_bytes(other + written(clip) + written(tallied([clip])))
    with pytest.raises(UserError, match=r"prepared\.jsonl: this lists clotho, not fsd50k"):
        row_of("Fsd50k", trained_on={"fsd50k": file})
    file.write_bytes(heading + written(clip))
    with pytest.raises(UserError, match=r"prepared\.jsonl:2: "):
        row_of("Fsd50k", trained_on={"fsd50k": file})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "fsd50",
            '{"source": "1"}',
            "nothing in this run says that it was trained on 'fsd50' .* did you mean 'fsd50k'",
        ),
        ("fsd50k", '{"source": "1"}\n{"ytid": "1"}', "fsd50k.jsonl:2: should be a clip"),
        ("fsd50k", "", "no recording is listed"),
    ],
)
def test_a_wrong_manifest_is_told(place: Path, name: str, content: str, message: str):
    file = place / "fsd50k.jsonl"
    file.write_text(content)
    with pytest.raises(UserError, match=message):
        row_of("Fsd50k", trained_on={name: file})


def test_manifests_change_no_number(place: Path):
    file = place / "fsd50k.jsonl"
    file.write_text('{"source": "1"}')
    request = replace(TOY_PROTOCOL, models=(f"{MODULE}:Fsd50k",))
    assert make_plan(request).run_id == make_plan(replace(request, trained_on={"fsd50k": file})).run_id


def test_a_computation_was_trained_on_nothing():
    assert trained_on("pixel-descriptors") == {}
    assert trained_on("a network that nobody knows") is None

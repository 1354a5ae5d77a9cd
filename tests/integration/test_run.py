from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from toys import SAMPLES, Cheat, HearingModel, ToyDataset, ToyTower

from evalsuite.errors import UserError
from evalsuite.metrics import cosine_matrix
from evalsuite.run_folder import CLIP_COLUMNS, Run, load_run
from evalsuite.running import generate as generation
from evalsuite.running.clips import ClipLoader
from evalsuite.running.media import Media
from evalsuite.running.plan import Request, make_plan
from evalsuite.running.run import run_protocol
from evalsuite.running.selection import stratified
from evalsuite.running.store import STORE_FILE, Store

if TYPE_CHECKING:
    from evalsuite.audio.clip import Clip
    from evalsuite.datasets.base import ClipInfo

CLIPS = 160
REQUEST_DATASET = "toys:ToyDataset"
REQUEST = Request(protocol="protocol.yaml", profile="profile.yaml")

pytestmark = pytest.mark.usefixtures("world")


def run(*models: str, **changes: object) -> Run:
    named = tuple(f"toys:{model}" for model in models)
    return run_protocol(replace(REQUEST, models=named, **changes), report=False)


def value(run: Run, model: str, metric: str, subset: str = "all") -> float:
    found = [m for m in run.record.measurements if (m.model, m.metric, m.passport.subset) == (model, metric, subset)]
    return found[0].estimate.value


def test_a_run_measures_every_model_and_keeps_it():
    done = run()
    assert done.record.status == "complete"
    assert load_run(done.path).record == done.record
    assert [card.name for card in done.record.models] == ["hearing", "toy_real", "toy_shuffled"]
    assert value(done, "hearing", "accuracy") == 1
    assert value(done, "toy_real", "accuracy") == 1
    assert value(done, "toy_shuffled", "accuracy") == 0
    clips = done.clips()
    assert len(clips) == 3 * CLIPS
    assert tuple(clips.columns[: len(CLIP_COLUMNS)]) == CLIP_COLUMNS
    assert clips[clips.model == "hearing"].accuracy.mean() == 1
    assert str(clips.seed.dtype) == "int64"


def test_the_clip_that_was_heard_is_recorded():
    clips = run().clips()
    heard_itself = clips.clip_id == clips.heard_clip_id
    assert (heard_itself == (clips.model != "toy_shuffled")).all()


def test_the_same_request_again_makes_nothing_and_piles_up_nothing():
    first = run()
    HearingModel.drawn.clear()
    ToyTower.embedded.clear()
    second = run()
    assert HearingModel.drawn == []
    assert ToyTower.embedded == []
    assert second.path == first.path
    assert second.record.measurements == first.record.measurements


def test_models_of_one_name_share_no_pictures():
    assert value(run("HearingModel"), "hearing", "accuracy") == 1
    assert value(run("Namesake"), "hearing", "accuracy") == pytest.approx(1 / 4)


def test_two_models_of_one_name_in_one_run_are_refused():
    with pytest.raises(UserError, match="two models of this run are called 'hearing'"):
        run("HearingModel", "Namesake")


def test_an_interrupt_loses_at_most_a_batch():
    with pytest.raises(KeyboardInterrupt):
        run("Interrupted")
    assert load_run(next(Path("runs").iterdir())).record.status == "running"
    assert sum(HearingModel.drawn) == 64
    run("Interrupted")
    assert sum(HearingModel.drawn) == CLIPS + CLIPS  # its own, each once, and those of the shuffled reference


def test_a_model_that_ignores_the_sound_is_seen():
    done = run("DeafModel")
    assert value(done, "deaf", "accuracy") == pytest.approx(1 / 4)


def test_labels_and_telling_ids_are_hidden():
    done = run("Cheat")
    assert len(Cheat.seen) == CLIPS
    assert all(clip.label is None and clip.picture is None for clip in Cheat.seen)
    assert value(done, "cheat", "accuracy") < 1


def test_the_size_of_the_batches_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    first = run()
    monkeypatch.setenv("EVALSUITE_HOME", str(tmp_path / "another"))
    monkeypatch.setattr(generation, "batches", lambda items: (items[i : i + 7] for i in range(0, len(items), 7)))
    assert run().record.measurements == first.record.measurements


def test_a_damaged_picture_is_made_again_and_told(evalsuite_home: Path):
    first = run()
    key = first.clips().image_key[3]
    connection = sqlite3.connect(evalsuite_home / STORE_FILE)
    with connection:
        connection.execute("UPDATE entries SET data = x'00' WHERE key = ?", (key,))
    connection.close()
    HearingModel.drawn.clear()
    second = run()
    assert HearingModel.drawn == [1]
    assert second.record.measurements == first.record.measurements
    assert any("damaged" in note for note in second.record.notes)


def test_a_limit_is_stratified_and_nested():
    rows = ToyDataset().manifest()
    ten, twenty = stratified(rows, limit=10), stratified(rows, limit=20)
    assert sorted(Counter(row.label for row in ten).values()) == [2, 2, 3, 3]
    assert {row.id for row in ten} < {row.id for row in twenty}
    assert len({row.fold for row in twenty}) > 1
    assert stratified(rows, limit=1000) == rows
    passport = run(limit=10).record.measurements[0].passport
    assert (passport.n, passport.total) == (10, CLIPS)


def test_subsets_are_the_same_for_every_model():
    done = run()
    for model in ("hearing", "toy_real", "toy_shuffled"):
        assert value(done, model, "accuracy", "concepts met in training") in {0, 1}
        assert value(done, model, "accuracy", "concepts not met in training") in {0, 1}
    subset = [m.passport for m in done.record.measurements if m.passport.subset != "all"]
    assert {(passport.n, passport.total) for passport in subset} == {(80, 80)}


def test_seeds_change_pictures_and_the_run():
    assert run(seed=1).path != run(seed=2).path


def test_what_does_not_apply_is_left_out_and_said_so(world: Path):
    profile = world / "profile.yaml"
    lines = [line for line in profile.read_text().splitlines() if "pictures:" not in line and "audio_sim" not in line]
    profile.write_text("\n".join(lines))
    done = run()
    assert [card.name for card in done.record.models] == ["hearing", "toy_shuffled"]
    assert [metric.name for metric in done.record.metrics] == ["accuracy"]
    assert [note.split(" ")[0] for note in done.record.notes] == ["toy_real", "audioclip_similarity", "fid"]


def test_a_system_trained_on_what_is_evaluated_is_named():
    (note,) = [note for note in run("Contaminated", limit=8).record.notes if "zero-shot" in note]
    assert note == "contaminated is not zero-shot here: its own parts were trained on toy, which is evaluated here."


def test_a_model_without_settings_is_left_out_unless_it_was_asked_for(world: Path):
    protocol = world / "protocol.yaml"
    protocol.write_text(protocol.read_text().replace("references: [", 'references: ["toys:Unconfigured", '))
    done = run(limit=8)
    assert "toys:Unconfigured is left out: profile 'toy' has no settings for 'unconfigured'." in done.record.notes
    with pytest.raises(UserError, match="has no settings for 'unconfigured'"):
        run("Unconfigured", limit=8)


def test_real_recordings_before_toy_encoders_are_noted(world: Path):
    profile = world / "profile.yaml"
    profile.write_text(profile.read_text().replace('use: "toys:ToyDataset"', 'use: "toys:RecordedDataset"'))
    assert any(note.startswith("Real recordings met toy encoders") for note in run(limit=8).record.notes)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("Broken", "toys.py:[0-9]+: model 'broken' failed: RuntimeError: no idea"),
        ("Unbuildable", "toys.py:[0-9]+: model 'toys:Unbuildable' failed: FileNotFoundError: weights.bin"),
        ("Misshapen", "model 'misshapen' must return uint8 pictures .* not float32"),
        ("CLASSES", "neither a model nor something that makes one"),
        ("ToyDataset", "needs a `card` and a `generate"),
        ("HearingModle", "did you mean 'HearingModel'"),
    ],
)
def test_a_model_at_fault_is_named(model: str, message: str):
    with pytest.raises(UserError, match=message):
        run(model)


def test_real_data_are_found_by_option_and_by_environment(world: Path, monkeypatch: pytest.MonkeyPatch):
    folder = world / "data" / REQUEST_DATASET
    folder.mkdir(parents=True)
    assert make_plan(REQUEST).dataset.root is None
    assert make_plan(replace(REQUEST, data={REQUEST_DATASET: folder})).dataset.root == folder
    monkeypatch.setenv("EVALSUITE_DATA", str(world / "data"))
    assert make_plan(REQUEST).dataset.root == folder


def test_data_for_another_data_set_is_refused(tmp_path: Path):
    with pytest.raises(UserError, match="the protocol evaluates 'toys:ToyDataset'"):
        make_plan(replace(REQUEST, data={"toys": tmp_path}))


def test_sounds_come_in_order_and_are_made_once_while_there_is_room():
    made: list[str] = []

    class Counting(ToyDataset):
        def load(self, info: ClipInfo) -> Clip:
            made.append(info.id)
            return super().load(info)

    rows = ToyDataset().manifest()
    room_for_ten = 10 * 4 * SAMPLES
    loader = ClipLoader(Counting(), kept_bytes=room_for_ten)
    for _ in range(2):
        assert [clip.id for clip in loader.stream(rows)] == [row.id for row in rows]
    assert len(made) == 2 * CLIPS - 10
    assert not next(loader.stream(rows)).waveform.flags.writeable


def test_the_nearest_real_picture_is_one_that_the_protocol_refers_to(world: Path):
    protocol = world / "protocol.yaml"
    protocol.write_text(protocol.read_text().replace("frechet:fid", "frechet:clip_fid"))
    done, plan = run(limit=20), make_plan(REQUEST)
    clips = done.clips()
    with Store() as store:
        media = Media(done, store=store, dataset=plan.dataset, rows=plan.asked, pictures=plan.pictures)
        references = {row.id: media.reference_picture(row.id) for row in plan.asked}
        drawn = [media.picture("hearing", clip_id) for clip_id in clips.clip_id[:20]]
    tower = ToyTower("image")
    similar = cosine_matrix(tower.embed(drawn), tower.embed([references[name] for name in sorted(references)]))
    hearing = clips[clips.model == "hearing"]
    assert list(hearing.nearest_real) == [sorted(references)[place] for place in similar.argmax(axis=1)]
    np.testing.assert_allclose(hearing.nearest_real_similarity, similar.max(axis=1), rtol=0, atol=1e-12)
    assert set(hearing.nearest_real) - set(hearing.clip_id), "all 160 clips bring references, and 20 are evaluated"


def test_no_picture_is_nearest_where_the_judge_saw_no_references():
    clips = run().clips()
    assert clips.nearest_real.isna().all()
    assert clips.nearest_real_similarity.isna().all()
    assert clips.nearest_real_similarity.dtype == np.float64


def test_media_are_found_by_model_and_clip():
    done = run()
    plan = make_plan(REQUEST)
    made: list[str] = []
    with Store() as store:
        media = Media(done, store=store, dataset=plan.dataset, rows=plan.rows, pictures=plan.pictures)
        picture, truth = media.picture("hearing", "red-1"), media.true_picture("red-1")
        assert picture is not None
        assert truth is not None
        assert np.abs(picture.astype(int) - truth).max() <= 20
        assert media.picture("nobody", "red-1") is None
        assert media.sound("red-1").label == "red"
        for _ in range(2):
            assert media.cached_bytes("a key", lambda: bytes(made.append("made") or b"made")) == b"made"
    assert made == ["made"]

"""The training for a GPU goes the whole way on a processor: packed, trained, put together."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel

from course_utils.models.embedded import FOLDER
from training.image import train_on_gpu
from training.image.train_denoiser import SIZE

SHIPPED = FOLDER / "image"
ROOT = Path(__file__).parents[2]
TINY = "--batch 4 --pool 16 --workers 1 --minutes 0.05 --trial 0.02".split()


@pytest.fixture
def work(tmp_path) -> Path:
    """A work folder of four drawings, with the weights that ship to go on from."""
    folder = tmp_path / "work"
    folder.mkdir()
    for part in ("unet", "text_encoder", "tokenizer", "vae"):
        shutil.copytree(SHIPPED / part, folder / part)
    labels, rng = ("bell", "radio", "owl", "kite"), np.random.default_rng(0)
    records = [
        {"label": label, "group": 7, "style": "flat", "tags": [], "everyday": True}
        for label in labels
    ]
    rgba = rng.integers(0, 255, (len(labels), SIZE, SIZE, 4), dtype=np.uint8)
    np.savez(folder / "pictures.npz", rgba=rgba)
    width = json.loads((SHIPPED / "text_encoder/config.json").read_text("utf-8"))["hidden_size"]
    target = torch.nn.functional.normalize(torch.randn(8, 384), dim=-1)
    torch.save({"texts": [*labels] * 2, "target": target}, folder / "phrases.pt")
    torch.save(torch.nn.Linear(width, 384).state_dict(), folder / "text_head.pt")
    for name, content in (
        ("pictures", records), ("synonyms", {}), ("kin", {"wireless": ["radio", 0.7]}),
    ):  # fmt: skip
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="its workers are forked")
def test_packed_trained_and_joined_weights_can_be_gone_on_from(work, tmp_path, monkeypatch):
    monkeypatch.setattr(train_on_gpu, "CAPTIONS", 2000)
    data, parts = tmp_path / "data.npz", tmp_path / "parts"
    train_on_gpu.pack(work, data)
    told = subprocess.run(
        [sys.executable, "-m", "training.image.train_on_gpu", "train", "--data", data, "--out",
         parts, *TINY],
        cwd=ROOT, env=os.environ | {"CUDA_VISIBLE_DEVICES": ""}, text=True, capture_output=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-2000:]
    assert all(part.stat().st_size < 16 * 2**20 for part in parts.iterdir())
    train_on_gpu.join(work, parts)
    before = UNet2DConditionModel.from_pretrained(SHIPPED / "unet", torch_dtype=torch.float32)
    after = UNet2DConditionModel.from_pretrained(work / "unet", torch_dtype=torch.float32)
    moved = max(
        float((new - old).abs().max().detach())
        for old, new in zip(before.parameters(), after.parameters(), strict=True)
    )
    assert 0 < moved < 0.5

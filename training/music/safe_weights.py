"""Turn a model folder whose weights are a pickle (`pytorch_model.bin`) into one with safetensors,
which is the only kind the course opens.

Run: python -m training.music.safe_weights FOLDER OUT

For `stanford-crfm/music-small-800k`, whose page offers no safetensors as far as we know: a teacher
fetches it once, converts it here, and names OUT in COURSE_TUNE_MODEL. Its licence, Apache-2.0,
allows handing the result on. The pickle is read by torch's restricted reader, which takes numbers
and refuses everything else.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path


def convert(folder: Path, out: Path) -> Path:
    """Write OUT with config.json and model.safetensors, and check that transformers opens it with
    exactly those weights.

    Raises:
        FileNotFoundError: the folder has no config.json or no pytorch_model.bin.
        pickle.UnpicklingError: the file holds more than numbers.
    """
    import torch
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForCausalLM

    weights = torch.load(folder / "pytorch_model.bin", map_location="cpu", weights_only=True)
    model = AutoModelForCausalLM.from_config(
        AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False),
        trust_remote_code=False,
    )
    known = model.state_dict()
    missing = model.load_state_dict(
        {name: value for name, value in weights.items() if name in known}, strict=False
    ).missing_keys
    tied = set(getattr(model, "_tied_weights_keys", None) or ())
    if set(missing) - tied:
        raise ValueError(f"the weights lack {sorted(set(missing) - tied)[0]}")
    model.tie_weights()
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "config.json", out)
    save_file(
        {
            name: value.contiguous()
            for name, value in model.state_dict().items()
            if name not in tied
        },
        out / "model.safetensors",
        metadata={"format": "pt"},
    )
    opened = AutoModelForCausalLM.from_pretrained(
        out, use_safetensors=True, local_files_only=True, trust_remote_code=False
    ).state_dict()
    if any(not torch.equal(opened[name], value) for name, value in model.state_dict().items()):
        raise ValueError("what was written reads back differently")
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    print("written:", convert(options.folder, options.out))

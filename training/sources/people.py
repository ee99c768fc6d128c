"""Train the judge of people: two logistic regressions on what the judge's convolutions leave, which say how a drawing presents a person and which skin tone it has.

Run: python -m training.sources.people          (after training.sources.index; a few minutes)

It learns from the pictures of people in the index (16 roles as woman, man and person, six tones, three styles) and from things of the picture index, as "nobody".
Four roles are kept from it; its accuracy and confusion matrices on them go with every figure it helps to make.
"""

from __future__ import annotations

import json
import random

import numpy as np
from PIL import Image, ImageFilter
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression

from course_utils.care.looker import TONES, WHO, layers, pooled_features
from course_utils.care.neighbours import file_of as picture_file
from course_utils.care.neighbours import library, opened
from course_utils.care.people import file_of, people
from course_utils.models.embedded import FOLDER
from training.image.compose import on_canvas
from training.image.data import PEOPLE
from training.image.words_for_pictures import BACKGROUNDS

KEPT_BACK = {"student", "cook", "scientist", "pilot"}
VIEWS = 5
FACES = ("face", "hand", "hands", "eye", "eyes", "ear", "nose", "foot", "brain", "tooth", "bone", "thumbs", "fist", "biceps", "handshake", "grinning", "smiling")


def view(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A view as the picture model might draw it: mirrored, moved, sized, softer, on a colour."""
    if rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    ground = rng.choice(list(BACKGROUNDS.values())) if rng.random() < 0.25 else (255, 255, 255)
    made = on_canvas([(picture.convert("RGBA"), 0.5 + rng.uniform(-0.06, 0.06), 0.5 + rng.uniform(-0.06, 0.06), rng.uniform(0.8, 1.08))], 48, ground)
    return made.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.3)))


def things(rng: random.Random, count: int) -> list[Image.Image]:
    """Pictures with nobody in them; faces and hands are left out, since it is a matter of taste whether they are somebody."""
    names = {name.strip() for name in PEOPLE.split(";")}
    labels = library()[4]["labels"]
    places = [place for place, label in enumerate(labels) if label not in names and not set(label.lower().split()) & set(FACES)]
    return [opened(picture_file(place)) for place in rng.sample(places, count)]


def matrix(right: list[int], said: list[int], size: int) -> list[list[int]]:
    table = np.zeros((size, size), int)
    np.add.at(table, (right, said), 1)
    return table.tolist()


def train() -> None:
    rng, numbers = random.Random(2), layers()[0]
    known = [{**row, "place": place} for place, row in enumerate(people())]
    somebody = {False: [row for row in known if row["role"] not in KEPT_BACK], True: [row for row in known if row["role"] in KEPT_BACK]}
    nobody = things(rng, 900)
    sets = {}
    for kept, rows in somebody.items():
        pictures, who, tone = [], [], []
        for row in rows:
            picture = opened(file_of(row["place"]))
            for _ in range(1 if kept else VIEWS):
                pictures.append(view(picture, rng)), who.append(WHO.index(row["who"])), tone.append(row["tone"])
        for picture in nobody[:150] if kept else nobody[150:]:
            for _ in range(1 if kept else 2):
                pictures.append(view(picture, rng)), who.append(0), tone.append(-1)
        sets[kept] = np.concatenate([pooled_features(pictures[at : at + 200], numbers) for at in range(0, len(pictures), 200)]), np.array(who), np.array(tone)
    seen, who, tone = sets[False]
    mean, spread = seen.mean(0), seen.std(0) + 1e-3
    new, new_who, new_tone = (sets[True][0] - mean) / spread, sets[True][1], sets[True][2]
    weights = {"mean": mean, "spread": spread}
    about: dict = {"views": len(seen), "kept_back": sorted(KEPT_BACK), "kept_views": len(new)}
    for name, right, mine, test, names in (("who", who, who >= 0, new_who >= 0, WHO), ("tone", tone, tone >= 0, new_tone >= 0, TONES)):
        model = LogisticRegression(C=0.01, max_iter=300).fit(((seen - mean) / spread)[mine], right[mine])
        said, truth = model.predict(new[test]), (new_who if name == "who" else new_tone)[test]
        weights |= {f"{name}.weight": model.coef_, f"{name}.bias": model.intercept_}
        about[name] = {"names": names, "right": round(float((said == truth).mean()), 3), "matrix": matrix(truth, said, len(names))}
        print(name, about[name])
    save_file({name: np.ascontiguousarray(value, dtype=np.float16) for name, value in weights.items()}, FOLDER / "judge/people.safetensors")
    (FOLDER / "judge/people.json").write_text(json.dumps(about), encoding="utf-8")


if __name__ == "__main__":
    train()

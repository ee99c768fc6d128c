"""One promise, three ways of running: llama.cpp, transformers (tiny models of the real classes),
and a server (a real one, on loopback). And servers that fail.
"""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.words.backends import openai_server as words_server
from course_utils.words.backends.backend import Ask, Backend, drafts
from course_utils.words.backends.hf_transformers import TransformersBackend, device_and_dtype
from course_utils.words.backends.llama_cpp import LlamaBackend, start_llama
from course_utils.words.backends.openai_server import ServerBackend
from course_utils.words.engine import (
    WordsEngine,
    choose_backend,
    read_template,
    template_names,
    turns,
)
from course_utils.words.templates import plain

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor"
    " %}{% if add_generation_prompt %}<|im_start|>assistant\n{% if enable_thinking is defined and"
    " not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)


def kind_for(engine) -> str:
    """A server reads every prompt anew, so it is asked for the kind of text without examples; once,
    below, for one with them.
    """
    return "own" if isinstance(engine.backend, ServerBackend) else "continue"


def recipe(seed: int = 5, **chosen) -> Recipe:
    return Recipe(
        kind="words",
        prompt="the moon",
        seed=seed,
        settings={"template": "continue", "length": 12, **chosen},
    )


def tiny_model(folder, family: str):
    """A random model of a real class, with a tokenizer learned from the templates."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import (
        LlamaConfig,
        LlamaForCausalLM,
        PreTrainedTokenizerFast,
        Qwen3Config,
        Qwen3ForCausalLM,
        SmolLM3Config,
        SmolLM3ForCausalLM,
    )

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = (
        pre_tokenizers.ByteLevel(add_prefix_space=False),
        decoders.ByteLevel(),
    )
    texts = [
        text for name in template_names() for _, text in turns(read_template(name), "the moon")
    ]
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=600, special_tokens=["<|im_start|>", "<|im_end|>"], show_progress=False
        ),
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        chat_template=CHATML,
    ).save_pretrained(folder)
    config, kind = {
        "llama": (LlamaConfig, LlamaForCausalLM),
        "qwen3": (Qwen3Config, Qwen3ForCausalLM),
        "smollm3": (SmolLM3Config, SmolLM3ForCausalLM),
    }[family]
    torch.manual_seed(1)
    shape = {
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": 2048,
    }
    kind(
        config(
            vocab_size=tokenizer.get_vocab_size(),
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=1,
            **shape,
        )
    ).save_pretrained(folder, safe_serialization=True)
    return folder


@pytest.fixture(scope="module", params=["llama.cpp", "llama", "qwen3", "smollm3", "server"])
def engine(request, tmp_path_factory):
    if request.param == "llama.cpp":
        return WordsEngine(backend=LlamaBackend())
    if request.param == "server":
        real = LlamaBackend()
        real.load()
        request.addfinalizer(lambda: real)  # alive as long as the tests that ask it
        return WordsEngine(backend=ServerBackend(real.llama.listening_address, key=real.key))
    return WordsEngine(
        backend=TransformersBackend(
            tiny_model(tmp_path_factory.mktemp(request.param), request.param)
        )
    )


def test_a_candidate_is_the_same_alone_and_among_others(engine):
    several = list(engine.create(recipe(seed=4, count=2, template=kind_for(engine))))
    alone = next(iter(engine.create(several[-1].recipe)))
    assert [made.recipe.seed for made in several] == [4, 5]
    assert alone.text == several[-1].text != several[0].text
    assert alone.recipe.model and "/" not in alone.recipe.model.replace("HuggingFaceTB/", "")


def test_texts_side_by_side_are_those_drawn_one_by_one(engine):
    engine.load()
    several, alone = [[] for _ in range(min(engine.backend.at_once, 4))], []
    ask = Ask(read_template(kind_for(engine)), "the moon", "", 11, 0.8, 1.1, 14)
    for number in range(len(several)):
        alone.append([])
        engine.backend.complete(
            replace(ask, seed=11 + number), lambda piece: alone[-1].append(piece)
        )
    if len(several) > 1:
        assert engine.backend.complete_several(
            ask, len(several), lambda number, piece: several[number].append(piece)
        ) == [True] * len(several)
        assert ["".join(one) for one in several] == ["".join(one) for one in alone] and len(
            {"".join(one) for one in several}
        ) > 1
        count: list[int] = []
        assert engine.backend.complete_several(
            ask, len(several), lambda number, piece: count.append(number) or len(count) == 6
        ) == [None] * len(several)
        assert len(count) == 6


def test_stop_ends_within_a_piece_and_keeps_what_is_done(engine):
    stop, made, after = threading.Event(), [], []
    for creation in engine.create(
        recipe(count=3, template=kind_for(engine)),
        on_progress=lambda progress: after.append(progress) if stop.is_set() else None,
        stop=stop,
    ):
        made.append(creation)
        stop.set()
    assert 1 <= len(made) <= (3 if engine.backend.at_once > 1 else 1) and len(after) <= 1
    stop, shown = threading.Event(), []

    def third(progress) -> None:
        shown.append(progress)
        if len(shown) == 3:
            stop.set()

    asked = recipe(length=100, template=kind_for(engine))
    assert list(engine.create(asked, on_progress=third, stop=stop)) == []
    assert len(shown) == 3
    calls: list[str] = []
    engine.backend.complete(
        Ask(read_template(kind_for(engine)), "the moon", "", 3, 0.8, 1.1, 40),
        lambda piece: calls.append(piece) or len(calls) == 3,
    )
    assert len(calls) == 3


class Beside(Backend):
    """A backend that writes two texts side by side; the first ends early."""

    name, revision, where, at_once, tells_odds = "beside", "", "", 2, False

    def load(self) -> None:
        pass

    def complete_several(self, ask, count, receive):
        for piece in ("One. ", "Two. ", "Three."):
            if receive(0, piece):
                return [None, None]
        return [
            False,
            None if any(receive(1, piece) for piece in ("Four. ", "Five. ", "Six.")) else False,
        ]


def test_stop_keeps_what_had_ended_of_texts_side_by_side():
    stop, seen = threading.Event(), []

    def watch(progress):
        seen.append(progress.preview)
        if "Four" in progress.preview:
            stop.set()

    made = list(WordsEngine(backend=Beside()).create(recipe(count=2), on_progress=watch, stop=stop))
    assert [one.text for one in made] == ["One. Two. Three."] and seen[
        -1
    ] == "One. Two. Three.\n\nFour. "


def test_a_text_that_has_enough_ends_and_changes_none_beside_it(engine):
    engine.load()
    ask = Ask(read_template(kind_for(engine)), "the moon", "", 11, 0.8, 1.1, 14)

    def drawn(asked: Ask, count: int) -> list[str]:
        found = drafts(engine.backend, asked, count, lambda *_: None, None)
        assert all(one.cut is not None for one in found)
        return [one.text for one in found]

    whole = drawn(ask, 3)
    most = min(len(text) for text in whole) // 2
    for count in (1, 3):
        short = drawn(replace(ask, enough=lambda text: len(text) > most), count)
        for text, all_of_it in zip(short, whole):
            assert most < len(text) < len(all_of_it) and all_of_it.startswith(text)
    assert drawn(ask, 3) == whole


def test_the_text_ends_before_the_given_words(engine):
    pieces: list[str] = []
    engine.load()
    full: list[str] = []
    ask = {
        "template": read_template(kind_for(engine)),
        "topic": "the moon",
        "start": "",
        "seed": 3,
        "surprise": 0.8,
        "repeat": 1.1,
        "length": 14,
    }
    assert engine.backend.complete(
        Ask(**ask, end="\n\n\n"), lambda piece: full.append(piece) or False
    )
    whole = "".join(full)
    end = whole[len(whole) // 2 :][:3]
    assert not engine.backend.complete(
        Ask(**ask, end=end), lambda piece: pieces.append(piece) or False
    )
    assert "".join(pieces) == whole[: whole.index(end)]


def test_the_odds_are_probabilities_likeliest_first(engine):
    odds = engine.next_odds("The moon is", 10)
    shares = [share for _, share in odds]
    assert len(odds) == 10 and shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 1.0001


def test_a_start_is_gone_on_from(engine):
    text = next(iter(engine.create(recipe(start="The moon is")))).text
    assert text.startswith("The moon is") and text.count("The moon is") == 1


def test_two_generations_at_once_take_turns(engine):
    texts: dict[int, list[str]] = {0: [], 1: []}
    threads = [
        threading.Thread(
            target=lambda number=number: texts[number].extend(
                made.text for made in engine.create(recipe(template=kind_for(engine)))
            )
        )
        for number in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts[0] == texts[1] and len(texts[0]) == 1


def test_more_than_the_model_can_read_gets_a_sentence_and_the_next_text_is_well(engine):
    engine.load()
    if not hasattr(engine.backend, "llama"):
        pytest.skip("a server or a folder says so itself")
    for count in (1, 3):
        with pytest.raises(LearnerError, match="too much to read"):
            drafts(
                engine.backend,
                Ask(read_template("poem"), "the moon", "many words here " * 900, 1, 0.8, 1.1, 12),
                count,
                lambda *_: None,
                None,
            )
    with pytest.raises(ZeroDivisionError):
        engine.backend.complete(
            Ask(read_template("poem"), "the moon", "", 1, 0.8, 1.1, 12), lambda piece: 1 / 0
        )
    assert next(iter(engine.create(recipe()))).text


@pytest.mark.parametrize(
    "token", ["<|im_end|>", "<|im_start|>", "<think>", "</s>", "<|endoftext|>"]
)
def test_control_tokens_in_a_persons_words_stay_text(token):
    said = turns(read_template("poem"), f"a {token} b")
    assert token not in said[-1][1] and token.lstrip("<") in said[-1][1]
    assert plain("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"


def test_thinking_is_off_and_numbers_fit_the_machine(tmp_path):
    import torch

    backend = TransformersBackend(tiny_model(tmp_path, "qwen3"))
    backend.load()
    assert backend._prompt(Ask(read_template("poem"), "the moon", "It ", 1, 0.8, 1.1, 5)).endswith(
        "<think>\n\n</think>\n\nIt "
    )
    if device_and_dtype()[0] == "cpu":
        assert backend.model.dtype == torch.float32


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not a model", b"GGUF" + b"\x03\0\0\0" + b"\xff" * 2000]
)
def test_a_file_that_is_no_model_gets_a_sentence(tmp_path, content):
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(
        LearnerError, match="cut off" if content.startswith(b"GGUF") else "not a llama.cpp model"
    ):
        start_llama(path)
    with pytest.raises(LearnerError, match="not there"):
        start_llama(tmp_path / "none.gguf")


def test_a_cut_model_gets_a_sentence(tmp_path):
    from course_utils.models.smollm2 import words_model

    path = tmp_path / "cut.gguf"
    with words_model().open("rb") as whole:
        path.write_bytes(whole.read(8_000_000))
    with pytest.raises(LearnerError, match="cut off"):
        start_llama(path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(LearnerError, match="could not be opened"):
        TransformersBackend(tmp_path).load()


def test_full_memory_gets_a_sentence(tmp_path, monkeypatch):
    backend = TransformersBackend(tiny_model(tmp_path, "llama"))
    backend.load()

    def no_room(*_, **__):
        raise MemoryError

    monkeypatch.setattr(backend.model, "generate", no_room)
    with pytest.raises(LearnerError, match="not enough memory"):
        list(WordsEngine(backend=backend).create(recipe()))


def test_a_sound_file_that_does_not_open_means_full_memory(monkeypatch):
    import xllamacpp

    def no_room(params):
        raise RuntimeError("Failed to init server, please check the input params.")

    monkeypatch.setattr(xllamacpp, "Server", no_room)
    with pytest.raises(LearnerError, match="not enough memory"):
        LlamaBackend().load()


@pytest.mark.parametrize("repeat", [0.5, 9, "much", True])
def test_an_impossible_repeat_gets_a_sentence(repeat):
    with pytest.raises(LearnerError, match="repeat"):
        list(WordsEngine().create(recipe(repeat=repeat)))


def test_variables_choose_the_model(monkeypatch, tmp_path):
    for name in ("COURSE_WORDS_SERVER", "COURSE_WORDS_MODEL"):
        monkeypatch.delenv(name, raising=False)
    assert isinstance(choose_backend(), LlamaBackend)
    monkeypatch.setenv("COURSE_WORDS_MODEL", str(tmp_path / "a.gguf"))
    assert choose_backend().path == tmp_path / "a.gguf"
    monkeypatch.setenv("COURSE_WORDS_MODEL", "HuggingFaceTB/SmolLM2-360M-Instruct")
    assert isinstance(choose_backend(), TransformersBackend)
    monkeypatch.setenv("COURSE_WORDS_SERVER", "http://127.0.0.1:9")
    assert isinstance(choose_backend(), ServerBackend)


class Faulty(BaseHTTPRequestHandler):
    """A words server that fails as its first path part says."""

    def log_message(self, *_) -> None:
        pass

    def answer(self, code: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        mode = self.path.split("/")[1]
        self.server.seen.append((self.headers.get("Authorization"), {}))
        if mode in ("page", "empty"):
            return self.answer(200, b"<html>Hello</html>" if mode == "page" else b'{"data": []}')
        self.answer(200, b'{"data": [{"id": "/secret/folder/tiny.gguf"}]}')

    def do_POST(self) -> None:
        mode = self.path.split("/")[1]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.headers.get("Authorization"), body))
        posts = sum(bool(seen) for _, seen in self.server.seen)
        if mode.isdigit():
            return self.answer(int(mode), b"{}")
        if mode == "strict" and "min_p" in body:
            return self.answer(400, b'{"error": "unknown field"}')
        if mode == "slow":
            return self.server.wait.wait(5) and None
        if mode in ("htmlchat", "wholechat"):
            return self.answer(
                200,
                (
                    b"<html></html>\n"
                    if mode == "htmlchat"
                    else b'{"choices": [{"message": {"content": "Hi"}}]}\n'
                ),
            )
        words = "It was late and the fox said nothing. ".split(" ")
        lines = [
            json.dumps(
                {"choices": [{"index": 0, "delta": {"content": word + " "}, "finish_reason": None}]}
            )
            for word in words
        ]
        if mode == "broken" or (mode == "gone" and posts > 1):
            lines = [*lines[:2], '{"choices": [{"del'] if mode == "broken" else lines[:2]
        elif mode == "error":
            lines = [*lines[:1], '{"error": {"message": "CUDA out of memory"}}']
        else:
            lines += [
                json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
                "[DONE]",
            ]
        self.answer(
            200, "".join(f"data: {line}\n\n" for line in lines).encode(), "text/event-stream"
        )


@pytest.fixture
def faulty():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    server.seen, server.wait, server.daemon_threads = [], threading.Event(), True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.wait.set()
    server.shutdown()
    server.server_close()


def ask(server, mode: str, key: str = "", **chosen):
    return WordsEngine(
        backend=ServerBackend(f"http://127.0.0.1:{server.server_port}/{mode}/v1", key=key)
    ).create(recipe(length=40, **chosen))


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("401", "COURSE_WORDS_KEY"),
        ("403", "key"),
        ("404", "no words model"),
        ("429", "busy"),
        ("500", "problem of its own"),
        ("503", "problem of its own"),
        ("302", "problem of its own"),
        ("page", "not a words server"),
        ("empty", "names no model"),
        ("htmlchat", "something else"),
        ("wholechat", "something else"),
        ("broken", "something else"),
        ("error", "problem of its own"),
    ],
)
def test_a_failing_server_gets_a_sentence(faulty, mode, said):
    with pytest.raises(LearnerError, match=said):
        list(ask(faulty, mode))


def test_a_server_that_goes_away_keeps_what_is_done(faulty):
    made = []
    with pytest.raises(LearnerError, match="went away"):
        for creation in ask(faulty, "gone", count=3):
            made.append(creation.text)
    assert made == ["It was late and the fox said nothing."]


def test_a_server_that_says_nothing_is_not_waited_for_without_end(faulty, monkeypatch):
    monkeypatch.setattr(words_server, "BETWEEN", 0.5)
    with pytest.raises(LearnerError, match="too long"):
        list(ask(faulty, "slow"))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9",
        "http://[",
        "ftp://127.0.0.1/v1",
        "just words",
        "http://name:secret@127.0.0.1:9/v1",
        "http://127.0.0.1:99999/v1",
    ],
)
def test_an_address_without_a_server_gets_a_sentence(address):
    with pytest.raises(
        LearnerError, match="No words server" if address.endswith(":9") else "must look like"
    ):
        WordsEngine(backend=ServerBackend(address)).load()


def test_a_strict_server_is_asked_again_more_plainly_and_the_key_stays_out_of_the_recipe(faulty):
    made = list(ask(faulty, "strict", key="sesame", count=2))
    bodies = [body for _, body in faulty.seen if body]
    assert [("min_p" in body) for body in bodies] == [True, False, False]
    assert {given for given, _ in faulty.seen} == {"Bearer sesame"}
    assert made[0].recipe.model == "tiny.gguf" and "sesame" not in made[0].record()


def test_a_server_gets_the_grammar_the_seed_and_no_thinking(faulty):
    list(ask(faulty, "good", template="ideas", seed=77))
    body = faulty.seen[-1][1]
    assert body["grammar"].startswith("\nroot") or body["grammar"].startswith("root")
    assert (
        body["chat_template_kwargs"] == {"enable_thinking": False}
        and "seed" in body
        and body["stop"] == ["\n\n"]
    )


def test_the_engine_says_where_the_words_go():
    assert "this computer" in WordsEngine(backend=LlamaBackend()).where
    assert "this computer" in ServerBackend("http://127.0.0.1:8080").where
    assert (
        "sent to the server words.school.example"
        in ServerBackend("https://words.school.example/v1").where
    )

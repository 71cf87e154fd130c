#!/usr/bin/env python3
"""Times TRL's GRPO step on the shipped miniature: the other side of `./ahascope bench grpo-step`.

The same model (its config.json and safetensors load in transformers), the same prompts, 16 prompts x G 16, at most 200 new
tokens, the same reward, four mini-batches a rollout batch, beta 0, float32, all cores. Needs, in an environment of its own:

    pip install trl==1.16.0 transformers torch==2.11.0 datasets accelerate sentencepiece

The reward below is the task's, in Python, so that nothing but TRL is timed. Prints one JSON object a step and a summary of
those after the warm-up: n, median, minimum and maximum.
"""
import argparse
import json
import os
import random
import re
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from datasets import Dataset
from sentencepiece import SentencePieceProcessor
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

MODEL = Path(__file__).resolve().parents[2] / "models" / "miniature"


def word_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The pieces of the shipped sentencepiece model as a word-level tokenizer: the task's texts are words between spaces."""
    pieces = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    vocabulary = {pieces.id_to_piece(i).lstrip("\u2581") or pieces.id_to_piece(i): i for i in range(pieces.get_piece_size())}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=pieces.id_to_piece(pieces.unk_id())))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    end = pieces.id_to_piece(pieces.eos_id())
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=pieces.id_to_piece(pieces.bos_id()), eos_token=end, pad_token=end)


def problems(count: int, seed: int, begin: str) -> list[dict]:
    """Countdown with three numbers 1..9 and a target 1..40 that is reachable; prompts start with the token `begin`."""
    draw = random.Random(seed)
    rows = []
    while len(rows) < count:
        numbers = [draw.randint(1, 9) for _ in range(3)]
        a, b, c = draw.sample(numbers, 3)
        first = draw.choice([a + b, a - b, a * b])
        target = draw.choice([first + c, first - c, first * c])
        if 1 <= target <= 40:
            rows.append({"prompt": f"{begin} use {numbers[0]} {numbers[1]} {numbers[2]} to make {target} :", "numbers": numbers, "target": target})
    return rows


lengths = []  # mean tokens of each rollout batch


def reward(completions, completion_ids, numbers, target, **_):
    """1 for a right answer, 0.1 for the format."""
    lengths.append(statistics.mean(len(ids) for ids in completion_ids))
    values = []
    for text, available, goal in zip(completions, numbers, target):
        match = re.fullmatch(r"\s*<think>.*</think>\s*<answer>(.*)</answer>\s*", text, re.S)
        value = 0.1 if match else 0.0
        if match and re.fullmatch(r"[\d+\-*() ]+", match[1]):
            try:
                used = sorted(int(n) for n in re.findall(r"\d+", match[1]))
                if used == sorted(available) and Fraction(eval(match[1], {"__builtins__": {}})) == goal:
                    value += 1.0
            except (SyntaxError, ZeroDivisionError, TypeError, NameError):
                pass
        values.append(value)
    return values


class StepClock(TrainerCallback):
    """One figure per rollout batch: its generation and its optimizer updates together."""

    def __init__(self, updates: int):
        self.updates, self.begin, self.seconds, self.count = updates, None, [], 0

    def on_step_begin(self, args, state, control, **_):
        if state.global_step % self.updates == 0:
            self.begin = time.perf_counter()

    def on_step_end(self, args, state, control, **_):
        if state.global_step % self.updates == 0:
            self.seconds.append(time.perf_counter() - self.begin)
            print(json.dumps({"step": len(self.seconds), "seconds": round(self.seconds[-1], 3), "mean_length": round(lengths[-1], 1)}), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--steps", type=int, default=8, help="rollout batches, the warm-up included")
    options.add_argument("--warm-up", type=int, default=2, help="of them not counted")
    options.add_argument("--threads", type=int, default=os.cpu_count())
    options = options.parse_args()
    torch.set_num_threads(options.threads)

    updates, prompts, group = 4, 16, 16
    model = LlamaForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    tokenizer = word_tokenizer(MODEL)
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, max_steps=options.steps * updates, per_device_train_batch_size=prompts * group // updates,
            steps_per_generation=updates, gradient_accumulation_steps=1, num_generations=group, max_completion_length=200,
            temperature=1.0, beta=0.0, loss_type="grpo", learning_rate=0.0,  # every step measures the same work
             bf16=False, use_cpu=True,
            gradient_checkpointing=False, logging_steps=10**6, save_strategy="no", report_to=[], disable_tqdm=True,
            dataloader_pin_memory=False)
        clock = StepClock(updates)
        GRPOTrainer(model=model, reward_funcs=reward, args=config, train_dataset=Dataset.from_list(problems(4096, 0, tokenizer.bos_token)),
                    processing_class=tokenizer, callbacks=[clock]).train()
    kept = clock.seconds[options.warm_up:]
    print(json.dumps({"name": "trl-grpo-step", "unit": "s", "n": len(kept), "median": round(statistics.median(kept), 3),
                      "min": round(min(kept), 3), "max": round(max(kept), 3),
                      "mean_length": round(statistics.mean(lengths[options.warm_up:]), 1), "threads": options.threads}))


if __name__ == "__main__":
    main()

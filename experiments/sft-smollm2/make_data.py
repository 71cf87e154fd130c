#!/usr/bin/env python3
"""Makes data/chats.jsonl and data/traces.jsonl: countdown problems with worked answers, from a seed alone.

chats.jsonl   conversations for a model with a chat template: a question, and <think> attempts </think> <answer>
traces.jsonl  the same search in the miniature model's own words
"""
import itertools
import json
import pathlib
import random

OPERATORS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
OUT = pathlib.Path(__file__).parent / "data"


def attempts(numbers):
    """Every ((x op y) op z) with values from 0 to 99, in a fixed order."""
    found = []
    for x, y, z in sorted(set(itertools.permutations(numbers))):
        for one, two in itertools.product(OPERATORS, OPERATORS):
            first = OPERATORS[one](x, y)
            value = OPERATORS[two](first, z)
            if 0 <= first <= 99 and 0 <= value <= 99:
                found.append((x, one, y, first, two, z, value))
    return found


def problem(rng):
    """Numbers, a target that can be reached, some misses and a hit."""
    while True:
        numbers = [rng.randint(1, 9) for _ in range(3)]
        target = rng.randint(1, 40)
        tries = attempts(numbers)
        hits = [t for t in tries if t[6] == target]
        misses = [t for t in tries if t[6] != target]
        if hits and len(misses) >= 4:
            return numbers, target, rng.sample(misses, rng.randint(0, 3)), rng.choice(hits)


def chat(rng):
    numbers, target, misses, hit = problem(rng)
    lines = []
    for x, one, y, first, two, z, value in misses + [hit]:
        end = "that is it." if value == target else f"too {'large' if value > target else 'small'}."
        lines.append(f"{x} {one} {y} = {first}, {first} {two} {z} = {value}: {end}")
    x, one, y, _, two, z, _ = hit
    question = (f"Use each of the numbers {numbers[0]}, {numbers[1]} and {numbers[2]} once, with + - *, to make {target}. "
                "Think within <think> </think> and give the expression within <answer> </answer>.")
    answer = "<think>\n" + "\nWait, try again. ".join(lines) + f"\n</think>\n<answer>({x} {one} {y}) {two} {z}</answer>"
    return {"prompt": [{"role": "user", "content": question}], "completion": [{"role": "assistant", "content": answer}],
            "numbers": numbers, "target": target}


def trace(rng):
    numbers, target, misses, hit = problem(rng)
    text = "<think>"
    for x, one, y, first, two, z, value in misses + [hit]:
        text += f" {x} {one} {y} = {first} , {first} {two} {z} = {value}"
        text += " yes" if value == target else " no " + rng.choice(["wait", "check", "retry"])
    x, one, y, _, two, z, _ = hit
    text += f" </think> <answer> ( {x} {one} {y} ) {two} {z} </answer>"
    return {"prompt": f"use {numbers[0]} {numbers[1]} {numbers[2]} to make {target} :", "completion": " " + text}


OUT.mkdir(exist_ok=True)
for name, make, rows in (("chats", chat, 400), ("traces", trace, 400)):
    rng, seen, kept = random.Random(f"ahascope {name} 1"), set(), []
    while len(kept) < rows:
        row = make(rng)
        key = json.dumps(row["prompt"])
        if key not in seen:  # no problem twice, so none on both sides of the hold-out
            seen.add(key)
            kept.append(json.dumps(row))
    (OUT / f"{name}.jsonl").write_text("\n".join(kept) + "\n")

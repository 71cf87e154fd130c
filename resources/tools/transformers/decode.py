#!/usr/bin/env python3
"""Generates with transformers, eager float32, for `ahascope bench decode`.

The first line of stdin is the model's config.json; the weights are random, since speed does not depend on them. Then each
line {"batch", "prompt", "new", "threads"} asks for one generation (greedy, with a cache, no early end); the answer is
{"seconds"}.
"""
import json
import os
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
import transformers

transformers.logging.set_verbosity_error()
config = json.loads(sys.stdin.readline())
kind = config.pop("model_type")
model = transformers.AutoModelForCausalLM.from_config(
    transformers.AutoConfig.for_model(kind, **config), attn_implementation="eager", dtype=torch.float32
).eval()
print(json.dumps({"transformers": transformers.__version__, "torch": torch.__version__}), flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    torch.set_num_threads(ask["threads"])
    ids = torch.randint(10, config["vocab_size"], (ask["batch"], ask["prompt"]))
    begin = time.perf_counter()
    with torch.inference_mode():
        out = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            min_new_tokens=ask["new"],
            max_new_tokens=ask["new"],
            pad_token_id=0,
        )
    seconds = time.perf_counter() - begin
    assert out.shape[1] == ask["prompt"] + ask["new"]
    print(json.dumps({"seconds": seconds}), flush=True)

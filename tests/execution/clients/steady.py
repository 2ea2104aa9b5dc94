"""A candidate that takes a few milliseconds a batch, dies on one word, answers another badly."""

import json
import os
import sys
import time

with os.fdopen(int(sys.argv[1]), "rb") as questions, os.fdopen(int(sys.argv[2]), "wb") as answers:
    questions.readline()
    answers.write(b'{"t":"ready","v":1}\n')
    answers.flush()
    for line in questions:
        message = json.loads(line)
        if message["t"] == "end":
            break
        time.sleep(0.004)
        words = [sample["text"] for sample in message["x"]]
        if "毒" in words:
            os._exit(1)
        given = [{"label": "丙" if word == "丙" else "甲"} for word in words]
        answers.write(json.dumps({"t": "ans", "id": message["id"], "y": given}).encode() + b"\n")
        answers.flush()

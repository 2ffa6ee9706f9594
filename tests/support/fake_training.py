"""Stands for `outis`: says the lines that come on its stdin, as the test wants them. No torch, no time, no sleep.

`#exit CODE SENTENCE` ends it as a command ends; "stop" is answered as a training answers.
"""

from __future__ import annotations

import json
import sys


def main() -> int:
    print(json.dumps({"arguments": sys.argv[1:]}), flush=True)
    for line in sys.stdin:
        if line.startswith("#exit"):
            _, code, sentence = line.rstrip("\n").split(" ", 2)
            if sentence:
                print(f"outis: {sentence}", file=sys.stderr)
            return int(code)
        if line == "stop\n":
            print(json.dumps({"kind": "end", "images": 640, "reason": "stopped", "sentence": "Saved."}), flush=True)
            return 0
        print(line, end="", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

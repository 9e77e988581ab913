/** The program that probes a repository. It is the same for all of them: what is probed stands in plan/probe.json, as data. */
import { PROBE_INPUTS } from './probe-inputs.ts';
import { PROBE_VALUES } from './probe-values.ts';

/** Marks the lines of the log in which a probe reports, each with one JSON object. */
export const PROBE_MARK = 'reprobot-probe ';

const HEAD = String.raw`"""Written by Reprobot: imports classes of a repository and makes one forward pass with each. It trains nothing.

What is imported stands in probe.json beside this file. Each class is tried in a process of its own.
"""
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
MARK = "reprobot-probe "
FORWARD, PARTLY, NOT = 0, 3, 4


class Problem(Exception):
    """What keeps a probe from going on, in words."""


def say(facts):
    print(MARK + json.dumps(facts), flush=True)


def blank(target):
    return {
        "target": target["module"] + ":" + target["name"],
        "kind": target["kind"],
        "reached": "nothing",
        "parameters": None,
        "arguments": {},
        "input": None,
        "output": None,
        "dtype": None,
        "seconds": None,
        "why": None,
    }


def explain(error):
    text = " ".join(str(error).split())[:300]
    return text if isinstance(error, Problem) else (type(error).__name__ + ": " + text)[:300]
`;

const MAIN = String.raw`
def import_target(target, roots):
    here = os.getcwd()
    sys.path[0:1] = [os.path.normpath(os.path.join(here, root)) for root in roots]
    module = importlib.import_module(target["module"])
    if not hasattr(module, target["name"]):
        raise Problem("%s has no %s" % (target["module"], target["name"]))
    return module, getattr(module, target["name"])


def probe_data(thing, result):
    needed = [p.name for p in list_parameters(thing) if p.default is p.empty]
    if needed:
        raise Problem("needs " + ", ".join(needed) + ", which only its user knows")
    data = thing()
    result["reached"] = "made"
    result["output"] = "%d items; the first is %s" % (len(data), describe(data[0]))


def probe_model(module, thing, result, examples):
    model, used, tensors = make_any(thing, module, examples)
    result["arguments"] = {name: show(value) for name, value in used.items()}
    result["reached"] = "made"
    forward = run_forward(model, thing, used, tensors)
    result.update(forward)
    if forward["output"] is not None:
        result["reached"] = "forward"


def probe_one(target, roots):
    result = blank(target)
    try:
        module, thing = import_target(target, roots)
        result["reached"] = "imported"
        if target["kind"] == "data":
            probe_data(thing, result)
        else:
            probe_model(module, thing, result, target["examples"])
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a module may well call sys.exit() while it is imported
        result["why"] = explain(error)
        if result["reached"] == "nothing":
            traceback.print_exc()
    say(result)
    if result["reached"] == "forward":
        return FORWARD
    return PARTLY if result["reached"] == "made" and result["why"] is None else NOT


def main():
    with open(os.path.join(HERE, "probe.json"), encoding="utf-8") as file:
        plan = json.load(file)
    targets = plan["targets"]
    if len(sys.argv) == 3 and sys.argv[1] == "--only":
        code = probe_one(targets[int(sys.argv[2])], plan["roots"])
        sys.stdout.flush()
        # Threads that a library left behind must not keep this process.
        os._exit(code)
    began = time.time()
    worked = 0
    for index, target in enumerate(targets):
        left = plan["seconds"] - (time.time() - began)
        missed = blank(target)
        if left < 5:
            missed["why"] = "no time was left for it"
            say(missed)
            continue
        words = [sys.executable, os.path.abspath(__file__), "--only", str(index)]
        try:
            code = subprocess.call(words, timeout=min(left, plan["each"]))
        except subprocess.TimeoutExpired:
            code = None
        worked += code == FORWARD
        if code not in (FORWARD, PARTLY, NOT):
            missed["why"] = "took too long" if code is None else "its process ended with code %d" % code
            say(missed)
    print("%d of %d made a forward pass; nothing was trained" % (worked, len(targets)), flush=True)
    sys.exit(0 if worked > 0 else 1)


if __name__ == "__main__":
    main()
`;

/** The whole text of plan/probe.py. */
export const PROBE_SCRIPT = HEAD + PROBE_VALUES + PROBE_INPUTS + MAIN;

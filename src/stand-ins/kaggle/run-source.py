"""Runs a kernel the way its platform does: a script as __main__, a notebook cell by cell in one namespace, an error ends it."""

import ast
import json
import linecache
import os
import re
import subprocess
import sys
import traceback


def run_shell(command):
    return subprocess.run(command, shell=True, check=False).returncode


def shell_lines(command):
    done = subprocess.run(command, shell=True, check=False, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()


class Shell:
    def system(self, command):
        return run_shell(command)

    def getoutput(self, command):
        return shell_lines(command)

    def run_line_magic(self, name, line):
        if name in ("pip", "conda"):
            return run_shell(f"{sys.executable} -m pip {line}" if name == "pip" else f"conda {line}")
        if name in ("cd",):
            os.chdir(line.strip() or os.path.expanduser("~"))
        return None

    def __getattr__(self, name):
        return lambda *args, **options: None


SHELL = Shell()
MAGIC_LINE = re.compile(r"^(\s*)(?:([\w, ]+)\s*=\s*)?([!%])(.*)$")


def translate_line(line):
    match = MAGIC_LINE.match(line)
    if match is None:
        return line
    indent, target, mark, rest = match.groups()
    if mark == "!":
        call = f"get_ipython().getoutput({rest!r})" if target else f"get_ipython().system({rest!r})"
    else:
        name, _, words = rest.partition(" ")
        call = f"get_ipython().run_line_magic({name!r}, {words!r})"
    return f"{indent}{target} = {call}" if target else f"{indent}{call}"


def translate(source):
    try:
        ast.parse(source)
        return source
    except SyntaxError:
        joined = re.sub(r"^(\s*[!%].*)\\\n", r"\1", source, flags=re.M)
        return "\n".join(translate_line(line) for line in joined.split("\n"))


def run_cell(source, number, namespace):
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith("%%"):
        name, _, words = first[2:].partition(" ")
        if name in ("bash", "sh", "script"):
            if run_shell(rest) != 0:
                raise RuntimeError(f"the cell magic %%{name} ended with an error")
            return
        if name == "writefile":
            with open(words.replace("-a ", "").strip(), "a" if "-a " in words else "w", encoding="utf-8") as file:
                file.write(rest)
            return
        if name not in ("time", "timeit", "capture", "prun"):
            return
        source = rest
    name = f"<cell {number}>"
    code = translate(source)
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    exec(compile(code, name, "exec"), namespace)


def run_notebook(path):
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    namespace = {"__name__": "__main__", "display": lambda *things, **options: None, "get_ipython": lambda: SHELL}
    number = 0
    for cell in notebook["cells"]:
        if cell.get("cell_type") != "code":
            continue
        number += 1
        source = cell.get("source", "")
        try:
            run_cell(source if isinstance(source, str) else "".join(source), number, namespace)
        except SystemExit as error:
            sys.exit(error.code)
        except BaseException as error:
            kind, value, trace = sys.exc_info()
            frames = [frame for frame in traceback.extract_tb(trace) if frame.filename != __file__]
            print(f"papermill.exceptions.PapermillExecutionError: \nException encountered at \"In [{number}]\":", file=sys.stderr)
            print("Traceback (most recent call last):", file=sys.stderr)
            print("".join(traceback.format_list(frames)), end="", file=sys.stderr)
            print("".join(traceback.format_exception_only(kind, value)), end="", file=sys.stderr)
            sys.exit(1)
        finally:
            sys.stdout.flush()


def run_script(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    namespace = {"__name__": "__main__", "__file__": path}
    exec(compile(source, path, "exec"), namespace)


if __name__ == "__main__":
    kind, place = sys.argv[1:3]
    sys.argv = [place]
    sys.path[0] = os.getcwd()
    run_notebook(place) if kind == "notebook" else run_script(place)

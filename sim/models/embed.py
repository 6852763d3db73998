#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turn the .model files and fidelity.tsv into one C file: embed.py OUT FILE...

Each line stays, though comments of models do not (C compilers must take 4095 octets and no more):
line numbers in messages are those of the file.
"""
import pathlib
import re
import sys


def text_of(path):
    """Its lines; a '#' outside of quotes begins a comment."""
    text = path.read_text()
    if path.suffix == ".model":
        text = re.sub(r'^((?:[^"#\n]|"[^"\n]*")*?)[ \t]*#.*$', r"\1", text, flags=re.M)
    return text.splitlines()


out, files = sys.argv[1], sorted(map(pathlib.Path, sys.argv[2:]), key=lambda p: p.stem)
lines = ["/* made by sim/models/embed.py */", '#include "sim/models/model_texts.h"', ""]
for index, path in enumerate(files):
    table = path.suffix == ".tsv"
    name = "const char br_fidelity_text[]" if table else f"static const char text_{index}[]"
    lines.append(name + " =")
    for line in text_of(path):
        lines.append('\t"' + line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '\\n"')
    lines[-1] += ";"
lines.append("\nconst struct br_model_text br_model_texts[] = {")
lines += [f'\t{{"{path.stem}", text_{index}}},' for index, path in enumerate(files)
          if path.suffix == ".model"]
count = sum(path.suffix == ".model" for path in files)
lines += ["};", f"const size_t br_model_texts_count = {count};", ""]
pathlib.Path(out).write_text("\n".join(lines))

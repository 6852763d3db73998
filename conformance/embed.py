#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turn requirements.tsv into a table in C: embed.py OUT requirements.tsv"""
import pathlib
import sys

out, source = sys.argv[1:]
head, *rows = [line.split("\t") for line in pathlib.Path(source).read_text().splitlines()]
if any(len(row) != len(head) for row in rows):
    sys.exit("requirements.tsv: a row has not the columns of the first line")
if [row[0] for row in rows] != sorted({row[0] for row in rows}):
    sys.exit("requirements.tsv: ids must be sorted and stand once")
lines = ["/* made by conformance/embed.py */", '#include "conformance/requirements.h"', "",
         "const struct br_requirement br_requirements[] = {"]
for row in rows:
    texts = ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in row)
    lines.append("\t{" + ", ".join(texts) + "},")
lines += ["};", f"const size_t br_requirements_count = {len(rows)};", ""]
pathlib.Path(out).write_text("\n".join(lines))

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turn a text file into a C array, so that the binary needs no path: embed.py OUT HEADER NAME FILE

Octets, not a string literal: compilers promise no more than 4095 octets of those.
"""
import pathlib
import sys

out, header, name, path = sys.argv[1:]
octets = pathlib.Path(path).read_bytes() + b"\0"
lines = ["/* made by captures/explain/embed.py */", f'#include "{header}"', "", f"const char {name}[] = {{"]
lines += ["\t" + ", ".join(map(str, octets[i:i + 20])) + "," for i in range(0, len(octets), 20)]
pathlib.Path(out).write_text("\n".join(lines + ["};", ""]))

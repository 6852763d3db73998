#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turn keys.txt into C: embed_keys.py KEYS OUT. Rows as struct br_tls_key of sim/tls/keys.h has them."""
import pathlib
import sys

keys, field = {}, None
for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
    if line.startswith("#"):
        continue
    if not line.startswith("\t"):
        name, part = line.split(".")
        field = keys.setdefault(name, {}).setdefault(part, [])
        continue
    field.append(line.strip())

lines = ["/* made by sim/tls/embed_keys.py */", '#include "sim/tls/keys.h"', ""]
for name, parts in keys.items():
    for part, text in parts.items():
        octets = bytes.fromhex("".join(text))
        lines.append(f"static const uint8_t {name}_{part}[] = {{")
        lines += ["\t" + "".join(f"0x{octet:02x}," for octet in octets[at:at + 16])
                  for at in range(0, len(octets), 16)]
        lines.append("};")
lines.append("const struct br_tls_key br_tls_keys[] = {")
for name, parts in keys.items():
    rows = [f".{part} = {{{name}_{part}, sizeof({name}_{part})}}" for part in parts]
    first = bytes.fromhex("".join(parts["n" if "n" in parts else "x"]))
    rows.insert(0, f'.name = "{name}", .bits = {len(first) * 8}')
    lines.append("\t{" + ", ".join(rows) + "},")
lines += ["};", f"const size_t br_tls_keys_count = {len(keys)};", ""]
pathlib.Path(sys.argv[2]).write_text("\n".join(lines))

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turn the requirements into C: embed.py OUT.c OUT.h requirements.tsv unwatched.tsv ipv6-ready.tsv

OUT.c has the table of conformance/requirements.h and the ids of the rules, OUT.h enum br_rule.
A rule is a requirement that unwatched.tsv does not name: who writes no judge for it has to say
there why not.
"""
import pathlib
import sys

out_c, out_h, source, excuses, list_of_ready = map(pathlib.Path, sys.argv[1:])
head, *rows = [line.split("\t") for line in source.read_text().splitlines()]
if any(len(row) != len(head) for row in rows):
    sys.exit(f"{source}: a row has not the columns of the first line")
required = [row[0] for row in rows]
if required != sorted(set(required)):
    sys.exit(f"{source}: ids must be sorted and stand once")
ready = [line.split("\t")[0] for line in list_of_ready.read_text().splitlines() if not line.startswith("#")]
for row in rows:
    for number in filter(None, row[head.index("ready")].split(", ")):
        if ready.count(number) != 1:
            sys.exit(f"{source}: {row[0]}: {list_of_ready.name} has not {number} once")
whys = [line.split("\t") for line in excuses.read_text().splitlines() if not line.startswith("#")]
unwatched = [name for name, _ in whys]
for name in unwatched:
    if name not in required or unwatched.count(name) > 1:
        sys.exit(f"{excuses}: {name} is no requirement, or stands twice")
rules = [name for name in required if name not in unwatched]
# what only EDK2's source says: nothing is broken where another client asked
others = ("iPXE", "U-Boot", "GRUB", "shim", "dnsmasq", "RFC", "PXE 2.1", "Microsoft", "wiki")
of_edk2 = {row[0] for row in rows
           if row[2] == "DEFACTO" and "EDK2" in row[4] and not any(other in row[4] for other in others)}


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


made = ["/* made by conformance/embed.py */"]
lines = made + ["#include <stddef.h>", "", '#include "conformance/requirements.h"',
                f'#include "conformance/{out_h.name}"', "",
                "const struct br_requirement br_requirements[] = {"]
for row in rows:
    why = dict(whys).get(row[0])
    lines.append("\t{" + ", ".join(map(quoted, row)) + ", " + (quoted(why) if why else "NULL") + "},")
lines += ["};", f"const size_t br_requirements_count = {len(rows)};", "",
          "const char *const br_rule_ids[] = {", *(f'\t"{name}",' for name in rules), "};", "",
          "const bool br_rule_of_edk2[] = {",
          *("\t" + ("true" if name in of_edk2 else "false") + "," for name in rules), "};", ""]
out_c.write_text("\n".join(lines))

guard = "BR_CONFORMANCE_" + out_h.name.upper().replace(".", "_")
lines = made + [f"#ifndef {guard}", f"#define {guard}", "", "#include <stdbool.h>", "", "enum br_rule {",
                *("\tBR_RULE_" + name.replace("-", "_") + "," for name in rules),
                "\tBR_RULE_COUNT,", "\tBR_RULE_NONE = BR_RULE_COUNT,", "};", "",
                "extern const char *const br_rule_ids[BR_RULE_COUNT];",
                "extern const bool br_rule_of_edk2[BR_RULE_COUNT];", "", f"#endif /* {guard} */", ""]
out_h.write_text("\n".join(lines))

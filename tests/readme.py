#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""README and HACKING speak of what there is

	readme.py BIN

Goal: no command in them is made up, no verb is missing, no file they name is gone. Method: the
commands are read out of the text and held against `bootrig help`; the quick ones are run. TAP.
"""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
LAUNCHER = {'demo', 'vm', 'test', 'help'}  # verbs of the launcher itself
QUICK = {'run', 'list'}  # verbs whose examples are run as they stand
count = failed = 0


def claim(good, sentence, detail=''):
    global count, failed
    count += 1
    failed += not good
    print(f'{"ok" if good else "not ok"} {count} - {sentence}' + (f' # {detail}' if detail else ''))


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    known = subprocess.run([binary, 'help'], capture_output=True, text=True, check=True).stdout
    verbs = set(re.findall(r'^  bootrig (\w[\w-]*)', known, re.MULTILINE))
    for name in ('README.md', 'HACKING.md'):
        text = (TOP / name).read_text(encoding='utf-8')
        used = set(re.findall(r'(?:\./bootrig|`bootrig) ([a-z][\w-]*)', text))
        claim(used <= verbs | LAUNCHER, f'{name}: every verb exists',
              ' '.join(sorted(used - verbs - LAUNCHER)))
        paths = set(re.findall(r'(?<![\w/-])((?:core|sim|conformance|vms|captures|tests)/[\w./-]*\w)', text))
        gone = sorted(path for path in paths if 'NAME' not in path and not (TOP / path).exists())
        claim(not gone, f'{name}: every file exists', ' '.join(gone))
        if name == 'README.md':
            claim(verbs | LAUNCHER <= used, f'{name}: no verb is missing',
                  ' '.join(sorted((verbs | LAUNCHER) - used)))
        for line in re.findall(r'^    \./bootrig (.*)$', text, re.MULTILINE):
            words = line.split()
            if words[0] not in QUICK or any(word.isupper() for word in words):
                continue
            done = subprocess.run([binary, *words], cwd=TOP, capture_output=True, text=True,
                                  check=False)
            claim(done.returncode == 0, f'{name}: ./bootrig {line} works', done.stderr[-200:])
    print(f'1..{count}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

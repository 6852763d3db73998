#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""README and HACKING speak of what there is

	docs.py BIN

Goal: no command in them is made up, no verb is missing, no file they name is gone. Method: the
commands are read out of indented and fenced blocks and run, but for those SET_ASIDE names a
reason for; a command that is neither is a failure. TAP.
"""
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
COMMAND = re.compile(r'(?:[A-Z_]+=\S+ )*(?:\./bootrig|meson|ninja|python3|build[\w-]*/\S+|tests/\S+\.py)\b')
RUN = {'run', 'conform', 'coverage', 'mutants', 'rule', 'quirk', 'list', 'explain', 'check', 'from-pcap', 'replay', 'shrink',
       'help'}
SET_ASIDE = [  # what is not run here, and why
    (r'tests/fidelity/measure\.py ', 'the test fidelity does the same'),
    (r'\./bootrig conform --server ', 'needs root and a server; conform_lab.py does it'),
    (r'\./bootrig lint ', 'needs root and a server; tests/captures/lint.py does it'),
    (r'\./bootrig serve ', 'needs root and an interface; serve_in_a_lab.py does the same'),
    (r'\./bootrig demo$', 'installs, downloads and boots QEMU'),
    (r'\./bootrig vm ', 'downloads and boots QEMU'),
    (r'\./bootrig test$', 'would run this test'),
    (r'\./bootrig explain out/(demo|vm)/', 'reads what a boot made'),
    (r'.*\bboot\.(pcap|wire)$', "a reader's capture; round_trip.py does the same with ours"),
    (r'meson setup build -Dtests=false .* && meson install ', 'installs; installed.py does so elsewhere'),
    (r'meson setup build && ninja -C build && meson test ', 'would run this test'),
    (r'CC=clang meson setup build-fuzz ', 'builds everything once more'),
    (r'ninja -C build-fuzz && ', 'fuzzes without end'),
    (r'BR_BLESS=1 ', 'rewrites tracked files'),
    (r'tests/bench/serve_beside_nginx\.py ', 'needs root and nginx, and takes minutes'),
    (r'tests/bench/caches\.py ', 'needs root, nginx, squid and varnish, and takes minutes'),
    (r'\./bootrig hello --ca ca\.pem ', 'needs a server and its authority; tests/rig/hello.py has some'),
    (r'tests/mutants/run\.py ', 'builds everything once more'),
]


def commands(text):
    """The lines of indented and fenced blocks that are commands, not their output."""
    fenced = False
    for line in text.splitlines():
        if line.startswith('```'):
            fenced = not fenced
        elif (fenced or line.startswith('    ')) and COMMAND.match(line.strip()):
            yield line.strip()


def check_command(name, line, binary):
    reason = next((why for pattern, why in SET_ASIDE if re.match(pattern, line)), None)
    if reason:
        print(f'# {name}: set aside, {reason}: {line}')
        return
    words = line.split()
    if words[0] != './bootrig' or words[1] not in RUN:
        tap.claim(False, f'{name}: `{line}` is run or set aside', 'neither RUN nor SET_ASIDE has it')
        return
    done = subprocess.run([binary, *words[1:]], cwd=TOP, capture_output=True, text=True,
                          errors='replace', check=False, timeout=tap.LIMIT_S)
    # explaining a boot that failed ends in 1, and in 3 if there was nothing to judge
    good = {0, 1, 3} if words[1] == 'explain' else {0, 3} if '--lf' in words else {0}  # nothing failed last
    tap.claim(done.returncode in good and done.stdout, f'{name}: `{line}` works',
          ' '.join(done.stderr[-200:].split()))


def check_files(name, text):
    paths = set(re.findall(
        r'(?<![\w/-])((?:core|sim|conformance|vms|captures|tests)/[\w./-]*\w)', text))
    gone = sorted(path for path in paths if 'NAME' not in path and not (TOP / path).exists())
    tap.claim(paths and not gone, f'{name}: every file exists', ' '.join(gone))
    ours = set(re.findall(r'`(br_\w+)\(\)`|`struct (br_\w+)`', text))
    source = '\n'.join(path.read_text(encoding='utf-8')
                       for folder in ('core', 'sim', 'conformance', 'captures')
                       for path in (TOP / folder).rglob('*.h'))
    lost = sorted(word for pair in ours for word in pair
                  if word and not re.search(rf'\b{word}\b', source))
    tap.claim(not lost, f'{name}: every function and struct exists', ' '.join(lost))


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    os.environ.pop('BR_BLESS', None)
    known = subprocess.run([binary, 'help'], capture_output=True, text=True, check=True).stdout
    verbs = set(re.findall(r'^  bootrig (\w[\w-]*)', known, re.MULTILINE))
    used_aside = set()
    for name in ('README.md', 'HACKING.md'):
        text = (TOP / name).read_text(encoding='utf-8')
        used = set(re.findall(r'(?:\./bootrig|`bootrig) ([a-z][\w-]*)', text))
        tap.claim(used <= verbs, f'{name}: every verb exists',
              ' '.join(sorted(used - verbs)))
        check_files(name, text)
        if name == 'README.md':
            tap.claim(verbs <= used, f'{name}: no verb is missing',
                  ' '.join(sorted(verbs - used)))
        lines = list(commands(text))
        tap.claim(lines, f'{name}: it shows commands')
        for line in lines:
            check_command(name, line, binary)
            used_aside |= {p for p, _ in SET_ASIDE if re.match(p, line)}
    stale = [pattern for pattern, _ in SET_ASIDE if pattern not in used_aside]
    tap.claim(not stale, 'nothing is set aside that is not shown any more', ' '.join(stale))
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

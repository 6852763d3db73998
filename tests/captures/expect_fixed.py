#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What `from-pcap --expect-fixed` writes is red by the recorded fault, and green when it is mended

For each verdict that script_cure.c has a row for: its script fails on the capture it was made of, at
the line that says what a good server does, and nowhere before; it fails there on the core as it is
set up by the capture, where the core can have that fault; and it passes on the core set up rightly.
What was recorded, said without --expect-fixed, is the other way round. Where no answer of a server
would help, one line says so. Says TAP.

	expect_fixed.py BOOTRIG CORPUS LIST CURES PLANT...
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG, CORPUS, LIST, CURES = (os.path.abspath(path) for path in sys.argv[1:5])
MENDED = '# mended: '
SIX = 'six'
STANDS = MENDED + 'as it stands'
FAULTY = ('boot.no-file', 'dhcp.no-offer', 'pxe.silent', 'tftp.closed', 'tftp.not-found', 'tftp.silent',
          'http.not-found')  # of these, what was recorded is in the script itself


def call(*words):
    done = subprocess.run([BOOTRIG, *words], capture_output=True, text=True, errors='replace',
                          timeout=tap.LIMIT_S, check=False)
    return done.returncode, done.stdout, done.stderr


def read_list(path):
    with open(path, encoding='utf-8') as file:
        return [line.rstrip('\n').split('\t') for line in file if line.strip() and not line.startswith('#')]


def plant(folder, plants):
    """What they recorded, each under the name of its verdict; of boots over IPv6 in a folder of its own."""
    (folder / SIX).mkdir()
    for program in plants:
        kept = folder / SIX if program.endswith('faults6') else folder
        subprocess.run([program], env={**os.environ, 'BR_RECORDINGS': str(kept), 'BR_CAPTURES': CORPUS},
                       capture_output=True, timeout=tap.LIMIT_S, check=True)


def capture_of(folder, verdict, name):
    where = {'planted': folder, 'planted6': folder / SIX}
    return str(where[name] / f'{verdict}.pcap') if name in where else os.path.join(CORPUS, name + '.pcap')


def key(line):
    """What a line of the header takes the place of."""
    return ' '.join(line.split()[:2])


def mend(text):
    """The lines that mend the servers in the place of those that they mend."""
    lines = [line for line in text.split('\n') if not line.startswith(MENDED)]
    for line in (line[len(MENDED):] for line in text.split('\n') if line.startswith(MENDED)):
        if line.startswith('as it stands'):
            continue
        places = [i for i, old in enumerate(lines) if key(old) == key(line)]
        if places:
            lines[places[0]] = line
        else:
            lines.insert(lines.index(''), line)
    return '\n'.join(lines)


def failing_line(out):
    found = re.search(r'^ +\S+\.wire:(\d+)$', out, re.MULTILINE)
    return int(found[1]) if found else 0


def cure_line(text):
    """The first expectation behind the last thing the client said first: a cure may have several."""
    lines = text.rstrip('\n').split('\n')
    at = len(lines)
    while at > 1 and (lines[at - 1].startswith('<=') or ' tftp ack ' in lines[at - 1]):
        at -= 1
    return at + 1


def one(folder, verdict, capture, faulty):
    code, text, said = call('from-pcap', '--expect-fixed', capture)
    tap.claim(code == 0 and verdict in text, f'{verdict}: a script', said)
    if code != 0:
        return
    path = folder / f'{verdict}.wire'
    path.write_text(text)
    code, out, said = call('check', str(path), capture)
    least = cure_line(text) - (' http GET /\n' in text)
    tap.claim(code == 1 and failing_line(out) >= least, f'{verdict}: red on its capture, at what a good server does',
              out + said)
    code, out, said = call('run', str(path), '--out', str(folder / 'out'))
    if faulty:
        tap.claim(code == 1 and failing_line(out) >= cure_line(text) and STANDS not in text,
                  f'{verdict}: red on a core with the fault', out + said)
    else:
        tap.claim(code == 0 and STANDS in text, f'{verdict}: the core cannot have that fault, and says so', out + said)
    path.write_text(mend(text))
    code, out, said = call('run', str(path))
    tap.claim(code == 0 and '1 passed' in out, f'{verdict}: green when it is mended', out + said)


def recorded(folder, verdict, capture):
    """Without --expect-fixed: what went wrong, green as long as it does."""
    code, text, said = call('from-pcap', capture)
    path = folder / f'{verdict}-recorded.wire'
    path.write_text(text)
    steps = text[text.index('\n\n'):] if '\n\n' in text else ''
    tap.claim(code == 0 and re.search(r'\nnever |tftp error|http 404|bootfile=absent', steps) is not None,
              f'{verdict}: what was recorded is a script with the exchange that failed', said)
    for verb in (['check', str(path), capture], ['run', str(path)]):
        code, out, said = call(*verb)
        tap.claim(code == 0, f'{verdict}: {verb[0]} of what was recorded', out + said)
    fixed = mend(call('from-pcap', '--expect-fixed', capture)[1])
    header, old = fixed[:fixed.index('\n\n')], text[text.index('\n\n'):]
    header = re.sub(r'\n(loose|quiet 0s.*)(?=\n)', '', header)
    path.write_text(header + '\nloose' + old)
    code, out, said = call('run', str(path), '--out', str(folder / 'out'))
    tap.claim(code == 1, f'{verdict}: what was recorded fails when it is mended', out + said)


def refused(folder, verdicts):
    """A line that names the verdict, and no script."""
    for path in sorted(folder.glob('*.pcap')):
        if path.stem in verdicts:
            continue
        code, text, said = call('from-pcap', '--expect-fixed', str(path))
        tap.claim(code == 3 and not text and said.count('\n') == 1, f'{path.stem}: no script, and a line why', said)


def main():
    rows = read_list(LIST)
    with open(CURES, encoding='utf-8') as file:
        cures = set(re.findall(r'^\t\{"([a-z0-9.-]+)", BR_CURE_', file.read(), re.MULTILINE))
    tap.claim({row[0] for row in rows} == cures, 'each cure is tried', sorted({row[0] for row in rows} ^ cures))
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        plant(folder, [os.path.abspath(path) for path in sys.argv[5:]])
        for verdict, name, fault in rows:
            capture = capture_of(folder, verdict, name)
            one(folder, verdict, capture, fault == 'yes')
            if verdict in FAULTY and name != 'planted6' and verdict != 'dhcp.no-offer':
                recorded(folder, verdict, capture)
        refused(folder, cures)
        refused(folder / SIX, cures)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

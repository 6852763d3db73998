#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How near the models come to the machines: measure.py PLAY_TAPE CAPTURES OUT [REGEX]

Each capture of real firmware becomes a tape of what the servers answered (tape.py). The model
of that firmware boots against it in virtual time (play_tape), and what it sends is held against
what the machine sent (compare.py). Sums by model must be those of sim/models/fidelity.tsv, which
`bootrig list models` prints: no figure falls, and none rises, without a line changed there. When
models have changed on purpose, this writes it anew:

    BR_BLESS=1 tests/fidelity/measure.py build/tests/play_tape captures/corpus build/fidelity

Over IPv6 the firmware draws how long it waits: each capture is held against SEEDS boots, the
packets against the likest of them, and a wait against what all of them waited, from the shortest
to the longest.

OUT/details.txt tells each difference, with frame numbers (real/model), and why it is there: what
has no row in reasons.tsv fails. With REGEX only captures
of such a name are measured, and no table is held against anything.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import compare  # noqa: E402
import six      # noqa: E402
import tap      # noqa: E402
import tape     # noqa: E402

TABLE = HERE.parent.parent / 'sim/models/fidelity.tsv'
SEEDS = 16
SUMS = ('captures', 'real', 'model', 'both', 'fields', 'equal', 'whole', 'waits', 'near')
HEAD = f"""\
# How near the models come to real machines, over captures/corpus; tests/fidelity/measure.py
# holds each figure, and writes this file. Columns: model, captures measured, packets that the
# machines sent, that the model sent, that both did in this order, fields of those, equal
# fields, packets equal in all fields, waits of 0.1 s and more, those within 10 per cent (over
# IPv6: of what {SEEDS} boots waited, each of which drew otherwise)
# name\t{chr(9).join(SUMS)}
"""


def models():
    for line in (HERE / 'models.tsv').read_text().splitlines():
        if not line.startswith('#'):
            yield line.split('\t')


def model_of(name):
    """Its model and whether the loader's packets count; or None and why not."""
    for pattern, model, rest in models():
        if re.match(pattern, name):
            return (model, rest) if model != '-' else (None, rest)
    return None, 'no model'


def reasons():
    for line in (HERE / 'reasons.tsv').read_text().splitlines():
        if not line.startswith('#'):
            yield line.split('\t')


def reason_of(name, line):
    """Of the first row of reasons.tsv that fits, or None."""
    for capture, what, why in reasons():
        if re.match(capture, name) and re.search(what, line):
            return why
    return None


def differences(found):
    """Lines, those that want a reason before those of time."""
    for it in found['only_real']:
        yield '   ONLY REAL   #%d %.3f s %s' % (it.n, it.t / 1e9, it.what)
    for it in found['only_model']:
        yield '   ONLY MODEL  #%d %.3f s %s' % (it.n, it.t / 1e9, it.what)
    for r, m, key, real, model in found['diffs']:
        yield '   FIELD  #%d/%d %s  %s: real %s, model %s' % (r.n, m.n, r.what, key, real, model)
    for r, m, real, model in found['late']:
        yield '   TIME   #%d/%d %s: %.3f s behind the packet before, model %.3f' % (
            r.n, m.n, r.what, real, model)


def measure(player, path, model, programs, out):
    """One capture. Return: sums, lines of details, differences that have no row in reasons.tsv;
    or None if no DHCP client is in it"""
    content = json.loads((HERE / 'content.json').read_text())
    over_six = six.is_of(path.stem)
    recorded = (six.Tape6 if over_six else tape.Tape)(str(path), content)
    if recorded.client is None:
        return None
    tape_path, played = out / (path.stem + '.tape'), out / (path.stem + '.pcapng')
    recorded.write(tape_path)
    words = [] if programs == 'all' else re.split('; ' if ';' in programs else ' ', programs)
    boots = []
    for seed in range(1, SEEDS + 1 if over_six else 2):
        run = subprocess.run([player, tape_path, model, played, *words, 'seed=%d' % seed],
                             capture_output=True, text=True, timeout=tap.LIMIT_S, check=True)
        found = compare.compare(str(path), str(played), recorded.client, uboot='uboot' in path.stem,
                                no_grub=programs.startswith('firmware'), until=recorded.first_drop,
                                ipv6=recorded.six, over_six=over_six)
        boots.append((found, run.stdout))
    for made in (tape_path, played):
        made.unlink()
    found, told = compare.likest(boots)
    if 'icount' in path.stem:    # time of the machine was not that of who recorded it
        found.update(timers=0, fine=0, late=[])
    sums = dict(captures=1, real=len(found['real']),
                model=len(found['model']) - len(found['unseen']), both=len(found['pairs']),
                fields=found['fields'], equal=found['equal'], whole=found['exact'],
                waits=found['timers'], near=found['fine'])
    lines = ['== %s  %s  %s' % (path.stem, model, '; '.join(recorded.notes)),
             '   real %(real)d, model %(model)d, both %(both)d' % sums]
    lines += ['   ' + line for line in told.splitlines()]
    unexplained = []
    for line in differences(found):
        why = None if line.startswith('   TIME') else reason_of(path.stem, line)
        if why is None and not line.startswith('   TIME'):
            unexplained.append('%s%s' % (path.stem, line))
        lines += [line] + (['      ' + why] if why else [])
    return sums, lines, unexplained


def per_cent(part, whole):
    return '%5.1f' % (100.0 * part / whole) if whole else '    -'


def row(name, s):
    return '%-36s %6d %6d %6d  %s %s %s %s' % (
        name, s['real'], s['model'], s['both'], per_cent(2 * s['both'], s['real'] + s['model']),
        per_cent(s['equal'], s['fields']), per_cent(s['whole'], s['real']),
        per_cent(s['near'], s['waits']))


def measure_all(player, folder, out, wanted):
    """Return: sums by model, of those what is over IPv6, and by capture, lines of details,
    differences without a reason"""
    by_model, over_six, by_capture, details, unexplained, jobs = {}, {}, {}, [], [], []
    with ProcessPoolExecutor() as pool:
        for path in sorted(folder.glob('*.pcap')):
            model, rest = model_of(path.stem)
            # where both sides of a fault were recorded, the machine saw the other one
            if model and re.search(wanted, path.stem) and \
                    not path.with_name(path.stem + '-nicside.pcap').exists():
                jobs.append((path.stem, model,
                             pool.submit(measure, player, path, model, rest, out)))
        for name, model, job in jobs:
            result = job.result()
            if result is None:
                continue
            by_capture[name], lines, missing = result
            details += lines
            unexplained += missing
            add(by_model, six.boots_by(name, model), result[0])
            if six.is_of(name):
                add(over_six, six.boots_by(name, model), result[0])
    return by_model, over_six, by_capture, details, unexplained


def add(table, name, sums):
    total = table.setdefault(name, dict.fromkeys(SUMS, 0))
    for key in SUMS:
        total[key] += sums[key]


def check(by_model):
    text = HEAD + ''.join('%s\t%s\n' % (model, '\t'.join(str(sums[key]) for key in SUMS))
                          for model, sums in sorted(by_model.items()))
    if os.environ.get('BR_BLESS'):
        TABLE.write_text(text)
    known = dict(line.split('\t', 1) for line in TABLE.read_text().splitlines()
                 if not line.startswith('#'))
    for model, sums in sorted(by_model.items()):
        now = '\t'.join(str(sums[key]) for key in SUMS)
        tap.claim(known.get(model) == now, f'{model} comes as near as fidelity.tsv says',
                  f'columns {" ".join(SUMS)}\nit says   {known.get(model)}\nmeasured  {now}')
    tap.claim(set(known) == set(by_model), 'every model of the table was measured',
              set(known) ^ set(by_model))


def main():
    player, folder, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    wanted = sys.argv[4] if len(sys.argv) > 4 else ''
    out.mkdir(parents=True, exist_ok=True)
    by_model, over_six, by_capture, details, unexplained = measure_all(player, folder, out, wanted)
    (out / 'details.txt').write_text('\n'.join(details) + '\n')
    tap.comment('%-36s %6s %6s %6s  %5s %5s %5s %5s' % (
        '', 'real', 'model', 'both', 'seq%', 'field', 'whole', 'waits'))
    for sums in (by_capture, by_model, {name + ' over IPv6': s for name, s in over_six.items()}):
        for name in sorted(sums):
            tap.comment(row(name, sums[name]))
    for table, name in ((over_six, 'ALL over IPv6'), (by_model, 'ALL')):
        tap.comment(row(name, {key: sum(s[key] for s in table.values()) for key in SUMS}))
    for line in unexplained:
        tap.comment('no reason: ' + line)
    if wanted or folder.name != 'corpus':
        return 0
    check(by_model)
    tap.claim(not unexplained, 'each difference has its reason in reasons.tsv', '\n'.join(unexplained))
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

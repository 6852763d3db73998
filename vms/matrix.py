#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every firmware in every condition: `bootrig matrix`

Exit code: 0 nothing is different from the last run, or there was none; 1 something is; 2 bad
usage, the rig cannot run here, or it was ended.
"""
import argparse
import os
import pathlib
import sys
import time

from driver import cells, page, servers
from driver.profile import Profile
from driver.screen import Screen
from rig import EXIT_FAILED, EXIT_SKIPPED, EXIT_USAGE, TOP, cache, claim, ended, find_files

CPUS_A_CELL = 2  # QEMU runs a guest and its devices
PROFILES = TOP / 'vms' / 'profiles'


def read_words():
    words = argparse.ArgumentParser(prog='bootrig matrix', add_help=False, allow_abbrev=False)
    words.add_argument('--bin', type=pathlib.Path, required=True)
    words.add_argument('verb', choices=('matrix',))
    words.add_argument('--out', type=pathlib.Path)
    words.add_argument('--firmware', action='append', default=[])
    words.add_argument('--condition', action='append', default=[])
    words.add_argument('--server', action='append', choices=servers.NAMES, default=[])
    words.add_argument('--start', choices=('power-on', 'snapshot'), default='snapshot')
    words.add_argument('--shard', default='')
    words.add_argument('--jobs', type=int, default=0)
    words.add_argument('--page', action='store_true')
    words.add_argument('--list', action='store_true')
    words.add_argument('--skip', action='store_true')
    return words.parse_args()


def profiles_here(args, screen):
    """Those whose QEMU and firmware are here, or can be had; the others are told."""
    names = args.firmware or sorted(entry.stem for entry in PROFILES.glob('*.toml'))
    here = []
    for name in names:
        profile = Profile(name)
        missing = {} if args.list else find_files(cache().resolve(), screen, profile)
        if missing:
            screen.line(f'not here: {name}, for lack of {", ".join(missing)}')
        else:
            here.append((name, profile))
    return here


def servers_here(args, screen):
    """Those that were asked for and can be had; the others are told."""
    here = []
    for name in dict.fromkeys(args.server or [servers.CORE]):
        why = servers.lacking(name)
        if why and not args.list:
            screen.line(f'not here: {name}, for lack of {why}')
        else:
            here.append(name)
    return here


def suffix_of(args):
    """Shards of one matrix lie in one folder, and write into files of their own."""
    return '.' + args.shard.replace('/', '-of-') if args.shard else ''


def sentences():
    """{rule: what it says}, as the requirements' own list has them."""
    path = TOP / 'conformance' / 'requirements.tsv'
    if not path.exists():
        return {}
    rows = [line.split('\t') for line in path.read_text(encoding='utf-8').splitlines()]
    return {row[0]: row[5] for row in rows[1:] if len(row) > 5}


def write_page(args, changes=None, first=False):
    rows = {}
    for path in sorted(args.out.glob('results*.json')):
        rows.update(cells.Kept.read(path))
    models = {}
    scripts = cells.conditions(args.condition)
    runner = cells.Runner(args.bin, args.out, args.start)
    for name in {row['condition'] for row in rows.values()} & set(scripts):
        models[name] = runner.predict(scripts[name])
    page.write(args.out, list(rows.values()), models, sentences(), changes, first)


def run(args, screen):
    scripts = cells.conditions(args.condition)
    todo = cells.cells_of(profiles_here(args, screen), scripts, servers_here(args, screen))
    if args.shard:
        todo = cells.shard(todo, args.shard)
    if args.list:
        for cell in todo:
            screen.line(f'{cell.cost_s:5.0f} s  {cell.name()}')
        return 0
    if not todo:
        screen.line('no cell: neither QEMU nor firmware is here')
        return EXIT_SKIPPED if args.skip else EXIT_USAGE
    kept, runner = cells.Kept(args.out, suffix_of(args)), cells.Runner(args.bin, args.out, args.start)
    start = time.monotonic()
    jobs = args.jobs or max(1, (os.cpu_count() or 1) // CPUS_A_CELL)
    cells.run_all(runner, todo, kept, jobs, screen.line)
    first = not kept.last.exists()
    changes = kept.finish()
    counts = {}
    for row in kept.rows.values():
        counts[row['result']] = counts.get(row['result'], 0) + 1
    screen.line(f'{len(kept.rows)} cells in {time.monotonic() - start:.0f} s: '
                + ', '.join(f'{count} {result}' for result, count in sorted(counts.items())))
    for name, before, now in changes:
        screen.line(f'changed: {name}: {before}, now {now}')
    screen.line('the first run: there is nothing to compare with' if first else
                f'{len(changes)} of {len(kept.rows)} cells changed since the last run')
    write_page(args, changes, first)
    screen.line(f'{args.out / "index.html"}')
    return EXIT_FAILED if changes else 0


def main():
    args = read_words()
    args.bin = args.bin.resolve()
    args.condition = args.condition or [TOP / 'vms' / 'conditions', TOP / 'vms' / 'faults']
    with claim(args, '.lock' + suffix_of(args)):
        if args.page:
            write_page(args)
            return 0
        return run(args, Screen())


if __name__ == '__main__':
    sys.exit(ended(main))

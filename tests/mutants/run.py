#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Break one line of the rig at a time, and see that a test notices

    tests/mutants/run.py [--keep FOLDER] [NAME...]
    tests/mutants/run.py --check

list.toml holds the mutants: a text of the sources, what it becomes, and the tests that
must then fail. NAME is one of its names or a part of some; without any all are run.

Nothing is changed where this stands: the files of the checkout (new ones too, those that
git ignores not) are copied to a folder of their own, built there and broken there. That
folder is a temporary one, or FOLDER, which is kept and makes the next run a fast one.

A mutant's text is looked for in all sources, wherever functions were carried to since,
and white space does not count; but it must be there exactly once. --check looks for that
alone, and builds nothing.

One line a mutant, then the counts. Exit code: 0 each was killed or is said to be
equivalent, 1 one survived, no longer applies or does not build, 2 usage.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import tomllib

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
LIST = pathlib.Path(__file__).with_name('list.toml')
ROOMS = ('core', 'sim', 'conformance', 'captures')
KEYS = {'name', 'old', 'new', 'tests', 'equivalent'}


def die(text):
    print(f'mutants: {text}', file=sys.stderr)
    sys.exit(2)


def read_list():
    with open(LIST, 'rb') as file:
        rows = tomllib.load(file)['mutant']
    names = set()
    for row in rows:
        name = row.get('name', '(without a name)')
        if not set(row) <= KEYS or not {'name', 'old', 'new'} <= set(row):
            die(f'{LIST.name}: {name}: the keys are {", ".join(sorted(KEYS))}')
        if bool(row.get('tests')) == bool(row.get('equivalent')):
            die(f'{LIST.name}: {name}: either tests, or why it is equivalent')
        if name in names:
            die(f'{LIST.name}: {name} stands there twice')
        names.add(name)
    return rows


def select(rows, names):
    for name in names:
        if not any(name in row['name'] for row in rows):
            die(f'{LIST.name} has no {name}')
    exact = {row['name'] for row in rows}
    return [row for row in rows if not names or
            any(name == row['name'] or name not in exact and name in row['name'] for name in names)]


class Sources:
    """The text of each C file of the rooms below a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.text = {path: path.read_text() for room in ROOMS
                     for path in sorted((folder / room).rglob('*.[ch]'))}
        self.flat = {path: ' '.join(text.split()) for path, text in self.text.items()}

    def places(self, old):
        words = old.split()
        pattern = re.compile(r'(?<!\w)' +  # MAX = 8 is not in RELAYS_MAX = 8
                             r'\s+'.join(map(re.escape, words)))
        return [(path, match) for path, flat in self.flat.items() if ' '.join(words) in flat
                for match in pattern.finditer(self.text[path])]

    def mutate(self, row):
        """The one file that changes and its text then, or why there is none."""
        places = self.places(row['old'])
        if len(places) != 1:
            return None, f'its text is there {len(places)} times'
        path, match = places[0]
        text = self.text[path]
        return path, text[:match.start()] + row['new'].strip() + text[match.end():]


def check(rows):
    sources = Sources(TOP)
    bad = 0
    for row in rows:
        path, why = sources.mutate(row)
        if not path:
            print(f'GONE     {row["name"]}: {why}')
            bad += 1
    print(f'{len(rows) - bad} apply, {bad} gone')
    return 1 if bad else 0


def copy_tree(to):
    """Files that did not change keep their times, so that a kept folder builds little."""
    names = subprocess.run(['git', '-C', TOP, 'ls-files', '-z', '-co', '--exclude-standard'],
                           capture_output=True, check=True).stdout.decode().split('\0')
    wanted = {name for name in names if name and (TOP / name).is_file()}
    for name in sorted(wanted):
        target = to / name
        octets = (TOP / name).read_bytes()
        if not target.exists() or target.read_bytes() != octets:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(octets)
        target.chmod((TOP / name).stat().st_mode)
    for path in to.rglob('*'):  # what was moved away since would be found twice
        name = path.relative_to(to)
        if path.is_file() and name.parts[0] != 'build' and str(name) not in wanted:
            path.unlink()


def run(command, **more):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True,
                          errors='replace', check=False, **more)


class Rig:
    """A copy of the tree, its build folder, and the tests as meson knows them."""

    def __init__(self, folder):
        self.folder, self.build = folder, folder / 'build'
        copy_tree(folder)
        if not (self.build / 'build.ninja').exists():
            # what is broken may well leave a variable unused
            self.must(['meson', 'setup', '-Dtests=true', '-Dwerror=false', self.build, folder])
        self.must(['ninja', '-C', self.build, 'build.ninja'])
        ask = lambda what: json.loads(self.must(['meson', 'introspect', what, self.build]))
        self.files = {target['id']: target['filename'] for target in ask('--targets')}
        self.tests = {test['name']: test for test in ask('--tests')}
        self.limit = {}

    def must(self, command):
        done = run(command)
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            die(f'{command[0]} failed, in {self.folder}')
        return done.stdout

    def make(self, names):
        """What these tests run, built: the empty text, or what the compiler said."""
        wanted = {file for name in names for target in self.tests[name]['depends']
                  for file in self.files[target]}
        words = [pathlib.Path(file).relative_to(self.build) for file in sorted(wanted)]
        done = run(['ninja', '-C', self.build, *words]) if words else None
        return done.stdout if done and done.returncode else ''

    def fails(self, name):
        """Why this test fails, empty if it passes."""
        test = self.tests[name]
        env = dict(os.environ, **test['env'])
        try:
            done = run(test['cmd'], env=env, cwd=test['workdir'] or self.build,
                       timeout=self.limit.get(name))
        except subprocess.TimeoutExpired:
            return f'not ended after {self.limit[name]:.0f} s'
        if done.returncode == 77:
            return ''
        for line in done.stdout.splitlines():
            if line.startswith('not ok'):
                return line
        return f'exit code {done.returncode}' if done.returncode else ''

    def try_whole(self, names):
        """Each test passes as long as nothing is broken, and how long it takes."""
        unknown = sorted(set(names) - set(self.tests))
        if unknown:
            die(f'{LIST.name}: no such test: {", ".join(unknown)}')
        said = self.make(names)
        if said:
            sys.stderr.write(said)
            die('does not build even without a mutant')
        for name in names:
            start = time.monotonic()
            why = self.fails(name)
            if why:
                die(f'{name} fails even without a mutant: {why}')
            # of a test that a mutant makes hang: far from what a loaded machine does to it
            self.limit[name] = 60 + 20 * (time.monotonic() - start)

    def judge(self, row):
        """KILLED and by whom, SURVIVED, or why it could not be tried."""
        sources = Sources(self.folder)
        path, text = sources.mutate(row)
        if not path:
            return 'GONE', text
        try:
            path.write_text(text)
            said = self.make(row['tests'])
            if said:
                error = re.search(r'error: .*', said)
                return 'BROKEN', 'does not build: ' + (error[0] if error else said[-200:])
            for name in row['tests']:
                why = self.fails(name)
                if why:
                    return 'KILLED', f'{name}: {why}'
            return 'SURVIVED', f'{path.relative_to(self.folder)}, {", ".join(row["tests"])} pass'
        finally:
            path.write_text(sources.text[path])


def judge_all(rows, folder):
    rig = Rig(folder)
    rig.try_whole(sorted({name for row in rows for name in row.get('tests', [])}))
    count = dict.fromkeys(('KILLED', 'SURVIVED', 'EQUIVALENT', 'GONE', 'BROKEN'), 0)
    for row in rows:
        if 'equivalent' in row:
            path, why = Sources(folder).mutate(row)
            verdict, why = ('EQUIVALENT', row['equivalent']) if path else ('GONE', why)
        else:
            verdict, why = rig.judge(row)
        count[verdict] += 1
        print(f'{verdict:<10} {row["name"]}: {why}', flush=True)
    print(', '.join(f'{n} {verdict.lower()}' for verdict, n in count.items() if n))
    return 1 if count['SURVIVED'] + count['GONE'] + count['BROKEN'] else 0


def main():
    parser = argparse.ArgumentParser(prog='tests/mutants/run.py',
                                     description='break one line at a time and see a test fail')
    parser.add_argument('--keep', type=pathlib.Path, metavar='FOLDER',
                        help='where to build, kept for the next run')
    parser.add_argument('--check', action='store_true',
                        help='only see whether each mutant still applies')
    parser.add_argument('names', nargs='*', metavar='NAME', help='mutants of list.toml')
    args = parser.parse_args()

    rows = select(read_list(), args.names)
    if args.check:
        return check(rows)
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
        if args.keep.resolve() == TOP or TOP in args.keep.resolve().parents:
            die('the folder must lie outside the checkout')
        return judge_all(rows, args.keep.resolve())
    with tempfile.TemporaryDirectory(prefix='mutants-') as folder:
        return judge_all(rows, pathlib.Path(folder).resolve())


if __name__ == '__main__':
    sys.exit(main())

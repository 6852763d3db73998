#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Build and pass the tests: what `./bootrig test` runs

Two builds: gcc as users get it, with every suite; clang with the address and
undefined-behaviour sanitizers, with every suite that needs no real time. What is
counted is the smallest thing that has a verdict of its own: a TAP subtest, else the
program. One that runs in both builds counts once, and passes only if it passes in both.

A build that does not build is a failure by itself.

Exit code: 0 all passed, 1 something failed, 3 nothing ran.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
TAP = re.compile(r'^(not ok|ok)\b\s*(\d*)\s*-?\s*(.*)$')
PLAN = re.compile(r'^1\.\.(\d+)')
RANK = ('passed', 'skipped', 'failed')  # of two verdicts on one test the later one holds


def tell(text):
    print(f'bootrig: {text}', file=sys.stderr, flush=True)


def of_tap(name, text):
    """Yield (test, verdict) for each line of TAP, and for what the plan promised in vain."""
    planned = count = 0
    for line in text.splitlines():
        plan = PLAN.match(line)
        if plan:
            planned = int(plan[1])
        row = TAP.match(line)
        if not row:
            continue
        count += 1
        title, _, directive = row[3].partition('#')
        if directive.strip().upper().startswith('SKIP'):
            verdict = 'skipped'
        else:
            verdict = 'passed' if row[1] == 'ok' else 'failed'
        yield f'{name}: {title.strip() or directive.strip() or row[2]}', verdict
    for missing in range(count, planned):
        yield f'{name}: {missing + 1} never ran', 'failed'


def of_test(test):
    """Yield (test, verdict) for one row of meson's testlog.json."""
    name = test['name'].rpartition(' / ')[2]  # meson names suites only if there are several
    good = test['result'] in ('OK', 'EXPECTEDFAIL')
    text = test.get('stdout') or ''
    if test['result'] == 'SKIP' and not TAP.search(text):
        yield name, 'skipped'
        return
    if any(PLAN.match(line) for line in text.splitlines()):
        seen = list(of_tap(name, text))
    else:
        seen = [(name, 'passed' if good else 'failed')]
    yield from seen
    # cmocka says `not ok # SKIP`, which meson takes for a failure
    skips = test.get('returncode') == 0 and any(verdict == 'skipped' for _, verdict in seen)
    if not good and not skips and not any(verdict == 'failed' for _, verdict in seen):
        yield f'{name}: {test["result"]}', 'failed'  # all subtests fine, and then it crashed


def read_log(path):
    """The verdicts of one run of meson test; subtests of one name are told apart by order."""
    verdicts = {}
    with open(path, encoding='utf-8') as log:
        for line in log:
            again = collections.Counter()
            for test, verdict in of_test(json.loads(line)):
                again[test] += 1
                verdicts[f'{test} ({again[test]})' if again[test] > 1 else test] = verdict
    return verdicts


def merge(total, verdicts):
    for test, verdict in verdicts.items():
        total[test] = max(total.get(test, verdict), verdict, key=RANK.index)


class Build:
    """One build folder: set up once, configured as asked, then built and tested."""

    def __init__(self, folder, compiler, options, suites):
        self.folder, self.compiler = folder, compiler
        self.options, self.suites = options, suites

    def configure(self):
        wanted = ['-Dtests=true', *self.options]
        env = dict(os.environ, CC=self.compiler)
        if not (self.folder / 'build.ninja').exists():
            return run(['meson', 'setup', *wanted, self.folder, TOP], env=env)
        known = subprocess.run(['meson', 'introspect', '--buildoptions', self.folder],
                               capture_output=True, text=True, check=True).stdout
        values = {row['name']: row['value'] for row in json.loads(known)}
        if values.get('tests') is False:
            return run(['meson', 'configure', *wanted, self.folder])
        return True

    def build(self, gently=False):
        """Gently: with the time that nobody else wants."""
        start = time.monotonic()
        quiet = [] if sys.stderr.isatty() else ['--quiet']
        nice = ['nice', '-n', '19'] if gently else []
        good = self.configure() and run([*nice, 'ninja', *quiet, '-C', self.folder])
        tell(f'{self.folder.name} ({self.compiler}): '
             f'{"built" if good else "does not build"} in {time.monotonic() - start:.0f} s')
        return good

    def test(self, words):
        for old in (self.folder / 'meson-logs').glob('testlog*.json'):
            old.unlink()
        env = dict(os.environ, ASAN_OPTIONS='detect_leaks=1:abort_on_error=0',
                   UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1')
        subprocess.run(['meson', 'test', '-C', self.folder, '--no-rebuild', '--print-errorlogs',
                        *self.suites, *words], env=env, check=False)
        verdicts = {}
        for log in (self.folder / 'meson-logs').glob('testlog*.json'):  # named after the setup
            verdicts |= read_log(log)
        return verdicts


def run(command, env=None):
    """Quiet unless it fails; a terminal sees it all."""
    if sys.stderr.isatty():
        return subprocess.run(command, env=env, stdout=sys.stderr, check=False).returncode == 0
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace', check=False)
    if done.returncode:
        sys.stderr.write(done.stdout)
    return done.returncode == 0


def builds(folder):
    asan = folder.with_name(folder.name + '-asan')
    return [
        Build(folder, os.environ.get('CC', 'gcc'), [], ['--setup', 'full']),
        Build(asan, 'clang', ['-Db_sanitize=address,undefined', '-Db_lundef=false',
                              '-Doptimization=1'],
              ['--no-suite', 'rules', '--no-suite', 'trace']),
    ]


def main():
    parser = argparse.ArgumentParser(prog='bootrig test', description='build and pass the tests')
    parser.add_argument('--build', type=pathlib.Path, default=TOP / 'build', help='build folder')
    parser.add_argument('--quick', action='store_true', help='the first build only')
    parser.add_argument('words', nargs='*', help='names or options for meson test')
    args, more = parser.parse_known_args()

    total = {}
    first, *later = builds(args.build.resolve())[:1 if args.quick else None]
    built = {first: first.build()}
    # tests on a real network wait more than they compute: the other builds go on beside them
    beside = threading.Thread(target=lambda: built.update({build: build.build(gently=True)
                                                           for build in later}))
    beside.start()
    for build in (first, *later):
        if build is not first:
            beside.join()
        if built.get(build):
            merge(total, build.test(args.words + more))
        else:
            merge(total, {f'{build.folder.name} builds with {build.compiler}': 'failed'})
    count = collections.Counter(total.values())
    for test, verdict in total.items():
        if verdict != 'passed':
            print(f'{verdict}: {test}')
    print(f'{count["passed"]} passed, {count["failed"]} failed, {count["skipped"]} skipped')
    if count['failed']:
        return 1
    return 0 if count['passed'] else 3


if __name__ == '__main__':
    sys.exit(main())

# SPDX-License-Identifier: BSD-2-Clause
"""Cells of the matrix: each is one script with one firmware in the place of its client

A run keeps what it has done in a file of its own, written whole after each cell, so that one that
was ended goes on where it was. When all cells are done their results replace those of the last
run, and what is different is told.
"""
import concurrent.futures
import dataclasses
import itertools
import json
import os
import pathlib
import subprocess
import sys
import threading

from . import Trouble, servers
from .process import die_with_parent, no_ending
from .results import write_whole

HTTP = 'http4'
GUEST = 'fw'  # the node of a condition that a firmware takes the place of
UNKNOWN_S = 30  # what a cell is taken to cost whose path says nothing
SIGTERM = 15
BROKEN = 'broken'  # the result of a cell that said none: whoever goes on tries it once more
TEXTS = ('firmware', 'path', 'condition', 'server', 'result', 'why', 'got', 'folder', 'said')
SHARE = pathlib.Path(__file__).resolve().parent.parent.parent
ELSEWHERE = SHARE / 'vms' / 'elsewhere.py'


@dataclasses.dataclass
class Cell:
    profile: str  # its name, or its file
    firmware: str
    path: str
    condition: str
    script: pathlib.Path
    cost_s: float
    server: str = servers.CORE

    def name(self):
        return name_of(self.firmware, self.path, self.condition, self.server)


def name_of(firmware, path, condition, server):
    """A cell's; of the rig's own server it says nothing."""
    return f'{firmware}/{path}/{condition}' + ('' if server == servers.CORE else f'@{server}')


def conditions(words):
    """{name: script} of files and of folders."""
    found = {}
    for word in map(pathlib.Path, words):
        if not word.exists() and (SHARE / word).exists():
            word = SHARE / word  # of those here, in whatever folder somebody stands
        if not word.exists():
            raise Trouble(f'{word}: no such file')
        for script in sorted(word.glob('*.wire')) if word.is_dir() else [word]:
            found[script.stem] = script
    if not found:
        raise Trouble(f'no condition in {", ".join(map(str, words))}: a .wire file is expected')
    return found


def is_http(script):
    return '-http4' in script.read_text(encoding='utf-8')


def cells_of(profiles, scripts, wanted=(servers.CORE,)):
    """All that fit together, cheapest first: a condition by HTTP is for a path by HTTP.

    A script has boot files of its own, so that paths which differ by what they boot are one.
    """
    cells = []
    for word, profile in profiles:
        for name, path in profile.paths.items():
            if path.on_request:
                continue
            for (condition, script), server in itertools.product(scripts.items(), wanted):
                if is_http(script) == (name == HTTP) and \
                        servers.takes(server, script.read_text(encoding='utf-8')):
                    cells.append(Cell(word, profile.name, name, condition, script,
                                      path.cost_s or UNKNOWN_S, server))
    return sorted(cells, key=lambda cell: (cell.cost_s, cell.name()))


def shard(cells, text):
    """Every N-th, from the I-th on: cheap and dear ones are spread evenly."""
    number, _, of = text.partition('/')
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise Trouble(f'--shard {text}: I/N is expected, I from 1 to N')
    return cells[int(number) - 1::int(of)]


class Runner:
    def __init__(self, binary, out, start):
        self.binary, self.out, self.start = binary, out, start
        self.children, self.lock, self.ended = set(), threading.Lock(), False

    def call(self, words, limit_s=1800):
        """Return: the exit code and what was said; Trouble once the run is to end."""
        with self.lock:
            if self.ended:
                raise Trouble('ended')
            with no_ending():
                child = subprocess.Popen(  # pylint: disable=consider-using-with
                    [str(word) for word in words], stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, text=True, errors='replace',
                    start_new_session=True, preexec_fn=lambda: die_with_parent(SIGTERM))
            self.children.add(child)
        try:
            said, _ = child.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            child.terminate()
            said, _ = child.communicate()
        with self.lock:
            self.children.discard(child)
        return child.returncode, said

    def end(self):
        """No cell begins any more, and those that run are ended."""
        with self.lock:
            self.ended = True
            for child in self.children:
                child.terminate()

    def predict(self, script):
        """What the model does in that condition: the script as it is."""
        _, said = self.call([self.binary, 'run', script, '--out', self.out / 'models'])
        return {'result': 'pass' if '\nok 1 ' in said else 'fail', 'said': said}

    def run(self, cell):
        """Return: the row of that cell."""
        folder = self.out / 'cells' / cell.name()
        folder.mkdir(parents=True, exist_ok=True)
        result = folder / 'row.json'
        result.unlink(missing_ok=True)
        begin = [self.binary, 'run'] if cell.server == servers.CORE else \
            [sys.executable, '-B', ELSEWHERE, '--bin', self.binary, cell.server]
        _, said = self.call([*begin, cell.script, '--firmware',
                             f'{GUEST}={cell.profile}/{cell.path}', '--start', self.start,
                             '--out', folder, '--json', result])
        row = {'firmware': cell.firmware, 'path': cell.path, 'condition': cell.condition,
               'server': cell.server, 'result': BROKEN, 'seconds': 0, 'why': '', 'got': '',
               'folder': '', 'said': said}
        if self.ended:
            raise Trouble('ended')
        if result.exists():
            told = json.loads(result.read_text(encoding='utf-8'))[0]
            row['result'] = told['result']
            row['seconds'] = round(told['simulated_ns'] / 1e9, 1)
            row['why'] = told['reason']
        for line in map(str.strip, said.splitlines()):
            if line.startswith('why ') and not row['why']:
                row['why'] = line[4:].strip()
            if line.startswith('got ') and not row['got']:
                row['got'] = line[4:].strip()
        capture = next(folder.rglob('run.pcap*'), None)
        if capture:
            row['folder'] = os.path.relpath(capture.parent, self.out)
            row['capture'] = capture.name
            row['story'] = self.story(capture)
        return row

    def story(self, capture):
        """What the page shows of it: lines of each attempt, and what the machine broke."""
        _, said = self.call([self.binary, 'explain', '--json', capture])
        try:
            told = json.loads(said)
        except json.JSONDecodeError:
            return {'lines': [], 'breaches': [], 'verdict': said[:300]}
        clients = told['clients']
        lines = [line for client in clients for attempt in client['attempts']
                 for line in attempt['lines']]
        own = {address for client in clients for address in client['addresses']} | \
            {client['mac'] for client in clients} | {'0.0.0.0', ''}
        breaches = [{'rule': row['id'], 'seen': row['seen'], 'frames': row['frames'][:5],
                     'by': row['ip']}
                    for row in told['rules']['breaches'] if row['ip'] in own]
        return {'lines': lines[:200], 'breaches': breaches,
                'verdict': clients[0]['findings'][0]['text'] if clients else ''}


class Kept:
    """What a run has done so far, and what the one before it came to."""

    def __init__(self, out, suffix=''):
        self.last = out / f'results{suffix}.json'
        self.now = out / f'unfinished{suffix}.json'
        self.before = self.read(self.last)  # now, for a run is long and they may be no results
        self.rows = {name: row for name, row in self.read(self.now).items()
                     if row['result'] != BROKEN}
        for draft in out.glob(f'.{self.now.name}.*'):  # of a run that was killed
            draft.unlink(missing_ok=True)

    @staticmethod
    def read(path):
        if not path.exists():
            return {}
        try:
            rows = json.loads(path.read_text(encoding='utf-8'))['cells']
            if all(isinstance(row[key], str) for row in rows for key in TEXTS) and \
                    all(isinstance(row['seconds'], (int, float)) and 0 <= row['seconds'] < 1e9
                        for row in rows):
                return {name_of(row['firmware'], row['path'], row['condition'], row['server']): row
                        for row in rows}
        except (ValueError, KeyError, TypeError):
            pass
        raise Trouble(f'{path}: it holds no results; move it away to begin anew')

    @staticmethod
    def text(rows):
        return json.dumps({'cells': [rows[name] for name in sorted(rows)]}, indent=1) + '\n'

    def add(self, name, row):
        self.rows[name] = row
        write_whole(self.now, self.text(self.rows))

    def finish(self):
        """Return: [(cell, result before, result now)] of those that differ from the last run."""
        changes = [(name, self.before[name]['result'], row['result'])
                   for name, row in sorted(self.rows.items())
                   if name in self.before and self.before[name]['result'] != row['result']]
        write_whole(self.last, self.text(self.rows))
        self.now.unlink(missing_ok=True)
        return changes


def run_all(runner, cells, kept, jobs, tell):
    """Those that are not done yet, some at once; each is kept as soon as it is done."""
    todo = [cell for cell in cells if cell.name() not in kept.rows]
    if len(todo) < len(cells):
        tell(f'{len(cells) - len(todo)} of {len(cells)} cells were done before: going on')
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(runner.run, cell): cell for cell in todo}
        try:
            for future in concurrent.futures.as_completed(running):
                cell, row = running[future], future.result()
                kept.add(cell.name(), row)
                tell(f'{row["result"]:<11} {row["seconds"]:6.1f} s  {cell.name()}'
                     + (f': {row["got"] or row["why"]}' if row['result'] != 'pass' else ''))
        except BaseException:
            for future in running:
                future.cancel()
            runner.end()
            raise

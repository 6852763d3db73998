# SPDX-License-Identifier: BSD-2-Clause
"""The matrix as a page: one file that works from a disk, with the results inside"""
import json
import pathlib

from .console import Console
from .results import write_whole

TEMPLATE = pathlib.Path(__file__).resolve().parent.parent / 'page' / 'matrix.html'
SHARED = TEMPLATE.parent.parent.parent / 'sim' / 'page'  # what all pages of bootrig look like, and do
CONSOLE_MAX = 4000  # octets of its end that the page shows
FILES = ('serial.log', 'notes.log', 'explain.txt', 'results.json')  # beside the capture, where there are any


def console_of(out, row):
    path = out / row['folder'] / 'serial.log'
    if not row['folder'] or not path.exists():
        return ''
    console = Console()
    return '\n'.join([*console.feed(path.read_bytes()[-CONSOLE_MAX:]), console.pending()])


def files_of(out, row):
    folder = out / row['folder']
    return [name for name in (row.get('capture', ''), *FILES)
            if row['folder'] and name and (folder / name).is_file()]


def template():
    text = TEMPLATE.read_text(encoding='utf-8')
    for name in ('page.css', 'page.js'):
        text = text.replace(f'@{name}@', (SHARED / name).read_text(encoding='utf-8'))
    return text


def write(out, rows, models, sentences, changes=None, first=False):
    """@rows: of results.json; @models: {condition: prediction}; @sentences: {rule: what it says};
    @changes: (cell, result before, result now) since the run before, which was none if this is the
    @first; None: no run is meant"""
    shown = [{**row, 'console': console_of(out, row), 'files': files_of(out, row)} for row in rows]
    told = json.dumps({'cells': shown, 'models': models, 'rules': sentences, 'before': not first, 'changes': changes})
    # a script element ends at its end tag, wherever that stands
    write_whole(out / 'index.html', template().replace('"RESULTS"', told.replace('</', '<\\/')))

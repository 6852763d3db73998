#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""captures/explain/verdicts.tsv holds every id that explain may say, with what shows it.

    verdicts.py BOOTRIG

An id that the sources have and the table has not, or the other way round; one that the capture
beside it does not show, or that the planted fault beside it is not planted for, is a failure.
"""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / 'tests'))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = sys.argv[1]
SOURCES = TOP / 'captures' / 'explain'
CORPUS = TOP / 'captures' / 'corpus'
PLANTED = TOP / 'tests' / 'captures'
ROWS = [line.split('\t') for line in (SOURCES / 'verdicts.tsv').read_text().splitlines()
        if not line.startswith('#')]
ID = r'"([a-z0-9]+(?:\.[a-z0-9-]+)?)"'


def said():
    """The ids in the sources."""
    ids = set()
    for path in SOURCES.glob('*.c'):
        text = path.read_text()
        ids |= set(re.findall(r'\{\s*' + ID + r',\s*BR_WEIGHT_', text))
        ids |= set(re.findall(r'->id = ' + ID, text))
        ids |= set(re.findall(r'about_capture\(f, ' + ID, text))
    return ids


def explained(names):
    """The ids that explain says of a capture: findings, and outcomes of attempts."""
    done = subprocess.run([BOOTRIG, 'explain', '--json', *(CORPUS / name for name in names.split('+'))],
                          capture_output=True, text=True, timeout=tap.LIMIT_S, check=False)
    return set(re.findall(r'\{"id":"([a-z0-9.-]+)","weight"', done.stdout)) | set(
        re.findall(r'"outcome":"([a-z0-9.-]+)"', done.stdout))


def planted(name, shown):
    """Whether a test plants that fault, and wants that id of it."""
    file, what = shown.split(': ', 1)
    text = (PLANTED / file).read_text() if (PLANTED / file).exists() else ''
    at = max(text.find(f'"{what}"'), text.find(f'void {what}('))
    return name in text and (at >= 0 or what == name)


def each_row_has_three_columns_and_stands_once_in_order():
    names = [row[0] for row in ROWS]
    assert all(len(row) == 3 and all(row) for row in ROWS), [row for row in ROWS if len(row) != 3]
    assert names == sorted(set(names))


def each_id_of_the_sources_has_a_row():
    missing = said() - {row[0] for row in ROWS}
    assert not missing, f'no row in captures/explain/verdicts.tsv: {sorted(missing)}'


def each_row_is_an_id_of_the_sources():
    stale = {row[0] for row in ROWS} - said()
    assert not stale, sorted(stale)


def none_is_without_a_capture():
    bare = {row[0] for row in ROWS if row[2] == '-'}
    assert not bare, sorted(bare)


def each_capture_shows_its_verdict():
    known = {}
    for name, _, shown in ROWS:
        if ': ' in shown:
            continue
        if shown not in known:
            known[shown] = explained(shown)
        assert name in known[shown], f'{shown} shows {sorted(known[shown])}, not {name}'


def each_planted_fault_is_there():
    for name, _, shown in ROWS:
        assert ': ' not in shown or planted(name, shown), f'{name}: {shown}'


def list_verdicts_says_them_all():
    done = subprocess.run([BOOTRIG, 'list', 'verdicts'], capture_output=True, text=True,
                          timeout=tap.LIMIT_S, check=True)
    for name, meaning, shown in ROWS:
        assert re.search(rf'(?m)^{re.escape(name)} +{re.escape(meaning)}\n +shown by {re.escape(shown)}$',
                         done.stdout), name


for test in (each_row_has_three_columns_and_stands_once_in_order, each_id_of_the_sources_has_a_row,
             each_row_is_an_id_of_the_sources, none_is_without_a_capture, each_capture_shows_its_verdict,
             each_planted_fault_is_there, list_verdicts_says_them_all):
    tap.run(test)
sys.exit(tap.end())

# SPDX-License-Identifier: BSD-2-Clause
"""Boots as a page: the one that `bootrig explain --html` makes of a recording, with rows of boots

The page and the story of a boot, frame by frame, are that verb's; here the console gets a lane of its
own on the same clock, and what the page said before is compared with.
"""
import json
import pathlib
import re
import subprocess
import tempfile

from . import Trouble

DATA = re.compile(r'(<script id="data" type="application/json">\n)(.*?)(</script>)', re.DOTALL)
CONSOLE_MAX = 120  # lines of a console in a story: the last ones
SAID_MAX = 4000  # octets of its end that stand below


def page_of(binary, capture):
    """Return: the page of that capture, and its data."""
    with tempfile.TemporaryDirectory(prefix='br') as folder:
        page = pathlib.Path(folder, 'page.html')
        done = subprocess.run([binary, 'explain', capture, '--html', page], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, errors='replace', check=False)
        if not page.exists():
            raise Trouble(f'no page of {capture}: {done.stderr.strip()}')
        text = page.read_text(encoding='utf-8')
    return text, json.loads(DATA.search(text)[2])


def before(path):
    """Return: {key: result} of the page that is there, or None."""
    try:
        found = DATA.search(pathlib.Path(path).read_text(encoding='utf-8'))
        return dict(json.loads(found[2])['was']) if found else None
    except (OSError, ValueError, KeyError, UnicodeError):
        return None


def with_console(story, console):
    """The story, and what the console said meanwhile on a lane of its own."""
    lanes, began = [*story['lanes'], 'console serial'], story.get('began', 0)
    said = [{'at': max(0, at - began), 'from': len(lanes) - 1, 'to': -2, 'frame': 0, 'text': line}
            for at, line in console[-CONSOLE_MAX:]]
    return {**story, 'lanes': lanes, 'events': sorted([*story['events'], *said], key=lambda event: event['at'])}


class Report:
    """One page, written anew after each boot."""

    def __init__(self, binary, path, profile):
        self.binary, self.profile = binary, profile
        self.before = before(path)
        self.template, self.rows, self.stories, self.texts = '', [], {}, {}

    def add(self, name, verdict, folder):
        try:
            self.template, told = page_of(self.binary, folder / 'run.pcapng')
        except Trouble:
            return  # the recording was lost, and that is told
        stories = list(told['stories'].values())
        story = f'{self.profile}: {name}'
        if stories:
            self.stories[story] = with_console(stories[0], verdict.console)
        first = next((row for row in told['rows'] if row['group'] != 'rules'), {})
        says = verdict.says if not verdict.good else first.get('about', '')
        steps = ', '.join(f'{step} after {at:.1f} s' for step, at in verdict.reached.items())
        self.rows.append({
            'key': f'{self.profile}/{name}', 'column': self.profile, 'group': 'boots', 'name': name,
            'result': 'pass' if verdict.good else 'fail', 'about': says, 'strength': first.get('strength', ''),
            'facts': [['steps', steps], *[['never seen', step] for step in verdict.missing], *first.get('facts', [])],
            'story': story, 'said': first.get('said', ''), 'line': 0,
            'console': '\n'.join(line for _, line in verdict.console)[-SAID_MAX:]})
        for row in told['rows']:
            if row['group'] == 'rules':
                self.rows.append({**row, 'key': f'{self.profile}/{name}/{row["key"]}', 'column': self.profile,
                                  'story': story})

    def page(self):
        if not self.template:
            return ''
        was = self.before or {}
        now = {row['key']: row['result'] for row in self.rows}
        changes = [{'key': key, 'was': was.get(key, ''), 'is': now.get(key, '')} for key in {**now, **was}
                   if was.get(key) != now.get(key)]
        told = {'title': 'bootrig vm', 'groups': 'boots', 'before': self.before is not None,
                'changes': changes if self.before is not None else [], 'rows': self.rows, 'texts': self.texts,
                'stories': self.stories}
        lines = ',\n'.join(json.dumps(pair) for pair in now.items())
        data = f'{{"was":[\n{lines}\n],\n{json.dumps(told)[1:]}\n'.replace('<', '\\u003c')
        return DATA.sub(lambda found: found[1] + data + found[3], self.template)

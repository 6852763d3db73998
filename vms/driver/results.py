# SPDX-License-Identifier: BSD-2-Clause
"""What came out, for machines: JUnit, TAP and JSON

Each file is written anew after each boot, in one step: it is whole at any time, and what ran
before the end of a run, however that came, is in it.
"""
import contextlib
import json
import os
import pathlib
import re
from xml.sax.saxutils import escape, quoteattr

NOT_XML = re.compile('[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')


def write_whole(path, text):
    """All of it or what was there before; not beside a device such as /dev/stdout."""
    path = pathlib.Path(path)
    if path.exists() and not path.is_file():
        path.write_text(text, encoding='utf-8')
        return
    draft = path.with_name(f'.{path.name}.{os.getpid()}')
    try:
        draft.write_text(text, encoding='utf-8')
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None


class Results:
    """Rows of boots that ended, and of those that did not come to it."""

    def __init__(self, profile, wanted, files, report=None):
        """@report: of files['html'], driver/report.py"""
        self.profile, self.wanted, self.report = profile, list(wanted), report
        self.files = {form: path for form, path in files.items() if path}
        self.rows = []

    def add(self, name, verdict, folder):
        self.rows.append({
            'path': name, 'passed': verdict.good, 'says': verdict.says,
            'seconds': round(verdict.took_s, 3), 'start': verdict.start,
            'steps': {step: round(at, 3) for step, at in verdict.reached.items()},
            'missing': verdict.missing, 'folder': str(folder),
            'broken': [{'rule': breach.rule, 'by': breach.address, 'frame': breach.frame,
                        'seen': breach.seen} for breach in verdict.opinion.breaches],
            'rules_judged': verdict.opinion.judged,
            **({'payload': verdict.report.as_json()} if verdict.report else {}),
        })
        if self.report:
            self.report.add(name, verdict, pathlib.Path(folder))
        self.write()

    def write(self):
        for form, path in self.files.items():
            text = getattr(self, form)()
            if text or form != 'html':  # there is no page before the first boot
                write_whole(path, text)

    def html(self):
        return self.report.page()

    def not_run(self):
        ran = {row['path'] for row in self.rows}
        return [name for name in self.wanted if name not in ran]

    def json(self):
        return json.dumps({'profile': self.profile.name, 'qemu': self.profile.qemu,
                           'nic': self.profile.nic, 'firmware': self.profile.files,
                           'boots': self.rows, 'not_run': self.not_run()}, indent=1) + '\n'

    def tap(self):
        lines = ['TAP version 14', f'1..{len(self.wanted)}']
        for number, row in enumerate(self.rows, 1):
            lines.append(f'{"" if row["passed"] else "not "}ok {number} - {row["path"]}')
            lines += [f'  # {text}' for text in row['says'].splitlines()]
        for number, name in enumerate(self.not_run(), len(self.rows) + 1):
            lines.append(f'ok {number} - {name} # SKIP it was not run')
        return '\n'.join(lines) + '\n'

    def junit(self):
        failed = sum(not row['passed'] for row in self.rows)
        name = quoteattr(self.profile.name)
        lines = ['<?xml version="1.0" encoding="UTF-8"?>',
                 f'<testsuite name={name} tests="{len(self.wanted)}" failures="{failed}" '
                 f'skipped="{len(self.not_run())}">']
        for row in self.rows:
            lines.append(f'  <testcase classname={name} name={quoteattr(row["path"])} '
                         f'time="{row["seconds"]}">')
            if not row['passed']:
                says = NOT_XML.sub('?', row['says'])
                lines.append(f'    <failure message={quoteattr(says)}>missing: '
                             f'{escape(", ".join(row["missing"]))}</failure>')
            lines.append('  </testcase>')
        lines += [f'  <testcase classname={name} name={quoteattr(path)}><skipped/></testcase>'
                  for path in self.not_run()]
        return '\n'.join([*lines, '</testsuite>']) + '\n'

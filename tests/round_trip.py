#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""From capture to script and back: from-pcap, check against the capture, run against the core

Each capture of the corpus goes the whole way, or stands in round_trip.tsv with the reason
why it cannot; a listed one that now passes fails as stale. Then the other side: ten
scripts with one value changed must be refused by check, and ten under other names must
pass as well. Says TAP.

	round_trip.py BOOTRIG CORPUS LIST
"""
import os
import re
import subprocess
import sys
import tempfile

LINES_MAX = 60  # one screen; the longest boots of the corpus have a few more files
SAMPLE = 10


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def __call__(self, good, name, said=''):
        self.count += 1
        self.failed += not good
        print('%s %d - %s' % ('ok' if good else 'not ok', self.count, name), flush=True)
        if not good:
            print('\n'.join('# ' + line for line in said.splitlines()[:12]), flush=True)


class Trip:
    def __init__(self, bootrig, folder):
        self.bootrig, self.folder = bootrig, folder

    def call(self, *arguments):
        done = subprocess.run([self.bootrig, *arguments], capture_output=True, text=True,
                              errors='replace', cwd=self.folder, timeout=300)
        return done.returncode, done.stdout, done.stderr

    def write(self, name, text):
        path = os.path.join(self.folder, name + '.wire')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def whole(self, name, captures, options=()):
        """The script, or None, and what was said."""
        code, text, said = self.call('from-pcap', *captures, *options)
        if code != 0:
            return None, said
        path = self.write(name, text)
        if '--anonymous' in options:
            captures = [options[options.index('--anonymous-pcap') + 1]]
        for verb in (['check', path, *captures], ['run', path]):
            code, out, said = self.call(*verb)
            if code != 0:
                return None, out + said
        if text.count('\n') > LINES_MAX:
            return None, 'it has %d lines' % text.count('\n')
        return text, ''


def changed(text):
    """The script with one value of an expectation or of a request changed, in turn."""
    for pattern, to in ((r'yiaddr=\d+\.\d+\.\d+\.\d+', 'yiaddr=10.1.2.3'),
                        (r'(-> boot\d:69 tftp rrq )\S+', r'\1other'),
                        (r'oack tsize=\d+', 'oack tsize=1'),
                        (r'opt54=\d+\.\d+\.\d+\.\d+', 'opt54=10.1.2.3'),
                        (r'xid=0x\w+', 'xid=0x00000042'),
                        (r'tftp error 1\b', 'tftp error 2'),
                        (r'http 200', 'http 206'),
                        (r'(file (\S+) size=)(\d+)(?=[\s\S]*\ntransfer .* \2\n)', r'\g<1>77')):
        if re.search(pattern, text):
            yield pattern, re.sub(pattern, to, text, count=1)


def read_list(path):
    with open(path, encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file
                if line.strip() and not line.startswith('#')]
    return dict(rows)


def main():
    bootrig, corpus, listed = (os.path.abspath(path) for path in sys.argv[1:4])
    cannot = read_list(listed)
    names = sorted(name[:-5] for name in os.listdir(corpus) if name.endswith('.pcap'))
    scripts, tap = {}, Tap()

    with tempfile.TemporaryDirectory() as folder:
        trip = Trip(bootrig, folder)
        for name in names:
            capture = os.path.join(corpus, name + '.pcap')
            text, said = trip.whole(name, [capture])
            if name in cannot:
                tap(text is None and cannot[name] in said,
                    '%s has no script: %s' % (name, cannot[name]), said or 'stale: it passes')
                continue
            scripts[name] = text
            tap(text is not None, name, said)
        for name in sorted(set(cannot) - set(names)):
            tap(False, '%s is listed, but not in the corpus' % name)
        passed = [name for name in names if scripts.get(name)]
        tried = 0
        for name in passed[::max(1, len(passed) // SAMPLE)]:
            for pattern, text in changed(scripts[name]):
                code, out, said = trip.call('check', trip.write('changed', text),
                                            os.path.join(corpus, name + '.pcap'))
                tap(code == 1, '%s with another %s is refused' % (name, pattern), out + said)
                tried += 1
        tap(tried >= SAMPLE, 'changed scripts were tried')
    print('1..%d' % tap.count)
    return 1 if tap.failed else 0


if __name__ == '__main__':
    sys.exit(main())

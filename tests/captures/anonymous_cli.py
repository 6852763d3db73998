#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""from-pcap --anonymous-pcap as people call it: nothing of theirs is lost, it reads a pipe, it
says what it did, and it hands out no capture of which explain says something else. Says TAP.

	anonymous_cli.py BOOTRIG CORPUS
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

CAPTURE = 'ovmf-virtio-nofile.pcap'


class Room:
    """A folder with one capture in it, cust.pcap."""

    def __init__(self, bootrig, corpus, folder):
        self.bootrig, self.folder = bootrig, folder
        self.original = pathlib.Path(corpus, CAPTURE).read_bytes()
        self.path = os.path.join(folder, 'cust.pcap')
        self.put('cust.pcap', self.original)

    def put(self, name, octets):
        pathlib.Path(self.folder, name).write_bytes(octets)

    def get(self, name):
        return pathlib.Path(self.folder, name).read_bytes()

    def names(self):
        return sorted(os.listdir(self.folder))

    def call(self, *words, **more):
        done = subprocess.run([self.bootrig, *words], capture_output=True, cwd=self.folder,
                              timeout=tap.LIMIT_S, check=False, **more)
        return done.returncode, done.stdout, done.stderr.decode(errors='replace')

    def hide(self, *words, **more):
        return self.call('from-pcap', *words, **more)


def nothing_is_lost(room):
    os.symlink('cust.pcap', os.path.join(room.folder, 'link'))
    os.link(room.path, os.path.join(room.folder, 'hard'))
    names = room.names()
    for out in ('cust.pcap', './cust.pcap', 'link', 'hard', '../%s/cust.pcap' %
                os.path.basename(room.folder), '/proc/self/cwd/cust.pcap'):
        code, _, said = room.hide('cust.pcap', '--anonymous-pcap', out)
        tap.claim(code == 2 and said.count('\n') == 1 and 'the input' in said and
                  room.get('cust.pcap') == room.original and room.names() == names,
                  '%s is the input, and stays' % out, said)
    with open(room.path, 'rb') as file:
        code, _, said = room.hide('-', '--anonymous-pcap', 'cust.pcap', stdin=file)
    tap.claim(code == 2 and room.get('cust.pcap') == room.original,
              'so does standard input', said)
    code, _, said = room.hide('cust.pcap', 'link', '--anonymous-pcap', 'a', '--anonymous-pcap', 'a')
    tap.claim(code == 2 and room.get('cust.pcap') == room.original,
              'two captures are not written into one', said)
    os.unlink(os.path.join(room.folder, 'link'))
    os.unlink(os.path.join(room.folder, 'hard'))
    pathlib.Path(room.folder, 'a').unlink(missing_ok=True)


def is_written_whole_or_not(room):
    room.put('out', b'what was there')
    room.put('no.pcap', b'this is no capture')
    for words, code_wanted in ((['no.pcap'], 2), (['nofile'], 2), (['.'], 2)):
        code, _, said = room.hide(*words, '--anonymous-pcap', 'out')
        tap.claim(code == code_wanted and said.count('\n') == 1 and words[0] in said and
                  room.get('out') == b'what was there' and
                  room.names() == ['cust.pcap', 'no.pcap', 'out'],
                  'of %s nothing is written' % words[0], said)
    code, _, said = room.hide('cust.pcap', '--anonymous-pcap', '/dev/full')
    tap.claim(code == 2 and '/dev/full: ' in said and os.path.exists('/dev/full'),
              'a full disk is told', said)
    code, _, said = room.hide('cust.pcap', '--anonymous-pcap', 'no-folder/out')
    tap.claim(code == 2 and said.startswith('no-folder/out: '), 'a missing folder is told', said)
    code, _, said = room.hide('cust.pcap', '--anonymous-pcap', 'out')
    tap.claim(code == 0 and len(room.get('out')) == len(room.original) and
              room.names() == ['cust.pcap', 'no.pcap', 'out'], 'then it is, whole', said)
    os.unlink(os.path.join(room.folder, 'no.pcap'))


def pipes_are_read(room):
    out = room.get('out')
    code, _, said = room.hide('-', '--anonymous-pcap', 'piped', input=room.original)
    tap.claim(code == 0 and room.get('piped') == out, 'standard input makes the same', said)
    code, octets, said = room.hide('-', '--anonymous-pcap', '-', input=room.original)
    tap.claim(code == 0 and octets == out, 'standard output gets it, and no script', said)
    code, text, said = room.hide('-', '--anonymous', input=room.original)
    tap.claim(code == 0 and b'node fw client' in text, 'a script of a pipe', said)
    code, _, said = room.hide('-', '--anonymous-pcap', 'piped', input=room.original[:-9])
    tap.claim(code == 2 and said.startswith('standard input: at octet'),
              'damage of a pipe is told', said)
    os.unlink(os.path.join(room.folder, 'piped'))


def it_says_what_it_did(room):
    code, _, said = room.hide('cust.pcap', '--anonymous-pcap', 'out')
    for part in ('cust.pcap under other names is out: ', 'explain says the same of it as before',
                 '\nchanged (', 'MAC addresses', 'TFTP: file names', '\nkept, for it tells\n',
                 'vendor-class', 'message-type'):
        tap.claim(code == 0 and part in said, 'the report says "%s"' % part.strip(), said)
    tap.claim(all(len(line) < 2000 for line in said.split('\n')) and said.count('\n') < 40,
              'and fits a screen', said)


def another_verdict_is_rejected(room):
    """.lst within a longer word is one of the names whose absence is no fault; that it is lost
    here stands for whatever else might be."""
    room.put('odd.pcap', room.original.replace(b'missing.efi', b'mis.lstefix'))
    room.put('out', b'what was there')
    code, text, said = room.hide('odd.pcap', '--anonymous-pcap', 'out')
    tap.claim(code == 1 and room.get('out') == b'what was there' and not text and
              len(room.get('out.rejected')) == len(room.original), 'another verdict is no output',
              said)
    tap.claim('client 1: explain says "' in said and 'so it is out.rejected, and not out\n' in said
              and 'before and "' in said, 'and told', said)
    code, text, said = room.hide('odd.pcap', '--anonymous')
    tap.claim(code == 1 and not text, 'nor a script', said)


def no_script_is_no_fault(room, corpus):
    """Whoever asks for a capture of a boot without any server gets one."""
    shutil.copy(os.path.join(corpus, 'ovmf-virtio-none.pcap'), os.path.join(room.folder, 'none'))
    code, text, said = room.hide('none', '--anonymous-pcap', 'out2')
    tap.claim(code == 0 and not text and len(room.get('out2')) > 1000 and
              'no server answered' in said, 'a capture that makes no script is hidden', said)


def main():
    bootrig, corpus = (os.path.abspath(path) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        room = Room(bootrig, corpus, folder)
        nothing_is_lost(room)
        is_written_whole_or_not(room)
        pipes_are_read(room)
        it_says_what_it_did(room)
        another_verdict_is_rejected(room)
        no_script_is_no_fault(room, corpus)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the launcher does where something is missing

Goal: it names what it needs and why, asks for root through sudo for that alone, and says so
and ends with 2 where it can do nothing; it builds without a word where there is nothing to build.
Method: it runs with a PATH of our own, in which apt-get, sudo, id and ninja are scripts that
write down how they were called. Says TAP.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PLAIN = ('sh', 'cat', 'dirname', 'env', 'mkdir', 'printf', 'readlink', 'rm')
TOOLS = ('cc', 'meson', 'ninja', 'pkg-config', 'python3', 'qemu-system-x86_64', 'dpkg-deb')

class Place:
    """A folder that is all of PATH, and what was called in it."""

    def __init__(self, folder):
        self.bin = pathlib.Path(folder) / 'bin'
        self.log = pathlib.Path(folder) / 'log'
        self.bin.mkdir()
        self.log.touch()
        for name in PLAIN:
            (self.bin / name).symlink_to(shutil.which(name))

    def script(self, name, body):
        path = self.bin / name
        path.write_text(f'#!/bin/sh\n{body}\n')
        path.chmod(0o755)

    def logged(self, name, then=''):
        self.script(name, f'echo "{name} $*" "as $AS_ROOT" "$DEBIAN_FRONTEND" >>{self.log}\n{then}')

    def run(self, *words, **env):
        done = subprocess.run([TOP / 'bootrig', *words], capture_output=True, text=True,
                              check=False, env={'PATH': str(self.bin), 'HOME': '/', **env})
        return done.returncode, done.stderr

    def calls(self):
        return self.log.read_text().splitlines()


def without_apt(place):
    code, said = place.run('demo')
    tap.claim(code == 2, 'without apt it ends with 2', (code, said))
    tap.claim('there is no apt-get on this system' in said, 'and says that there is none', said)
    for package, why in (('meson', 'builds it'), ('libpcap-dev', 'captures'),
                         ('qemu-system-x86', 'is the machine')):
        tap.claim(any(line.split()[0] == package and why in line
                  for line in said.splitlines() if line.startswith('  ')),
              f'{package} is named, and what for', said)


def without_root(place):
    place.logged('apt-get')
    place.logged('apt-cache')
    place.script('id', 'echo 1000')
    code, said = place.run('demo')
    tap.claim(code == 2 and 'neither root nor sudo here: as root, apt-get install' in said,
          'without root and sudo it says what root has to run, ends with 2', said)
    tap.claim(not place.calls(), 'and calls nothing', place.calls())


def told_not_to(place):
    place.logged('apt-get')
    code, said = place.run('demo', BOOTRIG_INSTALL='no')
    tap.claim(code == 2 and not place.calls(), 'BOOTRIG_INSTALL=no installs nothing', said)


def with_sudo(place):
    # installing makes the tools appear; the build itself is not what is tested: ninja fails
    appear = '\n'.join(f'ln -sf {place.bin}/tool {place.bin}/{tool}' for tool in TOOLS)
    place.script('tool', 'exit 7')
    place.logged('apt-get', f'case "$*" in *install*) {appear} ;; esac')
    place.logged('apt-cache')
    place.script('id', 'echo 1000')
    place.script('ln', f'exec {shutil.which("ln")} "$@"')
    place.script('sudo', 'AS_ROOT=root exec "$@"')
    code, said = place.run('demo', BOOTRIG_BUILD=str(place.bin.parent / 'build'))
    installs = [line for line in place.calls() if line.startswith('apt-get') and ' install ' in line]
    tap.claim(code == 1 and 'meson setup failed' in said, 'with sudo it installs, then builds', said)
    tap.claim(len(installs) == 1 and ' as root noninteractive' in installs[0],
          'once, as root, without asking questions', place.calls())
    tap.claim('--no-install-recommends' in installs[0] and ' meson ' in installs[0],
          'what is missing and nothing more', installs)
    tap.claim(all(' as root' in line for line in place.calls() if line.startswith('apt-get')),
          'apt-get runs as root, nothing else does', place.calls())
    tap.claim('nothing after this needs root' in said, 'and says so', said)


def stale_lists(place):
    place.logged('apt-get', 'case "$*" in *install*) exit 100 ;; esac')
    place.logged('apt-cache')
    place.script('id', 'echo 0')
    code, said = place.run('demo')
    words = [' '.join(line.split()[:3]) for line in place.calls() if line.startswith('apt-get')]
    tap.claim(code == 2 and [('update' in word) for word in words] == [False, True, False],
          'an install that fails is tried once more behind apt-get update', (words, said))


def built(place, work):
    """Everything is there, and a build in which ninja finds @work or nothing. Return: its folder"""
    for name in ('cc', 'meson', 'pkg-config', 'python3'):
        place.script(name, 'exit 0')
    nothing = 'ninja: no work to do.'
    place.logged('ninja', f'case " $* " in *" -n "*) echo "{work or nothing}" ;; *) echo "{work}" ;; esac')
    build = place.bin.parent / 'build'
    build.mkdir()
    (build / 'build.ninja').touch()
    (build / 'bootrig-bin').write_text('#!/bin/sh\necho "ran $*"\n')
    (build / 'bootrig-bin').chmod(0o755)
    return build


def on_a_terminal(place, build, *words):
    """Return: what was said on standard error, a terminal, and what on standard output"""
    ours, theirs = os.openpty()
    done = subprocess.run([TOP / 'bootrig', *words], stdout=subprocess.PIPE, stderr=theirs, text=True,
                          check=False, env={'PATH': str(place.bin), 'BOOTRIG_BUILD': str(build)})
    os.close(theirs)
    said = b''
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # how a terminal ends
        pass
    os.close(ours)
    return said.decode(), done.stdout


def nothing_to_build(place):
    build = built(place, '')
    said, out = on_a_terminal(place, build, 'list', 'x y')
    tap.claim((said, out) == ('', 'ran list x y\n'), 'nothing to build: not a word, and the verb runs',
              (said, out))


def work_to_build(place):
    build = built(place, '[1/1] Linking target bootrig-bin')
    said, out = on_a_terminal(place, build, 'list')
    tap.claim('Linking' in said and out == 'ran list\n', 'work to do: somebody who watches sees it',
              (said, out))
    code, said = place.run('list', BOOTRIG_BUILD=str(build))
    tap.claim((code, said) == (0, ''), 'nobody watches: not a word either', (code, said))


def by_a_link(place):
    for name in ('cc', 'pkg-config', 'python3', 'ninja'):
        place.script(name, 'exit 0')
    place.logged('meson', 'exit 1')
    link = place.bin / 'bootrig'
    link.symlink_to(TOP / 'bootrig')
    subprocess.run([link, 'list'], capture_output=True, check=False,
                   env={'PATH': str(place.bin), 'BOOTRIG_BUILD': str(place.bin.parent / 'build')})
    tap.claim([line.split()[4] for line in place.calls()] == [str(TOP)],
              'a link to it builds the tree that it leads to', place.calls())


def questions(place):
    build = built(place, '')
    for words in (('vm', '--help'), ('demo', '-h'), ('test', '--help'), ('vm', '--list')):
        code, said = place.run(*words, BOOTRIG_BUILD=str(build))
        tap.claim((code, said) == (0, ''), f'{" ".join(words)} needs neither QEMU nor test tools',
                  (code, said))


def a_payload_of_our_own(place):
    for name in TOOLS:
        place.script(name, 'exit 0')
    _, said = place.run('vm', 'ovmf-x64', 'probe4', BOOTRIG_INSTALL='no')
    tap.claim('lld              links it' in said and 'clang  ' in said,
              'vm PROFILE probe4 wants clang and lld', said)
    _, said = place.run('vm', 'ovmf-x64', 'pxe4', BOOTRIG_INSTALL='no')
    tap.claim('clang' not in said, 'vm PROFILE pxe4 does not', said)


def main():
    for story in (without_apt, without_root, told_not_to, with_sudo, stale_lists, nothing_to_build,
                  work_to_build, by_a_link, questions, a_payload_of_our_own):
        with tempfile.TemporaryDirectory() as folder:
            story(Place(folder))
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

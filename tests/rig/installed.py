#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`meson install`, and the tool from wherever it went

	installed.py BIN CAPTURES

Goal: installed it finds its scripts and its driver from any folder, with no look at the source
tree, and its manual and completion lie where they are looked for. Method: install into a folder of
our own, go elsewhere, move it, take its files away. Says TAP.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SCENARIO = 'tftp/read/broadcast-is-ignored'


class Tree:
    """What was installed below @folder, and an empty folder to stand in."""

    def __init__(self, folder, build, captures):
        self.elsewhere, self.captures = folder / 'elsewhere', captures
        self.elsewhere.mkdir()
        done = subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--destdir',
                               folder / 'dest'], capture_output=True, text=True, check=False)
        expect(done.returncode == 0, done.stdout + done.stderr)
        binary, = (folder / 'dest').glob('**/bin/bootrig')
        self.prefix = binary.parent.parent
        self.share = self.prefix / 'share/bootrig'

    def run(self, *words):
        return subprocess.run([self.prefix / 'bin/bootrig', *words], cwd=self.elsewhere, text=True,
                              capture_output=True, check=False, timeout=tap.LIMIT_S, errors='replace',
                              env={key: value for key, value in os.environ.items()
                                   if key != 'BOOTRIG_SHARE'})


def it_runs_from_another_folder(tree):
    for name in ('TFTP-ACC-02', SCENARIO):
        done = tree.run('run', name)
        expect(done.returncode == 0 and ' passed, 0 failed, 0 skipped\n' in done.stdout, done)
    done = tree.run('explain', next(tree.captures.glob('ovmf-virtio-no4011.pcap')))
    expect(done.returncode == 1 and 'VERDICT pxe.silent' in done.stdout, done)
    expect(not list(tree.elsewhere.iterdir()), list(tree.elsewhere.iterdir()))


def all_it_lists_is_installed(tree):
    lines = tree.run('list').stdout.splitlines()
    paths = [line.split()[0] for line in lines if line.startswith('    ')]
    expect(len(paths) == len(list((TOP / 'conformance/scripts').rglob('*.wire'))), len(paths))
    expect(all(path.startswith(f'{tree.share}/conformance/scripts/') for path in paths), paths[0])


def its_driver_is_there(tree):
    done = tree.run('vm', '--list')
    expect(done.returncode == 0 and 'ovmf-x64' in done.stdout, done)
    listed = tree.run('list', 'firmware')
    expect(listed.returncode == 0 and listed.stdout == done.stdout and '\n    quirk: ' in done.stdout
           and 'packages: qemu-system-misc' in done.stdout, listed)
    done = tree.run('vm', 'ovmf-x65')
    known = ', '.join(sorted(path.stem for path in (TOP / 'vms/profiles').glob('*.toml')))
    expect(done.returncode == 2 and
           done.stderr == f'bootrig: no ovmf-x65 in vms/profiles, only {known}\n', done)


def its_manual_and_completion_are_there(tree):
    verbs = [line.split()[1] for line in tree.run('help').stdout.splitlines()
             if line.startswith('  bootrig ')]
    pages = {path.name for path in (tree.prefix / 'share/man/man1').iterdir()}
    language = (tree.prefix / 'share/man/man5/bootrig-language.5').read_text()
    expect(language == tree.run('list', '--language', '--man').stdout and '.TH' in language,
           language[:200])
    expect(pages == {'bootrig.1'} | {f'bootrig-{verb}.1' for verb in verbs}, pages)
    for name, words in (('share/man/man1/bootrig-run.1', ('help', '--man', 'run')),
                        ('share/bash-completion/completions/bootrig.bash', ('completion', 'bash')),
                        ('share/zsh/site-functions/_bootrig', ('completion', 'zsh'))):
        expect((tree.prefix / name).read_text(encoding='utf-8') == tree.run(*words).stdout, name)


def nothing_but_what_it_needs_is_there(tree):
    kinds = {path.suffix for path in tree.share.rglob('*') if path.is_file()}
    expect(kinds <= {'.wire', '.toml', '.sh', '.conf', '.map', '.known', '.md', '.tsv', '.txt', '.py',
                     '.cfg', '.css', '.ins', '.ipxe', '.js', '.c', '.h', '.S', '.ld', '.html', '.bin', ''} and
           not list(tree.share.rglob('__pycache__')), kinds)


def the_payload_can_be_built_there(tree):
    if not all(map(shutil.which, ('clang', 'lld-link', 'ld.lld'))):
        return 'no clang or no lld here'
    program = ('import pathlib, sys; sys.path.insert(0, sys.argv[1]); from driver import probe; '
               'probe.build("probe-x64", pathlib.Path(sys.argv[2]))')
    done = subprocess.run([sys.executable, '-B', '-c', program, tree.share / 'vms',
                           tree.elsewhere.parent / 'probe.efi'], cwd=tree.elsewhere,
                          capture_output=True, text=True, check=False, timeout=tap.LIMIT_S)
    expect(done.returncode == 0 and (tree.elsewhere.parent / 'probe.efi').exists(), done.stderr)
    return None


def a_service_of_systemd_is_there(tree):
    unit = tree.prefix / 'lib/systemd/system/bootrig-serve@.service'
    text = unit.read_text()
    starts, = re.findall(r'^ExecStart=(/\S+/bin/bootrig) serve %I --config \S+$', text, re.M)
    expect(tree.prefix.as_posix().endswith(str(pathlib.Path(starts).parent.parent)), (starts, tree.prefix))
    manual = ' '.join(tree.run('serve', '--help').stdout.split())
    for word in ('bootrig-serve@', '/etc/bootrig/', '/var/lib/bootrig', '/run/bootrig'):
        expect(word in manual, word)
    for setting, folder in (('Configuration', '/etc'), ('State', '/var/lib'), ('Runtime', '/run')):
        expect(f'\n{setting}Directory=bootrig\n' in text, setting)
    if not shutil.which('systemd-analyze'):
        return 'no systemd-analyze here'
    mine = tree.elsewhere.parent / 'bootrig-serve@eth1.service'
    mine.write_text(text.replace(starts, str(tree.prefix / 'bin/bootrig')))
    done = subprocess.run(['systemd-analyze', 'verify', '--man=no', mine], capture_output=True, text=True,
                          check=False, timeout=tap.LIMIT_S)
    expect(done.returncode == 0 and str(mine) not in done.stderr, done)
    return None


def it_can_be_moved(tree):
    tree.prefix = tree.prefix.rename(tree.prefix.with_name('moved'))
    tree.share = tree.prefix / 'share/bootrig'
    it_runs_from_another_folder(tree)
    all_it_lists_is_installed(tree)


def it_does_not_look_at_the_source_tree(tree):
    shutil.rmtree(tree.share)
    done = tree.run('run', SCENARIO)
    expect(done.returncode == 3 and str(TOP) not in done.stdout + done.stderr, done)
    done = tree.run('vm', '--list')
    expect(done.returncode == 2 and done.stderr.endswith('vms/rig.py: No such file or directory\n')
           and str(TOP) not in done.stderr, done)


TESTS = [it_runs_from_another_folder, all_it_lists_is_installed, its_driver_is_there,
         the_payload_can_be_built_there,
         its_manual_and_completion_are_there, nothing_but_what_it_needs_is_there,
         a_service_of_systemd_is_there, it_can_be_moved,
         it_does_not_look_at_the_source_tree]


def main():
    build, captures = pathlib.Path(sys.argv[1]).resolve().parent, pathlib.Path(sys.argv[2])
    if not shutil.which('meson'):
        tap.skip_all('no meson to install with')
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(pathlib.Path(folder), build, captures)
        for test in TESTS:
            tap.run(test, tree)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

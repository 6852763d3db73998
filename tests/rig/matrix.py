#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig matrix` with a machine that only plays its part: results, going on, and the page

	matrix.py BIN

Goal: each cell has its row and its story, a run that was ended goes on, what changed decides the
exit code, and the page works from a disk. Method: the machine of guest.py; a browser without a
window, where there is one, clicks on the page. Says TAP.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
# pylint: disable=wrong-import-position
import guest  # noqa: E402
import tap  # noqa: E402
from tap import expect  # noqa: E402

BIN = ''
LAST = 'results.json'
CLICK = """<script>
const cell = [...document.querySelectorAll('td.cell')].find(td => td.dataset.cell.endsWith('/bad'));
cell.click();
setTimeout(() => {
	const select = document.getElementById('result');
	select.value = 'pass';
	select.onchange();
}, 300);
</script></body>"""


class Stage(guest.Stage):
    def __init__(self, stack, body):
        super().__init__(stack, body)
        self.conditions = self.folder / 'conditions'
        self.conditions.mkdir()
        for name, outcome in (('good', 'booted'), ('bad', 'crashed')):
            (self.conditions / f'{name}.wire').write_text(guest.BOOT.format(outcome))

    def words(self, *more):
        return [BIN, 'matrix', '--firmware', self.folder / 'p.toml', '--condition',
                self.conditions, '--start', 'power-on', '--out', self.folder / 'm', *more]

    def matrix(self, *more):
        done = subprocess.run(self.words(*more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False, timeout=tap.LIMIT_S,
                              env={**os.environ, 'TMPDIR': str(self.tmp)})
        return done.returncode, done.stdout

    def rows(self, name=LAST):
        told = json.loads((self.folder / 'm' / name).read_text())
        return {row['condition']: row for row in told['cells']}


@contextlib.contextmanager
def stage(body=guest.READ):
    with contextlib.ExitStack() as stack:
        yield Stage(stack, body)


def each_cell_has_its_row_and_a_second_run_tells_what_changed():
    with stage() as s:
        code, said = s.matrix()
        expect(code == 0 and 'nothing to compare with' in said, said)
        rows = s.rows()
        expect(rows['good']['result'] == 'pass' and rows['bad']['result'] == 'fail', said)
        expect('booted' in rows['bad']['got'], rows['bad'])
        expect(any('TFTP read boot.efi' in line['text'] for line in rows['good']['story']['lines']),
               rows['good'])
        expect((s.folder / 'm' / rows['good']['folder'] / 'run.pcapng').exists())
        code, said = s.matrix()
        expect(code == 0 and '0 of 2 cells changed' in said, said)
        (s.conditions / 'bad.wire').write_text(guest.BOOT.format('booted'))
        code, said = s.matrix()
        expect(code == 1 and 'p/pxe4/bad: fail, now pass' in said, said)
        page = (s.folder / 'm/index.html').read_text()
        expect('"before": true, "changes": [["p/pxe4/bad", "fail", "pass"]]' in page, 'the page')
        expect(s.is_clean(), 'something is left')


def a_run_that_was_ended_goes_on_where_it_was():
    with stage('if os.path.exists("{}"): time.sleep(600)') as s:
        qemu, gate = s.folder / 'qemu', s.folder / 'gate'
        body = guest.READ + f'pathlib.Path({str(gate)!r}).exists() and time.sleep(600)\n'
        text = qemu.read_text()
        qemu.write_text(text[:text.index('if os.path')] +
                        f'while pathlib.Path({str(gate)!r}).exists():\n    time.sleep(0.05)\n' +
                        body)
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            shutil.rmtree(s.folder / 'm', ignore_errors=True)
            (s.folder / 'pid').unlink(missing_ok=True)
            with subprocess.Popen(s.words('--jobs', '1'), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True,
                                  env={**os.environ, 'TMPDIR': str(s.tmp)}) as process:
                first = process.stdout.readline()
                expect('p/pxe4/bad' in first, first)
                gate.touch()  # the second machine waits, if it has not got that far already
                process.send_signal(sign)
                said = process.communicate(timeout=tap.LIMIT_S)[0]
            expect(process.returncode != 0, (sign, said))
            expect(s.is_clean(), f'{sign}: something is left: {said}')
            gate.unlink()
            expect(not (s.folder / 'm' / LAST).exists(), 'results of part a run')
            expect(list(s.rows('unfinished.json')) == ['bad'], s.rows('unfinished.json').keys())
            code, said = s.matrix()
            expect(code == 0 and '1 of 2 cells were done before' in said, said)
            expect(sorted(s.rows()) == ['bad', 'good'], said)


def shards_lie_beside_each_other_and_make_one_page():
    with stage() as s:
        for shard in ('1/2', '2/2'):
            code, said = s.matrix('--shard', shard)
            expect(code == 0 and '1 cells' in said, said)
        expect(sorted(path.name for path in (s.folder / 'm').glob('results*')) ==
               ['results.1-of-2.json', 'results.2-of-2.json'])
        code, said = s.matrix('--page')
        expect(code == 0, said)
        page = (s.folder / 'm/index.html').read_text()
        expect('"condition": "good"' in page and '"condition": "bad"' in page)
        code, said = s.matrix('--shard', '3/2')
        expect(code == 2 and '3/2' in said, said)


def a_full_disk_loses_no_result_that_was_there():
    with stage() as s:
        code, said = s.matrix()
        expect(code == 0, said)
        before = (s.folder / 'm' / LAST).read_text()
        done = subprocess.run(['sh', '-c', 'ulimit -f 0; exec "$@"', 'sh', *map(str, s.words())],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, env={**os.environ, 'TMPDIR': str(s.tmp)})
        expect(done.returncode not in (0, 1), done.stdout)
        expect((s.folder / 'm' / LAST).read_text() == before, 'the last results are lost')
        expect(s.is_clean(), 'something is left')


def results_that_are_none_are_told_before_a_cell_is_run():
    with stage() as s:
        code, said = s.matrix()
        expect(code == 0, said)
        last = s.folder / 'm' / LAST
        good = last.read_text()
        for text in ('', '[]', '{"cells": 3}', '{"cells": [{}]}', good[:len(good) // 2],
                     good.replace('"result"', '"resalt"'), good.replace('"folder"', '"fodder"'),
                     good.replace('"result": "pass"', '"result": {}')):
            last.write_text(text)
            for words in ((), ('--page',)):
                code, said = s.matrix(*words)
                expect(code == 2 and said == f'bootrig: {last}: it holds no results; move it away '
                                             'to begin anew\n', (text[:20], words, said))
        last.write_text(good)
        code, said = s.matrix()
        expect(code == 0 and 'done before' not in said and '0 of 2 cells changed' in said, said)


def who_goes_on_tries_a_broken_cell_again_and_clears_what_a_killed_run_left():
    with stage() as s:
        code, said = s.matrix()
        expect(code == 0, said)
        home = s.folder / 'm'
        text = (home / LAST).read_text()
        (home / 'unfinished.json').write_text(text.replace('"result": "pass"', '"result": "broken"'))
        (home / '.unfinished.json.4194304').write_text(text[:99])
        code, said = s.matrix()
        expect(code == 0 and '1 of 2 cells were done before' in said and 'p/pxe4/good' in said, said)
        expect(sorted(path.name for path in home.glob('.*')) == ['.lock'], list(home.iterdir()))


SLIRP = """#!{python}
import pathlib, re, sys, time
words = ' '.join(sys.argv)
pathlib.Path('{folder}/words').write_text(words)
recording = pathlib.Path(re.search('filter-dump,[^ ]*file=([^ ]+)', words)[1])
recording.write_bytes(pathlib.Path('{capture}').read_bytes()[:{size}])
print('>>Start PXE over IPv4{said}', flush=True)
time.sleep({wait})
"""
CORPUS = HERE.parent.parent / 'captures/corpus'


def a_boot_inside_of_qemu_is_judged_by_its_recording():
    capture = CORPUS / 'ovmf-2022.11-slirp-pxe.pcap'
    part = capture.stat().st_size // 3
    for size, said, good in ((1 << 30, '', True), (part, '', False), (part, '\\nPXE-E18', False)):
        with stage() as s:
            qemu = s.folder / 'qemu'
            qemu.write_text(SLIRP.format(
                python=sys.executable, folder=s.folder, size=size, said=said,
                wait=600 if said else 0, capture=capture))
            profile = s.folder / 'p.toml'
            profile.write_text(profile.read_text().replace('"{socket}", "{mac}", ', ''))
            for path in s.conditions.glob('*.wire'):
                path.write_text(path.read_text().replace('size=1300', 'size=1048504 seed=1'))
            code, told = s.matrix('--server', 'slirp')
            expect(code == 0, told)
            row = s.rows()['good']
            expect(row['result'] == ('pass' if good else 'fail') and row['server'] == 'slirp', row)
            expect(not said or row['why'] == 'the firmware gave up: PXE-E18', row)
            expect((s.folder / 'm' / row['folder'] / row['capture']).name == 'run.pcap', row)
            words = (s.folder / 'words').read_text()
            expect('host=10.77.0.2' in words and 'bootfile=boot.efi' in words, words)
            expect('p/pxe4/good@slirp' in told, told)
            expect(s.is_clean(), 'something is left')


def nothing_of_a_boot_inside_of_qemu_is_left_however_it_ends():
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        with stage() as s:
            (s.folder / 'qemu').write_text(SLIRP.format(
                python=sys.executable, folder=s.folder, size=1000, said='', wait=600,
                capture=CORPUS / 'ovmf-2022.11-slirp-pxe.pcap').replace(
                    'words =', f"pathlib.Path('{s.folder}/pid').write_text(str(__import__('os').getpid()))\n"
                    'words =', 1))
            profile = s.folder / 'p.toml'
            profile.write_text(profile.read_text().replace('"{socket}", "{mac}", ', ''))
            for path in s.conditions.glob('*.wire'):
                path.write_text(path.read_text().replace('size=1300', 'size=1300 seed=1'))
            with subprocess.Popen(s.words('--server', 'slirp'), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True,
                                  env={**os.environ, 'TMPDIR': str(s.tmp)}) as process:
                tap.wait_until((s.folder / 'words').exists, 'the machine')
                process.send_signal(sign)
                said = process.communicate(timeout=tap.LIMIT_S)[0]
            expect(process.returncode != 0, (sign, said))
            expect(s.is_clean(), f'{sign}: something is left: {said}')


def conditions_that_a_server_of_others_cannot_meet_are_left_out():
    with stage() as s:
        text = (s.conditions / 'good.wire').read_text()
        for name, old, new in (('two', 'file', 'node more peer lan=10.77.0.1 role=dhcp\nfile'),
                               ('set', 'role=dhcp,tftp', 'role=dhcp,tftp windowsize=on'),
                               ('lossy', '/24', '/24 loss=5%'),
                               ('hit', 'boot fw', 'fault lan drop boot -> fw tftp data\nboot fw')):
            (s.conditions / f'{name}.wire').write_text(
                text.replace('size=1300', 'size=1300 seed=1').replace(old, new, 1))
        (s.conditions / 'bad.wire').unlink()
        (s.conditions / 'good.wire').write_text(text.replace('size=1300', 'size=1300 seed=1'))
        for server, wanted in (('core', 'good hit lossy set two'), ('dnsmasq', 'good hit lossy'),
                               ('slirp', 'good')):
            code, said = s.matrix('--server', server, '--list')
            names = sorted(re.findall(r'/(\w+)(?:@\w+)?$', said, re.MULTILINE))
            expect(code == 0 and names == wanted.split(), (server, said))


def conditions_of_the_tree_are_found_from_any_folder():
    with stage() as s:
        done = subprocess.run([pathlib.Path(BIN).resolve(), 'matrix', '--list', '--firmware',
                               s.folder / 'p.toml', '--condition', 'vms/conditions', '--out', s.folder / 'm'],
                              cwd=s.folder, stdout=subprocess.PIPE, text=True, check=False)
        expect(done.returncode == 0 and 'p/pxe4/plain' in done.stdout, done.stdout)


def clicked_on(browser, page, home):
    """What a browser makes of it once the bad cell was clicked on, without the scripts; and all of it"""
    clicked = page.with_name('clicked.html')
    clicked.write_text(page.read_text().replace('</body>', CLICK))
    done = subprocess.run(
        [browser, '--headless', '--no-sandbox', '--disable-gpu', f'--user-data-dir={home}',
         '--virtual-time-budget=3000', '--dump-dom', f'file://{clicked}'],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
        timeout=tap.LIMIT_S)
    return re.sub(r'<script.*?</script>', '', done.stdout, flags=re.DOTALL), done.stdout + done.stderr


def the_page_works_from_a_disk():
    browser = shutil.which('chromium') or shutil.which('google-chrome')
    if not browser:
        tap.comment('no browser: not looked at')
        return
    with stage() as s, tempfile.TemporaryDirectory() as home:
        s.matrix()
        page = s.folder / 'm/index.html'
        dom, said = clicked_on(browser, page, home)
        expect('p/pxe4/bad: fail' in dom, dom[:2000] + said[-500:])
        expect('1 of 2 cells: 1 pass' in re.sub('<[^>]+>', '', dom), dom[:2000])
        expect('There was no run before this one.' in dom and '--paper' in said, dom[:2000])
        expect('<svg' in dom and 'TFTP read boot.efi' in dom, 'no ladder')
        expect('Start PXE' in dom, 'no console')
        expect('The model: fail' in dom, 'no prediction')
        for left in (5, 4):
            links = re.findall('href="([^#"]+)"', dom)
            expect(len(links) == left and all((page.parent / link).is_file() for link in links), links)
            (page.parent / s.rows()['bad']['folder'] / 'explain.txt').unlink(missing_ok=True)
            s.matrix('--page')  # servers of others do not leave all of them
            dom, said = clicked_on(browser, page, home)


def main():
    global BIN
    BIN = guest.BIN = sys.argv[1]
    for test in (each_cell_has_its_row_and_a_second_run_tells_what_changed,
                 a_run_that_was_ended_goes_on_where_it_was,
                 shards_lie_beside_each_other_and_make_one_page,
                 a_full_disk_loses_no_result_that_was_there,
                 results_that_are_none_are_told_before_a_cell_is_run,
                 who_goes_on_tries_a_broken_cell_again_and_clears_what_a_killed_run_left,
                 a_boot_inside_of_qemu_is_judged_by_its_recording,
                 nothing_of_a_boot_inside_of_qemu_is_left_however_it_ends,
                 conditions_that_a_server_of_others_cannot_meet_are_left_out,
                 conditions_of_the_tree_are_found_from_any_folder,
                 the_page_works_from_a_disk):
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

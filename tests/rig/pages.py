#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Pages of results: what conform, run, explain and vm put into them, and what a browser makes of it

Method: the data are read out of each page and held against what the verb says elsewhere; where there is
a Chromium a row, a cell and a filter are clicked, in the light and in the dark. Says TAP.

	pages.py BOOTRIG CORPUS
"""
import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'vms'), str(TOP / 'tests')]
# pylint: disable=wrong-import-position
import tap  # noqa: E402
from tap import expect  # noqa: E402
from driver import boot, report  # noqa: E402

BOOTRIG, CORPUS = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
FAULTS = ('faults/drop-third-data', 'faults/delay-proxy-offer')
FAILING = """wire 1
scenario faults/failing
title "A </script> and \\"quotes\\" in a title"
net lan 10.77.0.0/24
node boot sut lan=10.77.0.1 role=tftp
node fw client lan=10.77.0.50 mac=52:54:00:00:00:01
file boot.efi size=1000
         fw:$p -> boot:69 tftp rrq boot.efi octet
<=1s     boot:$t -> fw:$p tftp data 1 len=4
"""
CLICKS = """<script>
const wait = () => new Promise(done => setTimeout(done, 200));
(async () => {
	document.querySelector('td[data-cell="CELL"]').click(); await wait();
	const select = document.getElementById('result');
	select.value = 'RESULT'; select.onchange(); await wait();
	document.querySelector('tr[data-key="KEY"]').click(); await wait();
	const link = document.getElementById('capture');
	document.body.setAttribute('data-hash', decodeURIComponent(location.hash));
	document.body.setAttribute('data-link', link ? link.href.slice(0, 60) : '');
	document.body.setAttribute('data-paper', getComputedStyle(document.body).backgroundColor);
})();
</script></body>"""


PAPER = """<script>
(() => {
const size = () => document.querySelectorAll('#list tr').length;
for (let i = 0; i < 300; i++) told.rows.push({...told.rows[0], key: 'more/' + i});
draw();
const counts = [size()];
dispatchEvent(new Event('beforeprint')); counts.push(size());
document.body.style.width = '300px';
const ids = [...document.querySelectorAll('#list td.id')].filter(td => td.textContent.includes('-'));
const lines = td => { const range = document.createRange(); range.selectNodeContents(td); return range.getClientRects().length; };
document.body.setAttribute('data-height', ids.length > 0 && ids.every(td => lines(td) === 1));
dispatchEvent(new Event('afterprint')); counts.push(size());
document.body.setAttribute('data-counts', counts.join(' '));
})();
</script></body>"""


def call(folder, *words):
    return subprocess.run([BOOTRIG, *map(str, words)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, errors='replace', check=False, timeout=tap.LIMIT_S)


def data_of(page):
    found = re.search(r'<script id="data" type="application/json">\n(.*?)</script>', page.read_text(), re.DOTALL)
    return json.loads(found[1])


def row_of(told, key):
    return next(row for row in told['rows'] if row['key'] == key)


def browse(page, cell, result, key, *flags):
    """The document after clicks on a cell, a filter and a row; None without a browser."""
    return render(page, CLICKS.replace('CELL', cell).replace('RESULT', result).replace('KEY', key), *flags)


def render(page, script, *flags):
    """The document after that script; None without a browser."""
    browser = shutil.which('chromium') or shutil.which('google-chrome')
    if not browser:
        tap.comment('no browser: not looked at')
        return None
    clicked = page.with_name('clicked.html')
    clicked.write_text(page.read_text().replace('</body>', script))
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run([browser, '--headless', '--no-sandbox', '--disable-gpu', f'--user-data-dir={home}',
                               '--virtual-time-budget=5000', *flags, '--dump-dom', f'file://{clicked}'],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                              timeout=tap.LIMIT_S)
    return re.sub(r'<script.*?</script>', '', done.stdout, flags=re.DOTALL)


def run_page(folder, *more):
    page = folder / 'run.html'
    done = call(folder, 'run', *FAULTS, *more, '--html', page, '-q')
    return page, done


def lost_and_held_frames_are_in_the_story_of_a_run():
    with tempfile.TemporaryDirectory() as temporary:
        page, done = run_page(pathlib.Path(temporary))
        expect(done.returncode == 0, done.stdout + done.stderr)
        told = data_of(page)
        lost = [e for e in told['stories'][FAULTS[0]]['events'] if e.get('lost')]
        expect(len(lost) == 1 and lost[0]['text'].startswith('tftp data 3'), lost)
        held = [e for e in told['stories'][FAULTS[1]]['events'] if 'sent' in e]
        expect(len(held) == 1 and held[0]['at'] - held[0]['sent'] > 4 and 'dhcp offer' in held[0]['text'], held)
        expect([lane.split()[0] for lane in told['stories'][FAULTS[1]]['lanes']] == ['fw', 'dhcp', 'boot'],
               told['stories'][FAULTS[1]]['lanes'])
        capture = base64.b64decode(told['stories'][FAULTS[1]]['capture'])
        expect(capture[:4] == b'\x0a\x0d\x0d\x0a', capture[:16])
        (page.parent / 'out.pcapng').write_bytes(capture)
        frames = call(page.parent, 'explain', '--json', 'out.pcapng')
        expect(json.loads(frames.stdout)['files'][0]['frames'] > 5 and not frames.stderr, frames.stderr)


def all_rows_are_printed_and_ids_stay_in_one_line():
    with tempfile.TemporaryDirectory() as temporary:
        page = pathlib.Path(temporary) / 'conform.html'
        call(temporary, 'conform', '--only', 'TFTP-ACC', '--html', page)
        document = render(page, PAPER)
        if document is None:
            return
        found = re.search(r'data-height="([^"]*)".* data-counts="([^"]*)"', document)
        expect(found and found[1] == 'true' and found[2] == '200 303 200', found and found[0])


def a_failing_run_has_its_line_and_what_differs():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / 'failing.wire').write_text(FAILING)
        page, done = run_page(folder, 'failing.wire')
        expect(done.returncode == 1, done.stdout + done.stderr)
        told = data_of(page)
        row = row_of(told, 'core/faults/failing')
        expect(row['result'] == 'fail' and row['line'] == 9 and 'len=4' in row['want'] and 'len=512' in row['got'], row)
        expect(row['about'] == 'A </script> and "quotes" in a title', row['about'])
        expect(told['texts'][row['scripts'][0]] == FAILING, told['texts'].keys())
        expect(page.read_text().count('</script>') == 2, 'a title ended the page')


def what_changed_since_the_last_page_stands_on_top():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / 'failing.wire').write_text(FAILING)
        page, _ = run_page(folder, 'failing.wire')
        told = data_of(page)
        expect(not told['before'] and not told['changes'], told['changes'])
        page, _ = run_page(folder, 'failing.wire')
        told = data_of(page)
        expect(told['before'] and not told['changes'], told['changes'])
        (folder / 'failing.wire').write_text(FAILING.replace('len=4', 'len=512'))
        page, _ = run_page(folder, 'failing.wire')
        told = data_of(page)
        expect(told['changes'] == [{'key': 'core/faults/failing', 'was': 'fail', 'is': 'pass'}], told['changes'])
        page, _ = run_page(folder)
        expect(data_of(page)['changes'] == [{'key': 'core/faults/failing', 'was': 'pass'}], data_of(page)['changes'])


def conform_has_a_row_for_each_requirement_and_keeps_those_of_other_servers():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        page = folder / 'conform.html'
        done = call(folder, 'conform', '--only', 'TFTP', '--html', page, '--json', 'verdicts.json')
        expect(done.returncode == 0, done.stdout + done.stderr)
        verdicts = json.loads((folder / 'verdicts.json').read_text())
        told = data_of(page)
        expect({(row['name'], row['result']) for row in told['rows']} ==
               {(row['requirement'], row['verdict']) for row in verdicts}, len(told['rows']))
        passed = row_of(told, 'bootrig/TFTP-RTX-01')
        expect(passed['story'] in told['stories'] and passed['clause'] and passed['strength'] and
               all(name in told['texts'] for name in passed['scripts']), passed)
        # another server was there before: as if that page had been made of it
        other = page.read_text().replace('"column":"bootrig"', '"column":"other"').replace(
            '{"key":"bootrig/', '{"key":"other/').replace('["bootrig/', '["other/').replace(
                '"bootrig: ', '"other: ')
        other = other.replace('"texts":{\n', '"texts":{\n"gone.wire":"it is no more",\n')
        page.write_text(other.replace('"wire 1\\n', '"wire 1\\n# as it was <once>\\n'.replace('<', '\\u003c')))
        call(folder, 'conform', '--only', 'TFTP-WIN', '--html', page)
        told = data_of(page)
        fresh = {name for row in told['rows'] if row['column'] == 'bootrig' for name in row.get('scripts', [])}
        expect(fresh and not any('<once>' in told['texts'][name] for name in fresh), 'a script is an old one')
        expect(told['texts'].get('gone.wire') == 'it is no more', 'what other servers were asked is gone')
        columns = {row['column'] for row in told['rows']}
        expect(columns == {'bootrig', 'other'}, columns)
        expect(len([row for row in told['rows'] if row['column'] == 'other']) == len(verdicts), len(told['rows']))
        expect(all(row['story'] in told['stories'] for row in told['rows'] if 'story' in row), 'a story is gone')
        expect({change['key'].split('/')[0] for change in told['changes']} == {'bootrig'}, told['changes'][:3])


def explain_draws_each_machine():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        page = folder / 'explain.html'
        done = call(folder, 'explain', CORPUS / 'three-at-once.pcap', '--html', page)
        expect(done.returncode == 1, done.stderr)
        told = data_of(page)
        results = {row['name']: row['result'] for row in told['rows'] if row['group'] != 'rules'}
        expect(results == {'52:54:00:ab:00:01': 'pass', '52:54:00:ab:00:02': 'fail', '52:54:00:ab:00:03': 'fail'},
               results)
        row = row_of(told, 'three-at-once.pcap/52:54:00:ab:00:02')
        texts = [event['text'] for event in told['stories'][row['story']]['events']]
        expect(any('tftp error 1' in text for text in texts) and not any('bootx64' in text for text in texts), texts)
        expect(row['strength'] == 'tftp.not-found' and any(name == 'TFTP-ERR-01' for name, _ in row['facts']), row)
        expect(base64.b64decode(told['stories'][row['story']]['capture']) ==
               (CORPUS / 'three-at-once.pcap').read_bytes(), 'the capture is another')
        with open(CORPUS / 'three-at-once.pcap', 'rb') as pipe:  # what is read once has no story, and no page less
            done = subprocess.run([BOOTRIG, 'explain', '-', '--html', page], stdin=pipe, cwd=folder, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=tap.LIMIT_S)
        told = data_of(page)
        expect(done.returncode == 1 and any(row['column'] == '-' for row in told['rows']), done.stderr)


def a_name_with_a_tag_in_it_is_the_same_the_next_time():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        shutil.copy(CORPUS / 'ovmf-virtio-nofile.pcap', folder / 'a<b.pcap')
        for _ in range(3):
            call(folder, 'explain', 'a<b.pcap', '--html', 'page.html')
        told = data_of(folder / 'page.html')
        keys = [row['key'] for row in told['rows']]
        expect(len(set(keys)) == len(keys) and keys[0].startswith('a<b.pcap/'), keys)
        expect(told['before'] and not told['changes'], told['changes'])


def a_console_stands_on_the_clock_of_the_frames():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        shutil.copy(CORPUS / 'ovmf-virtio-nofile.pcap', folder / 'run.pcapng')
        first = data_of_capture(folder)
        verdict = boot.Verdict(False, 'the firmware gave up', 9.0, {'start': 1.0}, ['BOOT-OK'],
                               console=[(first['began'] + 7.395, 'PXE-E23 <b>')])
        page = folder / 'vm.html'
        for _ in range(2):
            made = report.Report(BOOTRIG, page, 'p')
            made.add('pxe4', verdict, folder)
            page.write_text(made.page())
        told = data_of(page)
        row = row_of(told, 'p/pxe4')
        events = told['stories'][row['story']]['events']
        place = next(i for i, event in enumerate(events) if event['text'] == 'PXE-E23 <b>')
        expect(events[place - 1]['at'] <= events[place]['at'] <= events[place + 1]['at'] and
               'dhcp ack' in events[place - 1]['text'] and told['stories'][row['story']]['lanes'][-1] ==
               'console serial' and events[place]['from'] == len(told['stories'][row['story']]['lanes']) - 1, events)
        expect(row['result'] == 'fail' and row['about'] == 'the firmware gave up' and told['before'] and
               not told['changes'], row)


def data_of_capture(folder):
    page = folder / 'one.html'
    call(folder, 'explain', 'run.pcapng', '--html', page)
    return next(iter(data_of(page)['stories'].values()))


def a_browser_filters_and_opens_a_row_and_keeps_it_in_the_address():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / 'failing.wire').write_text(FAILING)
        page, _ = run_page(folder, 'failing.wire')
        dom = browse(page, 'core/faults', 'pass', 'core/' + FAULTS[0])
        if dom is None:
            return
        expect(f'data-hash="#group=faults&amp;column=core&amp;result=pass&amp;row=core/{FAULTS[0]}"' in dom,
               re.findall(r'data-hash="[^"]*"', dom))
        expect('>2 of 3<' in dom, re.findall(r'id="count"[^>]*>[^<]*', dom))
        expect('data-link="data:application/octet-stream;base64,Cg0NC' in dom, re.findall(r'data-link="[^"]*"', dom))
        expect('<svg' in dom and 'class="cross"' in dom and 'lost: dropped by a fault rule' in dom, 'no ladder')
        expect('data-key="core/faults/failing"' not in dom, 'not filtered')
        expect('data-paper="rgb(255, 255, 255)"' in dom, re.findall(r'data-paper="[^"]*"', dom))
        dark = browse(page, 'core/faults', 'fail', 'core/faults/failing', '--force-dark-mode',
                      '--blink-settings=preferredColorScheme=0')
        expect('data-paper="rgb(20, 23, 27)"' in dark, re.findall(r'data-paper="[^"]*"', dark))
        expect('<mark>   9' in dark and '>1 of 3<' in dark, 'the failing line is not marked')


def a_full_disk_leaves_the_page_that_was_there():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for words in (['run', *FAULTS, '-q'], ['conform', '--only', 'TFTP-WIN'],
                      ['explain', str(CORPUS / 'ovmf-virtio-nofile.pcap')]):
            (folder / 'page.html').symlink_to('/dev/full')
            done = call(folder, *words, '--html', 'page.html')
            expect(done.returncode == 2 and 'No space left on device' in done.stderr and
                   done.stderr.count('\n') == 1, f'{words} {done.returncode} {done.stderr}')
            (folder / 'page.html').unlink()
        done = call(folder, 'explain', str(CORPUS / 'ovmf-virtio-nofile.pcap'), '--html',
                    str(CORPUS / 'ovmf-virtio-nofile.pcap'))
        expect(done.returncode == 2 and done.stderr.count('\n') == 1, done.stderr)


def main():
    for test in (lost_and_held_frames_are_in_the_story_of_a_run,
                 all_rows_are_printed_and_ids_stay_in_one_line,
                 a_failing_run_has_its_line_and_what_differs,
                 what_changed_since_the_last_page_stands_on_top,
                 conform_has_a_row_for_each_requirement_and_keeps_those_of_other_servers,
                 explain_draws_each_machine,
                 a_name_with_a_tag_in_it_is_the_same_the_next_time,
                 a_console_stands_on_the_clock_of_the_frames,
                 a_browser_filters_and_opens_a_row_and_keeps_it_in_the_address,
                 a_full_disk_leaves_the_page_that_was_there):
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())

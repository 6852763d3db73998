#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each script of a flaw holds with a sound client, and fails with the one that has the flaw.

The scripts of conformance/scripts/cve name the flaw in their name, CVE-2023-45229 to 45235; the
model edk2-x64-pxe6-unfixed falls to each and says which. Arguments: the command.
"""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1]).resolve()
FLAWS = pathlib.Path(__file__).resolve().parent.parent.parent / 'conformance' / 'scripts' / 'cve'


def run(script):
    done = subprocess.run([BOOTRIG, 'run', script], capture_output=True, text=True,
                          timeout=tap.LIMIT_S)
    return done.returncode, done.stdout + done.stderr


scripts = sorted(FLAWS.glob('*.wire'))
tap.claim([script.name[:10] for script in scripts] == [f'2023-{n}' for n in range(45229, 45236)],
          'each of the seven flaws has a script', [script.name for script in scripts])
with tempfile.TemporaryDirectory() as folder:
    for script in scripts:
        code, said = run(script)
        tap.claim(code == 0, f'{script.stem} holds with a sound client', said)
        text = script.read_text(encoding='utf-8')
        broken = pathlib.Path(folder) / script.name
        broken.write_text(text.replace('as=edk2-x64-pxe6', 'as=edk2-x64-pxe6-unfixed')
                          .replace(f'scenario cve/{script.stem}\n', ''), encoding='utf-8')
        code, said = run(broken)
        tap.claim(code == 1 and 'echo-reply' in said, f'{script.stem} fails with the flaw', said)
sys.exit(tap.end())

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a build is of, as a header: version.py OUT DEPFILE SOURCE_ROOT VERSION

Outside a checkout the commit is "unknown". The depfile names what git writes when another commit is
checked out or made, so that this runs again then and never else.
"""
import pathlib
import subprocess
import sys


def git(root, *words):
    """What git says; nothing where there is none, or no checkout."""
    try:
        done = subprocess.run(['git', '-C', root, *words], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ''
    return done.stdout.strip()


def main():
    out, depfile, root, version = sys.argv[1:]
    commit, watched = 'unknown', []
    # a tree unpacked inside another project's checkout is not of its commit
    if git(root, 'rev-parse', '--show-cdup') == '' and git(root, 'rev-parse', '--git-dir'):
        commit = git(root, 'describe', '--always', '--tags', '--abbrev=12') or commit
        for name in ('HEAD', 'logs/HEAD'):
            path = pathlib.Path(root, git(root, 'rev-parse', '--git-path', name))
            if path.exists():
                watched.append(str(path).replace(' ', '\\ '))
    text = ('/* SPDX-License-Identifier: BSD-2-Clause */\n'
            f'#define BR_VERSION     "{version} ({commit})"\n#define BR_SOURCE_ROOT "{root}"\n')
    if not pathlib.Path(out).exists() or pathlib.Path(out).read_text(encoding='utf-8') != text:
        pathlib.Path(out).write_text(text, encoding='utf-8')
    pathlib.Path(depfile).write_text(f'{out}: {" ".join(watched)}\n', encoding='utf-8')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Put a page together, and turn it into two C arrays, what stands before its data and behind

	embed.py OUT HEADER report.html FILE...

A line of the page that is @NAME@, or begins with it, gets the file of that name in its place. Octets,
not a string literal: compilers promise no more than 4095 octets of those.
"""
import pathlib
import sys


def put_together(page, files):
    text = page.read_text(encoding='utf-8')
    for file in files:
        text = text.replace(f'@{file.name}@', file.read_text(encoding='utf-8'))
    return text.split('@data@')


def array(name, text):
    octets = text.encode() + b'\0'
    lines = [f'const char {name}[] = {{']
    lines += ['\t' + ', '.join(map(str, octets[i:i + 20])) + ',' for i in range(0, len(octets), 20)]
    return lines + ['};', '']


def main():
    out, header, page, *files = sys.argv[1:]
    before, behind = put_together(pathlib.Path(page), [pathlib.Path(file) for file in files])
    lines = ['/* made by sim/page/embed.py */', f'#include "{header}"', '']
    pathlib.Path(out).write_text('\n'.join(lines + array('br_page_before', before) + array('br_page_behind', behind)),
                                 encoding='utf-8')


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: BSD-2-Clause
"""The serial console of a machine, made readable"""
import re

ESCAPE = re.compile(r'\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][0-9A-Z]|\x1b[=>78cDEHM]')
UNPRINTABLE = re.compile(r'[^\x20-\x7e\t]')


def clean(text):
    """Without escape codes, and without what a carriage return has overwritten."""
    text = ESCAPE.sub('', text).rstrip('\r').rpartition('\r')[2]
    return UNPRINTABLE.sub('', text).rstrip()


class Console:
    """Octets in, lines out; prompts have no newline, so the open line can be asked for."""

    def __init__(self):
        self.open = ''

    def feed(self, octets):
        """Return: the lines that are complete now, empty ones left out."""
        *lines, self.open = (self.open + octets.decode('utf-8', 'replace')).split('\n')
        self.open = self.open[-4096:]
        return [line for line in map(clean, lines) if line]

    def pending(self):
        return clean(self.open)

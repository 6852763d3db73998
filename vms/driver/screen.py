# SPDX-License-Identifier: BSD-2-Clause
"""Lines on stdout, and below them one that changes, if there is a terminal to show it"""
import shutil
import sys


class Screen:
    def __init__(self, out=sys.stdout):
        self.out, self.live = out, out.isatty()
        self.shown = False

    def width(self):
        return shutil.get_terminal_size((100, 24)).columns

    def line(self, text=''):
        if self.shown:
            self.out.write('\r\x1b[K')
            self.shown = False
        self.out.write(text + '\n')
        self.out.flush()

    def status(self, text):
        """Replaces the last status; nothing where output is kept."""
        if self.live:
            text = ' '.join(text.split())  # columns are for lines that stay
            self.out.write('\r' + text[:self.width() - 1] + '\x1b[K')
            self.out.flush()
            self.shown = True

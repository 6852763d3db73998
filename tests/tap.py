# SPDX-License-Identifier: BSD-2-Clause
"""What the tests in Python say: TAP, a line for each claim

A claim is a sentence and whether it holds, or a function whose name is the sentence and
which raises if it does not. Reasons follow as comments. `sys.exit(tap.end())` ends a test.

LIMIT_S is for what hangs, never for a slow machine: how long any one child process may
take before a test gives it up.
"""
import signal
import sys
import time
import traceback

LIMIT_S = 600
REASON_LINES_MAX = 40
count = failed = 0

# A shell lets what it starts in the background ignore these, and so would every child of a test;
# but some test what a signal does.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


def comment(text):
    for line in str(text).splitlines():
        print(f'#   {line}', flush=True)


def claim(good, sentence, detail=''):
    """One line of verdict, the detail only if it does not hold. Return: whether it does."""
    global count, failed
    count += 1
    failed += not good
    print(f'{"ok" if good else "not ok"} {count} - {sentence}', flush=True)
    if not good:
        comment('\n'.join(str(detail).splitlines()[:REASON_LINES_MAX]))
    return bool(good)


def skip(sentence, why):
    global count
    count += 1
    print(f'ok {count} - {sentence} # SKIP {why}', flush=True)


def skip_all(why):
    """Nothing here can be tried. The plan says it: beside TAP meson takes 77 for a failure."""
    print(f'1..0 # SKIP {why}')
    sys.exit(0)


def end():
    """The plan. Return: the exit code, 1 too where nothing was claimed."""
    print(f'1..{count}')
    return 1 if failed or not count else 0


def run(test, *arguments):
    """A function as a claim: its name, which fails with what it raises and is skipped for
    the reason it returns.
    """
    try:
        why = test(*arguments)
    except Exception:  # pylint: disable=broad-except
        claim(False, test.__name__, traceback.format_exc())
    else:
        if why:
            skip(test.__name__, why)
        else:
            claim(True, test.__name__)


def expect(good, detail=''):
    """For such functions: raise unless it holds."""
    if not good:
        raise AssertionError(detail)


def wait_until(holds, what=''):
    """Until holds() does, looking often; a machine may be slow, but not without end."""
    end_s = time.monotonic() + LIMIT_S
    while not holds():
        if time.monotonic() > end_s:
            raise AssertionError(f'{what or "this"}: not within {LIMIT_S} s')
        time.sleep(0.02)

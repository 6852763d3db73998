# SPDX-License-Identifier: BSD-2-Clause
"""What `bootrig explain` says of a recorded boot, and which rules our servers broke

The rules judge live machines as they judge captures and scripts. A server of ours that breaks
one that binds fails the boot; what the firmware breaks is only said.
"""
import dataclasses
import json
import subprocess

from . import Trouble


@dataclasses.dataclass
class Breach:
    """One party broke one requirement."""
    rule: str
    address: str
    frame: int
    seen: str
    fails: bool  # as `bootrig explain` judges

    def __str__(self):
        return f'{self.address} broke {self.rule} in frame {self.frame}: {self.seen}'


@dataclasses.dataclass
class Opinion:
    text: str  # for people
    verdicts: list  # a sentence for each client
    judged: int
    breaches: list

    def against(self, addresses):
        """What those servers broke and must not break."""
        return [breach for breach in self.breaches
                if breach.fails and breach.address in addresses]


def form(binary, capture):
    """Return: the Opinion of the rig on @capture."""
    report = json.loads(explain(binary, capture, '--json'))
    rules = report['rules']
    breaches = [Breach(row['id'], row['ip'], row['frames'][0], row['seen'], row['fails'])
                for row in rules['breaches']]
    verdicts = [client['findings'][0]['text'] for client in report['clients']]
    return Opinion(explain(binary, capture), verdicts, len(rules['states']), breaches)


def explain(binary, capture, *words):
    done = subprocess.run([binary, 'explain', capture, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors='replace', check=False)
    if not done.stdout:
        raise Trouble(f'{capture} cannot be explained: {done.stderr.strip()}')
    return done.stdout

# SPDX-License-Identifier: BSD-2-Clause
"""How equal is what a model sent to what the real machine sent

Both recordings become items: a packet each, or a run of ACKs. They are aligned by what they are
(DISCOVER, RRQ of a file, SYN), and those that stand in both are compared field by field. Left
out: values of xid and ephemeral ports (but not their steps), IP identification, checksums, TCP
sequence numbers and timestamps, TCP ACKs without data, replies to ARP but for their octets.
"""
import difflib

import six
from wirefmt import dhcp, parse, read_pcap, tftp


class Item:
    __slots__ = ('key', 'f', 't', 'end', 'n', 'last_n', 'count', 'what')
    def __init__(self, key, f, t, n, what):
        self.key, self.f, self.what = key, f, what
        self.t = self.end = t
        self.n = self.last_n = n
        self.count = 1


def mask_tcp_options(hexed):
    b = bytes.fromhex(hexed)
    out, i = [], 0
    while i < len(b):
        if b[i] in (0, 1):
            out.append({0: 'end', 1: 'nop'}[b[i]])
            i += 1
            continue
        ln = b[i + 1] if i + 1 < len(b) else 2
        v = b[i + 2:i + ln]
        out.append('ts' if b[i] == 8 else '%d=%s' % (b[i], v.hex()))
        i += max(2, ln)
    return ' '.join(out)


def step_of(port, before):
    if before is None:
        return None
    return port - before if 0 <= port - before < 3 else 'other'


MESSAGES6 = {131: 'listener report', 132: 'listener done', 133: 'router solicitation',
             135: 'neighbour solicitation', 136: 'neighbour advertisement', 143: 'listener report 2'}


def beside(p, t):
    """What is sent over IPv6 while IPv4 is booted from: ICMPv6 octet for octet but for its
    checksum, DHCPv6 as far as it is that."""
    raw, upper, at = p.raw[:p.end], p.raw[20], 54
    f = {'eth.dst': p.eth_dst.hex(':'), 'ipv6.class': raw[14:18].hex(), 'ipv6.hops': raw[21],
         'ipv6.src': raw[22:38].hex(), 'ipv6.dst': raw[38:54].hex()}
    if upper == 0:
        upper, size = raw[54], 8 + 8 * raw[55]
        f['ipv6.hop-by-hop'] = raw[56:54 + size].hex()
        at += size
    if upper == 58:
        name = MESSAGES6.get(raw[at], 'icmpv6 %d' % raw[at])
        f['icmpv6.code'], f['icmpv6.body'] = raw[at + 1], raw[at + 4:].hex()
    elif upper == 17:
        name = 'datagram to port %d' % int.from_bytes(raw[at + 2:at + 4], 'big')
        f['udp.sport'] = int.from_bytes(raw[at:at + 2], 'big')
        f['dhcp6.type'] = raw[at + 8]
    else:
        name = 'of protocol %d' % upper
    source = 'its address' if any(raw[22:38]) else '::'
    return Item(('ipv6', name, source), f, t, p.n, 'ipv6 %s from %s' % (name, source))


def load(path, client, uboot=False, over_six=False):
    """Items of the client in one recording; counts of what is left aside."""
    items, aside = [], {'tcp-acks': 0, 'tcp-data-in': 0, 'ipv6': []}
    prev_xid = None
    sport_tftp, sessions = None, {}
    prev_tcp_port, conns = None, {}
    ended = set()
    start = None
    end = None
    packets = [(six.parse if over_six else parse)(*record) for record in read_pcap(path)]
    drawn = six.Relations()
    # QEMU's own recorder puts ten octets behind each frame
    more = min((p.size - p.end for p in packets if p.eth_src == client and p.l4), default=0)
    for p in packets:
        n, t, raw = p.n, p.t, p.raw
        end = t
        if 'frame.size' in p.f:
            p.f['frame.size'] -= more
        if p.eth_src != client:
            if p.kind == 'tcp' and p.paylen > 0 and p.eth_dst == client:
                aside['tcp-data-in'] += 1
            continue
        if p.kind in ('ipv6', 'igmp', 'other', 'fragment'):
            if p.kind == 'ipv6' and len(p.raw) >= 62:
                aside['ipv6'].append(beside(p, t))
            continue
        if p.kind == 'udp' and not over_six:
            if p.dport in (67, 4011) or p.sport in (67,):
                dhcp(p)
            elif p.dport == 53:
                p.kind = 'dns'
            else:
                tftp(p)
        f = p.f
        if start is None:
            start = t if p.kind == 'dhcp' or over_six else None
            if start is None:
                continue
        t -= start
        if p.kind == 'arp':
            op = f['arp.op']
            if op == 1 and p.src == p.dst:
                key = ('arp announce',)
            else:
                key = ('arp', 'who-has' if op == 1 else 'reply', p.dst)
            items.append(Item(key, f, t, n, ' '.join(key)))
        elif p.kind == 'dhcp':
            xid = p.extra['xid']
            tail = int.from_bytes(client[2:], 'big')
            if xid and f['dhcp.secs'] == xid & 0xffff and 'opt60' not in f:
                f['dhcp.secs'] = 'the low half of xid'    # GRUB: it is the time of day
            if xid == 0:
                f['dhcp.xid.relation'] = 'zero'
            elif xid == prev_xid:
                f['dhcp.xid.relation'] = 'same'
            elif (xid - tail) & 0xffffffff < 10000000:
                f['dhcp.xid.relation'] = 'mac+timer'
            else:
                f['dhcp.xid.relation'] = 'new' if prev_xid is not None else 'first'
            prev_xid = xid
            key = ('dhcp', p.extra['type'], p.dport)
            items.append(Item(key, f, t, n, 'dhcp %s to port %d' % (p.extra['type'], p.dport)))
            f['_class'] = bytes.fromhex(f.get('opt60', '')).split(b':')[0].decode('latin1')
        elif p.kind == 'dns':
            q = p.payload
            name, i = [], 12
            while i < len(q) and q[i]:
                name.append(q[i + 1:i + 1 + q[i]].decode('latin1'))
                i += 1 + q[i]
            f['dns.flags'] = q[2:4].hex()
            f['dns.counts'] = q[4:12].hex()
            f['dns.type'] = q[i + 1:i + 3].hex()
            f['dns.extra'] = q[i + 5:].hex()
            items.append(Item(('dns', '.'.join(name)), f, t, n, 'dns ' + '.'.join(name)))
        elif p.kind == 'tftp' and p.extra['op'] == 1:
            s = sessions.get(p.sport)
            again = s is not None and not s['touched']
            if not again:
                own = 25300 <= p.sport < 25400 or 49152 <= p.sport < 49400 and \
                    p.f['tftp.options'].startswith('tsize 0 blksize 1408')
                f['udp.sport.class'] = str(p.sport) if own else 'ephemeral'
                if not uboot:    # whose ports are the time in milliseconds
                    f['udp.sport.step'] = step_of(p.sport, sport_tftp)
                sport_tftp = p.sport
                s = dict(touched=False, run=None, last=None, file=p.f['tftp.file'])
                sessions[p.sport] = s
            key = ('rrq', p.dst, f['tftp.file'], 'again' if again else '')
            what = 'rrq %s%s' % (f['tftp.file'], ' again' if again else '')
            items.append(Item(key, f, t, n, what))
        elif p.kind == 'tftp' and p.sport in sessions:
            s = sessions[p.sport]
            s['touched'] = True
            if p.extra['op'] == 4:
                b = p.extra['block']
                r = s['run']
                if s['last'] is not None and b == s['last']:
                    items.append(Item(('ack-again', s['file'], b), f, t, n, 'ack %d again' % b))
                    s['run'] = None
                elif b == 0 and s['last'] is None:
                    items.append(Item(('ack', s['file'], 0), f, t, n, 'ack 0 of %s' % s['file']))
                    s['last'] = 0
                else:
                    step = (b - (s['last'] or 0)) & 0xffff
                    if r is not None and step == r.f['ack.step']:
                        r.end, r.last_n = t, n
                        r.count += 1
                        r.f['ack.last'] = b
                    elif r is not None and step < r.f['ack.step'] and not r.f.get('_short'):
                        r.end, r.last_n = t, n
                        r.count += 1
                        r.f['ack.last'] = b
                        r.f['_short'] = True
                    else:
                        f = dict(f)
                        f['ack.first'], f['ack.step'], f['ack.last'] = b, step, b
                        f.pop('tftp.block', None)
                        r = Item(('acks', s['file']), f, t, n, 'acks of %s' % s['file'])
                        items.append(r)
                        s['run'] = r
                    s['last'] = b
            else:
                op = p.f['tftp.op']
                items.append(Item(('tftp', op, s['file']), f, t, n, 'tftp ' + op))
        elif p.kind == 'tcp':
            c = (p.sport, p.dst, p.dport)
            f['tcp.options'] = mask_tcp_options(f['tcp.options'])
            if p.flags & 2:
                f['tcp.sport.step'] = step_of(p.sport, prev_tcp_port)
                own = 21550 <= p.sport < 21700
                f['tcp.sport.class'] = str(p.sport) if own else 'ephemeral'
                again = c in conns
                conns.setdefault(c, dict(seqs=set(), isn=p.seq))
                prev_tcp_port = p.sport
                word = ' again' if again else ''
                items.append(Item(('syn', p.dst, p.dport, word), f, t, n, 'tcp syn' + word))
            elif p.payload[:4] in (b'GET ', b'HEAD'):
                head = p.payload.split(b'\r\n\r\n')[0].decode('latin1').split('\r\n')
                line = head[0].split(' ')
                f['http.line'] = head[0]
                f['http.order'] = ' '.join(h.split(':')[0] for h in head[1:])
                for h in head[1:]:
                    k, _, v = h.partition(':')
                    f['http.' + k] = v
                again = p.seq in conns.setdefault(c, dict(seqs=set()))['seqs']
                conns[c]['seqs'].add(p.seq)
                f['tcp.paylen'] = p.paylen
                word = ' again' if again else ''
                what = 'http %s %s%s' % (line[0], line[1], word)
                items.append(Item(('http', line[0], line[1], word), f, t, n, what))
            elif p.flags & 5:
                kind = 'rst' if p.flags & 4 else 'fin'
                if (c, kind) in ended:
                    continue
                ended.add((c, kind))
                items.append(Item((kind, p.dst, p.dport), f, t, n, 'tcp ' + kind))
            elif p.paylen > 0:
                items.append(Item(('tcp data',), f, t, n, 'tcp data'))
            else:
                aside['tcp-acks'] += 1
        elif p.kind in ('dhcp6', 'icmp6'):
            if p.kind == 'dhcp6':
                drawn.note(p)
            key, what = six.item_of(p)
            items.append(Item(key, f, t, n, what))
        elif p.kind == 'icmp':
            f['icmp.len'] = 0
            items.append(Item(('icmp', f['icmp.type'], p.dst), f, t, n, 'icmp ' + f['icmp.type']))
        else:
            items.append(Item(('udp', p.dst, p.dport), f, t, n, 'udp to %s:%s' % (p.dst, p.dport)))
    for it in aside['ipv6']:
        it.t = it.end = it.t - (start or 0)
    return items, aside, (end - start if start else 0) if end else 0


def is_grub(item):
    return item.f.get('udp.sport.class', '').startswith('253') or \
        item.f.get('tcp.sport.class', '').startswith('215')


def until_grub(items):
    """Up to GRUB's first packet, where GRUB was an image with a script of its own inside."""
    for i, it in enumerate(items):
        if is_grub(it):
            while i and (items[i - 1].key[0] == 'arp' or items[i - 1].key[:2] == ('icmp6', 'ns')):
                i -= 1
            return items[:i], len(items) - i
    return items, 0


IGNORE = {'_class', '_short', 'udp.sport'}


def pair_beside(real, model, end):
    """The nth of a kind with the nth, in whatever order the kinds come: each has timers of its
    own. What the model sends when the recording was over is not judged."""
    pairs, only_real, only_model = [], [], []
    for key in {i.key for i in real + model}:
        a, b = ([i for i in side if i.key == key] for side in (real, model))
        pairs += zip(a, b)
        only_real += a[len(b):]
        only_model += [i for i in b[len(a):] if i.t < 0.9 * end]
    return pairs, only_real, only_model


def compare(real_path, model_path, client, uboot=False, no_grub=False, until=None, ipv6=False,
            over_six=False):
    real, aside_r, end_r = load(real_path, client, uboot, over_six)
    model, aside_m, end_m = load(model_path, client, uboot, over_six)
    later = 0
    if no_grub:
        real, n = until_grub(real)
        later += n
    cut = 0
    if until is not None:   # seconds behind the first DISCOVER
        cut = len([i for i in real if i.t > until])
        real = [i for i in real if i.t <= until]
    # ARP replies are the servers' doing: compared by octets, not by order or time
    arps = []
    for a in {i.key for i in real if i.key[:2] == ('arp', 'reply')}:
        arps += list(zip([i for i in real if i.key == a], [i for i in model if i.key == a]))
    real = [i for i in real if i.key[:2] != ('arp', 'reply')]
    model = [i for i in model if i.key[:2] != ('arp', 'reply')]
    sm = difflib.SequenceMatcher(None, [i.key for i in real], [i.key for i in model],
                                 autojunk=False)
    pairs, only_real, only_model = [], [], []
    for tag, a, b, c, d in sm.get_opcodes():
        if tag == 'equal':
            pairs += list(zip(real[a:b], model[c:d]))
        else:
            only_real += real[a:b]
            only_model += model[c:d]
    # what the model does behind the end of the capture cannot be judged
    unseen = []
    if until is not None and pairs:
        lm = pairs[-1][1]
        unseen = [i for i in only_model if i.t > lm.t]
        only_model = [i for i in only_model if i.t <= lm.t]
    if pairs:
        lr, lm = pairs[-1]
        rest = end_r - lr.end
        if real and real[-1] is lr:
            for it in list(only_model):
                if it.t > lm.t and (it.t - lm.end > rest * 0.9 or rest < 1e9 and not later):
                    only_model.remove(it)
                    unseen.append(it)
    besides = []
    if ipv6:
        end = until if until is not None else end_r
        six = [[i for i in a['ipv6'] if i.t <= end] for a in (aside_r, aside_m)]
        besides, *rest = pair_beside(*six, end)
        only_real += rest[0]
        only_model += rest[1]
    fields = equal = 0
    diffs = []
    open_ended = real[-1] if real else None
    for r, m in pairs + arps + besides:
        for k in sorted(set(r.f) | set(m.f)):
            if k in IGNORE:
                continue
            if k == 'ack.last' and r is open_ended:
                continue
            fields += 1
            a, b = r.f.get(k), m.f.get(k)
            if a == b:
                equal += 1
            else:
                diffs.append((r, m, k, a, b))
    waits = []
    pos_r = {id(x): i for i, x in enumerate(real)}
    pos_m = {id(x): i for i, x in enumerate(model)}
    for r, m in pairs:
        i, j = pos_r[id(r)], pos_m[id(m)]
        if i == 0 or j == 0:
            continue
        pr = max((x.end for x in real[:i] if x.end <= r.t), default=None)
        pm = max((x.end for x in model[:j] if x.end <= m.t), default=None)
        if pr is None or pm is None:
            continue
        gr, gm = (r.t - pr) / 1e9, (m.t - pm) / 1e9
        if max(gr, gm) < 0.1:
            continue
        waits.append((r, m, gr, gm))
    bad = {id(r) for r, *_ in diffs}
    exact = sum(1 for r, m in pairs + besides if id(r) not in bad)
    if ipv6:
        real, model, pairs = real + six[0], model + six[1], pairs + besides
        unseen += [i for i in six[1] if i not in only_model and i not in [m for _, m in besides]]
    return dict(exact=exact, real=real, model=model, pairs=pairs, only_real=only_real,
                only_model=only_model, unseen=unseen, fields=fields, equal=equal, diffs=diffs,
                waits=waits, later=later, **judge(waits, {}))


def judge(waits, spans):
    """@spans: by frame number, the shortest and longest that the model may wait there."""
    late = []
    for r, m, real, model in waits:
        least, most = spans.get(r.n, (model, model))
        if not least - 0.1 * real <= real <= most + 0.1 * real:
            late.append((r, m, real, model))
    return dict(timers=len(waits), fine=len(waits) - len(late), late=late)


def likest(boots):
    """Of boots that drew otherwise, (what compare() found, text) each: the one that has most packets
    as the capture has them, its waits judged by those of all"""
    spans = {}
    for found, _ in boots:
        for r, _, _, model in found['waits']:
            least, most = spans.get(r.n, (model, model))
            spans[r.n] = min(least, model), max(most, model)
    best, text = max(boots, key=lambda boot: (
        len(boot[0]['pairs']) - len(boot[0]['only_model']), boot[0]['equal'], boot[0]['fine']))
    return {**best, **judge(best['waits'], spans)}, text

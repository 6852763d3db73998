# SPDX-License-Identifier: BSD-2-Clause
"""What recorded servers answered, and to which packet of the client: a tape to play

Each frame of a server is held beside the packet of the client that drew it and the delay behind
it; HTTP is kept as heads and lengths. tests/fidelity/tape.c reads what write() writes.
"""
import re
import struct

from wirefmt import dhcp, ip, parse, read_pcap, tftp

BURST_NS, SPREAD_NS = 20000000, 100000000
TOGETHER_NS = 60000000    # two blocks behind one ACK: the second one is a copy, or was late


def classify(path):
    """All packets, dissected; the client's MAC."""
    packets, client = [], None
    for n, t, raw, size in read_pcap(path):
        p = parse(n, t, raw, size)
        if p.kind == 'udp':
            if p.dport in (67, 68, 4011) or p.sport in (67, 4011):
                if dhcp(p) and p.f['dhcp.op'] == 1 and client is None and p.sport in (68, 4011):
                    client = p.eth_src
            elif 53 in (p.sport, p.dport):
                p.kind = 'dns'
            else:
                tftp(p)
        packets.append(p)
    return packets, client


class Tape:
    def __init__(self, path, content=None):
        self.content = content or {}
        self.packets, self.client = classify(path)
        self.name = path.rsplit('/', 1)[-1].replace('.pcap', '')
        self.loss = 'loss' in self.name and not self.name.endswith('nicside')
        self.entries = {}     # (key, nth) -> [(delay, packet, kind)]
        self.order = []
        self.session = {}     # (key, nth) -> session
        self.counts = {}
        self.notes = []
        self.first = {}
        self.router = self.find_router()   # ns behind the first DISCOVER
        six = [p for p in self.packets if p.kind == 'ipv6' and len(p.raw) > 62]
        # it speaks IPv6, and no router does: of what is answered there, nothing is on the tape
        self.over_six = False
        self.six = any(p.eth_src == self.client for p in six) and not any(
            p.raw[20] == 58 and p.raw[54] == 134 for p in six)
        self.asked = {}
        # ns behind the first DISCOVER: from there on it is a guess what arrived
        self.first_drop = None
        self.build()

    def uuid_asked_for(self):
        """Firmware without option 97 may ask for pxelinux.cfg/UUID, as its owner writes it."""
        for k in self.order:
            m = re.search(r'pxelinux.cfg/([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f-]{17})$',
                          k[0])
            if m:
                fields = [bytes.fromhex(m.group(i))[::-1] for i in (1, 2, 3)]
                return b''.join(fields) + bytes.fromhex(m.group(4).replace('-', ''))
        return bytes(16)

    def find_router(self):
        begin = next((p.t for p in self.packets
                      if p.kind == 'dhcp' and p.eth_src == self.client), 0)
        return next((p.t - begin for p in self.packets if p.kind == 'ipv6' and len(p.raw) > 54 and
                     p.raw[20] == 58 and p.raw[54] == 134 and p.t > begin - 2 * 10**9), None)

    def bump(self, key):
        self.counts[key] = self.counts.get(key, 0) + 1
        k = (key, self.counts[key])
        self.entries[k] = []
        self.order.append(k)
        return k

    def answered_before(self, k):
        return any(a[2] == 2 for i in range(1, k[1]) for a in self.entries.get((k[0], i), []))

    def build(self):
        client = self.client
        sport_session, sessions = {}, 0
        touched = set()
        last_any = None              # (k, time) of the last client packet
        last_by_session = {}
        dhcp_asked = []              # (k, packet, answered set)
        last_dns = None
        last_reply, burst = None, 0     # of DHCP
        last_udp = {}                # (dst, dport, sport) -> (k, time)
        self.http_conns = {}
        self.listening = set()    # servers that answered a SYN with a SYN
        self.servers = {}
        for p in self.packets:
            mine = p.eth_src == client
            if p.kind in ('ipv6', 'other', 'igmp', 'fragment'):
                continue
            if not mine and p.src:
                if p.kind == 'arp':
                    if p.f['arp.op'] == 2 or p.src != '0.0.0.0':
                        self.servers.setdefault(p.src, p.eth_src)
                elif p.eth_dst == client or p.eth_dst == b'\xff' * 6:
                    if p.kind != 'dhcp':
                        self.servers.setdefault(p.src, p.eth_src)
            if mine:
                k = None
                if p.kind == 'arp':
                    if p.f['arp.op'] == 1 and p.src != p.dst:
                        k = self.bump('arp:' + p.dst)
                elif p.kind == 'dhcp':
                    t = p.extra['opts'].get(53, b'\0')
                    k = self.bump('dhcp:%d:%d' % (p.dport, t[0]))
                    dhcp_asked.append((k, p, set()))
                    last_reply = None
                elif p.kind == 'dns':
                    k = self.bump('dns')
                    last_dns = (k, p.t)
                elif p.kind == 'tftp' and p.dport == 69 and p.extra['op'] == 1:
                    f = p.f['tftp.file'].replace(' ', '_')
                    k = self.bump('rrq:%s:%s' % (p.dst, f))
                    if p.sport not in sport_session or sport_session[p.sport] in touched:
                        sport_session[p.sport] = sessions
                        sessions += 1
                    self.session[k] = sport_session[p.sport]
                    last_by_session[sport_session[p.sport]] = (k, p.t)
                elif p.kind == 'tftp' and p.sport in sport_session:
                    s = sport_session[p.sport]
                    touched.add(s)
                    if p.extra['op'] == 4:
                        k = self.bump('t%d:a%d' % (s, p.extra['block']))
                    elif p.extra['op'] == 5:
                        k = self.bump('t%d:e' % s)
                    if k:
                        last_by_session[s] = (k, p.t)
                elif p.kind == 'tcp':
                    c = self.http_conns.setdefault((p.src, p.sport, p.dst, p.dport),
                                                   dict(n=p.n, reqs=[]))
                    if p.payload[:4] in (b'GET ', b'HEAD'):
                        c['reqs'].append((p.t, p.payload, p.seq, p.n))
                if k:
                    self.asked[k] = (k, p.t)
                    last_any = (k, p.t)
                    if p.l4 == 'udp':
                        last_udp[(p.dst, p.dport, p.sport)] = (k, p.t)
                continue
            # a server's
            if p.eth_dst not in (client, b'\xff' * 6):
                continue
            if p.kind == 'dhcp':
                if p.f['dhcp.op'] != 2:
                    continue
                mtype = p.extra['opts'].get(53, b'\0')[0]
                want = {2: 1, 5: 3, 6: 3}.get(mtype)
                src = (p.src, p.sport)
                cands = [d for d in dhcp_asked if d[1].extra['xid'] == p.extra['xid'] and
                         (want is None or d[1].extra['opts'].get(53, b'\0')[0] == want) and
                         (d[1].dport == 4011) == (p.sport == 4011)]
                if not cands:
                    continue
                free = [d for d in cands if src not in d[2]]
                # a slow server answers in turn; any other answered what it heard last
                slow = 'delay' in self.name or 'late' in self.name
                d = (free[0] if free else cands[-1]) if slow else cands[-1]
                d[2].add(src)
                # answers to several tries that came at once keep their order, whatever the
                # client's own clock does
                again = last_reply is not None and p.t - last_reply.t < BURST_NS and \
                    p.extra['xid'] != last_reply.extra['xid']
                burst = burst + 1 if again else 0
                last_reply = p
                self.entries[d[0]].append((p.t - d[1].t + burst * SPREAD_NS, p, 1))
            elif p.kind == 'arp':
                if p.f['arp.op'] == 1 and last_any:
                    self.entries[last_any[0]].append((p.t - last_any[1], p, 0))
                elif p.f['arp.op'] == 2:
                    k = ('arp:' + p.src, self.counts.get('arp:' + p.src, 0))
                    if k in self.entries:
                        self.entries[k].append((0, None, 0))
            elif p.kind == 'dns':
                if last_dns:
                    self.entries[last_dns[0]].append((p.t - last_dns[1], p, 3))
            elif p.kind == 'icmp':
                q = p.payload[8:]
                if len(q) >= 28 and q[9] == 17:
                    hl = (q[0] & 15) * 4
                    sp, dp = struct.unpack('>HH', q[hl:hl + 4])
                    k = last_udp.get((ip(q[16:20]), dp, sp))
                    if k:
                        self.entries[k[0]].append((p.t - k[1], p, 4))
            elif p.kind in ('tftp', 'udp') and p.dport in sport_session:
                s = sport_session[p.dport]
                k, t = last_by_session[s]
                if p.kind == 'tftp' and p.extra['op'] in (3, 6):
                    # by the server's own timer: it belongs to what drew it the first time
                    what = (s, p.extra['op'], p.extra.get('block'))
                    if what in self.first and p.t - t > 60000000:
                        k, t = self.first[what]
                    elif k[1] > 3 and p.extra['op'] == 3 and \
                            (p.t - t > 60000000 or not self.answered_before(k)):
                        k, t = self.asked[(k[0], 1)]
                    self.first.setdefault(what, (k, t))
                delay = p.t - t
                before = [a[0] for a in self.entries[k] if a[2] == 2]
                if before and k[0].startswith('t') and delay - before[-1] < TOGETHER_NS:
                    # it was there before the client answered the first one
                    delay = min(delay, before[-1] + 1000)
                self.entries[k].append((delay, p, 2))
            elif p.kind == 'tcp':
                self.servers.setdefault(p.src, p.eth_src)
                if p.flags & 2:
                    self.listening.add(p.src)
        # which of FIFO and "the last one" explains DHCP delays better
        if self.loss:
            self.infer_loss()
        self.http = self.http_answers()

    def infer_loss(self):
        """It was recorded before frames were dropped: leave out what the client cannot have got."""
        mine = [p for p in self.packets
                if p.eth_src == self.client and p.kind not in ('ipv6', 'igmp')]
        drops = 0
        for k, answers in self.entries.items():
            if k[0].startswith('dhcp:67:'):
                for a in list(answers):
                    p = a[1]
                    if p.kind != 'dhcp':
                        continue
                    nxt = next((m for m in mine
                                if m.t > p.t and m.kind == 'dhcp' and m.dport == 67), None)
                    kind = {2: 1, 5: 3}.get(p.extra['opts'].get(53, b'\0')[0])
                    if nxt is not None and nxt.extra['opts'][53][0] == kind:
                        answers.remove(a)
                        drops += 1
                        self.notes.append('dropped #%d' % p.n)
        # TFTP: the block that was expected and has not been acknowledged before it came again
        for sport in {p.sport for p in mine if p.kind == 'tftp'}:
            flow = [p for p in self.packets if p.kind == 'tftp' and
                    (p.sport if p.eth_src == self.client else p.dport) == sport]
            acks = [(p.t, p.extra['block']) for p in flow
                    if p.eth_src == self.client and p.extra['op'] == 4]
            sent = {}
            for p in flow:
                if p.eth_src != self.client and p.extra['op'] == 3:
                    sent.setdefault(p.extra['block'], []).append(p)
            for block, ps in sent.items():
                for i, p in enumerate(ps[:-1]):
                    acked = any(p.t < t < ps[i + 1].t and b >= block for t, b in acks)
                    highest = max([b for t, b in acks if t < ps[i + 1].t], default=0)
                    already = max([b for t, b in acks if t < p.t], default=0)
                    if not acked and highest == block - 1 and already < block:
                        drops += 1
                        t0 = next(m.t for m in mine if m.kind == 'dhcp')
                        self.first_drop = min(self.first_drop or 1 << 62, p.t - t0)
                        for k in self.entries:
                            self.entries[k] = [a for a in self.entries[k] if a[1] is not p]
        self.notes.append('%d recorded frames taken as lost' % drops)
        if self.first_drop is not None:
            self.notes.append('judged up to %.3f s' % (self.first_drop / 1e9))

    def http_answers(self):
        out, counts = [], {}
        streams = {}
        for p in self.packets:
            if p.kind == 'tcp' and p.eth_src != self.client:
                streams.setdefault((p.dst, p.dport, p.src, p.sport), []).append(p)
        for conn, c in self.http_conns.items():
            back = streams.get(conn, [])
            reqs = []
            for r in c['reqs']:
                if not reqs or r[2] != reqs[-1][2]:
                    reqs.append(r)
            for i, (t, payload, seq, n) in enumerate(reqs):
                until = reqs[i + 1][0] if i + 1 < len(reqs) else 1 << 62
                rest = [p for p in back if t <= p.t < until and p.paylen > 0]
                head = next((p for p in rest if p.payload[:5] == b'HTTP/'), None)
                line = payload.split(b'\r\n')[0].decode('latin1').split(' ')
                key = (line[0], line[1])
                counts[key] = counts.get(key, 0) + 1
                if not head:
                    out.append((key, counts[key], b'', 0, b'', 0, n))
                    continue
                text = head.payload
                end = text.find(b'\r\n\r\n')
                k = rest.index(head)
                while end < 0 and k + 1 < len(rest):
                    k += 1
                    text += rest[k].payload
                    end = text.find(b'\r\n\r\n')
                headtext = text[:end + 4] if end >= 0 else text
                m = re.search(rb'(?i)\r\ncontent-length: *(\d+)', headtext)
                first = headtext.split(b' ')
                body = int(m.group(1)) if m and key[0] != 'HEAD' else 0
                fin = any(p.flags & 1 for p in back)
                # a server that closed by itself, before the client did
                close = 0
                if fin:
                    tf = min(p.t for p in back if p.flags & 1)
                    mine = [p.t for p in self.packets
                            if p.kind == 'tcp' and p.eth_src == self.client and p.flags & 5 and
                            (p.src, p.sport, p.dst, p.dport) == conn]
                    if not mine or min(mine) > tf:
                        close = 1 if i + 1 == len(reqs) else 0
                if body == 0 and not m and key[0] != 'HEAD':
                    body = sum(p.paylen for p in rest) - len(headtext)
                # a response that never came whole: only so much of it is played
                got = max((p.seq + p.paylen - head.seq) & 0xffffffff for p in rest)
                got -= len(headtext)
                if 0 < got < body and i + 1 == len(reqs) and not fin:
                    close = 2
                    body = got
                out.append((key, counts[key], headtext, body,
                            text[end + 4:] if end >= 0 else b'', close, n))
        return out

    def small(self, name, size, have):
        """The octets of a small file: as recorded if whole, else from the list of contents."""
        base = name.split('/')[-1]
        for pattern, text in self.content.items():
            if re.fullmatch(pattern, name) or re.fullmatch(pattern, base):
                b = text.encode()
                return b[:size] + b'\n' * max(0, size - len(b))
        return have

    def write(self, out):
        w = open(out, 'w')
        client = self.client
        w.write('mac %s\n' % client.hex(':'))
        uuid = next((p.extra['opts'][97][1:] for p in self.packets
                     if p.kind == 'dhcp' and p.eth_src == client and
                     len(p.extra['opts'].get(97, b'')) == 17), self.uuid_asked_for())
        w.write('uuid %s\n' % uuid.hex())
        nic = next((p.extra['opts'][175][3:7] for p in self.packets
                    if p.kind == 'dhcp' and p.eth_src == client and
                    p.extra['opts'].get(175, b'')[:3] == b'\xb1\x05\x01'),
                   bytes.fromhex('8086100e') if '-e1000-' in self.name else b'')
        w.write('nic %s\n' % nic.hex() if nic else '')
        # DHCPv6: between two boot options by IPv4 stands one by IPv6
        if any(p.kind == 'ipv6' and len(p.raw) > 58 and p.raw[20] == 17 and
               p.raw[56:58] == b'\x02\x23' for p in self.packets) or self.over_six:
            w.write('ipv6 1\n')
        w.write('six 1\n' if self.six or self.over_six else '')
        if self.router is not None:
            w.write('router %d\n' % max(0, self.router))
        for a, m in self.servers.items():
            if m != client and a != '0.0.0.0':
                w.write('server %s %s\n' % (m.hex(':'), a))
        for (s, sp, d, dp) in self.http_conns:
            if d in self.servers:
                w.write('tcp %s %s %d\n' % (self.servers[d].hex(':'), d, dp))
                if d not in self.listening:
                    w.write('closed %s %s\n' % (self.servers[d].hex(':'), d))
        session_file = {}
        for k, s in self.session.items():
            session_file[s] = k[0].split(':', 2)[2]
        for k in self.order:
            w.write('key %d %d %s\n' % (k[1], self.session.get(k, -1), k[0]))
            for delay, p, kind in self.entries[k]:
                if p is None:
                    continue
                if k[0].startswith('arp:') and kind != 0:
                    continue
                raw = p.raw[:p.end]
                if kind == 2 and p.kind == 'tftp' and p.extra['op'] == 3:
                    s = int(k[0][1:].split(':')[0]) if k[0].startswith('t') else self.session[k]
                    name = session_file.get(s, '')
                    at = p.iphl + 8 + 4
                    have = raw[at:]
                    need = p.paylen - 4
                    if p.extra['block'] == 1:
                        new = self.small(name, need, have)
                        if len(new) != len(have) or new != have:
                            raw = raw[:at] + new
                w.write('ans %d %d %d %s\n' % (max(0, delay), min(p.size, p.end), kind, raw.hex()))
            if k[0].startswith('arp:') and self.entries[k]:
                w.write('ans 0 14 0 00\n')  # a mark that somebody answered
        for key, nth, head, body, have, close, n in self.http:
            if not head:
                continue
            w.write('http %s %s %d %d %d\n' % (key[0], key[1], nth, close, body))
            w.write('head %s\n' % head.hex())
            b = self.small(key[1], body, have) if body < 65536 else b''
            if b and body:
                w.write('body %s\n' % b[:body].hex())
        w.close()

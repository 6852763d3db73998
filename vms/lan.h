/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/lan.h - the wire as a process: segments, servers, and a socket for a real machine
 *
 *	bootrig lan [--pcap FILE] [--notes FILE] [--limit SECONDS] [--progress]
 *		    [--name MAC NAME]... [--net NAME CIDR [socket=PATH]]...
 *		    [--server NAME NET=ADDRESS... [root=DIR] [mac=MAC] [KEY=VALUE]...]...
 *
 * Each --net is a broadcast domain; with socket=PATH a QEMU guest can be plugged into it
 * (-netdev stream,server=off,addr.type=unix,addr.path=PATH). Each --server is the core on
 * a host with an address on one or more nets; KEY=VALUE are those of core/config.h.
 *
 * Says "listening on PATH" when a machine may come, then the ladder of what passes, a line
 * at a time; with --progress also lines that will be said again, marked "~ ". Ends with 0 on
 * SIGTERM or SIGINT, when its standard input is closed, or after --limit seconds; with 2 if
 * it was called wrongly, 1 if the world does not let it.
 */
#ifndef BR_VMS_LAN_H
#define BR_VMS_LAN_H

int br_lan_run(int argc, char **argv); /* argv[0] is the verb; the exit code */

#endif /* BR_VMS_LAN_H */

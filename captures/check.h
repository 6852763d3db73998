/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/check.h - the verb `check`: does this capture follow this script? */
#ifndef BR_CAPTURES_CHECK_H
#define BR_CAPTURES_CHECK_H

/* check FILE PCAP... [--client MAC]
 *
 * @argv[0] is the verb. Return: the exit code of the command: 0 it follows, 1 it does not,
 * 2 bad usage, script or file; also a damaged capture: judged is what stands before that
 */
int br_check_main(int argc, char **argv);

#endif /* BR_CAPTURES_CHECK_H */

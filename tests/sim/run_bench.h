/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/run_bench.h - scripts as texts, run against the real server core, and their results */
#ifndef BR_TESTS_SIM_RUN_BENCH_H
#define BR_TESTS_SIM_RUN_BENCH_H

#include "sim/script/run.h"
#include "tests/helper.h"

/* What scripts begin with: a client and a server of 10.77.0.0/24, for TFTP and for a boot by PXE */
#define TFTP_HEAD                                                                                  \
	"wire 1\n"                                                                                 \
	"net lan 10.77.0.0/24\n"                                                                   \
	"node boot sut lan=10.77.0.2 role=tftp windowsize=16\n"                                    \
	"node fw client lan=10.77.0.9\n"                                                           \
	"file f513 size=513 seed=1\n"                                                              \
	"file f100k size=100k seed=2\n"

#define DHCP_HEAD                                                                                  \
	"wire 1\n"                                                                                 \
	"net lan 10.77.0.0/24\n"                                                                   \
	"node boot sut lan=10.77.0.1 role=dhcp,tftp\n"                                             \
	"node fw client lan mac=52:54:00:12:34:56 as=edk2-x64-pxe4\n"                              \
	"file boot.efi size=20k seed=1\n"

extern struct br_run_result *result; /* of the last run */

/* Of a group of tests. */
int make_result(void **state);
int free_result(void **state);

struct br_script *parsed(const char *text); /* which must be a script */
void run_seed(const char *text, uint64_t seed, enum br_result want);
void run(const char *text, enum br_result want);
/* It must fail, or be broken, so; @why is part of the reason. */
void fails(const char *text, enum br_failure_kind kind, const char *why);

#endif /* BR_TESTS_SIM_RUN_BENCH_H */

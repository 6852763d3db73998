/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* setresuid() */
#include "sim/serve/drop.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef BR_HAVE_SECCOMP
#include <seccomp.h>
#endif

/* A sanitizer makes calls of its own, some of them at the very end. */
#if defined(__SANITIZE_ADDRESS__)
#define BR_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BR_SANITIZED 1
#endif
#endif

size_t br_drop_room_for_files(size_t files)
{
	struct rlimit limit, more;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return files;
	more = limit;
	if (more.rlim_cur < files)
		more.rlim_cur = files;
	if (more.rlim_max < files)
		more.rlim_max = files; /* root may */
	if (setrlimit(RLIMIT_NOFILE, &more) != 0) {
		more = limit;
		more.rlim_cur = more.rlim_max < files ? more.rlim_max : files;
		(void)setrlimit(RLIMIT_NOFILE, &more);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > files)
		return files;
	return (size_t)limit.rlim_cur;
}

static int become(const char *user, char *error, size_t error_size)
{
	struct passwd *who;

	errno = 0;
	who = getpwnam(user);
	if (!who) {
		snprintf(error, error_size, "--user %s: there is no such user", user);
		return -ENOENT;
	}
	if (setgroups(0, NULL) == 0 && setresgid(who->pw_gid, who->pw_gid, who->pw_gid) == 0 &&
	    setresuid(who->pw_uid, who->pw_uid, who->pw_uid) == 0)
		return 0;

	int result = -errno;

	snprintf(error, error_size, "--user %s: %s", user, strerror(-result));
	return result;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[2] = {{0}};

	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &head, none) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	return 0;
}

#if defined(BR_HAVE_SECCOMP) && !defined(BR_SANITIZED)
/* What the loop, the sockets, the files and malloc() take; what is not here is EPERM. */
static int limit_calls(void)
{
	static const int calls[] = {
		SCMP_SYS(accept4),      SCMP_SYS(access),         SCMP_SYS(bind),
		SCMP_SYS(brk),          SCMP_SYS(clock_gettime),  SCMP_SYS(close),
		SCMP_SYS(dup),          SCMP_SYS(exit),           SCMP_SYS(exit_group),
		SCMP_SYS(faccessat),    SCMP_SYS(faccessat2),     SCMP_SYS(fchmod),
		SCMP_SYS(fcntl),        SCMP_SYS(fdatasync),      SCMP_SYS(fstat),
		SCMP_SYS(fsync),        SCMP_SYS(ftruncate),      SCMP_SYS(futex),
		SCMP_SYS(getpid),       SCMP_SYS(getrandom),      SCMP_SYS(getsockname),
		SCMP_SYS(getsockopt),   SCMP_SYS(gettid),         SCMP_SYS(lseek),
		SCMP_SYS(lstat),        SCMP_SYS(madvise),        SCMP_SYS(mremap),
		SCMP_SYS(munmap),       SCMP_SYS(newfstatat),     SCMP_SYS(open),
		SCMP_SYS(openat),       SCMP_SYS(openat2),        SCMP_SYS(poll),
		SCMP_SYS(ppoll),        SCMP_SYS(pread64),        SCMP_SYS(preadv),
		SCMP_SYS(pwrite64),     SCMP_SYS(read),           SCMP_SYS(readlink),
		SCMP_SYS(readlinkat),   SCMP_SYS(readv),          SCMP_SYS(recvfrom),
		SCMP_SYS(recvmmsg),     SCMP_SYS(recvmsg),        SCMP_SYS(rename),
		SCMP_SYS(renameat),     SCMP_SYS(renameat2),      SCMP_SYS(restart_syscall),
		SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(sendmmsg),     SCMP_SYS(sendmsg),        SCMP_SYS(sendto),
		SCMP_SYS(setsockopt),   SCMP_SYS(stat),           SCMP_SYS(statx),
		SCMP_SYS(tgkill),       SCMP_SYS(umask),          SCMP_SYS(unlink),
		SCMP_SYS(unlinkat),     SCMP_SYS(write),          SCMP_SYS(writev),
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int error = filter ? 0 : -ENOMEM;

	for (size_t i = 0; !error && i < sizeof(calls) / sizeof(calls[0]); i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	/* memory, but none that is run */
	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (!error)
		error = seccomp_load(filter);
	seccomp_release(filter);
	return error;
}
#else
static int limit_calls(void)
{
	return 0;
}
#endif

int br_drop_rights(const char *user, char *error, size_t error_size)
{
	int result = 0;

	if (!user)
		user = "nobody";
	/* root's would come back by execve() from the bounding set, which only root can empty */
	for (unsigned long cap = 0; geteuid() == 0 && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0;
	     cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if (geteuid() == 0 && strcmp(user, "root") != 0)
		result = become(user, error, error_size);
	if (result)
		return result;
	result = drop_capabilities();
	if (!result)
		result = limit_calls();
	if (result)
		snprintf(error, error_size, "giving up rights: %s", strerror(-result));
	return result;
}

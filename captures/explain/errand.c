/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/errand.h"

#include <ctype.h>
#include <string.h>

#include "core/formats/dhcp_message.h"

static bool begins(const char *text, const char *part)
{
	return !strncmp(text, part, strlen(part));
}

static bool has(const char *text, const char *part)
{
	for (; *text; text++) {
		size_t i = 0;

		while (part[i] && tolower((unsigned char)text[i]) == part[i])
			i++;
		if (!part[i])
			return true;
	}
	return false;
}

/* Names by which programs that boot are asked for; of web pages none has such a name. */
static bool is_boot_name(const char *name)
{
	static const char *const parts[] = {
		".efi",     ".ipxe",     "vmlinu",   "initrd",     "initramfs",   "bzimage",
		"grub",     ".kpxe",     ".kkpxe",   ".pxe",       "pxelinux",    "syslinux",
		"ipxe",     "undionly",  "memdisk",  "wimboot",    ".wim",        "boot.sdi",
		"/bcd",     "kickstart", "preseed",  "cloud-init", "user-data",   "squashfs",
		"netboot",  ".iso",      "boot.scr", "extlinux",   "install.img", "ks.cfg",
		"boot.img", "uimage",    ".dtb",     "kernel",     "rootfs",      "/boot/",
		"/boot.",
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (has(name, parts[i]))
			return true;
	}
	return false;
}

/* By TFTP, which few but boots use, these endings speak of one as well. */
static bool is_boot_file(const char *name)
{
	static const char *const ends[] = {".0",   ".bin", ".img", ".elf", ".scr", ".cfg",
	                                   ".lst", ".c32", ".com", ".sdi", ".raw"};
	size_t size = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t end = strlen(ends[i]);

		if (size > end && !strcmp(name + size - end, ends[i]))
			return true;
	}
	return has(name, "boot") || has(name, "linux");
}

/* Programs of running systems that read anything by HTTP, and say so in User-Agent */
static bool is_system_agent(const char *agent)
{
	static const char *const names[] = {"Mozilla/",      "Opera/",    "Debian APT",
	                                    "Ubuntu APT",    "libdnf",    "dnf/",
	                                    "urlgrabber",    "yum/",      "ZYpp",
	                                    "pacman",        "git/",      "Microsoft",
	                                    "Windows-",      "Dalvik/",   "CaptiveNetworkSupport",
	                                    "okhttp",        "CFNetwork", "com.apple",
	                                    "Java/",         "snapd/",    "aria2/",
	                                    "axios",         "node",      "python-requests",
	                                    "Python-urllib", "Kea"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (begins(agent, names[i]))
			return true;
	}
	return false;
}

/* What an installer or a first file system fetches with the tools of a running system */
static bool is_install_name(const char *name)
{
	static const char *const parts[] = {"squashfs",  "kickstart", "preseed", "cloud-init",
	                                    "user-data", "ks.cfg",    "rootfs",  "install.img",
	                                    "initrd",    "vmlinu"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (has(name, parts[i]))
			return true;
	}
	return false;
}

/* Apple's BSDP asks by INFORM, Sun's boot PROM has a class of its own. */
static bool is_boot_class(const char *class)
{
	static const char *const names[] = {
		"PXEClient", "HTTPClient", "AAPLBSDPC", "SUNW.",   "Etherboot",
		"gPXE",      "U-Boot",     "NetBSD:",   "OpenBSD", "IBM.Netboot"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (begins(class, names[i]))
			return true;
	}
	return false;
}

static bool is(const char *kind, const char *name)
{
	return kind && !strcmp(kind, name);
}

/* RFC 951: without option 53 it is a boot if either side names a file. */
static bool is_bootp(const struct br_talk_dhcp *d)
{
	bool file = d->identity.file[0] != '\0';

	if (d->discover.count == 0)
		return false;
	for (uint8_t i = 0; i < d->identity.order_size; i++) {
		if (d->identity.order[i] == BR_DHCP_OPTION_MESSAGE_TYPE)
			return false;
	}
	for (uint16_t i = 0; i < d->replies; i++)
		file = file || d->reply[i].file[0] != '\0';
	return file;
}

static enum br_errand of_dhcp(const struct br_talk_dhcp *d)
{
	const struct br_talk_identity *id = &d->identity;
	bool given = false;

	if (is_boot_class(id->vendor_class) || id->arch >= 0 || d->request_arch >= 0 ||
	    id->has_ipxe || begins(id->user_class, "iPXE") || is_bootp(d))
		return BR_ERRAND_BOOT;
	for (uint16_t i = 0; i < d->replies; i++)
		given = given || (d->reply[i].type != BR_DHCP_TYPE_OFFER &&
		                  d->reply[i].type != BR_DHCP_TYPE_NAK);
	return given || d->renewing || d->inform.count + d->release.count > 0 ? BR_ERRAND_ADDRESS
	                                                                      : BR_ERRAND_ASKED;
}

static enum br_errand of_dhcp6(const struct br_talk_dhcp6 *d)
{
	bool wants_file = false;

	for (uint8_t i = 0; i < d->wanted_size; i++)
		wants_file = wants_file || d->wanted[i] == 59; /* RFC 5970 section 3.1 */
	if (is_boot_class(d->vendor_class) || d->arch >= 0 || wants_file ||
	    begins(d->user_class, "iPXE"))
		return BR_ERRAND_BOOT;
	return d->replies > 0 || d->release.count > 0 ? BR_ERRAND_ADDRESS : BR_ERRAND_ASKED;
}

static enum br_errand of_tcp(const struct br_talk_tcp *t, size_t index, const char *kind)
{
	if (!t->request || index >= t->requests || index >= BR_TALK_REQUESTS_MAX)
		return BR_ERRAND_NONE;
	const struct br_talk_http *h = &t->request[index];
	bool tool = begins(h->agent, "curl/") || begins(h->agent, "Wget/");

	if (is(kind, "firmware") || is(kind, "rom") || is(kind, "loader"))
		return BR_ERRAND_BOOT;
	if (is_system_agent(h->agent) || !strcmp(h->method, "CONNECT"))
		return BR_ERRAND_WEB;
	return (tool ? is_install_name(h->target) : is_boot_name(h->target)) ? BR_ERRAND_FILES
	                                                                     : BR_ERRAND_WEB;
}

static enum br_errand named(const char *kind)
{
	return is(kind, "phone")    ? BR_ERRAND_PHONE
	       : is(kind, "device") ? BR_ERRAND_DEVICE
	       : is(kind, "modem")  ? BR_ERRAND_MODEM
	                            : BR_ERRAND_NONE;
}

enum br_errand br_errand_of(const struct br_talk_exchange *e, size_t index, const char *kind)
{
	enum br_errand known = named(kind);

	if (known != BR_ERRAND_NONE)
		return known;
	if ((is(kind, "firmware") || is(kind, "rom") || is(kind, "loader")) &&
	    (e->kind == BR_TALK_DHCP || e->kind == BR_TALK_DHCP6))
		return BR_ERRAND_BOOT;
	switch (e->kind) {
	case BR_TALK_DHCP:
		return of_dhcp(&e->dhcp);
	case BR_TALK_DHCP6:
		return of_dhcp6(&e->dhcp6);
	case BR_TALK_PXE:
		return BR_ERRAND_BOOT;
	case BR_TALK_TFTP:
		return e->tftp.write ? BR_ERRAND_WRITE
		       : is(kind, "firmware") || is(kind, "rom") || is(kind, "loader")
		               ? BR_ERRAND_BOOT
		       : e->tftp.asked[0] || is_boot_name(e->tftp.file) ||
		                       is_boot_file(e->tftp.file)
		               ? BR_ERRAND_FILES
		               : BR_ERRAND_READ;
	case BR_TALK_TCP:
		return of_tcp(&e->tcp, index, kind);
	case BR_TALK_DNS:
	case BR_TALK_ARP:
	case BR_TALK_ND:
		break;
	}
	return BR_ERRAND_NONE;
}

bool br_errand_is_boot(enum br_errand errand)
{
	return errand == BR_ERRAND_FILES || errand == BR_ERRAND_BOOT;
}

const char *br_errand_name(enum br_errand errand)
{
	static const char *const names[] = {
		[BR_ERRAND_NONE] = "none",     [BR_ERRAND_WEB] = "web",
		[BR_ERRAND_ASKED] = "asked",   [BR_ERRAND_ADDRESS] = "address",
		[BR_ERRAND_WRITE] = "write",   [BR_ERRAND_READ] = "read",
		[BR_ERRAND_FILES] = "files",   [BR_ERRAND_MODEM] = "modem",
		[BR_ERRAND_DEVICE] = "device", [BR_ERRAND_PHONE] = "phone",
		[BR_ERRAND_BOOT] = "boot",
	};

	return names[errand];
}

const char *br_errand_says(enum br_errand errand, bool one)
{
	static const char *const says[BR_ERRANDS][2] = {
		[BR_ERRAND_NONE] = {"hosts that sent nothing a boot could begin with",
	                            "host that sent nothing a boot could begin with"},
		[BR_ERRAND_WEB] = {"hosts that read by HTTP what is no boot file",
	                           "host that read by HTTP what is no boot file"},
		[BR_ERRAND_ASKED] = {"hosts that only asked for an address, no boot",
	                             "host that only asked for an address, no boot"},
		[BR_ERRAND_ADDRESS] = {"hosts that only took an address",
	                               "host that only took an address"},
		[BR_ERRAND_WRITE] = {"hosts that wrote files to a TFTP server",
	                             "host that wrote files to a TFTP server"},
		[BR_ERRAND_READ] = {"hosts that read by TFTP what is named as no boot file",
	                            "host that read by TFTP what is named as no boot file"},
		[BR_ERRAND_FILES] = {"hosts that read files", "host that read files"},
		[BR_ERRAND_MODEM] =
			{"cable modems, which take their configuration from the network",
	                 "cable modem, which takes its configuration from the network"},
		[BR_ERRAND_DEVICE] = {"switches, routers or access points, which set themselves up "
	                              "(ZTP)",
	                              "switch, router or access point, which sets itself up (ZTP)"},
		[BR_ERRAND_PHONE] = {"IP phones, which take their configuration from the network",
	                             "IP phone, which takes its configuration from the network"},
		[BR_ERRAND_BOOT] = {"machines that boot", "machine that boots"},
	};

	return says[errand][one];
}

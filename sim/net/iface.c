/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/iface.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static uint32_t ipv4_of(const struct sockaddr *address)
{
	struct sockaddr_in in;

	if (!address || address->sa_family != AF_INET)
		return 0;
	memcpy(&in, address, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

/* @request: has its name */
static bool is_veth(int fd, struct ifreq *request)
{
	struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};

	request->ifr_data = (char *)(void *)&driver;
	return ioctl(fd, SIOCETHTOOL, request) == 0 && strcmp(driver.driver, "veth") == 0;
}

static int query(int fd, const char *name, struct br_iface *iface)
{
	struct ifreq request = {0};

	memcpy(request.ifr_name, name, strlen(name) + 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
		return errno == ENODEV ? -ENODEV : -EIO;
	iface->up = request.ifr_flags & IFF_UP;
	if (ioctl(fd, SIOCGIFHWADDR, &request) != 0)
		return -EIO;
	memcpy(iface->mac, request.ifr_hwaddr.sa_data, sizeof(iface->mac));
	if (ioctl(fd, SIOCGIFMTU, &request) != 0)
		return -EIO;
	iface->mtu = (uint32_t)request.ifr_mtu;
	iface->veth = is_veth(fd, &request);
	return 0;
}

int br_iface_get(const char *name, struct br_iface *ret_iface)
{
	struct br_iface iface = {.mtu = 0};
	struct ifaddrs *all;

	if (strlen(name) >= IFNAMSIZ)
		return -ENODEV;

	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -EIO;

	int error = query(fd, name, &iface);

	close(fd);
	if (error)
		return error;
	if (getifaddrs(&all) != 0)
		return -EIO;
	for (const struct ifaddrs *one = all; one && iface.address == 0; one = one->ifa_next) {
		if (strcmp(one->ifa_name, name) == 0) {
			iface.address = ipv4_of(one->ifa_addr);
			iface.netmask = ipv4_of(one->ifa_netmask);
		}
	}
	freeifaddrs(all);
	*ret_iface = iface;
	return 0;
}

static bool is_ipv6(const struct sockaddr *address, const uint8_t ip[static 16])
{
	struct sockaddr_in6 in;

	if (!address || address->sa_family != AF_INET6)
		return false;
	memcpy(&in, address, sizeof(in));
	return memcmp(&in.sin6_addr, ip, 16) == 0;
}

bool br_iface_holder6(const uint8_t ip[static 16], char ret_name[static 16])
{
	struct ifaddrs *all;
	bool found = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
		found = is_ipv6(one->ifa_addr, ip);
		if (found)
			snprintf(ret_name, IFNAMSIZ, "%s", one->ifa_name);
	}
	freeifaddrs(all);
	return found;
}

bool br_iface_holder(uint32_t address, char ret_name[static 16])
{
	struct ifaddrs *all;
	bool found = false;

	if (address == 0 || getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
		if (ipv4_of(one->ifa_addr) == address) {
			snprintf(ret_name, IFNAMSIZ, "%s", one->ifa_name);
			found = true;
		}
	}
	freeifaddrs(all);
	return found;
}

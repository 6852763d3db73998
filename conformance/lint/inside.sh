# SPDX-License-Identifier: BSD-2-Clause
# In the room that room.sh built: what else the machine serves, then the server itself
cd /
PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ -n "$LINT_SERVERS" ]; then
	PATH=$PATH:$LINT_SERVERS/usr/sbin
	for dir in "$LINT_SERVERS"/usr/lib/*-linux-gnu; do export LD_LIBRARY_PATH="$dir"; done
fi
has() { command -v "$1" >/dev/null 2>&1; }
# a log that it writes itself is read as if it were said
follow() {
	: >>"$1"
	chmod 666 "$1"
	tail -n 0 -f "$1" 2>/dev/null &
}

case ,$LINT_SERVES, in
*,tftp,*)
	if has in.tftpd; then
		echo 'lint: TFTP by tftpd-hpa'
		# of both families
		in.tftpd -L -vvv --user root --secure --address :69 "$LINT_TFTP" &
	elif has dnsmasq; then
		echo 'lint: TFTP by dnsmasq'
		dnsmasq -k --conf-file=/dev/null --port=0 --user=root --pid-file= --log-facility=- \
			--enable-tftp "--tftp-root=$LINT_TFTP" &
	else
		echo 'lint: TFTP by nobody: neither tftpd-hpa nor dnsmasq is here'
	fi
	;;
esac
case ,$LINT_SERVES, in
*,http,*)
	if has nginx; then
		echo 'lint: HTTP by nginx'
		mkdir -p /state/web
		{
			echo 'daemon off; master_process off; user root; pid /state/web/pid; error_log stderr info;'
			echo 'events { worker_connections 512; } http { access_log /state/web/access.log;'
			for of in client_body proxy fastcgi uwsgi scgi; do echo "${of}_temp_path /state/web/$of;"; done
			echo "server { root \"$LINT_WEB\"; default_type application/octet-stream;"
			echo 'types { application/efi efi; application/vnd.efi-iso iso; application/vnd.efi-img img; }'
			for port in $LINT_PORTS; do echo "listen $port; listen [::]:$port;"; done
			echo '} }'
		} >/state/web/nginx.conf
		nginx -e stderr -c /state/web/nginx.conf &
	elif has busybox; then
		echo 'lint: HTTP by busybox'
		for port in $LINT_PORTS; do busybox httpd -f -p "$port" -h "$LINT_WEB" & done
	else
		echo 'lint: HTTP by nobody: neither nginx nor busybox is here'
	fi
	;;
esac

case $LINT_KIND in
dnsmasq)
	sed -n 's/^log-facility=\(\/.*\)/\1/p' /etc/lint.conf | while read -r path; do follow "$path"; done
	port=
	grep -q '^port=' /etc/lint.conf || port=--port=0
	# the address is not tried before it is given: nobody else is here, and it takes seconds
	exec dnsmasq -k --no-ping $port --conf-file=/etc/lint.conf
	;;
kea)
	export KEA_PIDFILE_DIR=/run/kea KEA_LOCKFILE_DIR=/run/lock
	[ -x /usr/sbin/kea-lfc ] || export KEA_LFC_EXECUTABLE="$LINT_SERVERS/usr/sbin/kea-lfc"
	for path in $(grep -oE '"output" *: *"/[^"]*"' /etc/lint.conf | sed 's/.*"\(\/[^"]*\)"/\1/'); do
		follow "$path"
	done
	if [ -n "$LINT_FOUR" ]; then exec kea-dhcp4 -c /etc/lint.conf; fi
	exec kea-dhcp6 -c /etc/lint.conf
	;;
dhcpd)
	: >/var/lib/dhcp/lint.leases
	family=-6
	[ -z "$LINT_FOUR" ] || family=-4
	exec dhcpd $family -f -d -user root -group root -cf /etc/lint.conf -lf /var/lib/dhcp/lint.leases \
		--no-pid "$LINT_DEVICE"
	;;
esac

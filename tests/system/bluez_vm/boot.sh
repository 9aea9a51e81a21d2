#!/usr/bin/env bash
# The guest's init, on the machine's own files: what bluetoothd needs, the tests of `inside`, and the end.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
bluetoothd=/usr/libexec/bluetooth/bluetoothd
mountpoint -q /proc || { mount -t proc proc /proc; mount -t sysfs sys /sys; mountpoint -q /dev || mount -t devtmpfs dev /dev; }
for folder in /run /tmp /var/lib/bluetooth; do mount -t tmpfs tmpfs "$folder"; done
if [ -n "${KAT_MODULES:-}" ]; then
  mkdir -p /lib/modules && mount --bind "$KAT_MODULES" /lib/modules
  modprobe hci_vhci
fi
# User-mode Linux has no source of chance of its own, and pairing waits for one: RNDADDENTROPY.
"$KAT_PYTHON" -c "import fcntl, struct; fcntl.ioctl(open('/dev/random', 'w'), 0x40085203,
  struct.pack('ii64s', 512, 64, open('$KAT_SHARED/seed', 'rb').read()))"
ip link set lo up
mkdir -p /run/dbus
dbus-daemon --system --nopidfile
$bluetoothd --nodetach &
echo "guest up after $(cut -d' ' -f1 /proc/uptime) s: Linux $(uname -r), bluetoothd $($bluetoothd --version)"
cd "$KAT_TOP" || exit
mapfile -t arguments < "$KAT_SHARED/arguments"
KAT_INSIDE_BLUEZ_VM=1 "$KAT_PYTHON" -m pytest tests/system/bluez_vm/inside -v --color no --timeout 120 \
  -p no:anyio -p no:hypothesispytest --durations 0 "${arguments[@]}"
echo "KAT_RESULT $? after $(cut -d' ' -f1 /proc/uptime) s"
echo o > /proc/sysrq-trigger
sleep 10

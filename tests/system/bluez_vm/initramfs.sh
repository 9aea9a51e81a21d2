#!/bin/busybox sh
# The guest's first program: the machine's files read-only under a layer in memory, then boot.sh from the checkout.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done < /modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro machine /lower || exec poweroff -f
mount -t tmpfs tmpfs /rw
mkdir /rw/upper /rw/work
mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work overlay /new
for folder in proc sys dev; do mount --move "/$folder" "/new/$folder"; done
exec switch_root /new /bin/bash "$KAT_TOP/tests/system/bluez_vm/boot.sh"

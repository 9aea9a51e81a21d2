#!/usr/bin/env bash
# run.sh [pytest arguments]: boot Linux and run the tests of `inside` against a real bluetoothd. See README.md.
# The machine's own files are the guest's, read-only; what the guest writes is lost.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
cache=${KAT_BLUEZ_VM_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kat-bluez-vm}

need() { command -v "$1" >/dev/null || { echo "run.sh: $1 is missing; see README.md" >&2; exit 2; }; }
for program in /usr/libexec/bluetooth/bluetoothd dbus-daemon ip; do need "$program"; done

fetch_kernel() { # unpacked only: the machine's own boot files stay as they are
  local package
  package=${KAT_BLUEZ_VM_KERNEL:-$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p')}
  mkdir -p "$cache/download"
  (cd "$cache/download" && apt-get download "$package" && dpkg-deb -x "$package"_*.deb "$cache/kernel")
  depmod -b "$cache/kernel" "$(ls "$cache/kernel/lib/modules")"
}

pack_initramfs() { # just what mounts the machine's files
  local root="$cache/initramfs"
  rm -rf "$root" && mkdir -p "$root"/{bin,modules,proc,sys,dev,lower,rw,new}
  cp "$(command -v busybox)" "$root/bin/busybox"
  cp "$here/initramfs.sh" "$root/init"
  for module in virtio_pci 9pnet_virtio 9p overlay; do
    modprobe -d "$cache/kernel" -S "$version" --show-depends "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ {print $2}' | while read -r file; do
    cp "$file" "$root/modules/"
    basename "$file"
  done > "$root/modules/order"
  (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) > "$cache/initramfs.cpio"
}

boot_qemu() { # Debian's own kernel on an emulated processor: nothing to build
  for program in qemu-system-x86_64 busybox modprobe; do need "$program"; done
  [ -d "$cache/kernel" ] || fetch_kernel
  version=$(ls "$cache/kernel/lib/modules")
  pack_initramfs
  qemu-system-x86_64 -machine "q35,accel=${KAT_BLUEZ_VM_ACCEL:-tcg}" -cpu max -smp 2 -m 1536 -nodefaults -no-reboot \
    -display none -serial stdio -kernel "$cache/kernel/boot/vmlinuz-$version" -initrd "$cache/initramfs.cpio" \
    -virtfs local,path=/,mount_tag=machine,security_model=none,readonly=on,multidevs=remap \
    -append "console=ttyS0 quiet panic=-1 KAT_MODULES=$cache/kernel/lib/modules $settings"
}

boot_uml() { # Debian's kernel source as a program of this machine: build_uml.sh once, then quick
  "$cache/linux" mem=1536M root=/dev/root rootfstype=hostfs rootflags=/ ro con=null con0=fd:0,fd:1 quiet panic=-1 \
    init="$here/boot.sh" $settings </dev/null
}

mkdir -p "$cache"
head -c 64 /dev/urandom > "$cache/seed"
for argument; do echo "$argument"; done > "$cache/arguments"
settings="KAT_TOP=$top KAT_PYTHON=${KAT_PYTHON:-$top/.venv/bin/python} KAT_SHARED=$cache"
if [ -x "$cache/linux" ]; then boot_uml; else boot_qemu; fi | tee "$cache/console"
grep -q '^KAT_RESULT 0' "$cache/console"

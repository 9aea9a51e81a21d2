#!/usr/bin/env bash
# build_uml.sh: Debian's kernel source as user-mode Linux, a program of this machine; run.sh then boots that.
set -euo pipefail
cache=${KAT_BLUEZ_VM_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kat-bluez-vm}
wanted="HOSTFS TMPFS DEVTMPFS NET UNIX INET BT BT_LE BT_HCIVHCI HW_RANDOM UML_RANDOM MAGIC_SYSRQ
  CRYPTO_USER_API_HASH CRYPTO_USER_API_SKCIPHER CRYPTO_AES CRYPTO_CMAC CRYPTO_ECB CRYPTO_ECDH"
unwanted="MODULES NETDEVICES ETHERNET WIRELESS HID INPUT_KEYBOARD INPUT_MOUSE SERIO SUSPEND FTRACE QUOTA NLS
  EXT4_FS REISERFS_FS ISO9660_FS AUTOFS_FS AUTOFS4_FS IO_URING"

package=$(apt-cache depends linux-source | sed -n 's/.*Depends: //p')
mkdir -p "$cache/source" && cd "$cache/source"
apt-get download "$package"
dpkg-deb -x "$package"_*.deb .
tar xf "usr/src/$package.tar.xz"
cd "$package"
make ARCH=um defconfig
for option in $wanted; do scripts/config --enable "$option"; done
for option in $unwanted; do scripts/config --disable "$option"; done
make ARCH=um olddefconfig
make ARCH=um -j"$(nproc)" linux
cp linux "$cache/linux"

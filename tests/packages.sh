# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What Debian has to provide.  Sourced by demo.sh and run.sh; sets nothing else.

# To build, and to replay a trace through our elements and GStreamer's own.
PACKAGES_BUILD="gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev libgstreamer1.0-dev \
  libgstreamer-plugins-base1.0-dev libgnutls28-dev gstreamer1.0-tools gstreamer1.0-plugins-base iproute2 libcairo2-dev"

# Besides, for the tests.
# shellcheck disable=SC2034
PACKAGES_TEST="clang clang-format libclang-rt-14-dev socat python3 util-linux gobject-introspection libgirepository1.0-dev \
  python3-gi gir1.2-gstreamer-1.0 gi-docgen glib-networking gnutls-bin haproxy openssl softhsm2 stunnel4 systemd"

# install_packages PACKAGE...: those that are missing; needs no network when none is.
install_packages() {
  missing=
  for package in "$@"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = 'install ok installed' ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0

  echo "installing:$missing"
  apt-get update -q
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

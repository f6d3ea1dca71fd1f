# A Debian root by debootstrap, made once and kept in build/cache, of this host's release and mirror.
# Loaded after helpers.

DEBIAN=$TOP/build/cache/debian-root.tar

# For setup_file: unpacks it and exports $DEBIAN_ROOT; without a mirror that answers there is none.
debian_setup() {
  [ -s "$DEBIAN" ] || debian_make
  if [ -s "$DEBIAN" ]; then
    DEBIAN_ROOT=$(mktemp -d "${RT_TEST_TMP:-/tmp}/rtd-XXXXXX")
    chmod 0755 "$DEBIAN_ROOT"
    tar -C "$DEBIAN_ROOT" -xf "$DEBIAN"
    export DEBIAN_ROOT
  fi
}

debian_teardown() { [ -z "${DEBIAN_ROOT:-}" ] || rm -rf --one-file-system "$DEBIAN_ROOT"; }

need_debian() { [ -n "${DEBIAN_ROOT:-}" ] || skip "no Debian root: debootstrap had no mirror"; }

debian_make() {
  local work mirror cache
  cache=$(dirname "$DEBIAN")
  mkdir -p "$cache"
  command -v debootstrap >/dev/null || return 0
  work=$(mktemp -d "${RT_TEST_TMP:-/tmp}/rtb-XXXXXX")
  # The mirror and the release of this host.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)
  # shellcheck disable=SC1091
  if (. /etc/os-release && timeout 400 debootstrap --variant=minbase "$VERSION_CODENAME" "$work/root" ${mirror:+"$mirror"}) \
    >"$cache/debootstrap.log" 2>&1 </dev/null 3>&- 4>&-; then
    rm -rf "$work"/root/var/cache/apt/archives/*.deb
    tar -C "$work/root" -cf "$DEBIAN.new" . && mv "$DEBIAN.new" "$DEBIAN"
  fi
  rm -rf --one-file-system "$work"
}

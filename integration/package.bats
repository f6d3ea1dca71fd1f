#!/usr/bin/env bats
# `cmake --install` and `cpack` of the build tree of $RUNTIME.
load helpers
load debian_root

setup_file() { debian_setup; }
teardown_file() { debian_teardown; }

BUILD=$(dirname "$(realpath "$RUNTIME")")

need_build_tree() { [ -f "$BUILD/CPackConfig.cmake" ] || skip "the runtime is not from a build tree"; }

FILES=(bin/rt share/man/man8/rt.8 share/man/man8/rt-create.8 share/bash-completion/completions/rt
  share/fish/vendor_completions.d/rt.fish share/doc/rt/copyright)

# bats test_tags=rt-only
@test "package: cmake --install puts binary, manual and completions into the GNU directories" {
  need_build_tree
  call "$T/stdout" "$T/stderr" cmake --install "$BUILD" --prefix "$T/usr"
  [ "$status" -eq 0 ] || die "cmake --install"
  local file name
  for file in "${FILES[@]}"; do
    [ -f "$T/usr/$file" ] || die "no $file"
  done
  [ "$(find "$T/usr/share/zsh" -name _rt | wc -l)" -eq 1 ]
  # One page a command, each of which man can read without a complaint.
  "$T/usr/bin/rt" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' >"$T/commands"
  [ "$(wc -l <"$T/commands")" -ge 15 ]
  while read -r name; do
    groff -man -Tutf8 -ww -z "$T/usr/share/man/man8/rt-$name.8" 2>"$T/groff" || die "rt-$name.8"
    [ ! -s "$T/groff" ] || die "rt-$name.8: $(cat "$T/groff")"
  done <"$T/commands"
  groff -man -Tutf8 -ww "$T/usr/share/man/man8/rt.8" | grep -q 'run OCI containers from bundles'
}

# bats test_tags=rt-only
@test "package: the copyright file has the notices of all that is linked in" {
  need_build_tree
  call "$T/stdout" "$T/stderr" cmake --install "$BUILD" --prefix "$T/usr"
  [ "$status" -eq 0 ] || die "cmake --install"
  local notices library notice
  notices=$(cat "$T/usr/share/doc/rt/copyright")
  [[ "$notices" == *"Apache License"* ]] || die "no license of rt"
  for library in musl-dev libseccomp-dev libcap-ng-dev rapidjson-dev libspdlog-dev libfmt-dev; do
    notice=/usr/share/doc/$library/copyright
    [ -f "$notice" ] || skip "no $notice on this host"
    [[ "$notices" == *"$(cat "$notice")"* ]] || die "no notice of $library"
  done
}

# in_debian COMMAND...: in the Debian root as it would be on a host, with /proc, /sys and /dev.
in_debian() {
  call "$T/stdout" "$T/stderr" unshare -m --propagation private sh -euc 'cd "$0"
    mount --bind . . && cd "$PWD"
    for dir in proc sys dev; do mount --rbind "/$dir" "$dir"; done
    exec chroot . "$@"' "$DEBIAN_ROOT" "$@"
}

# bats test_tags=rt-only
@test "package: the .deb installs on a clean Debian, runs a container there, and goes without a trace" {
  need_build_tree
  need_debian
  call "$T/stdout" "$T/stderr" cpack -G DEB --config "$BUILD/CPackConfig.cmake" -B "$T/deb"
  [ "$status" -eq 0 ] || die "cpack"
  cp "$T"/deb/rt_*.deb "$DEBIAN_ROOT/rt.deb"
  in_debian dpkg -i /rt.deb
  [ "$status" -eq 0 ] || die "dpkg -i"
  bundle '.process.args = ["/bin/sh", "-c", "echo from $(hostname)"]'
  mkdir "$DEBIAN_ROOT/bundle"
  cp -a "$B/config.json" "$B/rootfs" "$DEBIAN_ROOT/bundle"
  in_debian rt --root /run/containers run --bundle /bundle "$ID"
  ok
  [ "$stdout" = "from probe-host" ]
  in_debian sh -c 'rt --version && dpkg --verify rt && dpkg --purge rt'
  [[ "$status" -eq 0 && "$stdout" = "rt version "* ]] || die "dpkg --purge"
  in_debian sh -c 'find / -xdev -name "rt" -o -xdev -name "rt-*.8*" -o -xdev -name "_rt"; ls -A /run/containers'
  [ -z "$stdout" ] || die "left behind"
}

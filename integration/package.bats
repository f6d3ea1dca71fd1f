#!/usr/bin/env bats
# `cmake --install` of the build tree of $RUNTIME.
load helpers

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

#!/usr/bin/env bats
# Shell completion (completions/), asked as each shell asks it. That the files agree with the option tables
# is a unit test (Help.CompletionIsMadeOfTables).
load helpers

setup() {
  common_setup
  mkdir -m 0700 "$T/bin"
  ln -s "$RUNTIME" "$T/bin/rt"
  PATH=$T/bin:$PATH
}

# bash_says WORD...: what bash offers for the last word, one a line, sorted.
bash_says() {
  # shellcheck disable=SC2016
  call "$T/stdout" "$T/stderr" bash --norc -c '
    source "$0"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _rt
    printf "%s\n" "${COMPREPLY[@]}"' "$TOP/completions/rt.bash" "$@"
  [ "$status" -eq 0 ] && [ -z "$stderr" ] || die "bash: $*" || return 1
  stdout=$(sort <<<"$stdout")
}

# bats test_tags=rt-only
@test "completion: bash offers commands, flags, values and containers" {
  bundle
  created
  bash_says rt resu
  [ "$stdout" = resume ]
  bash_says rt list --f
  [ "$stdout" = --format ]
  bash_says rt list -f ""
  [ "$stdout" = $'json\ntable' ]
  bash_says rt --log-format = js
  [ "$stdout" = json ]
  bash_says rt help pau
  [ "$stdout" = pause ]
  bash_says rt --root "$ROOT" state ""
  [ "$stdout" = "$ID" ]
  bash_says rt --root = "$ROOT" exec -d --user 0 "c-"
  [ "$stdout" = "$ID" ]
  # An ID of create is a new one; what follows the ID of exec is not ours.
  bash_says rt --root "$ROOT" create ""
  [ -z "$stdout" ]
  bash_says rt --root "$ROOT" exec "$ID" ""
  [ -z "$stdout" ]
  bash_says rt create -b "$T/bund"
  [ "$stdout" = "$T/bundle" ]
}

fish_says() {
  # shellcheck disable=SC2016
  HOME=$T call "$T/stdout" "$T/stderr" fish --no-config -c '
    source $argv[1]
    complete -C "$argv[2]"' "$TOP/completions/rt.fish" "$1"
  [ "$status" -eq 0 ] && [ -z "$stderr" ] || die "fish: $1" || return 1
  stdout=$(cut -f1 <<<"$stdout" | sort)
}

# bats test_tags=rt-only
@test "completion: fish offers commands, flags and values" {
  fish_says "rt resu"
  [ "$stdout" = resume ]
  fish_says "rt list --f"
  [[ "$stdout" == *--format* ]] || die "flags"
  fish_says "rt list --format "
  [ "$stdout" = $'json\ntable' ]
  fish_says "rt help pau"
  [ "$stdout" = pause ]
  fish_says "rt kill --a"
  [ "$stdout" = --all ]
}

# bats test_tags=rt-only
@test "completion: zsh reads it, and finds the mark that it is for rt" {
  call "$T/stdout" "$T/stderr" zsh -n "$TOP/completions/_rt"
  ok
  [ "$(head -n 1 "$TOP/completions/_rt")" = "#compdef rt" ]
}

#!/usr/bin/env bats
# Many calls on one container at the same time: cli.md section 7, line 11.
load helpers

# What each says goes to its own file; none may fail, and state and exec must say the right thing.
@test "at once: 200 of state, exec and update on one container" {
  need_controller pids
  bundle '.linux.resources.pids.limit = 1000'
  started
  local n pids=() failed=0
  for n in $(seq 200); do
    one_call "$n" >"$T/said.$n" 2>&1 3>&- 4>&- </dev/null &
    pids+=($!)
  done
  for n in $(seq 200); do
    wait "${pids[n - 1]}" || { echo "$n: $(cat "$T/said.$n")" >&2; failed=$((failed + 1)); }
  done
  [ "$failed" -eq 0 ] || die "$failed of 200 failed"
  [ "$(grep -lx 'running' "$T"/said.* | wc -l)" -eq 67 ] || die "state"
  [ "$(grep -lx 'told' "$T"/said.* | wc -l)" -eq 67 ] || die "exec"
  [[ "$(cat "$(cgroup_dir pids)/pids.max")" == 5?? ]] || die "update"
  status_is "$ID" running || die "status"
}
one_call() {
  case $(($1 % 3)) in
    0) "$RUNTIME" --root "$ROOT" update --pids-limit $((500 + $1 % 99)) "$ID" ;;
    1) "$RUNTIME" --root "$ROOT" state "$ID" >"$T/state.$1" && jq -r .status "$T/state.$1" ;;
    2) "$RUNTIME" --root "$ROOT" exec "$ID" /bin/echo told ;;
  esac
}

#!/usr/bin/env bats
# The cpuset controller: runtime-spec.md 13.3.
load helpers
load cgroups

@test "cgroups: cpuset.cpus and cpuset.mems are set, and the program sees them" {
  need cpuset
  resources '{cpu: {cpus: "0", mems: "0"}}'
  inside process
  expect '.cpus == [0]'
  rt delete --force "$ID"
  set_args /probe sleep
  started
  has cpuset cpuset.cpus 0
  has cpuset cpuset.mems 0
  [ "$(allowed)" = 0 ]
  # A process that is there already goes along.
  if [ "$(nproc --all)" -gt 1 ]; then
    rt update --cpuset-cpus 1 "$ID"
    ok
    has cpuset cpuset.cpus 1
    [ "$(allowed)" = 1 ] || die "still on $(allowed)"
    rt update --cpuset-cpus 0-1 "$ID"
    ok
    has cpuset cpuset.cpus 0-1
  fi
  deleted
}
allowed() { sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$PID/status"; }

@test "cgroups: a processor that does not exist is refused" {
  need cpuset
  resources '{cpu: {cpus: "4000"}}'
  create
  fails
  nothing_left
}

# RC-11: v1 makes empty ones, which nothing can join.
@test "cgroups: without a cpuset each new level has that of the one above" {
  need cpuset
  bundle
  created
  local file
  for file in cpuset.cpus cpuset.mems; do
    if [ "$VERSION" = 1 ]; then
      has cpuset "$file" "$(cat "/sys/fs/cgroup/cpuset/$file")"
    else
      has cpuset "$file.effective" "$(cat "/sys/fs/cgroup/$file.effective")"
    fi
  done
}

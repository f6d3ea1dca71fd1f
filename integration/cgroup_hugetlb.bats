#!/usr/bin/env bats
# The hugetlb controller: runtime-spec.md 13.5. On a hybrid host it may be the only one of v2.
load helpers
load cgroups

# RH-02: reservations are limited where the kernel counts them, faults always.
@test "cgroups: hugepageLimits are set" {
  need hugetlb
  resources '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}'
  created
  limits hugetlb hugetlb.2MB.limit_in_bytes=4194304 hugetlb.2MB.max=4194304
  # runc 1.1.5 knows faults only, and its update no huge pages.
  is_rt || return 0
  limits hugetlb hugetlb.2MB.rsvd.limit_in_bytes=4194304 hugetlb.2MB.rsvd.max=4194304
  update_by '{"hugepageLimits": [{"pageSize": "2MB", "limit": 2097152}]}'
  limits hugetlb hugetlb.2MB.limit_in_bytes=2097152 hugetlb.2MB.max=2097152
  limits hugetlb hugetlb.2MB.rsvd.limit_in_bytes=2097152 hugetlb.2MB.rsvd.max=2097152
  deleted
}

# bats test_tags=rt-only
@test "cgroups: hugepageLimits limit reservations, unified overrides them" {
  is_v2 || skip "v2 only"
  need hugetlb
  resources '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}' \
    '{unified: {"hugetlb.2MB.max": "2097152", "cgroup.max.depth": "5\n6"}}'
  created
  has hugetlb hugetlb.2MB.rsvd.max 4194304
  has hugetlb hugetlb.2MB.max 2097152
  has hugetlb cgroup.max.depth 6
}

# RH-01.
@test "cgroups: a page size that does not exist is refused" {
  need hugetlb
  resources '{hugepageLimits: [{pageSize: "3MB", limit: 4194304}]}'
  create
  fails
  nothing_left
}

# A mapping beyond the limit is refused when it is made, not when it is touched. runc 1.1.5 kills at the touch.
# bats test_tags=rt-only
@test "cgroups: hugepageLimits bite: a mapping is refused" {
  need hugetlb
  pages || skip "no huge pages to be had"
  resources '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}'
  inside huge 4194304
  expect '.ok'
  inside huge 6291456
  expect '.errno == "ENOMEM"'
}

# Eight pages for the time of the test, in a machine of our own only: the number is the whole host's.
pages() {
  local file=/sys/kernel/mm/hugepages/hugepages-2048kB
  if [ -n "${RT_TEST_MODE:-}" ] && [ "$(cat $file/nr_hugepages)" -lt 8 ]; then
    echo 8 >$file/nr_hugepages 2>/dev/null || true
  fi
  [ "$(cat $file/free_hugepages)" -ge 4 ]
}

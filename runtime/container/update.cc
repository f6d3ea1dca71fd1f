// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"
#include "runtime/kernel/cgroup/systemd.h"
#include "runtime/kernel/resctrl_update.h"
#include "spec/validate.h"

namespace rt {

namespace {

// A daemon-reload would put its own limits into the files otherwise.
void tell_systemd(const UnitPlace& place, const CgroupWrites& writes) {
  if (place.unit.empty()) return;
  Systemd::connect(place.manager).set_properties(place.unit, to_unit_limits(writes));
}

}  // namespace

void update(const ContainerName& name, const spec::Resources& resources,
            const ResctrlSchemas& schemas) {
  const Context here("update", name.id);
  const Container container = Container::open_locked(name);
  if (container.status() == spec::Status::kStopped) {
    throw Error(Code::kBadState, "container not running");
  }
  const bool rdt_asked = !schemas.l3_cache.empty() || !schemas.mem_bw.empty();
  ResctrlUpdate rdt =
      ResctrlUpdate::make(rdt_asked ? open_resctrl_if_mounted() : Fd(), container.record().resctrl,
                          schemas.l3_cache, schemas.mem_bw);
  const Cgroup group = container.cgroup();
  if (group.none()) {
    throw Error(Code::kUnsupported, "the container has no cgroup, so no limits to change");
  }
  spec::Resources wanted = resources;
  wanted.devices.clear();  // managers' plugins edit them behind our back
  group.complete(wanted);
  spec::validate(wanted, "resources");
  group.check_before_update(wanted);
  CgroupWrites writes = to_cgroup_writes(wanted, find_cgroups());
  const UnitPlace& systemd = container.record().systemd;
  if (!systemd.unit.empty()) round_quotas(writes);
  rdt.apply();  // put back unless kept
  group.change(writes, [&] { tell_systemd(systemd, writes); });
  rdt.keep();
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// What systemd is told about a container's unit: who is in it, and the same limits that are written
// to the cgroup's files, so that systemd does not put its own there when it is reloaded. Pure.
// Rules: org.freedesktop.systemd1(5), systemd.resource-control(5), systemd.scope(5); cli.md 4.3.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/dbus_wire.h"
#include "runtime/kernel/cgroup/unit_name.h"
#include "runtime/kernel/cgroup/writes.h"
#include "spec/config.h"

namespace rt {

// A property that older versions of systemd do not know is left out there: the file has the limit.
struct UnitProperty {
  dbus::Property property{};
  unsigned since = 0;  // version of systemd
  bool operator==(const UnitProperty&) const = default;
};
using UnitProperties = std::vector<UnitProperty>;

// Of the new unit itself, without the process that begins it.
UnitProperties to_unit_properties(const UnitName& name, std::string_view id, CgroupVersion memory);
// What systemd itself does when a process is killed for memory; it can be said at the start only.
UnitProperties to_oom_properties(const CgroupWrites& writes);

// annotations org.systemd.property.NAME, from a list of names that say something about a unit's
// life or limits; nothing that runs a program or opens a device. Values are GVariant text, with the
// type of the property. NAMESec with a number is NAMEUSec. Throws Error(kBadConfig).
UnitProperties to_annotated_properties(const spec::Annotations& annotations);
// Later ones win.
UnitProperties merged(UnitProperties first, const UnitProperties& second);

// systemd keeps a quota in hundredths of a processor: the list gets the quota that systemd would
// write, rounded up.
void round_quotas(CgroupWrites& writes);
// The limits among `writes` that systemd has a property for.
UnitProperties to_unit_limits(const CgroupWrites& writes);

// Those that a systemd of `version` knows.
dbus::Properties known_to(unsigned version, const UnitProperties& properties);
// The version that all of them need; asked for only then.
unsigned newest_of(const UnitProperties& properties);

}  // namespace rt

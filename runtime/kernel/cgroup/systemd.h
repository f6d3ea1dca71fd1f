// SPDX-License-Identifier: Apache-2.0
//
// The systemd that makes cgroups: one connection, and the four things that a container wants of it.
// Not for what is asked of it: names are unit_name.h, properties unit_properties.h.
// Rule: org.freedesktop.systemd1(5); decision 0010. A job's end is a signal, never polled for.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "runtime/base/dbus.h"
#include "runtime/base/deadline.h"
#include "runtime/kernel/cgroup/unit_name.h"
#include "runtime/kernel/cgroup/unit_properties.h"

namespace rt {

// Errors carry systemd's own words. Error(kDeadline) when a job takes longer than 30 s.
class Systemd {
 public:
  // kSystem: the system bus, else systemd's own socket, which is there before the bus is. kUser:
  // $DBUS_SESSION_BUS_ADDRESS, else $XDG_RUNTIME_DIR/bus. Throws Error(kUnsupported)
  // "systemd not running on this host, cannot use systemd cgroups manager".
  static Systemd connect(SystemdManager manager);

  using Job = dbus::Message;  // the answer that names it

  // The cgroup of the manager itself, "/user.slice/…/user@1000.service"; "" for pid 1 of a host.
  std::string own_cgroup();

  // Asks for the unit, with `pid` in it. A unit of that name that has failed is reset, another one
  // is an error; but a slice may be there, and then there is no job.
  std::optional<Job> begin_unit(const UnitName& name, const UnitProperties& properties, pid_t pid);
  // Returns when it is done and the process is there.
  void finish(const Job& job);
  // Until the next boot. Takes the properties of what it knows.
  void set_properties(const std::string& unit, const UnitProperties& properties);
  // Stops it and forgets that it failed. No such unit is success.
  void stop_unit(const std::string& unit);

 private:
  explicit Systemd(dbus::Connection bus) noexcept : bus_(std::move(bus)) {}
  void subscribe();
  unsigned version();
  dbus::Properties known(const UnitProperties& properties);
  dbus::Message ask(std::string_view member, const dbus::Body& body);
  std::string property(std::string_view path, std::string_view interface, std::string_view name);
  std::string wait_for(const Job& job);

  dbus::Connection bus_;
  bool subscribed_ = false;
};

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/systemd.h"

#include <fcntl.h>

#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr std::chrono::seconds kAnswer{10};
constexpr std::chrono::seconds kJob{30};  // as long as runc waits

constexpr std::string_view kService = "org.freedesktop.systemd1";
constexpr std::string_view kPath = "/org/freedesktop/systemd1";
constexpr std::string_view kManager = "org.freedesktop.systemd1.Manager";
constexpr std::string_view kUnitExists = "org.freedesktop.systemd1.UnitExists";
constexpr std::string_view kNoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";

std::string variable(const char* name) {
  const char* text = std::getenv(name);  // NOLINT: rt has no threads
  return text != nullptr ? text : "";
}

// As sd_booted(3) asks.
void demand_systemd() {
  if (sys::open_if_exists("/run/systemd/system", O_PATH | O_DIRECTORY)) return;
  throw Error(Code::kUnsupported,
              "systemd not running on this host, cannot use systemd cgroups manager");
}

dbus::Connection connect_system() {
  using dbus::Connection;
  const std::string address = variable("DBUS_SYSTEM_BUS_ADDRESS");
  const std::string socket =
      address.empty() ? "/run/dbus/system_bus_socket" : dbus::socket_of(address);
  try {
    return Connection::open(socket, Connection::Peer::kBus, Deadline::in(kAnswer));
  } catch (const Error& e) {
    if (e.facts().error_number != ENOENT && e.facts().error_number != ECONNREFUSED) throw;
  }
  return Connection::open("/run/systemd/private", Connection::Peer::kDirect, Deadline::in(kAnswer));
}

dbus::Connection connect_user() {
  using dbus::Connection;
  const std::string address = variable("DBUS_SESSION_BUS_ADDRESS");
  const std::string runtime_dir = variable("XDG_RUNTIME_DIR");
  if (address.empty() && runtime_dir.empty()) {
    throw Error(Code::kUnsupported,
                "no systemd of this user: neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is "
                "set; log in by loginctl or ssh, not by su");
  }
  const std::string socket = address.empty() ? runtime_dir + "/bus" : dbus::socket_of(address);
  return Connection::open(socket, Connection::Peer::kBus, Deadline::in(kAnswer));
}

}  // namespace

Systemd Systemd::connect(SystemdManager manager) {
  demand_systemd();
  const Context here("connect to systemd");
  return Systemd(manager == SystemdManager::kUser ? connect_user() : connect_system());
}

dbus::Message Systemd::ask(std::string_view member, const dbus::Body& body) {
  return bus_.ask({kService, kPath, kManager, member}, body, Deadline::in(kAnswer));
}

std::string Systemd::property(std::string_view path, std::string_view interface,
                              std::string_view name) {
  const dbus::Message reply =
      bus_.call({kService, path, "org.freedesktop.DBus.Properties", "Get"},
                dbus::Body().string(interface).string(name), Deadline::in(kAnswer));
  return dbus::Reader(reply.signature, reply.body).variant_string();
}

std::string Systemd::own_cgroup() {
  return property(kPath, kManager, "ControlGroup");
}

// "252.39-1~deb12u2", "v252": the number in it.
unsigned Systemd::version() {
  const std::string text = property(kPath, kManager, "Version");
  const std::size_t begin = text.find_first_of("0123456789");
  if (begin == text.npos) return 0;
  const std::string_view digits = std::string_view(text).substr(begin);
  return parse_number<unsigned>(digits.substr(0, digits.find_first_not_of("0123456789")))
      .value_or(0);
}

dbus::Properties Systemd::known(const UnitProperties& properties) {
  const unsigned newest = newest_of(properties);
  return known_to(newest == 0 ? 0 : version(), properties);
}

// A direct peer sends us its signals unasked. Nobody waits: the call that follows comes later.
void Systemd::subscribe() {
  if (subscribed_ || bus_.peer() == dbus::Connection::Peer::kDirect) return;
  bus_.post({"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch"},
            dbus::Body().string("type='signal',sender='org.freedesktop.systemd1',interface='"
                                "org.freedesktop.systemd1.Manager',member='JobRemoved'"));
  bus_.post({kService, kPath, kManager, "Subscribe"}, {});
  subscribed_ = true;
}

// "done", "failed", "canceled", … Only the one who answered may say so: a bus delivers signals of
// anybody.
std::string Systemd::wait_for(const Job& job) {
  const std::string path = dbus::Reader(job.signature, job.body).string();
  const Context here("wait for its job");
  std::string result;
  (void)bus_.wait_signal(
      [&](const dbus::Message& signal) {
        if (signal.member != "JobRemoved" || signal.interface != kManager) return false;
        if (signal.sender != job.sender) return false;
        dbus::Reader arguments(signal.signature, signal.body);  // id, job, unit, result
        (void)arguments.u32();
        const bool ours = arguments.string() == path;
        (void)arguments.string();
        result = arguments.string();
        return ours;
      },
      Deadline::in(kJob));
  return result;
}

std::optional<Systemd::Job> Systemd::begin_unit(const UnitName& name,
                                                const UnitProperties& properties, pid_t pid) {
  subscribe();
  dbus::Properties all = known(properties);
  if (!name.is_slice()) all.push_back({"PIDs", dbus::Numbers{static_cast<std::uint32_t>(pid)}});
  const dbus::Body body =
      dbus::Body().string(name.unit).string("replace").properties(all).no_units();
  dbus::Message reply = ask("StartTransientUnit", body);
  if (reply.error == kUnitExists) {
    (void)ask("ResetFailedUnit", dbus::Body().string(name.unit));
    reply = ask("StartTransientUnit", body);
  }
  // A slice can be shared by several.
  if (reply.error == kUnitExists && name.is_slice()) return {};
  if (reply.kind == dbus::Kind::kError) {
    throw Error(Code::kCgroupFailed, dbus::error_text(reply));
  }
  return reply;
}

void Systemd::finish(const Job& job) {
  const std::string result = wait_for(job);
  if (result != "done") throw Error(Code::kCgroupFailed, "its job is " + quoted(result));
}

void Systemd::set_properties(const std::string& unit, const UnitProperties& properties) {
  const Context here("set properties of systemd unit", unit);
  const dbus::Properties all = known(properties);
  if (all.empty()) return;
  const dbus::Message reply =
      ask("SetUnitProperties", dbus::Body().string(unit).boolean(true).properties(all));
  if (reply.kind == dbus::Kind::kError) {
    throw Error(Code::kCgroupFailed, dbus::error_text(reply));
  }
}

void Systemd::stop_unit(const std::string& unit) {
  const Context here("stop systemd unit", unit);
  subscribe();
  const dbus::Message reply = ask("StopUnit", dbus::Body().string(unit).string("replace"));
  if (reply.error == kNoSuchUnit) return;
  if (reply.kind == dbus::Kind::kError) {
    throw Error(Code::kCgroupFailed, dbus::error_text(reply));
  }
  (void)wait_for(reply);  // whatever its result: what stays is seen in the cgroup
  (void)ask("ResetFailedUnit", dbus::Body().string(unit));  // an error: there is nothing to forget
}

}  // namespace rt

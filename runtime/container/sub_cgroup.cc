// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/sub_cgroup.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

[[noreturn]] void refuse(std::string text) {
  throw Error(Code::kUsage, std::move(text));
}

// The container's own path is the limit: ".." may not lead past it.
std::string below(const std::string& own, std::string_view path) {
  const std::string full = clean_cgroup_path(own + "/" + std::string(path));
  if (full != own && !full.starts_with(own + "/")) {
    refuse("bad sub cgroup path: " + quoted(path) + " is not below the container's cgroup");
  }
  return full;
}

using PathOfController = std::map<std::string, std::string, std::less<>>;

void add(PathOfController& paths, const std::string& wish) {
  const std::size_t colon = wish.find(':');
  if (colon == std::string::npos) {
    refuse("invalid --cgroup argument: " + quoted(wish) +
           " (missing <controller>: prefix, and it is not the only one)");
  }
  for (const std::string_view controller : split(std::string_view(wish).substr(0, colon), ',')) {
    if (controller.empty()) {
      refuse("invalid --cgroup argument: " + quoted(wish) + " (empty <controller> prefix)");
    }
    if (!paths.emplace(controller, wish.substr(colon + 1)).second) {
      refuse("invalid --cgroup argument: more than one path for controller " + quoted(controller));
    }
  }
}

// The v1 hierarchy of a controller.
CgroupPlace& place_of(CgroupPlaces& places, std::string_view controller) {
  for (CgroupPlace& place : places) {
    const auto& list = place.controllers;
    if (std::find(list.begin(), list.end(), controller) != list.end()) return place;
  }
  refuse("invalid --cgroup argument: unknown controller " + quoted(controller) +
         ": no cgroup v1 hierarchy of the container has it");
}

}  // namespace

CgroupPlaces sub_cgroups(CgroupPlaces places, const std::vector<std::string>& wishes) {
  if (wishes.size() == 1 && wishes[0].find(':') == std::string::npos) {
    for (CgroupPlace& place : places) place.path = below(place.path, wishes[0]);
    return places;
  }
  PathOfController paths;
  for (const std::string& wish : wishes) add(paths, wish);
  const CgroupPlaces container = places;
  for (const auto& [controller, path] : paths) {
    CgroupPlace& place = place_of(places, controller);
    const CgroupPlace& own = container[static_cast<std::size_t>(&place - places.data())];
    std::string wanted = below(own.path, path);
    // "cpu:a" and "cpuacct:b" cannot both be had where one hierarchy has both.
    if (place.path != own.path && place.path != wanted) {
      refuse("invalid --cgroup argument: two paths in the hierarchy of controller " +
             quoted(controller));
    }
    place.path = std::move(wanted);
  }
  return places;
}

}  // namespace rt

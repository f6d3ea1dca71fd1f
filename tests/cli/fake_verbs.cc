// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/fake_verbs.h"

#include "runtime/base/error.h"

namespace rt {
namespace {

void note(const std::string& verb, const ContainerName& name, const std::string& more = {}) {
  fake_verbs().calls.push_back(verb + " " + name.root + " " + name.id + more);
  if (!name.id.empty() && name.id == fake_verbs().fail_for) {
    throw Error(Code::kNoSuchContainer, "container does not exist");
  }
}

}  // namespace

FakeVerbs& fake_verbs() {
  static FakeVerbs instance;
  return instance;
}

void create(const CreateOptions& options) {
  fake_verbs().run.create = options;
  note("create", options.name);
}
int run(const RunOptions& options) {
  fake_verbs().run = options;
  note("run", options.create.name);
  return fake_verbs().exit_status;
}
void start(const ContainerName& name) {
  note("start", name);
}
int exec(const ExecOptions& options) {
  fake_verbs().exec = options;
  note("exec", options.name);
  return fake_verbs().exit_status;
}
ContainerView state(const ContainerName& name) {
  note("state", name);
  return {.json = R"({"id":"c1","annotations":{}})"};
}
void kill(const KillOptions& options) {
  note("kill", options.name, " " + options.signal + (options.all ? " all" : ""));
}
std::vector<int> processes(const ContainerName& name) {
  note("ps", name);
  return fake_verbs().processes;
}
void checkpoint(const CheckpointOptions& options) {
  fake_verbs().checkpoint = options;
  note("checkpoint", options.name);
}
int restore(const RestoreOptions& options) {
  fake_verbs().restore = options;
  note("restore", options.create.name);
  return fake_verbs().exit_status;
}
void pause(const ContainerName& name) {
  note("pause", name);
}
void resume(const ContainerName& name) {
  note("resume", name);
}
void update(const ContainerName& name, const spec::Resources& resources,
            const ResctrlSchemas& schemas) {
  fake_verbs().schemas = schemas;
  fake_verbs().resources = resources;
  note("update", name);
}
void events(const EventsOptions& options, const std::function<void(const std::string&)>& print) {
  fake_verbs().events = options;
  for (const ContainerName& name : options.names) {
    note("events", name);
    print("{}");
  }
}
void delete_container(const DeleteOptions& options) {
  note("delete", options.name, options.force ? " force" : "");
}
std::vector<ContainerView> list(const std::string& root, bool root_may_be_missing,
                                std::vector<std::string>& broken) {
  note("list", {.root = root});
  fake_verbs().root_may_be_missing = root_may_be_missing;
  broken = fake_verbs().broken;
  return fake_verbs().views;
}
std::vector<std::string> ids_matching(const std::string& /*root*/, const std::string& regex) {
  if (regex == "none") return {};
  return {"a", "b", "c"};
}
std::string features_json(const std::string& /*libseccomp_version*/) {
  return "{}\n";
}
std::string example_config_json(bool rootless) {
  return rootless ? "{\"r\":1}" : "{}";
}

}  // namespace rt

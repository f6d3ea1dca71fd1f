// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/criu.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/mount.h"

namespace rt {
namespace {

constexpr std::size_t kLargestLog = 64U << 20;  // bytes
constexpr std::size_t kShownErrors = 4;

// What our half of the child says before it becomes CRIU.
enum Word : std::uint32_t { kFailed = 1, kReady = 2 };

std::string path_of(const Fd& fd) {
  return sys::readlink_at(AT_FDCWD, "/proc/self/fd/" + std::to_string(fd.get()));
}

Fd make_folder(const std::string& path) {
  std::string absolute = path.starts_with('/') ? path : sys::getcwd() + "/" + path;
  for (std::size_t at = absolute.find('/', 1);; at = absolute.find('/', at + 1)) {
    const std::string part = absolute.substr(0, at);
    if (!part.ends_with('/')) sys::mkdir_at_unless_exists(AT_FDCWD, part, 0700);
    if (at == std::string::npos) break;
  }
  return sys::open(absolute, O_RDONLY | O_DIRECTORY);
}

std::string find_criu() {
  const char* path = std::getenv("PATH");  // NOLINT: rt has no threads
  const std::string folders = path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin";
  for (const std::string_view folder : split(folders, ':')) {
    const std::string candidate = std::string(folder) + "/criu";
    if (folder.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error(Code::kUnsupported, "\"criu\" is not in PATH: CRIU has to be installed");
}

// CRIU needs a root that is a mount point and that nothing covers. Here, where it is gone with
// CRIU and reaches no other namespace.
void put_root(const Criu::Start& start) {
  if (start.root_mount.empty()) return;
  const Context here("put the rootfs where criu finds it");
  sys::unshare(CLONE_NEWNS);
  const Fd top = sys::open("/", O_PATH | O_DIRECTORY);
  set_propagation(top.get(), {.kind = MS_SLAVE, .recursive = 1});
  const Fd tree = sys::open_tree(AT_FDCWD, start.root, OPEN_TREE_CLONE | AT_RECURSIVE);
  sys::move_mount(tree.get(), "", AT_FDCWD, start.root_mount, MOVE_MOUNT_F_EMPTY_PATH);
}

void put_stdio(const Criu::Start& start) {
  if (start.own_stdio) return;
  const Fd null = sys::open("/dev/null", O_RDWR);
  for (int number = 0; number < 3; ++number) sys::dup2(null.get(), number);
}

// CRIU looks for the folders in the process that made the socket, and mounts in them: both must be
// of the mount namespace that it is in itself. So the socket is made here, and its other end handed
// over, with the numbers of the folders.
Fd make_socket(const Criu::Start& start, const Channel& up) {
  auto [images, work] = start.folders.open_again();
  auto [here, there] = sys::socket_pair(SOCK_SEQPACKET);
  for (Fd* fd : {&images, &work, &here}) sys::set_cloexec(fd->get(), false);
  const std::array<int, 1> handed{there.get()};
  up.send(kReady, std::to_string(images.release()) + " " + std::to_string(work.release()), handed);
  return std::move(here);
}

int become_criu(const Criu::Start& start, const std::string& program, const Channel& up) {
  try {
    Context::forget();
    reset_signals();
    put_root(start);
    put_stdio(start);
    for (const int fd : start.passed_fds) sys::set_cloexec(fd, false);
    const Fd socket = make_socket(start, up);
    const std::vector<std::string> words{program, "swrk", std::to_string(socket.get())};
    (void)::execve(program.c_str(), exec_pointers(words).data(), environ);
    throw_errno("execve", program);
  } catch (const std::exception& e) {
    up.send(kFailed, e.what(), {});
  }
  return 1;
}

Fd taken_fd(msghdr& message) {
  Fd out;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(part), sizeof fd);
    out = Fd(fd);
  }
  return out;
}

const char* word_of(CriuType type) {
  switch (type) {
    case CriuType::kDump:
      return "DUMP";
    case CriuType::kPreDump:
      return "PRE_DUMP";
    case CriuType::kRestore:
      return "RESTORE";
    case CriuType::kNotify:
      return "NOTIFY";
  }
  return "?";
}

}  // namespace

CriuFolders::CriuFolders(const CriuOptions& options, std::string log_file)
    : parent_(options.parent_path), log_file_(std::move(log_file)) {
  if (parent_.starts_with('/')) throw Error(Code::kUsage, "--parent-path must be relative");
  {
    const Context here("--image-path");
    images_ = make_folder(options.image_path);
  }
  if (!parent_.empty()) {
    const auto facts = sys::stat_at_if_exists(images_.get(), parent_, 0);
    if (!facts || !S_ISDIR(facts->st_mode)) {
      throw Error(Code::kUsage,
                  "invalid --parent-path: " + quoted(path_of(images_) + "/" + parent_) + ": " +
                      errno_text(facts ? ENOTDIR : ENOENT));
    }
  }
  if (options.work_path.empty()) return;
  const Context here("--work-path");
  work_ = make_folder(options.work_path);
}

CriuWish CriuFolders::wish(const CriuOptions& options) const {
  CriuWish out{.log_file = log_file_,
               .log_level = 4,
               .parent_img = parent_,
               .ext_unix_sk = options.ext_unix_sk,
               .tcp_established = options.tcp_established,
               .shell_job = options.shell_job,
               .file_locks = options.file_locks,
               .notify_scripts = true,
               .auto_dedup = options.auto_dedup,
               .lazy_pages = options.lazy_pages,
               .orphan_pts_master = true};
  return out;
}

std::pair<Fd, Fd> CriuFolders::open_again() const {
  const std::string images = path_of(images_);
  return {sys::open(images, O_RDONLY | O_DIRECTORY),
          sys::open(work_.valid() ? path_of(work_) : images, O_RDONLY | O_DIRECTORY)};
}

std::string CriuFolders::log_path() const {
  return path_of(work_.valid() ? work_ : images_) + "/" + log_file_;
}

std::string CriuFolders::last_errors() const {
  const int folder = work_.valid() ? work_.get() : images_.get();
  const std::string log = read_file_at_if_exists(folder, log_file_, kLargestLog).value_or("");
  std::vector<std::string> found;
  for (const std::string_view line : split_lines(log)) {
    const std::size_t at = line.find("Error (");
    if (at == std::string_view::npos || at > 40) continue;  // behind the time
    std::string text(line.substr(at + 7));
    if (const std::size_t end = text.find(')'); end != std::string::npos) text.erase(end, 1);
    found.push_back(std::move(text));
  }
  if (found.size() > kShownErrors) found.erase(found.begin(), found.end() - kShownErrors);
  return join(found, "; ");
}

std::string criu_config_file(const spec::Annotations& annotations) {
  const auto found = annotations.find("org.criu.config");
  if (found != annotations.end()) return found->second;
  for (const char* path : {"/etc/criu/rt.conf", "/etc/criu/crun.conf", "/etc/criu/runc.conf"}) {
    if (::access(path, F_OK) == 0) return path;
  }
  return {};
}

Criu::Criu(const Start& start) : folders_(start.folders) {
  const std::string program = find_criu();
  auto [down, there] = make_channel();
  const Channel& up = there;
  child_ = spawn({.cgroup_fd = start.cgroup_fd}, [&] { return become_criu(start, program, up); });
  there.close();
  auto frame = down.receive(Deadline::never(), "criu");
  if (frame && frame->kind == kFailed) throw Error(Code::kSystem, frame->payload);
  if (!frame || frame->fds.size() != 1) throw Error(Code::kSystem, "the child for criu has died");
  socket_ = std::move(frame->fds.front());
  const auto numbers = split(frame->payload, ' ');
  images_number_ = parse_number<std::int32_t>(numbers.front()).value_or(-1);
  work_number_ = parse_number<std::int32_t>(numbers.back()).value_or(-1);
  // Nothing more but why it could not be executed.
  frame = down.receive(Deadline::never(), "criu");
  if (frame) throw Error(Code::kSystem, frame->payload);
}

struct Criu::Packet {
  std::string bytes{};
  Fd descriptor{};
};

Criu::Packet Criu::receive() const {
  pollfd one{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  (void)poll_interruptibly({&one, 1}, Deadline::never());
  Packet out;
  out.bytes.resize(64U << 10U);
  iovec part{out.bytes.data(), out.bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = 0;
  while ((size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno == ECONNRESET) break;
    if (errno != EINTR) throw_errno("recvmsg");
  }
  out.descriptor = taken_fd(message);
  out.bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return out;
}

void Criu::send(const std::string& bytes) const {
  // EPIPE: it is gone, and receive() finds out why.
  if (::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0 && errno != EPIPE) {
    throw_errno("send");
  }
}

void Criu::explain(CriuType type, const CriuAnswer& answer) const {
  std::string text =
      std::string("criu failed: type ") + word_of(type) + " errno " + std::to_string(answer.error);
  std::string why = folders_.last_errors();
  if (why.empty()) why = answer.error_text;
  if (!why.empty()) text += ": " + why;
  throw Error(Code::kSystem, text + " (log file: " + folders_.log_path() + ")",
              {.path = folders_.log_path()});
}

CriuAnswer Criu::ask(CriuType type, CriuWish wish, const OnNotice& on_notice) {
  wish.images_dir_fd = images_number_;
  wish.work_dir_fd = work_number_;
  send(encode_request(type, wish));
  std::exception_ptr ours;  // why a notification was answered with "no"
  CriuAnswer answer;
  for (;;) {
    Packet packet = receive();
    if (packet.bytes.empty()) break;
    answer = decode_answer(packet.bytes);
    if (answer.type != CriuType::kNotify || !answer.success) break;
    try {
      on_notice(answer, std::move(packet.descriptor));
    } catch (const std::exception&) {
      ours = std::current_exception();
    }
    send(encode_notified(!ours));
    answer = {};
  }
  socket_.reset();
  const ExitStatus status = child_.wait();
  if (ours) std::rethrow_exception(ours);
  if (!answer.success) {
    if (answer.error_text.empty()) answer.error_text = "criu has ended: " + status.text();
    explain(type, answer);
  }
  return answer;
}

}  // namespace rt

# shellcheck shell=bash disable=SC2207
# Completion of rt(8) for bash.
# Made of the option tables: see HACKING.md.

_rt_commands='create start run exec state kill ps pause resume checkpoint restore update events delete list features spec help'
_rt_of_containers='start exec state kill ps pause resume checkpoint update events delete'
_rt_of_commands='help'

# The flags of a command, and those of every command.
_rt_flags() {
  echo '--root --log --log-format --log-level --debug --systemd-cgroup --cgroup-manager --rootless -h --help -v --version'
  case $1 in
    create) echo '-b --bundle -f --config --console-socket --pidfd-socket --pid-file --no-pivot --no-new-keyring --preserve-fds --no-subreaper' ;;
    run) echo '-b --bundle -f --config --console-socket --pidfd-socket --pid-file --no-pivot --no-new-keyring --preserve-fds --no-subreaper -d --detach --keep' ;;
    exec) echo '-p --process -d --detach -t --tty --console-socket --pidfd-socket --pid-file --cwd -e --env -u --user -g --additional-gids -c --cap --no-new-privs --apparmor --process-label --preserve-fds --cgroup --ignore-paused' ;;
    kill) echo '-a --all -r --regex' ;;
    ps) echo '-f --format' ;;
    checkpoint) echo '--image-path --work-path --parent-path --tcp-established --ext-unix-sk --shell-job --file-locks --lazy-pages --auto-dedup --manage-cgroups-mode --network-lock --empty-ns --leave-running --pre-dump --tcp-skip-in-flight --link-remap --page-server --status-fd' ;;
    restore) echo '--image-path --work-path --parent-path --tcp-established --ext-unix-sk --shell-job --file-locks --lazy-pages --auto-dedup --manage-cgroups-mode --network-lock --empty-ns -b --bundle --console-socket --pid-file -d --detach --no-pivot --no-subreaper --tcp-close --lsm-profile --lsm-mount-context' ;;
    update) echo '-r --resources --blkio-weight --cpu-period --cpu-quota --cpu-burst --cpu-share --cpu-rt-period --cpu-rt-runtime --cpu-idle --cpuset-cpus --cpuset-mems --memory --memory-reservation --memory-swap --pids-limit --l3-cache-schema --mem-bw-schema' ;;
    events) echo '--interval --stats' ;;
    delete) echo '-f --force -r --regex' ;;
    list) echo '-f --format -q --quiet' ;;
    spec) echo '-b --bundle -f --config --rootless' ;;
  esac
}

# What compgen needs for the value of a flag; nothing if it has none.
_rt_value() {
  case $1:$2 in
    *:--root) echo -A directory ;;
    *:--log) echo -A file ;;
    *:--log-format) echo '-W "text json"' ;;
    *:--log-level) echo '-W "error warning info debug"' ;;
    *:--cgroup-manager) echo '-W "cgroupfs systemd disabled"' ;;
    *:--rootless) echo '-W "true false auto"' ;;
    create:--bundle|create:-b) echo -A directory ;;
    create:--config|create:-f) echo -A file ;;
    create:--console-socket) echo -A file ;;
    create:--pidfd-socket) echo -A file ;;
    create:--pid-file) echo -A file ;;
    create:--preserve-fds) echo '-W ""' ;;
    run:--bundle|run:-b) echo -A directory ;;
    run:--config|run:-f) echo -A file ;;
    run:--console-socket) echo -A file ;;
    run:--pidfd-socket) echo -A file ;;
    run:--pid-file) echo -A file ;;
    run:--preserve-fds) echo '-W ""' ;;
    exec:--process|exec:-p) echo -A file ;;
    exec:--console-socket) echo -A file ;;
    exec:--pidfd-socket) echo -A file ;;
    exec:--pid-file) echo -A file ;;
    exec:--cwd) echo -A directory ;;
    exec:--env|exec:-e) echo '-W ""' ;;
    exec:--user|exec:-u) echo '-W ""' ;;
    exec:--additional-gids|exec:-g) echo '-W ""' ;;
    exec:--cap|exec:-c) echo '-W ""' ;;
    exec:--apparmor) echo '-W ""' ;;
    exec:--process-label) echo '-W ""' ;;
    exec:--preserve-fds) echo '-W ""' ;;
    exec:--cgroup) echo '-W ""' ;;
    ps:--format|ps:-f) echo '-W "table json"' ;;
    checkpoint:--image-path) echo -A directory ;;
    checkpoint:--work-path) echo -A directory ;;
    checkpoint:--parent-path) echo -A directory ;;
    checkpoint:--manage-cgroups-mode) echo '-W ""' ;;
    checkpoint:--network-lock) echo '-W ""' ;;
    checkpoint:--empty-ns) echo '-W ""' ;;
    checkpoint:--page-server) echo '-W ""' ;;
    checkpoint:--status-fd) echo '-W ""' ;;
    restore:--image-path) echo -A directory ;;
    restore:--work-path) echo -A directory ;;
    restore:--parent-path) echo -A directory ;;
    restore:--manage-cgroups-mode) echo '-W ""' ;;
    restore:--network-lock) echo '-W ""' ;;
    restore:--empty-ns) echo '-W ""' ;;
    restore:--bundle|restore:-b) echo -A directory ;;
    restore:--console-socket) echo -A file ;;
    restore:--pid-file) echo -A file ;;
    restore:--lsm-profile) echo '-W ""' ;;
    restore:--lsm-mount-context) echo '-W ""' ;;
    update:--resources|update:-r) echo -A file ;;
    update:--blkio-weight) echo '-W ""' ;;
    update:--cpu-period) echo '-W ""' ;;
    update:--cpu-quota) echo '-W ""' ;;
    update:--cpu-burst) echo '-W ""' ;;
    update:--cpu-share) echo '-W ""' ;;
    update:--cpu-rt-period) echo '-W ""' ;;
    update:--cpu-rt-runtime) echo '-W ""' ;;
    update:--cpu-idle) echo '-W ""' ;;
    update:--cpuset-cpus) echo '-W ""' ;;
    update:--cpuset-mems) echo '-W ""' ;;
    update:--memory) echo '-W ""' ;;
    update:--memory-reservation) echo '-W ""' ;;
    update:--memory-swap) echo '-W ""' ;;
    update:--pids-limit) echo '-W ""' ;;
    update:--l3-cache-schema) echo '-W ""' ;;
    update:--mem-bw-schema) echo '-W ""' ;;
    events:--interval) echo '-W ""' ;;
    list:--format|list:-f) echo '-W "table json"' ;;
    spec:--bundle|spec:-b) echo -A directory ;;
    spec:--config|spec:-f) echo -A file ;;
  esac
}

_rt() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' value='' word='' before='' count=0 i root=()
  COMPREPLY=()
  # bash takes --flag=value for three words.
  if [ "$cur" = "=" ]; then cur=''; elif [ "$prev" = "=" ]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      =) continue ;;
      -*) ;;
      *)
        if [ -n "$(_rt_value "$command" "$before")" ]; then
          [ "$before" != --root ] || root=(--root "$word")
          word=''
        elif [ -z "$command" ]; then
          command=$word
        else
          count=$((count + 1))
        fi
        ;;
    esac
    before=$word
  done
  value=$(_rt_value "$command" "$prev")
  if [ -n "$value" ]; then
    eval "COMPREPLY=(\$(compgen $value -- \"\$cur\"))"
    [[ $value == "-W "* ]] || compopt -o filenames 2>/dev/null
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_rt_flags "$command")" -- "$cur"))
  elif [ -z "$command" ]; then
    COMPREPLY=($(compgen -W "$_rt_commands" -- "$cur"))
  elif [ "$count" -eq 0 ]; then
    case " $_rt_of_containers " in
      *" $command "*) COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "${root[@]}" list -q 2>/dev/null)" -- "$cur")) ;;
    esac
    case " $_rt_of_commands " in
      *" $command "*) COMPREPLY=($(compgen -W "$_rt_commands" -- "$cur")) ;;
    esac
  fi
  return 0
}
complete -F _rt rt

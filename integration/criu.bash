# CRIU of today, for tests of checkpoint and restore. Loaded after helpers.

# For setup_file: the program, first in PATH; the machine of vm/ has its own. Without a mirror that answers there is none.
criu_setup() {
  CRIU=$(command -v criu) || CRIU=
  if [ -z "${RT_TEST_MODE:-}" ]; then
    CRIU=$("$HERE/sid-root" 3>&-)/outside/criu || CRIU=
  fi
  export CRIU
  [ -z "$CRIU" ] || export PATH=${CRIU%/*}:$PATH
}

need_criu() { [ -n "${CRIU:-}" ] || skip "no CRIU that dumps under this kernel"; }

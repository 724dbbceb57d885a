# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used where it is sourced
# Helpers that the scripts share. Sourced, never run.

readonly EXIT_FINDINGS=1 EXIT_MISSING=5 EXIT_USAGE=64
# What building CPython takes, beside a compiler and make.
readonly cpython_packages=(libc6-dev libssl-dev zlib1g-dev libffi-dev libsqlite3-dev libbz2-dev
  liblzma-dev xz-utils)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
release_binary="$root/.build/release/matrix"
cache="${MATRIX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/matrix}"

say() { printf '%s\n' "$*" >&2; }

# fail CODE SENTENCE...: one sentence a line, then the end.
fail() {
  local code=$1 line
  shift
  say "${0##*/}: error: $1"
  shift
  for line in "$@"; do say "  $line"; done
  exit "$code"
}

has() { command -v "$1" >/dev/null 2>&1; }

is_debian_like() { has apt-get && has dpkg-query && has dpkg-deb; }

# installed_not PACKAGE...: those that are not installed, one a line.
installed_not() {
  local known
  known=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || true
  local package
  for package in "$@"; do
    grep -qx "installed $package" <<<"$known" || printf '%s\n' "$package"
  done
}

# as_root COMMAND...: as root, through sudo if need be.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif has sudo; then
    sudo -- "$@"
  else
    fail "$EXIT_MISSING" "Only root can run '$*', and there is no sudo here." \
      "Run it as root, then run ${0##*/} again."
  fi
}

# apt_install PACKAGE...: what is not there yet; asks the network only then.
apt_install() {
  local -a missing
  mapfile -t missing < <(installed_not "$@")
  [[ ${#missing[@]} -eq 0 ]] && return 0
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2 ||
    say "  apt-get update failed; trying with the package lists that are here"
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}" >&2 ||
    fail "$EXIT_MISSING" "apt-get could not install ${missing[*]} (its own words are above)." \
      "Put that right, or install them by hand, then run ${0##*/} again."
}

# with_lock FILE: keeps FILE locked until this shell ends, and says so if it has to wait.
with_lock() {
  has flock || fail "$EXIT_MISSING" "flock is not installed, so parallel runs could spoil each other." \
    "Install the package util-linux."
  { mkdir -p "${1%/*}" && [[ -w ${1%/*} ]]; } ||
    fail "$EXIT_MISSING" "Nothing can be written to the cache folder ${1%/*}." \
      "Make it writable, or set MATRIX_CACHE to a folder that is."
  exec 9>"$1"
  flock -n 9 && return 0
  say "waiting for another run to finish ($1)"
  flock 9
}

# on_end FUNCTION: runs it however the shell ends, Ctrl-C and kill included.
on_end() {
  # shellcheck disable=SC2064 # the name is wanted now, not later
  trap "$1" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# Candidates on this machine for python3.MINOR: real installs, never shims, one a line.
pythons_here() {
  local name=$1 folder candidate
  local pyenv="${PYENV_ROOT:-$HOME/.pyenv}" data="${XDG_DATA_HOME:-$HOME/.local/share}"
  local -a folders
  IFS=: read -r -a folders <<<"$PATH"
  for folder in "${folders[@]}" "$pyenv"/versions/*/bin \
    "${UV_PYTHON_INSTALL_DIR:-$data/uv/python}"/*/bin \
    "${ASDF_DATA_DIR:-$HOME/.asdf}"/installs/python/*/bin \
    "${MISE_DATA_DIR:-$data/mise}"/installs/python/*/bin /usr/bin /usr/local/bin; do
    [[ $folder == */shims ]] && continue
    candidate="$folder/$name"
    [[ -f $candidate && -x $candidate ]] && printf '%s\n' "$candidate"
  done | awk '!seen[$0]++'
}

# get_pythons: the default interpreters; without some of them there is still much to do.
get_pythons() {
  local status=0
  "$root/scripts/pythons" >&2 || status=$?
  case $status in
    0) ;;
    "$EXIT_MISSING") say "going on with the interpreters that are here" ;;
    *) exit "$status" ;;
  esac
}

# swift_build WHAT ARGUMENT...: SwiftPM's own progress on a terminal, two lines on a pipe.
swift_build() {
  local what=$1 start=$SECONDS
  shift
  if [[ -t 2 ]]; then
    swift build --package-path "$root" "$@" >&2
  else
    say "building $what (minutes the first time, seconds later)"
    # The linker's remark is about a function of Foundation's that nothing here calls.
    swift build --package-path "$root" --quiet "$@" 2>&1 | sed "/\`mktemp' is dangerous/d" >&2 &&
      say "built in $((SECONDS - start)) s"
  fi
}

build_release() {
  swift_build "matrix" -c release --product matrix --static-swift-stdlib
}

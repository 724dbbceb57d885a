# shellcheck shell=bash
# shellcheck source=scripts/lib.sh disable=SC2154 # $work and $store come from who sources this
# From Debian's packages to an interpreter in a folder of its own. Sourced by `pythons`, which
# sets $work (a folder that goes away at the end) and $store (where finished interpreters live).
# What fails here calls `cannot`, which ends the subshell that gets one interpreter.

# cannot SENTENCE...: why this one cannot be had, for the table, and the end of this attempt.
cannot() {
  printf '%s\n' "$@" >"$work/reason"
  exit "$EXIT_MISSING"
}

# The archive that this machine's own apt uses, likeliest first. A third party's may carry the
# suite's name too, but not its -updates; and apt refuses what Debian's keys did not sign.
debian_mirrors() {
  if [[ -n ${MATRIX_DEBIAN_MIRROR:-} ]]; then
    printf '%s\n' "$MATRIX_DEBIAN_MIRROR"
    return
  fi
  mkdir -p "$work/none/partial"
  apt-get -o Dir::State::Lists="$work/none" update --print-uris 2>/dev/null |
    sed -n "s,^'\([^']*\)/dists/\([^/']*\)/InRelease'.*,\1 \2,p" |
    awk '{ has[$1, $2] = 1; if ($2 !~ /-/) { uri[++n] = $1; suite[n] = $2 } }
      END { for (best = 1; best >= 0; best--) for (i = 1; i <= n; i++)
        if ((((uri[i], suite[i] "-updates") in has) ? 1 : 0) == best && !seen[uri[i]]++)
          print uri[i] }'
}

debian_keyring() {
  local file
  for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp} \
    /etc/apt/keyrings/debian-archive-keyring.{gpg,pgp}; do
    [[ -r $file ]] && printf '%s\n' "$file" && return
  done
  cannot "This machine has no Debian keyring, so nothing from Debian can be verified." \
    "Install the package debian-archive-keyring."
}

# apt_for SUITE ARGUMENT...: apt-get with sources, lists and (empty) state of our own, so that its
# resolver gives the whole closure and nothing of the machine's changes.
apt_for() {
  local state="$work/apt-$1"
  shift
  apt-get -q -o Dir::Etc::sourcelist="$state/debian.sources" -o Dir::Etc::sourceparts=- \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$state/none" \
    -o APT::Default-Release= \
    -o Dir::State="$state" -o Dir::State::Lists="$state/lists" -o Dir::State::status=/dev/null \
    -o Dir::Cache="$state" -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none \
    -o APT::Update::Error-Mode=any -o Acquire::Retries=2 "$@"
}

# progress: of what apt says, what was had and what went wrong.
progress() { sed -u -n '/^\(Get\|Err\|Fetched\|E:\|W:\)/s/^/    /p' >&2; }

# open_suite SUITE [TYPES]: package lists of one suite, verified, once per run.
open_suite() {
  local suite=$1 state="$work/apt-$1" keyring mirror log="$work/apt.log" valid=yes
  [[ -e $state/ready ]] && return
  [[ ! -e $state ]] || cannot "Debian ${suite%-source} could not be read, as said above."
  keyring=$(debian_keyring)
  # An old release is no longer signed anew, so its date says nothing; its signature still does.
  [[ $suite == bullseye ]] && valid=no
  mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/none"
  : >"$log"
  while IFS= read -r mirror; do
    say "  reading ${suite%-source}'s package list from $mirror"
    printf '%s\n' "Types: ${2:-deb}" "URIs: $mirror" "Suites: ${suite%-source}" "Components: main" \
      "Architectures: $(dpkg --print-architecture)" "Signed-By: $keyring" \
      "Check-Valid-Until: $valid" >"$state/debian.sources"
    if apt_for "$suite" update >>"$log" 2>&1; then
      printf '%s\n' "$mirror" >"$state/ready"
      return
    fi
  done < <(debian_mirrors)
  explain_update_failure "${suite%-source}" "$log"
}

explain_update_failure() {
  local suite=$1 log=$2 mirror="Set MATRIX_DEBIAN_MIRROR to an archive that has it and try again."
  [[ -s $log ]] || cannot "This machine's apt sources name no Debian archive." "$mirror"
  if grep -qE ' 404 |does not have a Release file' "$log"; then
    cannot "This machine's Debian archive does not carry $suite (old releases move away)." "$mirror"
  elif grep -qE 'NO_PUBKEY|KEYSIG|GPG error' "$log"; then
    cannot "The signature of Debian $suite cannot be verified with this machine's keyring." \
      "Upgrade the package debian-archive-keyring; nothing unverified is installed."
  fi
  cannot "Debian $suite could not be read: $(grep -m1 '^[EW]:' "$log" || tail -n1 "$log")" \
    "Check the network and the proxy settings of apt, then try again."
}

# closure SUITE PACKAGES: file names and sizes of what the interpreter needs at run time: itself,
# its standard library and the C libraries beneath, libc included; nothing of Tk.
closure() {
  # shellcheck disable=SC2086 # several names
  apt_for "$1" -qq --no-install-recommends --print-uris install ${2//,/ } |
    awk '{ print $2, $3 }' | grep -E '^(lib|zlib1g_|python3)' |
    grep -vE '^lib(c-gconv|x|tk|tcl|font|freetype|png|brotli)'
}

# download SUITE PACKAGES: the .deb files, into $work/debs-SUITE; their names on stdout.
download() {
  local suite=$1 package=$2 debs="$work/debs-$1" list count size
  list=$(closure "$suite" "$package") ||
    cannot "Debian $suite has no installable ${package//,/ and } for $(dpkg --print-architecture)."
  count=$(wc -l <<<"$list")
  size=$(awk '{ n += $2 } END { printf "%.0f", n / 1e6 }' <<<"$list")
  say "  getting $count packages of $suite, $size MB"
  mkdir -p "$debs"
  local -a names
  mapfile -t names < <(cut -d_ -f1 <<<"$list")
  (cd "$debs" && apt_for "$suite" download "${names[@]}" 2>&1 | progress) ||
    cannot "The packages of Debian $suite could not be downloaded (apt's own words are above)."
  cut -d' ' -f1 <<<"$list"
}

# unpack FOLDER TREE FILE...: /usr and / laid on one another, without what no interpreter reads.
unpack() {
  local debs=$1 tree=$2 file
  shift 2
  mkdir -p "$tree"
  for file in "$@"; do
    dpkg-deb --fsys-tarfile "$debs/$file" |
      tar -x -C "$tree" --no-same-owner --keep-directory-symlink \
        --exclude='./usr/share' --exclude='./usr/include' --exclude='./usr/lib/debug' \
        --exclude='./etc' --exclude='./var' --exclude='./lib64' --exclude='./usr/lib64' \
        --exclude='./usr/sbin' --exclude='./sbin' --exclude='*/gconv' --exclude='*.a' \
        --exclude='*.o' --transform='flags=rh;s,^\./usr/,./,' ||
      cannot "The package $file could not be unpacked into $tree." "Is the disk full?"
  done
  # Links to places outside (sitecustomize in /etc) would let the machine's settings in.
  find "$tree" -type l -lname '/*' -delete
  find "$tree" -type d -empty -delete
}

# keep_only TREE INTERPRETER: one interpreter a folder, so that none is found twice.
keep_only() {
  [[ -f $1/bin/$2 ]] || cannot "Debian's packages do not hold $2 where they used to." \
    "Please report this as a bug of scripts/pythons."
  find "$1/bin" -mindepth 1 ! -name "$2" -delete
}

# relocate TREE INTERPRETER FINAL: compiled and checked in TREE, made to run in FINAL. Its loader and
# libc are its own, since the machine's may be older; until it is moved, the loader starts it.
relocate() {
  local tree=$1 python="$1/bin/$2" final=$3 loader libraries
  loader=$(patchelf --print-interpreter "$python")
  loader=$(find "$tree/lib" -name "${loader##*/}" -print -quit)
  [[ -n $loader ]] || cannot "The C library's loader is not among Debian's packages."
  libraries=${loader%/*}
  local -a start=("$loader" --library-path "$libraries" "$python")
  say "  compiling the standard library"
  compile_library "$tree" "$final" "${start[@]}"
  # DT_RPATH, not DT_RUNPATH: it also holds for what extension modules load.
  patchelf --set-interpreter "$final${loader#"$tree"}" --force-rpath \
    --set-rpath "$final${libraries#"$tree"}" "$python" ||
    cannot "patchelf could not change $2; see its words above."
  check_python "$tree" "${start[@]}"
}

# compile_library TREE FINAL COMMAND...: what Debian's postinst would have done, with FINAL's names.
compile_library() {
  local tree=$1 final=$2
  shift 2
  env -i "$@" -I -S -m compileall -q -s "$tree" -p "$final" -x '/(test|tests)/|bad' \
    "$tree"/lib/python3.* >/dev/null 2>&1 ||
    say "  some modules could not be compiled ahead; they are compiled when first imported"
}

# build_freethreaded SOURCE-PACKAGE TREE FINAL: CPython's source as Debian ships it, --disable-gil.
build_freethreaded() {
  local package=$1 tree=$2 final=$3 source="$work/source" log="$work/build.log"
  local jobs="${MATRIX_BUILD_JOBS:-$(nproc)}"
  if ! has make || ! has cc || [[ -n $(installed_not "${cpython_packages[@]}") ]]; then
    cannot "What CPython is built with is not all installed." "Run scripts/bootstrap --cpython."
  fi
  open_suite forky-source deb-src
  mkdir -p "$source"
  (cd "$source" && apt_for forky-source source --download-only --tar-only "$package" 2>&1 |
    progress) ||
    cannot "Debian forky's source package of $package could not be downloaded."
  tar -x -C "$source" --strip-components=1 -f "$source/$package"_*.orig.tar.xz
  say "  configuring (a minute), then compiling with $jobs job(s) (three to twenty minutes in all)"
  (cd "$source" && nice ./configure --prefix="$final" --disable-gil --without-ensurepip \
    --disable-test-modules >"$log" 2>&1 && nice make -j"$jobs" 2>&1 | tee -a "$log" |
    awk '/ -c / && ++n % 50 == 0 { print "    " n " files compiled"; fflush() }' >&2 &&
    nice make install DESTDIR="$work/built" >>"$log" 2>&1) ||
    cannot "CPython could not be built: $(grep -m1 -i 'error' "$log" || tail -n1 "$log")"
  mv "$work/built$final" "$tree"
  rm -rf "$tree/share" "$tree/include"
  find "$tree" -name '*.[ao]' -delete
}

# check_python TREE COMMAND...: it starts, is at home in TREE, and its C modules load.
check_python() {
  local tree=$1 said
  shift
  said=$(env -i "$@" -I -S -c '
import sys, os, sysconfig
home = sys.argv[1]
for where in (sys.prefix, sys.base_prefix, os.__file__):
    assert where == home or where.startswith(home + os.sep), where + " is not in " + home
import ssl, ctypes, zlib, json, threading, sqlite3, asyncio
print(sys.version.replace("\n", " "))
print("Py_ENABLE_SHARED =", sysconfig.get_config_var("Py_ENABLE_SHARED"))' "$tree" 2>&1) ||
    cannot "It does not run here: ${said##*$'\n'}" "Please report this as a bug of scripts/pythons."
  while IFS= read -r line; do say "  $line"; done <<<"$said"
}

# get REQUEST: the whole way; whatever goes wrong, $store holds the old or the new, never a half.
get() {
  local folder suite package interpreter
  read -r _ folder suite package interpreter <<<"$(recipe "$1")"
  local tree="$work/$folder" final="$store/$folder"
  say "$1:"
  if [[ $suite == source ]]; then
    build_freethreaded "$package" "$tree" "$final"
    keep_only "$tree" "$interpreter"
    compile_library "$tree" "$final" "$tree/bin/$interpreter"
    check_python "$tree" "$tree/bin/$interpreter"
    (cd "$work/source" && printf 'built from %s\n' *.orig.tar.xz) >"$tree/.matrix-python"
  else
    has patchelf || cannot "patchelf is not installed." "Run scripts/bootstrap, or install it."
    open_suite "$suite"
    local list
    local -a debs
    list=$(download "$suite" "$package")
    mapfile -t debs <<<"$list"
    unpack "$work/debs-$suite" "$tree" "${debs[@]}"
    keep_only "$tree" "$interpreter"
    relocate "$tree" "$interpreter" "$final"
    printf '%s\n' "$suite $(<"$work/apt-$suite/ready")" "${debs[@]}" >"$tree/.matrix-python"
  fi
  install_tree "$tree" "$final" "$interpreter"
}

# install_tree TREE FINAL INTERPRETER: in place of what was there, unless it does not run.
install_tree() {
  local tree=$1 final=$2 old="$work/old-${2##*/}"
  [[ ! -e $final ]] || mv "$final" "$old"
  mv "$tree" "$final"
  (check_python "$final" "$final/bin/$3" 2>/dev/null) && return
  mv "$final" "$tree"
  [[ ! -e $old ]] || mv "$old" "$final"
  exit "$EXIT_MISSING"
}

# attempt REQUEST: get it in a process group of its own, so that Ctrl-C and kill end all of it;
# leaves the reason in a file if it did not work. (Not to be called in a condition: bash would then
# go on after errors inside.)
attempt() {
  local status=0
  rm -f "$work/reason"
  set -m
  (get "$1") &
  job=$!
  set +m
  wait "$job" || status=$?
  job=""
  [[ $status -eq 0 || -s $work/reason ]] ||
    printf '%s\n' "It ended with exit code $status; the last words above may say why." \
      >"$work/reason"
}

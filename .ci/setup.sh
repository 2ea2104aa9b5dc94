# Sets up what is missing: the virtual environment, and system packages where apt is allowed.
# Sourced by ./jiebang and ./check, which set `here`.

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local name
  for name in python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$name"
      return
    fi
  done
  say "需要 Python 3.11 或更新版本。Debian：apt-get install python3 python3-pip python3-venv"
  say "Python 3.11 or newer is needed. On Debian: apt-get install python3 python3-pip python3-venv"
  exit 2
}

# need_programs PROGRAM=PACKAGE...: installs Debian packages whose program or file is missing.
need_programs() {
  local entry missing=()
  for entry in "$@"; do
    command -v "${entry%%=*}" >/dev/null 2>&1 || [ -e "${entry%%=*}" ] || missing+=("${entry##*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "安装系统软件包 / installing system packages: ${missing[*]}"
    apt-get update -qq >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >/dev/null || say "apt-get 未能安装 / could not install: ${missing[*]}"
  else
    say "缺少系统软件包，请执行 / missing system packages, please run:"
    say "  sudo apt-get install -y ${missing[*]}"
  fi
}

# need_environment EXTRA: makes .venv and installs jiebang into it, once for each state of the files.
need_environment() {
  local extra=$1 python mark
  mark="$here/.venv/.installed-${extra:-plain}-$(cat "$here/pyproject.toml" "$here/constraints.txt" |
    cksum | tr -d ' ')"
  if [ -e "$mark" ] || [ -e "${mark/installed-plain/installed-check}" ]; then
    made_here && return 0
  fi
  python=$(find_python)
  # Programs of a virtual environment carry the path of the folder that it was made in.
  [ ! -e "$here/.venv/.made-in" ] || made_here || rm -rf "$here/.venv"
  say "准备运行环境 .venv（首次约需一到三分钟）/ preparing .venv (one to three minutes the first time)"
  [ -x "$here/.venv/bin/python" ] || "$python" -m venv --without-pip "$here/.venv"
  printf '%s\n' "$here" > "$here/.venv/.made-in"
  install_with_pip "$python" -q --disable-pip-version-check --no-compile \
    -c "$here/constraints.txt" -e "$here${extra:+[$extra]}"
  # Candidates see these packages read-only, so what they import is compiled now; tests are not.
  "$here/.venv/bin/python" -m compileall -q -j 0 -x '/tests?/' "$here"/.venv/lib/python3*/site-packages
  touch "$mark"
}

made_here() {
  [ "$(cat "$here/.venv/.made-in" 2>/dev/null)" = "$here" ]
}

install_with_pip() {
  local python=$1
  shift
  if ! "$python" -m pip --version >/dev/null 2>&1; then
    need_programs pip3=python3-pip
  fi
  "$python" -m pip --python "$here/.venv/bin/python" install "$@" 2> >(grep -v '^WARNING: Running pip as' >&2)
}

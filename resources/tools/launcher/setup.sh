# The four stages of set-up: Debian packages, LibTorch and Arrow, configure, build. Each looks first and does only what is missing,
# so an interrupted run continues where it stopped and a finished one costs a second or two.

source "$root/resources/tools/launcher/say.sh"
source "$root/resources/tools/launcher/cuda.sh"
source "$root/resources/tools/launcher/arrow.sh"

lock_file=$root/resources/cmake/deps.lock
cuda_lock_file=$root/resources/cmake/deps-cuda.lock
cache_dir=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/ahascope
wheel_dir=$cache_dir/wheels
deps_link=$root/.deps/python

# Debian 12's names for what resources/cmake/AhaScopeDependencies.cmake asks for, and what the window needs to draw.
packages=(
    g++ cmake ninja-build ccache pkg-config                       # build
    qt6-base-dev qt6-svg-dev libqcustomplot-dev                   # window, tests
    libsqlite3-dev libsqlitecpp-dev                               # storage
    libsentencepiece-dev libicu-dev libpcre2-dev                  # text
    libzstd-dev zlib1g-dev                                        # packed data sets
    nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev      # configuration, command line, log
    libhwy-dev libgmp-dev libssl-dev                              # SIMD, exact numbers, SHA-256
    fonts-dejavu-core fonts-noto-cjk                              # Chinese traces are boxes without a CJK font
    bubblewrap libseccomp-dev                                     # sandbox for programs that models write
    python3 python3-pip ca-certificates                           # to fetch LibTorch, nothing at run time
)

missing_packages() {
    local package status=
    # One call for all; a package dpkg has never heard of simply has no line.
    status=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)
    for package in "${packages[@]}"; do
        grep -qxF "$package installed" <<<"$status" || printf '%s\n' "$package"
    done
}

# apt_install PACKAGE...: refreshes the package lists only when they do not know a package or point at gone files.
apt_install() {
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    ((EUID == 0)) || apt=(sudo "${apt[@]}")
    if apt-cache show "$@" >/dev/null 2>&1 &&
        "${apt[@]}" install -y --no-install-recommends "$@"; then
        return 0
    fi
    "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"
}

install_packages() {
    stage 1 packages
    if ! command -v dpkg-query >/dev/null; then
        stage_done "not a Debian system: skipped (README lists them)"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)); then
        stage_done "${#packages[@]} present"
        return
    fi
    local command="apt-get install --no-install-recommends ${missing[*]}"
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "${#missing[@]} Debian packages are missing and there is no sudo here." \
            "Run as root, then start again: $command"
        if [[ ! $assume_yes ]]; then
            [[ -r /dev/tty && -t 2 ]] || die "${#missing[@]} Debian packages are missing and there is no terminal to ask on." \
                "Add --yes, or run: sudo $command"
            say "Missing Debian packages: ${missing[*]}"
            local answer=
            read -r -p "Install them with sudo apt-get? [y/N] " answer </dev/tty || true
            [[ $answer == [yY]* ]] || die "nothing was installed." "To do it by hand: sudo $command"
        fi
        sudo -v || die "sudo was refused." "Ask an administrator to run: $command"
    fi
    logged packages apt_install "${missing[@]}" || die "the packages could not be installed." "By hand: $command"
    stage_done "installed ${#missing[@]}"
}

# Debian's own Python first: it is the one whose pip we have installed.
python() { if [[ -x /usr/bin/python3 ]]; then /usr/bin/python3 "$@"; else python3 "$@"; fi; }

# lock_lines NAME...: the pinned lines of these packages.
lock_lines() {
    local name
    for name in "$@"; do
        grep -hE "^$name==" "$lock_file" "$cuda_lock_file" "$arrow_lock_file" || die "$name is in no lock file of resources/cmake."
    done
}

lock_digest() { sha256sum "$lock_file" | cut -c1-12; }

# wheel_of NAME: path of the cached wheel whose content is the pinned one; fails when there is none.
wheel_of() {
    local line hash file
    line=$(lock_lines "$1")
    hash=${line##*sha256:}
    for file in "$wheel_dir/${1//-/_}"-*.whl; do
        [[ -f $file ]] || continue
        if [[ $(sha256sum "$file" | cut -d' ' -f1) == "$hash" ]]; then
            printf '%s\n' "$file"
            return 0
        fi
        rm -f -- "$file" # half a download, or another version's
    done
    return 1
}

# One package a call: what has arrived stays when the next one fails.
fetch_wheels() {
    local name requirements
    mkdir -p "$wheel_dir"
    requirements=$(mktemp)
    for name in "$@"; do
        wheel_of "$name" >/dev/null && continue
        lock_lines "$name" >"$requirements"
        python -m pip download --no-deps --require-hashes -r "$requirements" -d "$wheel_dir" --no-cache-dir \
            --only-binary=:all: --implementation cp --python-version 3.11 --abi cp311 --abi none \
            --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_25_x86_64 \
            --platform manylinux_2_18_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --disable-pip-version-check --progress-bar off || return 1
        wheel_of "$name" >/dev/null || return 1
    done
    rm -f "$requirements"
}

# unpack_torch FOLDER: headers and CPU libraries only; written beside, checked by loading, then moved into place.
unpack_torch() {
    local folder=$1 part name wheels=()
    part=$(mktemp -d "$folder.part.XXXXXX")
    for name in torch nvidia-cuda-runtime nvidia-cuda-cupti; do wheels+=("$(wheel_of "$name")"); done
    echo "unpacking ${#wheels[@]} wheels"
    python - "$part" "${wheels[@]}" <<'PYTHON' || return 1
import ctypes, re, sys, zipfile
part, wheels = sys.argv[1], sys.argv[2:]
wanted = re.compile(r"torch/include/|torch/lib/(libtorch_cpu|libc10|libgomp)[.-]|nvidia/cu13/lib/lib(cudart|cupti)\.so"
                    r"|[^/]*\.dist-info/")
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(part, [name for name in archive.namelist() if wanted.match(name)])
ctypes.CDLL(part + "/torch/lib/libtorch_cpu.so")
PYTHON
    rm -rf -- "$folder"
    chmod 755 "$part"
    mv -- "$part" "$folder"
}

bring_torch() {
    stage 2 libtorch
    local folder
    folder=$cache_dir/python-$(lock_digest)
    if [[ ! -L $deps_link && -f $deps_link/torch/lib/libtorch_cpu.so ]]; then
        stage_done "your own, in .deps/python"
        return
    fi
    if [[ -f $folder/torch/lib/libtorch_cpu.so && $(readlink -- "$deps_link" || true) == "$folder" ]]; then
        stage_done "$(lock_version torch) in the cache"
        bring_cuda "$folder"
        return
    fi
    [[ $(uname -m) == x86_64 ]] || die "LibTorch is pinned for x86_64; this machine is $(uname -m)." \
        "Put an unpacked torch package for it under .deps/python/torch and start again."
    if [[ ! -f $folder/torch/lib/libtorch_cpu.so ]]; then
        mkdir -p "$cache_dir" || die "the cache folder $cache_dir cannot be written." "Set XDG_CACHE_HOME to one that can."
        local free_mb
        free_mb=$(df -Pm "$cache_dir" | awk 'NR == 2 { print $4 }')
        ((free_mb > 2500)) || die "only $free_mb MB are free in $cache_dir; LibTorch needs 2500." \
            "Make room, or set XDG_CACHE_HOME to a folder on another disk."
        exec 8>"$cache_dir/.lock" # two clones may want it at once
        flock 8
        if [[ ! -f $folder/torch/lib/libtorch_cpu.so ]]; then
            rm -rf -- "$folder".part.*
            stage_note "fetching 540 MB"
            logged libtorch-fetch fetch_wheels torch nvidia-cuda-runtime nvidia-cuda-cupti ||
                die "LibTorch could not be downloaded." "Is the network up? What has arrived is kept; start again."
            logged libtorch-unpack unpack_torch "$folder" || die "LibTorch could not be unpacked or does not load."
        fi
        exec 8>&-
    fi
    mkdir -p "$root/.deps"
    ln -sfn -- "$folder" "$deps_link"
    stage_done "$(lock_version torch) unpacked"
    bring_cuda "$folder"
}

lock_version() { lock_lines "$1" | sed -E 's/^[^=]*==([^ ]*).*/\1/'; }

# Ninja re-runs CMake when a CMake file changes; a new LibTorch or Arrow folder or preset needs it from outside.
configure() {
    stage 3 configure
    local stamp=$build_dir/.configured now
    now="$(readlink -f -- "$deps_link") $(readlink -f -- "$arrow_link") $(sha256sum "$root/CMakePresets.json" | cut -c1-12)"
    if [[ -f $build_dir/build.ninja && -f $stamp && $(<"$stamp") == "$now" ]]; then
        stage_done "unchanged"
        return
    fi
    logged configure cmake -S "$root" --preset release || die "CMake could not configure the build."
    printf '%s\n' "$now" >"$stamp"
    stage_done "done"
}

# LibTorch's headers take up to 1.7 GB a compiler: never more jobs than memory for them.
build_jobs() {
    local cores memory_jobs
    cores=$(nproc)
    memory_jobs=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo)
    ((memory_jobs < 1)) && memory_jobs=1
    echo $((memory_jobs < cores ? memory_jobs : cores))
}

# ccache asks the compiler which headers a file has instead of preprocessing it first: a fresh build takes half the time. The price
# is that clones in different folders share no objects.
# $1: `programs`, what a run needs; `all`, which adds the tests of the default set: two thirds of the work; `all extra_tests`.
build() {
    stage 4 build
    local needed_mb=2500 free_mb built_mb=0
    [[ $1 == all* ]] && needed_mb=4500
    free_mb=$(df -Pm "$root" | awk 'NR == 2 { print $4 }')
    [[ -d $build_dir ]] && built_mb=$(du -sm -- "$build_dir" | cut -f1)
    ((free_mb + built_mb > needed_mb)) || die "only $free_mb MB are free in $root; the build takes up to $needed_mb." "Make room and start again."
    export CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros # the latter: caches what precompiled headers are part of
    # In the build folder `ninja` follows CMakePresets.json's binaryDir.
    (cd "$root" && logged build cmake --build --preset release --target $1 --parallel "$(build_jobs)") || die "the build failed."
    if grep -q 'no work to do' "$log_dir/build.log"; then stage_done "up to date"; else stage_done "done"; fi
}

# The whole set-up. A second launcher on the same clone waits for the first. $1: what to build (`programs`).
set_up_and_build() {
    if ! mkdir -p "$root/build" 2>/dev/null || ! true 2>/dev/null >>"$root/build/.launcher.lock"; then
        die "the clone cannot be written: $root" "Clone it as the user who builds, or give that user the folder."
    fi
    exec 9>"$root/build/.launcher.lock"
    if ! flock -n 9; then
        say "Another ./ahascope is setting up this clone; waiting for it."
        flock 9
    fi
    install_packages
    bring_torch
    bring_arrow
    (cd "$root" && configure)
    build "${1-programs}"
    exec 9>&-
}

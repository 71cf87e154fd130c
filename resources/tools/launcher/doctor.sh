# `./ahascope doctor`: a table of what is present and what is missing, and how to get it. Changes nothing.

doctor_row() { printf '  %-12s %-9s %s\n' "$1" "$2" "$3"; }

doctor_program() { # NAME COMMAND...: first line of its version, or missing
    local name=$1 version
    shift
    if version=$("$@" 2>/dev/null | head -n 1) && [[ -n $version ]]; then
        doctor_row "$name" present "$version"
    else
        doctor_row "$name" MISSING "installed by ./ahascope build"
    fi
}

doctor_packages() {
    command -v dpkg-query >/dev/null || { doctor_row packages unknown "not a Debian system" && return; }
    local missing
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)); then
        doctor_row packages present "all ${#packages[@]} Debian packages"
    else
        doctor_row packages MISSING "${missing[*]}"
        doctor_row "" "" "./ahascope build installs them, or: apt-get install --no-install-recommends ${missing[*]}"
    fi
}

doctor_torch() {
    if [[ -f $deps_link/torch/lib/libtorch_cpu.so ]]; then
        doctor_row libtorch present "$(lock_version torch), $(readlink -f -- "$deps_link")"
    elif [[ -d $cache_dir/python-$(lock_digest) ]]; then
        doctor_row libtorch cached "./ahascope build links it into this clone"
    else
        doctor_row libtorch MISSING "./ahascope build fetches it (540 MB, kept in $cache_dir)"
    fi
}

doctor_arrow() {
    if has_arrow "$arrow_link"; then
        doctor_row arrow present "$(lock_version pyarrow), $(readlink -f -- "$arrow_link")"
    else
        doctor_row arrow MISSING "./ahascope build fetches it (55 MB, kept in $cache_dir)"
    fi
}

doctor_built() {
    local program
    for program in "$engine" "$workbench"; do
        if [[ -x $program ]]; then
            doctor_row "${program##*ahascope-}" present "built $(date -r "$program" '+%Y-%m-%d %H:%M')"
        else
            doctor_row "${program##*ahascope-}" MISSING "./ahascope build"
        fi
    done
}

doctor_cuda() {
    local gpu="" nvcc=""
    gpu=$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | head -n 1) || gpu=
    nvcc=$(command -v nvcc || ls /usr/local/cuda/bin/nvcc 2>/dev/null) || nvcc=
    [[ -n $gpu ]] && doctor_row GPU present "$gpu" || doctor_row GPU none "CUDA is off: no NVIDIA driver answers. The CPU is used."
    if [[ -n $nvcc ]]; then
        doctor_row nvcc present "$nvcc"
    else
        doctor_row nvcc none "CUDA is off: the plug-in needs nvcc to be built. Everything else works without."
    fi
    [[ -z $gpu ]] || doctor_cuda_libraries
}

doctor_cuda_libraries() {
    if [[ -f $deps_link/torch/lib/libtorch_cuda.so ]]; then
        doctor_row cuda present "LibTorch's CUDA libraries; the engine's own word is below"
    else
        doctor_row cuda MISSING "CUDA is off: ./ahascope build fetches LibTorch's CUDA libraries (1.7 GB)"
    fi
}

# What only the engine's own ten checks can say is "sandbox" in its line below; this is what keeps them from passing.
doctor_sandbox() {
    local version=""
    version=$(bwrap --version 2>/dev/null) || version=
    if [[ -z $version ]]; then
        doctor_row sandbox MISSING "programs that models write cannot be run: ./ahascope build installs bubblewrap"
    elif [[ ! -x /usr/bin/python3 ]]; then
        doctor_row sandbox MISSING "programs that models write cannot be run without /usr/bin/python3"
    else
        doctor_row sandbox present "$version; the engine's own word on it is below"
    fi
}

doctor_fonts() {
    local fonts=()
    mapfile -t fonts < <(missing_packages | grep '^fonts-' || true)
    if ((${#fonts[@]} == 0)); then
        doctor_row fonts present "DejaVu, Noto CJK"
    else
        doctor_row fonts MISSING "${fonts[*]}: Chinese traces would show as boxes"
    fi
}

doctor_display() {
    if has_display; then
        doctor_row display present "${WAYLAND_DISPLAY:-${DISPLAY-}}"
    else
        doctor_row display none "demo trains in the terminal and leaves a report folder"
    fi
}

word_doctor() {
    local to=1
    # The engine's JSON stands alone on a piped stdout, as with every word of the engine.
    [[ -x $engine && ! -t 1 ]] && to=2
    {
        echo "AhaScope in $root"
        doctor_packages
        doctor_program compiler g++ --version
        doctor_program cmake cmake --version
        doctor_program ninja ninja --version
        doctor_program ccache ccache --version
        doctor_torch
        doctor_arrow
        doctor_built
        doctor_cuda
        doctor_sandbox
        doctor_fonts
        doctor_display
        doctor_row memory "" "$(awk '/^MemTotal/ { t = $2 } /^MemAvailable/ { a = $2 } END { printf "%.1f GB, %.1f free", t / 1e6, a / 1e6 }' /proc/meminfo), $(nproc) cores"
        doctor_row disk "" "$(df -Ph "$root" | awk 'NR == 2 { print $4 " free" }') here"
    } >&"$to"
    [[ -x $engine ]] || return 0
    "$engine" doctor "$@"
}

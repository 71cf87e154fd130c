# LibTorch's CUDA libraries, unpacked beside the CPU's where an NVIDIA GPU answers. Never a reason to stop: without them
# everything runs on the CPU, and doctor says what is missing.

gpu_answers() { nvidia-smi -L >/dev/null 2>&1; }

cuda_packages() { sed -n 's/^\([a-z0-9-]*\)==.*/\1/p' "$cuda_lock_file"; }

# Says which set of libraries the folder holds.
cuda_stamp() { echo "$1/.cuda-$(sha256sum "$cuda_lock_file" | cut -c1-12)"; }

# unpack_cuda FOLDER: adds to a folder that unpack_torch made; checked by loading.
unpack_cuda() {
    local folder=$1 name wheels=()
    for name in torch $(cuda_packages); do wheels+=("$(wheel_of "$name")") || return 1; done
    echo "unpacking ${#wheels[@]} wheels"
    python - "$folder" "${wheels[@]}" <<'PYTHON' || return 1
import ctypes, re, sys, zipfile
folder, wheels = sys.argv[1], sys.argv[2:]
wanted = re.compile(r"torch/lib/(libtorch_cuda|libc10_cuda|libtorch_nvshmem)\.so|nvidia/[^/]+/lib/lib[^/]*\.so[^/]*$")
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if wanted.match(name)])
ctypes.CDLL(folder + "/torch/lib/libtorch_cuda.so")
PYTHON
    touch "$(cuda_stamp "$folder")"
}

# bring_cuda FOLDER: of LibTorch in the cache.
bring_cuda() {
    gpu_answers || return 0
    local folder=$1 free_mb
    stage 2 cuda
    if [[ -f $(cuda_stamp "$folder") ]]; then
        stage_done "LibTorch's CUDA libraries in the cache"
        return
    fi
    free_mb=$(df -Pm "$cache_dir" | awk 'NR == 2 { print $4 }')
    if ((free_mb < 6000)); then
        stage_done "off: needs 6000 MB in the cache, $free_mb are free"
        return
    fi
    exec 8>"$cache_dir/.lock"
    flock 8
    stage_note "fetching 1.7 GB"
    # The torch wheel itself is usually there still.
    if logged cuda-fetch fetch_wheels torch $(cuda_packages) && logged cuda-unpack unpack_cuda "$folder"; then
        stage_done "LibTorch's CUDA libraries unpacked"
    else
        say "CUDA stays off: its libraries could not be fetched or do not load. Start again to try once more."
    fi
    exec 8>&-
}

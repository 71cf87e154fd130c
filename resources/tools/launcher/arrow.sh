# Arrow and Parquet, unpacked into a folder of their own in the cache: a change of their pin leaves LibTorch alone.

arrow_lock_file=$root/resources/cmake/deps-arrow.lock
arrow_link=$root/.deps/arrow

# The soname carries the version, so the one file that CMake looks for has a name that changes with the pin.
has_arrow() { compgen -G "$1/pyarrow/libparquet.so.*" >/dev/null && [[ -f $1/pyarrow/include/arrow/api.h ]]; }

# unpack_arrow FOLDER: headers and the two libraries that need nothing else; checked by loading.
unpack_arrow() {
    local folder=$1 part wheel
    part=$(mktemp -d "$folder.part.XXXXXX")
    wheel=$(wheel_of pyarrow)
    echo "unpacking $(basename -- "$wheel")"
    python - "$part" "$wheel" <<'PYTHON' || return 1
import ctypes, glob, re, sys, zipfile
part, wheel = sys.argv[1:]
wanted = re.compile(r"pyarrow/include/(arrow|parquet)/|pyarrow/lib(arrow|parquet)\.so\.\d+$|[^/]*\.dist-info/")
python_only = re.compile(r"pyarrow/include/arrow/(python|acero|dataset|flight|engine|gpu)/")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(part, [name for name in archive.namelist() if wanted.match(name) and not python_only.match(name)])
ctypes.CDLL(glob.glob(part + "/pyarrow/libparquet.so.*")[0])
PYTHON
    rm -rf -- "$folder"
    chmod 755 "$part"
    mv -- "$part" "$folder"
}

# Part of stage 2: like LibTorch, a Python package that carries C++ libraries.
bring_arrow() {
    stage 2 arrow
    local folder
    if [[ ! -L $arrow_link ]] && has_arrow "$arrow_link"; then
        stage_done "your own, in .deps/arrow"
        return
    fi
    folder=$cache_dir/arrow-$(sha256sum "$arrow_lock_file" | cut -c1-12)
    if has_arrow "$folder" && [[ $(readlink -- "$arrow_link" || true) == "$folder" ]]; then
        stage_done "$(lock_version pyarrow) in the cache"
        return
    fi
    [[ $(uname -m) == x86_64 ]] || die "Arrow is pinned for x86_64; this machine is $(uname -m)." \
        "Put an unpacked pyarrow package for it under .deps/arrow/pyarrow and start again."
    if ! has_arrow "$folder"; then
        mkdir -p "$cache_dir" || die "the cache folder $cache_dir cannot be written." "Set XDG_CACHE_HOME to one that can."
        exec 8>"$cache_dir/.lock" # two clones may want it at once
        flock 8
        if ! has_arrow "$folder"; then
            rm -rf -- "$folder".part.*
            stage_note "fetching 55 MB"
            logged arrow-fetch fetch_wheels pyarrow ||
                die "Arrow could not be downloaded." "Is the network up? What has arrived is kept; start again."
            logged arrow-unpack unpack_arrow "$folder" || die "Arrow could not be unpacked or does not load."
        fi
        exec 8>&-
    fi
    mkdir -p "$root/.deps"
    ln -sfn -- "$folder" "$arrow_link"
    stage_done "$(lock_version pyarrow) unpacked"
}

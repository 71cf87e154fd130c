# How the launcher talks: one line a stage with the time it took, full output in build/log/. Everything on stderr.

log_dir=$root/build/log
stage_count=4
[[ -t 2 ]] && on_terminal=1 || on_terminal=

say() { printf '%s\n' "$*" >&2; }

# die SENTENCE [HINT]: the launcher's only way to fail.
die() {
    printf 'ahascope: %s\n' "$1" >&2
    [[ -n ${2-} ]] && printf '  %s\n' "$2" >&2
    exit 1
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# stage NUMBER NAME: begins a stage; stage_done TEXT ends it.
stage() {
    stage_label=$(printf '[%d/%d] %-9s' "$1" "$stage_count" "$2")
    stage_began=$SECONDS
}

stage_line() { printf '%s %-52.52s %7s' "$stage_label" "$1" "$(clock $((SECONDS - stage_began)))" >&2; }

stage_note() {
    if [[ $on_terminal ]]; then
        printf '\r' >&2
        stage_line "$1"
    elif ((SECONDS >= ${next_note:-0})); then # a log file gets a line every half minute, not every second
        next_note=$((SECONDS + 30))
        stage_line "$1"
        printf '\n' >&2
    fi
}

stage_done() {
    [[ $on_terminal ]] && printf '\r' >&2
    stage_line "$1"
    printf '\n' >&2
    next_note=0
}

# logged NAME COMMAND...: runs the command with its output in build/log/NAME.log and the newest line as progress.
logged() {
    local log=$log_dir/$1.log line text="" status=0
    shift
    next_note=$((SECONDS + 30))
    mkdir -p "$log_dir"
    set +e
    "$@" </dev/null 2>&1 | tee "$log" | {
        while :; do
            if IFS= read -r -t 1 line; then
                line=${line//[$'\r\t\e']/ }
                [[ -n $line ]] && text=${line##*"$root/"}
            elif (($? <= 128)); then
                break
            fi
            stage_note "$text"
        done
    }
    status=${PIPESTATUS[0]}
    set -e
    if ((status != 0)); then
        stage_done "failed"
        { grep -E -m 12 -A 6 'FAILED:|[Ee]rror:|^E: |CMake Error' "$log" || tail -n 25 "$log"; } >&2
        say "The whole log: $log"
    fi
    return "$status"
}

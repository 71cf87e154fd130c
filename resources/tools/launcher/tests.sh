# `./ahascope test`: build, ctest, and one last line that sums what the test programs counted themselves.

default_labels='unit|gui|golden|invariant|integration'
extra_labels='bench|fuzz|gpu|long'

# Prints "passed failed". Qt Test programs state their counts in "Totals:" lines; any other test is one.
# A program that crashed, ran out of time or never started counts as a failure even where its totals look clean.
count_tests() {
    local ctest_dir=$build_dir/Testing/Temporary
    [[ -f $ctest_dir/LastTest.log ]] || { echo "0 1" && return; }
    touch "$ctest_dir/LastTestsFailed.log"
    awk '
        function close_test() {
            if (name == "") return
            broken = name in bad
            if (totals == 0) { if (broken) f++; else if (!skipped) p++ }
            else { p += tp; f += tf; if (broken && tf == 0) f++ }
            delete bad[name]
            name = ""
        }
        FILENAME ~ /LastTestsFailed/ { sub(/^[0-9]+:/, ""); bad[$0] = 1; next }
        /^[0-9]+\/[0-9]+ Test: / { close_test(); name = $0; sub(/^[0-9]+\/[0-9]+ Test: /, "", name)
                                   totals = tp = tf = skipped = 0; next }
        /^Totals: [0-9]+ passed, [0-9]+ failed/ { totals++; tp += $2; tf += $4 }
        /^Test Skipped/ { skipped = 1 }
        END { close_test(); for (name in bad) f++; print p + 0, f + 0 }
    ' "$ctest_dir/LastTestsFailed.log" "$ctest_dir/LastTest.log"
}

word_test() {
    local label="" golden="" select=()
    while (($#)); do
        case $1 in
        --label | --golden)
            [[ -n ${2-} ]] || die "$1 needs a value."
            declare "${1#--}=$2"
            shift
            ;;
        --label=* | --golden=*) declare "${1#--}" ;;
        -h | --help) word_help && return ;;
        *) die "test does not know '$1'." "./ahascope test [--yes] [--label L|all] [--golden DIR]" ;;
        esac
        shift
    done
    if [[ -n $golden ]]; then
        [[ -d $golden ]] || die "there is no folder '$golden' with golden cases."
        AHASCOPE_GOLDEN=$(realpath -- "$golden")
        export AHASCOPE_GOLDEN
    fi
    local targets="all extra_tests"
    case $label in
    '') targets=all && select=(-L "^($default_labels)\$" -LE "^($extra_labels)\$") ;;
    all) ;;
    *) select=(-L "^($label)\$") ;;
    esac

    set_up_and_build "$targets"
    rm -f "$build_dir/Testing/Temporary/"LastTest*.log
    local status=0 passed failed
    export QT_QPA_PLATFORM=offscreen
    ctest --test-dir "$build_dir" "${select[@]}" --no-tests=error --output-on-failure --parallel $(($(nproc) + 1)) \
        </dev/null || status=$?
    read -r passed failed < <(count_tests)
    ((status == 0 || failed > 0)) || failed=1 # ctest itself failed: no test of that label, say
    printf '%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0))
}

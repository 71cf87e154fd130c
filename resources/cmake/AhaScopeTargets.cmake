# How every target of this project is declared. The layering (which folder may link which) is visible in the
# LINK lists of the per-folder CMakeLists.txt files and is enforced by tests/unit/policy.

add_library(aha_options INTERFACE)
target_compile_options(aha_options INTERFACE -Wall -Wextra -Wno-unused-parameter)
# Functions and lines are enough for a backtrace. With types and variables, 180 test programs take 10 GB of disk.
target_compile_options(aha_options INTERFACE "$<$<CONFIG:RelWithDebInfo>:-g1>")
target_compile_definitions(aha_options INTERFACE AHASCOPE_VERSION="${PROJECT_VERSION}")
target_include_directories(aha_options INTERFACE "${CMAKE_SOURCE_DIR}")
# 280 programs are linked, and binutils' gold takes a third of the time of its default linker. (lld 14 is faster still, but
# an exception that passes a function split into hot and cold parts then ends the program: tst_jinja.)
include(CheckLinkerFlag)
check_linker_flag(CXX "-fuse-ld=gold" AHASCOPE_HAS_GOLD)
if(AHASCOPE_HAS_GOLD AND NOT AHASCOPE_SANITIZE) # whose symbols it warns of
    target_link_options(aha_options INTERFACE "-fuse-ld=gold")
endif()
if(AHASCOPE_SANITIZE)
    target_compile_options(aha_options INTERFACE -fsanitize=${AHASCOPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(aha_options INTERFACE -fsanitize=${AHASCOPE_SANITIZE})
endif()

# aha_compile_together(<name> [BY_NAME] [EXCEPT <sources>]): some eight files at a time. From nothing, most of the time
# goes into reading the same headers and templates for every file. The files are dealt like cards: neighbours
# (import_trl.cpp, import_verl.cpp) give private things the same names, and do not come together. BY_NAME: a file's name
# alone decides with which it comes, so that a new file moves no other; for rooms that grow often. Those that meet a file
# with such a name all the same are the exceptions. Called when the target has all its sources; OFF compiles each file by
# itself.
option(AHASCOPE_TOGETHER "Compile several files of a target at once" ON)
function(aha_compile_together name)
    cmake_parse_arguments(ARG "BY_NAME" "" "EXCEPT" ${ARGN})
    get_target_property(sources ${name} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    list(LENGTH sources count)
    math(EXPR batches "(${count} + 7) / 8")
    if(ARG_BY_NAME) # a power of two: seldom another number
        set(least ${batches})
        set(batches 1)
        while(batches LESS least)
            math(EXPR batches "${batches} * 2")
        endwhile()
    endif()
    set(batch 0)
    foreach(source ${sources})
        get_source_file_property(own_headers "${source}" SKIP_PRECOMPILE_HEADERS)
        get_filename_component(file "${source}" NAME)
        if(ARG_BY_NAME)
            string(SHA1 digest "${file}")
            string(SUBSTRING "${digest}" 0 4 digest)
            math(EXPR batch "0x${digest} % ${batches}")
        endif()
        if(NOT file IN_LIST ARG_EXCEPT AND NOT own_headers)
            set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${batch})
        endif()
        math(EXPR batch "(${batch} + 1) % ${batches}")
    endforeach()
    set_target_properties(${name} PROPERTIES UNITY_BUILD ${AHASCOPE_TOGETHER} UNITY_BUILD_MODE GROUP)
endfunction()

# aha_library(<name> LINK <public targets> [LINK_PRIVATE <targets>]): the folder's .cpp files as one static library.
function(aha_library name)
    cmake_parse_arguments(ARG "" "" "LINK;LINK_PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
    if(NOT sources)
        add_library(${name} INTERFACE)
        return()
    endif()
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC aha_options ${ARG_LINK} PRIVATE ${ARG_LINK_PRIVATE})
endfunction()

# aha_qt_library: the same with moc and the Qt compile rules.
function(aha_qt_library name)
    aha_library(${name} ${ARGN})
    get_target_property(kind ${name} TYPE)
    if(NOT kind STREQUAL "STATIC_LIBRARY")
        return()
    endif()
    file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
    target_sources(${name} PRIVATE ${headers})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${name} PUBLIC QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_CAST_TO_ASCII)
endfunction()

# What nearly every file of a kind includes, compiled once a library and once for all tests of the kind. Reading these
# headers was two thirds of a build from nothing. CMAKE_DISABLE_PRECOMPILE_HEADERS=ON shows what a file forgot to include.
set(AHA_STANDARD_HEADERS <algorithm> <cmath> <filesystem> <functional> <map> <memory> <optional> <set> <string> <vector>)
set(AHA_TENSOR_HEADERS <ATen/TensorOperators.h> <ATen/core/Tensor.h> <ATen/core/grad_mode.h> ${AHA_STANDARD_HEADERS})
set(AHA_WINDOW_HEADERS <QtWidgets> ${AHA_STANDARD_HEADERS})

set(AHA_TEST_DEFINITIONS QT_NO_KEYWORDS _GLIBCXX_USE_CXX11_ABI=1 # as LibTorch says it
    AHASCOPE_TEST_FIXTURES="${CMAKE_SOURCE_DIR}/tests/fixtures"
    AHASCOPE_TEST_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    AHASCOPE_TEST_BINARY_DIR="${CMAKE_BINARY_DIR}")
# A test is run once for each time it is compiled. The two macros differ in every folder.
set(AHA_TEST_OPTIONS "$<$<CONFIG:RelWithDebInfo>:-O1>" -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
# The headers of one kind of tests. What a target defines beyond this must not change what the headers say.
function(aha_test_headers name)
    cmake_parse_arguments(ARG "" "" "LINK;HEADERS" ${ARGN})
    file(WRITE "${CMAKE_BINARY_DIR}/${name}.cpp" "")
    add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/${name}.cpp")
    target_link_libraries(${name} PRIVATE aha_options Qt6::Test ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE ${AHA_TEST_DEFINITIONS})
    target_compile_options(${name} PRIVATE ${AHA_TEST_OPTIONS})
    target_precompile_headers(${name} PRIVATE <QtTest> ${ARG_HEADERS})
endfunction()

# aha_test(<name> LABELS <labels> SOURCES ... LINK ... [ARGS ...] [TIMEOUT s]): one Qt Test executable. moc reads the
# sources that end with their own .moc file, and no header: it knows Q_OBJECT, and LibTorch's would cost it ten seconds.
function(aha_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LABELS;SOURCES;LINK;ARGS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE aha_options ${ARG_LINK} Qt6::Test)
    target_compile_definitions(${name} PRIVATE ${AHA_TEST_DEFINITIONS})
    target_compile_options(${name} PRIVATE ${AHA_TEST_OPTIONS})
    # 280 copies of the libraries' line tables take 7 GB of disk. The preset asan keeps them, for a debugger.
    target_link_options(${name} PRIVATE "$<$<CONFIG:RelWithDebInfo>:LINKER:--strip-debug>")
    if("bench" IN_LIST ARG_LABELS)
        target_compile_options(${name} PRIVATE -O2) # a baseline is compiled like what it is held against
    elseif("${ARG_LINK}" MATCHES "aha_(plots|panels|shell)")
        target_precompile_headers(${name} REUSE_FROM aha_window_test_headers)
    elseif("${ARG_LINK}" MATCHES "aha_(nn|algo|engine|cuda)")
        target_precompile_headers(${name} REUSE_FROM aha_tensor_test_headers)
    elseif(NOT "${ARG_LINK}" MATCHES "aha_(run|models)|Qt6::(Gui|Widgets|Network)") # these few have other definitions
        target_precompile_headers(${name} REUSE_FROM aha_core_test_headers)
    endif()
    foreach(source ${ARG_SOURCES})
        get_filename_component(stem "${source}" NAME_WE)
        file(STRINGS "${source}" keywords REGEX "undef QT_NO_KEYWORDS") # for qcustomplot.h, which is written with them
        if(keywords)
            set_source_files_properties("${source}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
        endif()
        file(STRINGS "${source}" own_moc REGEX "^#include \"${stem}\\.moc\"")
        if(own_moc)
            set(folder "${CMAKE_CURRENT_BINARY_DIR}")
            if(NOT stem STREQUAL name) # a second test of one source
                string(APPEND folder "/${name}_moc")
            endif()
            set(moc "${folder}/${stem}.moc")
            get_filename_component(file "${source}" ABSOLUTE)
            file(MAKE_DIRECTORY "${folder}")
            add_custom_command(OUTPUT "${moc}" DEPENDS "${file}" VERBATIM COMMAND_EXPAND_LISTS
                COMMAND Qt6::moc "-D$<JOIN:$<TARGET_PROPERTY:${name},COMPILE_DEFINITIONS>,;-D>" -o "${moc}" "${file}")
            target_sources(${name} PRIVATE "${moc}")
            target_include_directories(${name} PRIVATE "${folder}")
        endif()
    endforeach()
    foreach(label bench gpu long) # not of the default set: built on demand
        if(label IN_LIST ARG_LABELS)
            set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
            add_dependencies(extra_tests ${name})
        endif()
    endforeach()
    add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()

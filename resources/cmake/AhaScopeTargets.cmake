# How every target of this project is declared. The layering (which folder may link which) is visible in the
# LINK lists of the per-folder CMakeLists.txt files and is enforced by tests/unit/policy.

add_library(aha_options INTERFACE)
target_compile_options(aha_options INTERFACE -Wall -Wextra -Wno-unused-parameter)
# Functions and lines are enough for a backtrace. With types and variables, 180 test programs take 10 GB of disk.
target_compile_options(aha_options INTERFACE "$<$<CONFIG:RelWithDebInfo>:-g1>")
target_compile_definitions(aha_options INTERFACE AHASCOPE_VERSION="${PROJECT_VERSION}")
target_include_directories(aha_options INTERFACE "${CMAKE_SOURCE_DIR}")
if(AHASCOPE_SANITIZE)
    target_compile_options(aha_options INTERFACE -fsanitize=${AHASCOPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(aha_options INTERFACE -fsanitize=${AHASCOPE_SANITIZE})
endif()

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

# What every test includes, compiled once. Tests with Qt's other modules have other definitions and read it themselves.
set(AHA_TEST_DEFINITIONS QT_NO_KEYWORDS _GLIBCXX_USE_CXX11_ABI=1 # as LibTorch says it
    AHASCOPE_TEST_FIXTURES="${CMAKE_SOURCE_DIR}/tests/fixtures"
    AHASCOPE_TEST_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    AHASCOPE_TEST_BINARY_DIR="${CMAKE_BINARY_DIR}")
function(aha_test_headers)
    file(WRITE "${CMAKE_BINARY_DIR}/test_headers.cpp" "")
    add_library(aha_test_headers OBJECT "${CMAKE_BINARY_DIR}/test_headers.cpp")
    target_link_libraries(aha_test_headers PRIVATE aha_options Qt6::Test)
    target_compile_definitions(aha_test_headers PRIVATE ${AHA_TEST_DEFINITIONS})
    target_compile_options(aha_test_headers PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR) # differs in every folder
    target_precompile_headers(aha_test_headers PRIVATE <QtTest> <algorithm> <cmath> <map> <memory> <optional> <set> <string> <vector>)
endfunction()

# aha_test(<name> LABELS <labels> SOURCES ... LINK ... [ARGS ...] [TIMEOUT s]): one Qt Test executable. moc reads the
# sources that end with their own .moc file; a target of its own for that would take longer than most tests compile.
function(aha_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LABELS;SOURCES;LINK;ARGS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE aha_options ${ARG_LINK} Qt6::Test)
    target_compile_definitions(${name} PRIVATE ${AHA_TEST_DEFINITIONS})
    target_compile_options(${name} PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    if(NOT "${ARG_LINK}" MATCHES "aha_(run|models|plots|panels|shell)|Qt6::(Gui|Widgets|Network)")
        target_precompile_headers(${name} REUSE_FROM aha_test_headers)
    endif()
    foreach(source ${ARG_SOURCES})
        get_filename_component(stem "${source}" NAME_WE)
        file(STRINGS "${source}" own_moc REGEX "^#include \"${stem}\\.moc\"")
        if(own_moc)
            set(folder "${CMAKE_CURRENT_BINARY_DIR}")
            if(NOT stem STREQUAL name) # a second test of one source
                string(APPEND folder "/${name}_moc")
            endif()
            set(moc "${folder}/${stem}.moc")
            qt_generate_moc("${source}" "${moc}" TARGET ${name})
            target_sources(${name} PRIVATE "${moc}")
            target_include_directories(${name} PRIVATE "${folder}")
        endif()
    endforeach()
    add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()

# Everything outside the project, in one place. All of it is packaged (see the launcher's package lists).

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)   # SHA-256 of checkpoints
find_package(ZLIB REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SENTENCEPIECE REQUIRED IMPORTED_TARGET sentencepiece)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)   # the sandbox; bwrap is looked for at run time
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
find_library(SENTENCEPIECE_TRAIN sentencepiece_train REQUIRED)
find_library(GMP gmp REQUIRED)
find_library(GMPXX gmpxx REQUIRED)

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Test)
if(AHASCOPE_WITH_QT)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Gui Widgets Network Svg PrintSupport DBus)
    find_package(QCustomPlot REQUIRED)
endif()

if(AHASCOPE_WITH_TORCH)
    # LibTorch from the Python package, as a plain INTERFACE target: find_package(Torch) would demand a CUDA toolkit
    # even for a program that only links the CPU libraries.
    set(AHASCOPE_TORCH_DIR "${AHASCOPE_DEPS_DIR}/torch")
    if(NOT EXISTS "${AHASCOPE_TORCH_DIR}/lib/libtorch_cpu.so")
        message(FATAL_ERROR "LibTorch is not in ${AHASCOPE_TORCH_DIR}. Run ./ahascope build, which fetches it, "
                            "or point AHASCOPE_DEPS_DIR at a folder that holds the unpacked torch package.")
    endif()
    # The include folder is read through the real path: ccache hashes and the compiler see one name for it.
    file(REAL_PATH "${AHASCOPE_TORCH_DIR}" AHASCOPE_TORCH_DIR)
    file(REAL_PATH "${AHASCOPE_DEPS_DIR}" AHASCOPE_DEPS_REAL)
    add_library(aha_torch INTERFACE)
    target_include_directories(aha_torch SYSTEM INTERFACE "${AHASCOPE_TORCH_DIR}/include"
        "${AHASCOPE_TORCH_DIR}/include/torch/csrc/api/include")
    # TensorOperators.h reads the operators that it needs, not all two thousand.
    target_compile_definitions(aha_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1 AT_PER_OPERATOR_HEADERS)
    target_link_libraries(aha_torch INTERFACE
        "${AHASCOPE_TORCH_DIR}/lib/libtorch_cpu.so" "${AHASCOPE_TORCH_DIR}/lib/libc10.so")
    target_link_options(aha_torch INTERFACE
        "-Wl,-rpath,${AHASCOPE_TORCH_DIR}/lib"
        "-Wl,-rpath-link,${AHASCOPE_TORCH_DIR}/lib:${AHASCOPE_DEPS_REAL}/nvidia/cu13/lib")
endif()

# CUDA: only our plug-in needs nvcc. LibTorch's CUDA libraries are opened at run time, never linked.
set(AHASCOPE_WITH_CUDA AUTO CACHE STRING "Build the CUDA plug-in: AUTO (if nvcc is found), ON, OFF")
if(AHASCOPE_WITH_CUDA AND AHASCOPE_WITH_TORCH)
    find_program(AHASCOPE_NVCC nvcc HINTS "$ENV{CUDA_HOME}/bin" "/usr/local/cuda/bin" DOC "CUDA compiler for the plug-in")
    if(AHASCOPE_NVCC)
        set(CMAKE_CUDA_COMPILER "${AHASCOPE_NVCC}")
        set(CMAKE_CUDA_ARCHITECTURES "80-real;90" CACHE STRING "GPUs to compile for; the last one as PTX too")
        enable_language(CUDA)
        set(AHASCOPE_CUDA_COMPILER ON)
    elseif(AHASCOPE_WITH_CUDA STREQUAL "AUTO")
        message(STATUS "CUDA plug-in: skipped, nvcc was not found")
    else()
        message(FATAL_ERROR "AHASCOPE_WITH_CUDA is ON, but nvcc was not found. Install the CUDA 13 toolkit or set AHASCOPE_NVCC.")
    endif()
endif()

# Arrow and Parquet from the Python package, as two IMPORTED targets: the wheel ships no CMake package, and its libraries
# are only there under their soname (libarrow.so.2600). They use the new libstdc++ ABI, need nothing but each other, and
# share no exported symbol with LibTorch. Compiled away (a sentence instead of a reader) only in a user's own build.
if(AHASCOPE_WITH_ARROW)
    file(GLOB arrow_library "${AHASCOPE_ARROW_DIR}/pyarrow/libarrow.so.*")
    file(GLOB parquet_library "${AHASCOPE_ARROW_DIR}/pyarrow/libparquet.so.*")
    list(LENGTH arrow_library arrow_count)
    list(LENGTH parquet_library parquet_count)
    if(NOT arrow_count EQUAL 1 OR NOT parquet_count EQUAL 1)
        message(FATAL_ERROR "Arrow is not in ${AHASCOPE_ARROW_DIR}. Run ./ahascope build, which fetches it, or point "
                            "AHASCOPE_ARROW_DIR at a folder that holds the unpacked pyarrow package, or leave Parquet "
                            "out with -DAHASCOPE_WITH_ARROW=OFF.")
    endif()
    file(REAL_PATH "${AHASCOPE_ARROW_DIR}" AHASCOPE_ARROW_REAL)
    foreach(name arrow parquet)
        file(REAL_PATH "${${name}_library}" location)
        get_filename_component(soname "${location}" NAME)
        add_library(aha_external_${name} SHARED IMPORTED)
        set_target_properties(aha_external_${name} PROPERTIES IMPORTED_LOCATION "${location}" IMPORTED_SONAME "${soname}"
            INTERFACE_INCLUDE_DIRECTORIES "${AHASCOPE_ARROW_REAL}/pyarrow/include"
            INTERFACE_COMPILE_DEFINITIONS _GLIBCXX_USE_CXX11_ABI=1)
    endforeach()
    target_link_libraries(aha_external_parquet INTERFACE aha_external_arrow)
endif()

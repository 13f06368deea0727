# How units are compiled and linked: warnings, sanitizers, hardening, ccache, linker, job pool.

include(CheckLinkerFlag)

# Modules, tests and programs link this; nothing outside the project does.
add_library(meridian_flags INTERFACE)
# Left out of {.name = x}, a field has its default: that is what the notation is for.
target_compile_options(meridian_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wswitch-enum
  -Wno-missing-field-initializers)
if(MERIDIAN_WERROR)
  target_compile_options(meridian_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 takes "(" + text for a copy onto itself once it is inlined (docs/dev/gcc12.md).
  target_compile_options(meridian_flags INTERFACE -Wno-restrict -Wno-mismatched-new-delete)
else()
  # clang 19 takes offence at libstdc++ 12's own stable_sort.
  target_compile_options(meridian_flags INTERFACE -Wno-deprecated-declarations)
endif()

# A checked operator[] in a gateway that reads bytes from strangers is worth its branch.
add_compile_definitions(_GLIBCXX_ASSERTIONS)

# No NDEBUG: assertions stay on in release. -g1 is what a backtrace and perf need.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT MERIDIAN_SANITIZE)
  add_compile_options(-fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  add_link_options(-pie -Wl,-z,relro,-z,now)
endif()

if(MERIDIAN_SANITIZE)
  # -O1 makes tests several times faster than -O0 at little cost, except for units that include
  # Asio: meridian_asio adds -O0 to whatever links it (cmake/asio/CMakeLists.txt).
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
  add_compile_options(-fsanitize=${MERIDIAN_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MERIDIAN_SANITIZE})
  if(MERIDIAN_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's manual: instrumented code gives false positives here. The release build has it on.
    target_compile_options(meridian_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()

# Relative paths let a fresh clone, or another build folder of the same depth, share the cache.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

# Paths in checks and logs start at the source folder, whoever built it, wherever, cached or not.
cmake_path(RELATIVE_PATH PROJECT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_BINARY_DIR}
  OUTPUT_VARIABLE source_from_build)
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
  -fmacro-prefix-map=${source_from_build}/=)

foreach(linker IN ITEMS mold lld)
  check_linker_flag(CXX -fuse-ld=${linker} MERIDIAN_LINKER_${linker})
  if(MERIDIAN_LINKER_${linker})
    add_link_options(-fuse-ld=${linker})
    break()
  endif()
endforeach()

# A unit with Asio takes up to 2 GB under ASan, so memory bounds the jobs as well as cores do.
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
cmake_host_system_information(RESULT memory_mb QUERY TOTAL_PHYSICAL_MEMORY)
math(EXPR jobs "${memory_mb} / 2048")
if(jobs GREATER cores)
  set(jobs ${cores})
elseif(jobs LESS 1)
  set(jobs 1)
endif()
set_property(GLOBAL PROPERTY JOB_POOLS compile=${jobs} link=2)
set(CMAKE_JOB_POOL_COMPILE compile)
set(CMAKE_JOB_POOL_LINK link)

include(GoogleTest)

# meridian_module(NAME routing SOURCES plan.cc plan_test.cc DEPS residency health
#                 [LIBS fmt::fmt ...] [PRIVATE_LIBS simdjson::simdjson ...])
#
# Builds the static library meridian_routing from the listed sources and, from every *_test.cc
# among them, the program meridian_routing_test. DEPS are modules; LIBS show in the module's
# headers, PRIVATE_LIBS only in its .cc files (its tests see both). Headers are not listed.
function(meridian_module)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;DEPS;LIBS;PRIVATE_LIBS")
  meridian_refuse_leftovers(meridian_module)
  set(tests ${arg_SOURCES})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER arg_SOURCES EXCLUDE REGEX "_test\\.cc$")
  list(TRANSFORM arg_DEPS PREPEND meridian_)

  set(module meridian_${arg_NAME})
  if(arg_SOURCES)
    add_library(${module} STATIC ${arg_SOURCES})
    target_include_directories(${module} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${module} PUBLIC ${arg_DEPS} ${arg_LIBS}
      PRIVATE ${arg_PRIVATE_LIBS} meridian_flags)
  else()
    add_library(${module} INTERFACE)
    target_include_directories(${module} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${module} INTERFACE ${arg_DEPS} ${arg_LIBS} ${arg_PRIVATE_LIBS})
  endif()

  if(tests)
    meridian_test(NAME ${arg_NAME} SOURCES ${tests} DEPS ${arg_NAME} LIBS ${arg_PRIVATE_LIBS})
    if(MERIDIAN_SANITIZE)
      # Unit tests finish in no time as it is; -O1 makes them half as long again to compile.
      target_compile_options(meridian_${arg_NAME}_test PRIVATE -O0)
    endif()
  endif()
endfunction()

# meridian_test(NAME sim SOURCES failover_test.cc DEPS sim [LIBS ...] [TIMEOUT seconds])
#
# A GoogleTest program meridian_sim_test; its cases are ctests named sim.Suite.Case with the label
# sim. They run in the source folder, so a fixture is opened as "tests/golden/typo.yaml".
function(meridian_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT" "SOURCES;DEPS;LIBS")
  meridian_refuse_leftovers(meridian_test)
  list(TRANSFORM arg_DEPS PREPEND meridian_)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()

  set(program meridian_${arg_NAME}_test)
  add_executable(${program} ${arg_SOURCES})
  target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${program} PRIVATE ${arg_DEPS} ${arg_LIBS} meridian_flags
    GTest::gmock GTest::gtest_main)

  # PRE_TEST: ctest asks the program for its cases. Asking at build time would run it there, which
  # under a sanitizer costs more than linking it.
  gtest_discover_tests(${program}
    TEST_PREFIX "${arg_NAME}."
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES LABELS ${arg_NAME} TIMEOUT ${arg_TIMEOUT}
      ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1")
endfunction()

# meridian_program(NAME meridian SOURCES main.cc DEPS cli [LIBS ...])
#
# A program in the root of the build folder.
function(meridian_program)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;DEPS;LIBS")
  meridian_refuse_leftovers(meridian_program)
  list(TRANSFORM arg_DEPS PREPEND meridian_)
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_DEPS} ${arg_LIBS} meridian_flags)
endfunction()

# A keyword misspelt in a call would otherwise be ignored, with a puzzling error much later.
macro(meridian_refuse_leftovers caller)
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${caller}: unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
endmacro()

function(meridian_add_if_present folder)
  set(file ${PROJECT_SOURCE_DIR}/${folder}/CMakeLists.txt)
  if(EXISTS ${file})
    add_subdirectory(${folder})
  endif()
endfunction()

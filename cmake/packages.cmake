# Every library that a module may name, found once. tools/setup installs them.
#
#   Boost::headers Boost::json OpenSSL::Crypto OpenSSL::SSL c-ares::cares simdjson::simdjson
#   yaml-cpp::yaml-cpp fmt::fmt spdlog::spdlog CLI11::CLI11 prometheus-cpp::core
#   maxminddb::maxminddb SQLite::SQLite3 Threads::Threads
#
# Asio and Beast come from meridian_asio (cmake/asio). Imported targets are SYSTEM by themselves.

find_package(Threads REQUIRED)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS headers json)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 3.35 REQUIRED)  # RETURNING.
find_package(simdjson REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(yaml-cpp REQUIRED)
add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)  # 0.7 has no namespace yet.

find_package(PkgConfig REQUIRED)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares)
add_library(c-ares::cares ALIAS PkgConfig::cares)
pkg_check_modules(maxminddb REQUIRED IMPORTED_TARGET libmaxminddb)
add_library(maxminddb::maxminddb ALIAS PkgConfig::maxminddb)

find_package(GTest REQUIRED)
if(MERIDIAN_BENCH OR MERIDIAN_LINT)
  find_package(benchmark REQUIRED)
endif()

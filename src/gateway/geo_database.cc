#include "gateway/geo_database.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace meridian {

std::expected<std::unique_ptr<const GeoDatabase>, std::string> GeoDatabase::open(
    const std::string& path) {
  auto file = std::make_unique<MMDB_s>();
  if (const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, file.get());
      status != MMDB_SUCCESS) {
    return std::unexpected(
        fmt::format("cannot read the MaxMind file {}: {}", path, MMDB_strerror(status)));
  }
  return std::unique_ptr<const GeoDatabase>(new GeoDatabase(std::move(file)));
}

GeoDatabase::GeoDatabase(std::unique_ptr<MMDB_s> opened) : file_(std::move(opened)) {}

GeoDatabase::~GeoDatabase() {
  MMDB_close(file_.get());
}

std::string GeoDatabase::country_of(std::string_view address) const {
  int not_an_address = 0;
  int failed = 0;
  auto found =
      MMDB_lookup_string(file_.get(), std::string(address).c_str(), &not_an_address, &failed);
  if (not_an_address != 0 || failed != MMDB_SUCCESS || !found.found_entry) {
    return {};
  }
  for (const char* const kind : {"country", "registered_country"}) {
    std::array<const char*, 3> path{kind, "iso_code", nullptr};
    MMDB_entry_data_s data{};
    if (MMDB_aget_value(&found.entry, &data, path.data()) == MMDB_SUCCESS && data.has_data &&
        data.type == MMDB_DATA_TYPE_UTF8_STRING) {
      return {data.utf8_string, data.data_size};
    }
  }
  return {};
}

}  // namespace meridian

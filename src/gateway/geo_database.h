#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include <maxminddb.h>

namespace meridian {

// A MaxMind file (user_location.geoip_db): which country an address is in. The file is mapped, so
// that a whole one costs no memory of ours; replace it by renaming a new one over it. Any thread.
class GeoDatabase {
 public:
  // Failure: a sentence with the path.
  static std::expected<std::unique_ptr<const GeoDatabase>, std::string> open(
      const std::string& path);

  ~GeoDatabase();
  GeoDatabase(const GeoDatabase&) = delete;
  GeoDatabase& operator=(const GeoDatabase&) = delete;

  // The ISO code of the country where `address` is used, else where it is registered; empty when
  // the file does not say, and for what is no address.
  std::string country_of(std::string_view address) const;

 private:
  explicit GeoDatabase(std::unique_ptr<MMDB_s> opened);

  std::unique_ptr<MMDB_s> file_;
};

}  // namespace meridian

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace meridian {

// The fields of one JSON object whose values are strings, numbers or booleans, as text: what token
// replies and credential files are made of. Nested values are left out.
class FlatJson {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{1} << 20;

  // Nothing: not one JSON object, or longer than kBytesMax.
  static std::optional<FlatJson> read(std::string_view text);

  // Empty: not there.
  std::string_view operator[](std::string_view name) const;

  // Seconds, given as a number or as a string of digits; both occur in `expires_in`.
  std::optional<long> seconds(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> fields_;
};

}  // namespace meridian

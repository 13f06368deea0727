#pragma once

#include <optional>
#include <string_view>

namespace meridian {

// "data:image/png;base64,QUJD" taken apart; views into it.
struct DataUrl {
  std::string_view media_type;
  std::string_view base64;
};

// Nothing: another URL, or data that is not in base64.
std::optional<DataUrl> read_data_url(std::string_view url);

}  // namespace meridian

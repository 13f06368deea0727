#include "wire/data_url.h"

namespace meridian {

std::optional<DataUrl> read_data_url(std::string_view url) {
  constexpr std::string_view kScheme = "data:";
  constexpr std::string_view kBase64 = ";base64";
  const auto comma = url.find(',');
  const auto head = url.substr(0, comma);
  if (comma == std::string_view::npos || !head.starts_with(kScheme) || !head.ends_with(kBase64)) {
    return std::nullopt;
  }
  return DataUrl{
      .media_type = head.substr(kScheme.size(), head.size() - kScheme.size() - kBase64.size()),
      .base64 = url.substr(comma + 1)};
}

}  // namespace meridian

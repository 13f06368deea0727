#include "wire/image_url.h"

#include <string_view>
#include <utility>

namespace meridian {

ImagePart image_of_url(std::string url) {
  ImagePart image;
  const auto comma = url.find(',');
  constexpr std::string_view kBase64 = ";base64";
  const auto head = std::string_view(url).substr(0, comma);
  if (comma != std::string::npos && head.starts_with("data:") && head.ends_with(kBase64)) {
    image.media_type = head.substr(5, head.size() - 5 - kBase64.size());
    image.data = url.substr(comma + 1);
  } else {
    image.url = std::move(url);
  }
  return image;
}

std::string url_of(const ImagePart& image) {
  return image.url.empty() ? "data:" + image.media_type + ";base64," + image.data : image.url;
}

}  // namespace meridian

#include "wire/image_url.h"

#include <utility>

#include "wire/data_url.h"

namespace meridian {

ImagePart image_of_url(std::string url) {
  ImagePart image;
  if (const auto inlined = read_data_url(url)) {
    image.media_type = inlined->media_type;
    image.data = inlined->base64;
  } else {
    image.url = std::move(url);
  }
  return image;
}

std::string url_of(const ImagePart& image) {
  return image.url.empty() ? "data:" + image.media_type + ";base64," + image.data : image.url;
}

}  // namespace meridian

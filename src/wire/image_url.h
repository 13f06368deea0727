#pragma once

#include <string>

#include "wire/chat.h"

namespace meridian {

// OpenAI's dialects give an image as one URL, inline ones as a data URL. A base64 data URL is taken
// apart, any other is kept.
ImagePart image_of_url(std::string url);

std::string url_of(const ImagePart& image);

}  // namespace meridian

#include "providers/prepare.h"

#include <algorithm>

#include <fmt/format.h>

#include "providers/percent.h"

namespace meridian {

BaseUrl take_base(Preparing& at, std::string_view name, const std::string& text) {
  auto url = parse_base_url(text);
  if (!url) {
    at.upstream.problem = fmt::format("{}: {}", name, url.error().message);
    return {};
  }
  // These stand for something in `path`.
  if (url->path.find_first_of("*{}") != std::string::npos) {
    at.upstream.problem = fmt::format("{}: the path must not contain *, {{ or }}.", name);
    return {};
  }
  at.upstream.address = url->address;
  return std::move(*url);
}

std::string without_endpoint(std::string path) {
  for (const std::string_view tail : {"/chat/completions", "/embeddings"}) {
    if (path.ends_with(tail)) {
      path.resize(path.size() - tail.size());
    }
  }
  return path;
}

std::string model_segment(std::string_view model) {
  const auto star = model.find('*');
  if (star == std::string_view::npos) {
    return percent_encode(model);
  }
  return percent_encode(model.substr(0, star)) + "*" + percent_encode(model.substr(star + 1));
}

bool is_host_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace meridian

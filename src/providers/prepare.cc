#include "providers/prepare.h"

#include <algorithm>
#include <array>

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
  constexpr std::array<std::string_view, 4> kEndpoints{
      "/chat/completions", "/completions", "/responses", "/embeddings"};
  const auto* const found =
      std::ranges::find_if(kEndpoints, [&path](auto tail) { return path.ends_with(tail); });
  if (found != kEndpoints.end()) {
    path.resize(path.size() - found->size());
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

bool completes_text(const Preparing& at) {
  constexpr std::array<std::string_view, 3> kModels{
      "gpt-3.5-turbo-instruct", "davinci-002", "babbage-002"};
  const std::string_view written = at.upstream.params.model;
  const std::string_view model = at.deployment.model;
  const auto is_one = [&](std::string_view known) {
    return model.starts_with(known) || model.starts_with(fmt::format("ft:{}", known));
  };
  return at.deployment.can.mode == "completion" || written.starts_with("text-completion-openai/") ||
         written.starts_with("azure_text/") ||
         (at.upstream.provider == Provider::OpenAi && std::ranges::any_of(kModels, is_one));
}

bool only_responds(const Preparing& at) {
  std::string_view written = at.upstream.params.model;
  bool openai = at.upstream.provider == Provider::OpenAi || at.upstream.provider == Provider::Azure;
  for (const std::string_view prefix : {"openai/", "azure/"}) {
    if (written.starts_with(prefix)) {
      written.remove_prefix(prefix.size());
      openai = true;
      break;
    }
  }
  return at.deployment.can.mode == "responses" || (openai && written.starts_with("responses/"));
}

bool is_host_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace meridian

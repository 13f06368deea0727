#include "cloud/site.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "regions/place.h"

namespace meridian {
namespace {

constexpr std::string_view kPlaceMark = "/_at/";

std::string bare(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, std::min(host.find(']'), host.size()) - 1);
  } else if (const auto colon = host.find(':'); colon == host.rfind(':')) {
    host = host.substr(0, colon);
  }
  std::string name(host);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

std::vector<std::string_view> labels_of(std::string_view name) {
  std::vector<std::string_view> labels;
  while (!name.empty()) {
    const auto dot = std::min(name.find('.'), name.size());
    labels.push_back(name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return labels;
}

// bedrock-runtime.eu-west-1.amazonaws.com, bedrock-mantle.us-east-1.api.aws, sts.us-west-2..., and
// private endpoints, which have more in front.
std::string_view aws_region(std::string_view name) {
  const auto labels = labels_of(name);
  for (std::size_t i = 0; i + 1 < labels.size(); ++i) {
    if (labels[i].starts_with("bedrock") || labels[i] == "sts" || labels[i] == "sts-fips") {
      const auto next = labels[i + 1];
      return next == "amazonaws" ? "us-east-1" : next;  // sts.amazonaws.com is served from there.
    }
  }
  return {};
}

std::string_view vertex_location(std::string_view name) {
  if (name.ends_with("-aiplatform.googleapis.com")) {
    return name.substr(0, name.find("-aiplatform"));
  }
  if (name == "aiplatform.googleapis.com") {
    return "global";
  }
  if (name.starts_with("aiplatform.") && name.ends_with(".rep.googleapis.com")) {
    return labels_of(name)[1];
  }
  return {};
}

bool on_this_machine(std::string_view name) {
  return name.empty() || name == "localhost" || name == "::1" || name.starts_with("127.") ||
         name == "0.0.0.0";
}

CloudSite at(Provider provider, std::string_view region, std::string host) {
  return {.provider = provider, .region = std::string(region), .host = std::move(host)};
}

std::string_view between(std::string_view text, std::string_view from, std::string_view until) {
  const auto begin = text.find(from);
  if (begin == std::string_view::npos) {
    return {};
  }
  const auto rest = text.substr(begin + from.size());
  return rest.substr(0, rest.find_first_of(until));
}

// "Credential=AKIA.../20261125/us-west-2/bedrock/aws4_request": the region.
std::string_view signed_region(std::string_view authorization) {
  auto scope = between(authorization, "Credential=", ",");
  for (int part = 0; part < 2; ++part) {
    scope.remove_prefix(std::min(scope.find('/') + 1, scope.size()));
  }
  return scope.substr(0, scope.find('/'));
}

// /v1beta/models/{model}:generateContent and its like.
bool is_gemini_path(std::string_view target) {
  return target.contains("models/") &&
         std::ranges::any_of(
             std::array<std::string_view, 4>{":generateContent",
                                             ":streamGenerateContent",
                                             ":countTokens",
                                             ":batchEmbedContents"},
             [target](auto verb) { return target.find(verb) != std::string_view::npos; });
}

CloudSite site_of_path(std::string_view target, std::string host) {
  if (const auto location = between(target, "/locations/", "/?"); !location.empty()) {
    return at(Provider::Vertex, location, std::move(host));
  }
  if (target.starts_with("/model/")) {
    return at(Provider::Bedrock, "us-east-1", std::move(host));
  }
  if (is_gemini_path(target)) {
    return at(Provider::Gemini, "gemini", std::move(host));
  }
  if (target.starts_with("/v1/messages")) {
    return at(Provider::Anthropic, "anthropic", std::move(host));
  }
  if (target.starts_with("/openai/")) {
    return at(Provider::Azure, "azure", std::move(host));
  }
  return at(Provider::OpenAi, "openai", std::move(host));
}

// A place named in the path: a host, or a region alone.
CloudSite site_of_place(std::string_view place, std::string_view target, std::string host) {
  if (place.contains('.')) {
    return site_of(place);
  }
  auto site = site_of_path(target, std::move(host));
  if (const auto* region = find_region(place); region != nullptr && region->cloud == Cloud::Aws) {
    site.provider = Provider::Bedrock;
  }
  site.region = place;
  return site;
}

}  // namespace

CloudSite site_of(std::string_view host) {
  auto name = bare(host);
  if (name.ends_with(".amazonaws.com") || name.ends_with(".amazonaws.com.cn") ||
      name.ends_with(".api.aws")) {
    if (const auto region = aws_region(name); !region.empty()) {
      return at(Provider::Bedrock, region, name);
    }
  }
  if (const auto location = vertex_location(name); !location.empty()) {
    return at(Provider::Vertex, location, name);
  }
  if (name == "generativelanguage.googleapis.com") {
    return at(Provider::Gemini, "gemini", std::move(name));
  }
  if (name == "api.anthropic.com") {
    return at(Provider::Anthropic, "anthropic", std::move(name));
  }
  if (name == "api.openai.com") {
    return at(Provider::OpenAi, "openai", std::move(name));
  }
  if (name.ends_with(".api.openai.com")) {
    return at(Provider::OpenAi, name, name);
  }
  for (const std::string_view azure :
       {".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"}) {
    if (name.ends_with(azure)) {
      return at(Provider::Azure, name.substr(0, name.size() - azure.size()), name);
    }
  }
  return at(Provider::Compatible, name, name);
}

CloudSite site_of(const CloudCall& call) {
  auto host = bare(call.header("host"));
  if (call.target.starts_with(kPlaceMark)) {
    return site_of_place(
        between(call.target, kPlaceMark, "/?"), without_place(call.target), std::move(host));
  }
  if (!on_this_machine(host)) {
    return site_of(host);
  }
  if (!call.gate.empty()) {
    return site_of(call.gate);
  }
  if (const auto region = signed_region(call.header("authorization")); !region.empty()) {
    return at(Provider::Bedrock, region, std::move(host));
  }
  return site_of_path(call.target, std::move(host));
}

std::string_view without_place(std::string_view target) {
  if (!target.starts_with(kPlaceMark)) {
    return target;
  }
  const auto slash = target.find('/', kPlaceMark.size());
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

}  // namespace meridian

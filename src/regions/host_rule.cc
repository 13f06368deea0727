#include "regions/host_rule.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "regions/folded.h"

namespace meridian {

namespace {

struct PromiseRow {
  std::string_view host;
  Provider provider;
  std::string_view region;
  std::string_view promise;
  std::string_view why;
};

constexpr std::string_view kStorageOnly =
    "this OpenAI host stores in its region but may process anywhere";
constexpr std::string_view kPlainHost = "the provider's plain host may process anywhere";
constexpr std::string_view kEeaAndSwitzerland =
    "processes in the EEA or Switzerland, which is wider than the EU";

// From the vendors' own pages on data residency, November 2026: developers.openai.com (data
// residency), docs.mistral.ai (regional inference: "EU/EFTA countries"), openrouter.ai (EU:
// "EU/EEA, UK and Switzerland"; keys of one's own there go where they were made), docs.together.ai
// (geo-specific inference), platform.claude.com (data residency).
constexpr auto kPromises = std::to_array<PromiseRow>({
    {"api.openai.com", Provider::OpenAi, "global", "", kPlainHost},
    {"us.api.openai.com", Provider::OpenAi, "us", "us", "OpenAI processes in the US on this host"},
    {"eu.api.openai.com", Provider::OpenAi, "eu", "eea ch", kEeaAndSwitzerland},
    {"ae.api.openai.com", Provider::OpenAi, "ae", "ae", "OpenAI processes in the UAE on this host"},
    {"au.api.openai.com", Provider::OpenAi, "au", "", kStorageOnly},
    {"in.api.openai.com", Provider::OpenAi, "in", "", kStorageOnly},
    {"jp.api.openai.com", Provider::OpenAi, "jp", "", kStorageOnly},
    {"ca.api.openai.com", Provider::OpenAi, "ca", "", kStorageOnly},
    {"sg.api.openai.com", Provider::OpenAi, "sg", "", kStorageOnly},
    {"kr.api.openai.com", Provider::OpenAi, "kr", "", kStorageOnly},
    {"gb.api.openai.com", Provider::OpenAi, "gb", "", kStorageOnly},
    {"api.anthropic.com", Provider::Anthropic, "global", "", kPlainHost},
    {"generativelanguage.googleapis.com", Provider::Gemini, "global", "", kPlainHost},
    {"api.mistral.ai", Provider::Compatible, "global", "", kPlainHost},
    {"api.eu.mistral.ai", Provider::Compatible, "eu", "eea ch", kEeaAndSwitzerland},
    {"openrouter.ai", Provider::Compatible, "global", "", kPlainHost},
    {"eu.openrouter.ai",
     Provider::Compatible,
     "eu",
     "europe",
     "OpenRouter's EU host uses the EEA, the UK and Switzerland"},
    {"us.openrouter.ai",
     Provider::Compatible,
     "us",
     "us",
     "OpenRouter processes in the US on this host"},
    {"api.together.ai", Provider::Compatible, "global", "", kPlainHost},
    {"api.together.xyz", Provider::Compatible, "global", "", kPlainHost},
    {"us-api.together.ai",
     Provider::Compatible,
     "us",
     "us",
     "Together processes in the US on this host"},
    {"ca-api.together.ai",
     Provider::Compatible,
     "ca",
     "ca",
     "Together processes in Canada on this host"},
});

// Every other host of theirs: a new region, perhaps, but nobody told us what it promises.
struct DomainRow {
  std::string_view suffix;
  Provider provider;
};

constexpr auto kDomains = std::to_array<DomainRow>({
    {".openai.com", Provider::OpenAi},
    {".anthropic.com", Provider::Anthropic},
    {".mistral.ai", Provider::Compatible},
    {".openrouter.ai", Provider::Compatible},
    {".together.ai", Provider::Compatible},
    {".together.xyz", Provider::Compatible},
});

HostRule cloud(Provider provider, std::string_view region) {
  return {.kind = HostRule::Kind::Cloud,
          .provider = provider,
          .region = std::string(region),
          .promise = {},
          .why = {},
          .chosen = false};
}

bool ends_with_any(std::string_view host, std::span<const std::string_view> suffixes) {
  return std::ranges::any_of(suffixes, [&](std::string_view suffix) {
    return host.size() > suffix.size() && host.ends_with(suffix);
  });
}

std::optional<HostRule> read_promise(std::string_view host) {
  const auto promise = std::ranges::find(kPromises, host, &PromiseRow::host);
  if (promise != kPromises.end()) {
    return HostRule{.kind = HostRule::Kind::Promise,
                    .provider = promise->provider,
                    .region = std::string(promise->region),
                    .promise = promise->promise,
                    .why = promise->why,
                    .chosen = promise->region != "global"};
  }
  const auto domain = std::ranges::find_if(
      kDomains, [&](const DomainRow& row) { return host.ends_with(row.suffix); });
  if (domain != kDomains.end()) {
    return HostRule{.kind = HostRule::Kind::Promise,
                    .provider = domain->provider,
                    .region = "unknown",
                    .promise = {},
                    .why = "no rule says what this host of the provider promises",
                    .chosen = false};
  }
  return std::nullopt;
}

// bedrock-runtime.<region>.amazonaws.com, its FIPS, dual-stack, PrivateLink and Mantle relatives.
std::optional<HostRule> read_bedrock_host(std::string_view host) {
  constexpr auto kSuffixes = std::to_array<std::string_view>({
      ".amazonaws.com",
      ".amazonaws.com.cn",
      ".amazonaws.eu",
      ".api.aws",
      ".api.amazonwebservices.com.cn",
  });
  constexpr auto kServices = std::to_array<std::string_view>(
      {"bedrock-runtime", "bedrock-runtime-fips", "bedrock-mantle"});
  if (!ends_with_any(host, kSuffixes)) {
    return std::nullopt;
  }
  bool service_seen = false;
  while (!host.empty()) {
    const auto dot = std::min(host.find('.'), host.size());
    const auto label = host.substr(0, dot);
    if (service_seen) {
      return cloud(Provider::Bedrock, label);
    }
    service_seen = std::ranges::find(kServices, label) != kServices.end();
    host.remove_prefix(std::min(dot + 1, host.size()));
  }
  return std::nullopt;
}

std::optional<HostRule> read_vertex_host(std::string_view host) {
  constexpr std::string_view kRegional = "-aiplatform.googleapis.com";
  if (host == "aiplatform.googleapis.com") {
    return cloud(Provider::Vertex, "global");
  }
  if (host == "aiplatform.us.rep.googleapis.com") {
    return cloud(Provider::Vertex, "us");
  }
  if (host == "aiplatform.eu.rep.googleapis.com") {
    return cloud(Provider::Vertex, "eu");
  }
  if (host.size() > kRegional.size() && host.ends_with(kRegional)) {
    host.remove_suffix(kRegional.size());
    return cloud(Provider::Vertex, host);
  }
  return std::nullopt;
}

std::optional<HostRule> read_azure_host(std::string_view host) {
  constexpr std::string_view kRegional = ".api.cognitive.microsoft.com";
  constexpr auto kResources = std::to_array<std::string_view>({".openai.azure.com",
                                                               ".cognitiveservices.azure.com",
                                                               ".services.ai.azure.com",
                                                               ".openai.azure.us",
                                                               ".cognitiveservices.azure.us"});
  if (ends_with_any(host, kResources)) {
    return cloud(Provider::Azure, {});
  }
  if (host.size() > kRegional.size() && host.ends_with(kRegional)) {
    host.remove_suffix(kRegional.size());
    return cloud(Provider::Azure, host);
  }
  return std::nullopt;
}

// Literal addresses only: a name that merely begins with "127." is somebody else's.
bool is_loopback(std::string_view host) {
  const bool dotted =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return dotted || host == "localhost" || host == "::1" || host == "[::1]";
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    return host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
  }
  const auto colon = host.find(':');
  const bool bare_ipv6 =
      colon != std::string_view::npos && host.find(':', colon + 1) != std::string_view::npos;
  return bare_ipv6 ? host : host.substr(0, colon);
}

// Lower case, without a port and without the dot that ends a fully qualified name.
std::string plain(std::string_view host) {
  host = without_port(host);
  if (host.ends_with('.')) {
    host.remove_suffix(1);
  }
  std::string lower(host);
  std::ranges::transform(lower, lower.begin(), lower_ascii);
  return lower;
}

}  // namespace

HostRule read_host(std::string_view host) {
  if (host.empty()) {
    return {};
  }
  const auto name = plain(host);
  if (auto rule = read_promise(name)) {
    return *std::move(rule);
  }
  for (const auto read : {read_bedrock_host, read_vertex_host, read_azure_host}) {
    if (auto rule = read(name)) {
      return *std::move(rule);
    }
  }
  HostRule rule;
  rule.kind = is_loopback(name) ? HostRule::Kind::Loopback : HostRule::Kind::Other;
  return rule;
}

}  // namespace meridian

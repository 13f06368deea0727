#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text_distance.h"
#include "config/deployment_draft.h"
#include "config/rule_words.h"
#include "regions/location.h"
#include "regions/place.h"

namespace meridian {

namespace {

using enum Section;

// The region of this cloud that a misspelt word is closest to; one more or less in the number at
// the end is no slip, but perhaps a region that the catalogue lacks.
std::optional<std::string_view> misspelt_region(std::string_view word, Cloud cloud) {
  std::vector<std::string_view> names;
  for (const auto& place : places()) {
    if (place.cloud == cloud) {
      names.push_back(place.name);
    }
  }
  const auto near = nearest(word, names);
  const auto stem = [](std::string_view name) {
    const auto last = name.find_last_not_of("0123456789");
    return last == std::string_view::npos ? std::string_view() : name.substr(0, last + 1);
  };
  return near && stem(*near) != stem(word) ? near : std::nullopt;
}

void check_region(PartReader& reader,
                  std::string_view key,
                  Section section,
                  const std::string& region,
                  Cloud cloud) {
  const auto* given = reader.given(section, key);
  if (given == nullptr || region.empty() || region.contains('*')) {
    return;
  }
  const auto* const place = find_region(region);
  if (place != nullptr && place->cloud == cloud) {
    return;
  }
  const bool vertex_word =
      cloud == Cloud::Google && (region == "global" || region == "us" || region == "eu");
  if (vertex_word) {
    return;
  }
  if (const auto near = misspelt_region(region, cloud)) {
    reader.issues().error(given->value->at,
                          given->path,
                          fmt::format("unknown region {}", shown(*given->value, region)),
                          fmt::format("did you mean \"{}\"?", *near));
    return;
  }
  if (place != nullptr) {
    reader.issues().error(
        given->value->at,
        given->path,
        fmt::format("{} is a region of another cloud", shown(*given->value, region)),
        cloud == Cloud::Aws      ? "write an AWS region, such as eu-west-1"
        : cloud == Cloud::Google ? "write a Google region, such as europe-west1"
                                 : "write an Azure region, such as westeurope");
    return;
  }
  reader.issues().warn(given->value->at,
                       given->path,
                       fmt::format("the catalogue has no region {}", shown(*given->value, region)),
                       "it is called as written, but no residency rule will admit it");
}

void check_declared(PartReader& reader, const LocationFacts& facts) {
  const auto* given = reader.given(Params, "region_name");
  if (given == nullptr || facts.declared.empty()) {
    return;
  }
  if (!places_named(facts.declared)) {
    reader.issues().error(given->value->at,
                          given->path,
                          fmt::format("no region, country or group is named {}",
                                      shown(*given->value, facts.declared)),
                          place_hint(facts.declared));
    return;
  }
  if (auto sentence = contradiction(facts)) {
    reader.issues().error(given->value->at,
                          given->path,
                          std::move(*sentence),
                          "delete region_name; metadata.region is for labels");
  }
}

void read_own_rule(PartReader& reader, DeploymentDraft& draft) {
  const auto* given = reader.given(Info, "allowed_regions");
  if (given == nullptr) {
    return;
  }
  if (given->value->is_unset()) {
    draft.deployment.allowed = PlaceSet();  // A rule that cannot be read admits nothing.
    return;
  }
  if (const auto words = read_rule_words(*given->value, given->path, reader.issues())) {
    draft.deployment.allowed = Policy::of(*words).allowed();
  }
}

}  // namespace

void read_location(PartReader& reader, DeploymentDraft& draft) {
  auto& deployment = draft.deployment;
  const auto& params = draft.params;
  const auto declared = reader.text(Params, "region_name").value_or("");
  const auto azure_region = reader.text(Info, "azure_region").value_or("");
  const auto azure_sku = reader.text(Info, "azure_sku").value_or("");
  const auto provider = deployment.provider;

  check_region(reader, "aws_region_name", Params, params.aws_region, Cloud::Aws);
  check_region(reader, "vertex_location", Params, params.vertex_location, Cloud::Google);
  check_region(reader, "azure_region", Info, azure_region, Cloud::Azure);

  LocationFacts facts;
  facts.provider = provider;
  facts.model = params.bedrock_model_id.empty() ? std::string_view(deployment.model)
                                                : std::string_view(params.bedrock_model_id);
  facts.region = provider == Provider::Bedrock  ? std::string_view(params.aws_region)
                 : provider == Provider::Vertex ? std::string_view(params.vertex_location)
                                                : std::string_view(azure_region);
  facts.host = draft.host == "nowhere" ? std::string_view() : std::string_view(draft.host);
  facts.declared = declared;
  facts.azure_sku = azure_sku;
  facts.inference_geo = params.inference_geo;
  check_declared(reader, facts);
  deployment.location = locate(facts);
  if (deployment.label.empty()) {
    deployment.label = deployment.location.region;
  }
  read_own_rule(reader, draft);
  // base_model may be one of LiteLLM's names for rows of prices: "azure/eu/gpt-4o".
  const auto base = reader.text(Info, "base_model").value_or(deployment.model);
  const auto slash = base.rfind('/');
  const auto known_as = reader.given(Info, "base_model") == nullptr || slash == std::string::npos
                            ? std::string_view(base)
                            : std::string_view(base).substr(slash + 1);
  if (!draft.price.known) {
    draft.price = list_price(provider, known_as, deployment.location.region);
  }
  if (!deployment.can.input_tokens_max) {
    deployment.can.input_tokens_max = context_window(provider, known_as);
  }
}

}  // namespace meridian

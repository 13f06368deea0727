#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "regions/place.h"
#include "regions/provider.h"

namespace meridian {

// What is known of a deployment that bears on where it runs. Views; empty = not stated.
struct LocationFacts {
  Provider provider = Provider::Compatible;
  std::string_view model;  // As sent: with `eu.`, an ARN, "claude-3-5-sonnet@20241022".
  // The provider's own key: aws_region_name, vertex_location, ... Azure has none; `declared` may
  // name its region instead.
  std::string_view region;
  std::string_view host;           // "eu.api.openai.com"; decides for OpenAI, Mistral and others.
  std::string_view declared;       // `region_name`: believed only where no provider rule applies.
  std::string_view azure_sku;      // model_info.azure_sku; undeclared counts as Global.
  std::string_view inference_geo;  // Anthropic's parameter.
};

struct Location {
  std::string region;   // The provider's name for it: "us-west-2", "eu", "global"; "unknown".
  std::string country;  // ISO code where there is one, else empty.
  PlaceSet possible;    // Every place where the content may be processed.
  std::optional<GeoPoint> where;  // For distance; nothing when it could be anywhere.
  std::string reason;             // One line for `meridian check`: which rule says so.
};

// Where a deployment may process content, from the catalogue and the provider's own rules:
// Bedrock's inference profiles by source region, Vertex's multi-regions, Azure's SKU, OpenAI's
// hosts, `inference_geo`. Labels never enter. A rule that is not known, or lacks a fact, gives
// kElsewhere.
//
// A host that has a rule decides, whatever provider the deployment is said to have: a Compatible
// server at api.openai.com is OpenAI. A host without one (a proxy) must be `declared`; in front of
// a cloud it adds its place to the cloud's. Loopback in front of a cloud adds nothing: it is the
// gateway's own machine, whose region is checked by itself.
Location locate(const LocationFacts& facts);

// A sentence when `declared` says something else than the provider's own facts do: other places,
// fewer places, or any at all where the operator chose "anywhere" (a `global.` profile, Vertex's
// `global`, Azure's Global SKUs, a host that only stores). Where the facts leave the place open (no
// SKU, a profile that no list has, api.openai.com), a declaration is no contradiction; it proves
// nothing.
std::optional<std::string> contradiction(const LocationFacts& facts);

// Whether Bedrock lists this model in this region for direct (on-demand) use or, with a profile
// prefix, for that profile. Nothing: the catalogue does not know the model, or covers no such
// region.
std::optional<bool> bedrock_lists(std::string_view model, std::string_view region);

}  // namespace meridian

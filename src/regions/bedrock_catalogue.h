#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "regions/place.h"

namespace meridian {

// What Bedrock offers where, as tables. Lists are words separated by single blanks.

struct ProfileRow {
  std::string_view scope;   // "eu", "global".
  std::string_view models;  // Without the scope.
  std::string_view from;    // Regions that the request may be sent to.
  std::string_view to;  // Where it may run, besides the region it was sent to; empty = anywhere.
};

struct DirectRow {
  std::string_view models;
  std::string_view regions;
};

std::span<const ProfileRow> bedrock_profiles();
std::span<const DirectRow> bedrock_direct();

// The row for this scope, model and source region; null when the table has none, and then nothing
// is known about where such a request may run.
const ProfileRow* find_profile(std::string_view scope,
                               std::string_view model,
                               std::string_view source);

// Whether Bedrock names a profile's scope so: "eu", "us-gov". Case matters, as it does there.
bool is_profile_scope(std::string_view word);

}  // namespace meridian

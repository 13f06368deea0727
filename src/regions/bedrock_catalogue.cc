#include "regions/bedrock_catalogue.h"

#include <algorithm>
#include <array>

#include "regions/bedrock_id.h"
#include "regions/folded.h"
#include "regions/location.h"

namespace meridian {

namespace {

struct Listed {
  bool model = false;   // The catalogue has the model.
  bool region = false;  // ... in that region.
};

Listed listed_directly(std::string_view model, std::string_view region) {
  Listed listed;
  for (const auto& row : bedrock_direct()) {
    if (has_word(row.models, model)) {
      listed.model = true;
      listed.region = listed.region || has_word(row.regions, region);
    }
  }
  return listed;
}

// The list covers commercial regions that existed when it was made; about others it says nothing.
bool covers(std::string_view region) {
  const auto direct = std::ranges::any_of(
      bedrock_direct(), [&](const DirectRow& row) { return has_word(row.regions, region); });
  return direct || std::ranges::any_of(bedrock_profiles(), [&](const ProfileRow& row) {
           return has_word(row.from, region);
         });
}

}  // namespace

const ProfileRow* find_profile(std::string_view scope,
                               std::string_view model,
                               std::string_view source) {
  const auto rows = bedrock_profiles();
  const auto found = std::ranges::find_if(rows, [&](const ProfileRow& row) {
    return row.scope == scope && has_word(row.from, source) && has_word(row.models, model);
  });
  return found == rows.end() ? nullptr : &*found;
}

bool is_profile_scope(std::string_view word) {
  constexpr auto kScopes = std::to_array<std::string_view>(
      {"us", "eu", "apac", "jp", "au", "in", "ca", "us-gov", "global"});
  return std::ranges::find(kScopes, word) != kScopes.end();
}

std::optional<bool> bedrock_lists(std::string_view model, std::string_view region) {
  const auto id = read_bedrock_id(model);
  const Folded folded(id.region.empty() ? region : id.region);
  if (id.kind == BedrockId::Kind::Opaque || !covers(folded.view())) {
    return std::nullopt;
  }
  const auto direct = listed_directly(id.model, folded.view());
  if (!direct.model) {
    return std::nullopt;
  }
  if (id.kind == BedrockId::Kind::Profile) {
    return find_profile(id.scope, id.model, folded.view()) != nullptr;
  }
  return direct.region;
}

}  // namespace meridian

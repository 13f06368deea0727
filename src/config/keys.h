#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace meridian {

// The parts of the file. Bits, because a key may stand in several.
enum class Section : std::uint16_t {
  Top = 1,
  Entry = 2,           // Beside `model_name`.
  Params = 4,          // litellm_params
  Info = 8,            // model_info
  Router = 16,         // router_settings
  Litellm = 32,        // litellm_settings
  General = 64,        // general_settings
  UserLocation = 128,  // general_settings.user_location
  StrategyArgs = 256,  // router_settings.routing_strategy_args
  Retries = 512,       // router_settings.retry_policy
  Fails = 1024,        // router_settings.allowed_fails_policy
  Metadata = 2048,     // litellm_params.metadata
};

// "router_settings"; "model_list[]" for an entry.
std::string_view name_of(Section section);

enum class KeyType : std::uint8_t {
  Text,
  Secret,
  Whole,
  Number,
  Seconds,
  Flag,
  Texts,
  List,
  Map,
  Any
};

// One key: the source of the loader's checks, of `meridian check`, of docs/config.md and of the
// schema.
struct KeyRow {
  Section section{};
  std::string_view name;
  KeyType type = KeyType::Any;
  KeyFate fate = KeyFate::Used;
  std::string_view
      meaning;  // Used: what it does. NoEffect: why none. Refused: why, and what to write.
  std::string_view litellm;   // What LiteLLM does with it.
  std::string_view alias;     // One other spelling.
  std::uint16_t also = 0;     // Further sections where it may stand, as bits.
  bool protects = false;      // A lock: when its variable is not set, the start stops.
  bool strict_place = false;  // A lock that must stand where everybody looks for it.
  bool request = false;       // A request parameter: a default for requests that have none.
  bool way_in = false;        // Says how to get in without the master_key.

  constexpr KeyRow spelt(std::string_view other) const {
    KeyRow row = *this;
    row.alias = other;
    return row;
  }

  constexpr KeyRow in(Section other) const {
    KeyRow row = *this;
    row.also = static_cast<std::uint16_t>(row.also | static_cast<std::uint16_t>(other));
    return row;
  }

  constexpr KeyRow for_requests() const {
    KeyRow row = *this;
    row.request = true;
    return row;
  }

  // Another way in than the master_key: no loss where that one locks.
  constexpr KeyRow opens() const {
    KeyRow row = *this;
    row.way_in = true;
    return row;
  }

  // A limit: applied wherever it stands.
  constexpr KeyRow locks() const {
    KeyRow row = *this;
    row.protects = true;
    return row;
  }

  // A lock that is refused in a section where nobody else would read it.
  constexpr KeyRow locks_here() const {
    KeyRow row = locks();
    row.strict_place = true;
    return row;
  }
};

// Every row, section by section, in the order of the documentation.
std::span<const KeyRow> key_rows();

// The row of a key that may stand in this section, by name or alias. Null: no such key there.
const KeyRow* find_key(Section section, std::string_view name);

// The row of a key that has its home in another settings section, or another part of a deployment,
// than `section`: a value found here can be applied.
struct Elsewhere {
  const KeyRow* row = nullptr;  // Null: no such key, or none of the same kind of place.
  Section home{};
};

Elsewhere find_elsewhere(Section section, std::string_view name);

// Names and aliases of a section, for "did you mean".
std::vector<std::string_view> key_names(Section section);

// An unknown key of this name promises a restriction. CORS keys are left out: a browser's business.
bool sounds_restricting(std::string_view name);

}  // namespace meridian

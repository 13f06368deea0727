#pragma once

#include <span>

#include "config/keys.h"

namespace meridian {

// The parts that key_rows() puts together, a file each.
std::span<const KeyRow> top_keys();
std::span<const KeyRow> deployment_keys();
std::span<const KeyRow> router_keys();
std::span<const KeyRow> litellm_keys();
std::span<const KeyRow> general_keys();

// How the tables are written.
constexpr KeyRow used(Section section,
                      std::string_view name,
                      KeyType type,
                      std::string_view meaning,
                      std::string_view litellm = "the same") {
  return {section, name, type, KeyFate::Used, meaning, litellm, {}, 0, false, false, false, false};
}

constexpr KeyRow request_default(std::string_view name, KeyType type, std::string_view meaning) {
  return used(Section::Params, name, type, meaning, "forwards it").for_requests();
}

constexpr KeyRow no_effect(Section section,
                           std::string_view name,
                           std::string_view why,
                           std::string_view litellm = "reads it") {
  return {section,
          name,
          KeyType::Any,
          KeyFate::NoEffect,
          why,
          litellm,
          {},
          0,
          false,
          false,
          false,
          false};
}

constexpr KeyRow refused(Section section,
                         std::string_view name,
                         std::string_view why,
                         std::string_view litellm = "enforces it") {
  return {
      section, name, KeyType::Any, KeyFate::Refused, why, litellm, {}, 0, true, true, false, false};
}

inline constexpr std::string_view kUnknownToLiteLlm = "no such key in its reference";

}  // namespace meridian

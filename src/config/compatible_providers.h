#pragma once

#include <span>
#include <string_view>

namespace meridian {

// A provider that speaks OpenAI's protocol, by LiteLLM's prefix.
struct CompatibleProvider {
  std::string_view prefix;
  std::string_view base_url;       // Empty: api_base must be set.
  std::string_view key_variable;   // Where the key is when the file names none.
  std::string_view base_variable;  // Overrides the address, as LiteLLM has it; may be empty.
  bool needs_key = true;
};

std::span<const CompatibleProvider> compatible_providers();

// Null: no such prefix.
const CompatibleProvider* find_compatible(std::string_view prefix);

// The provider whose own host this address is at. Null: none of the table.
const CompatibleProvider* find_compatible_at(std::string_view url);

// How LiteLLM calls a provider that people call otherwise: "zhipu" is "zai". Empty: not known.
std::string_view usual_prefix(std::string_view name);

// LiteLLM knows this prefix, Meridian cannot speak to it yet.
bool is_unsupported_provider(std::string_view prefix);

// Every prefix that is understood, for "did you mean".
std::span<const std::string_view> provider_prefixes();

}  // namespace meridian

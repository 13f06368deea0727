#include "wire/tool_names.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace meridian {

namespace {

struct Alphabet {
  std::string_view beside;  // Allowed beside letters and digits.
  std::size_t length_max;
  bool letter_first = false;  // Or '_'.
};

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool allowed(char c, const Alphabet& alphabet) {
  return letter_or_digit(c) || alphabet.beside.contains(c);
}

// FNV-1a: short, and the same on every machine, which is all that is asked of it.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return value;
}

std::string fit(std::string_view name, const Alphabet& alphabet) {
  constexpr std::size_t kTail = 7;
  const bool beginning = !alphabet.letter_first || name.starts_with('_') ||
                         (!name.empty() && letter_or_digit(name.front()) && name.front() > '9');
  const bool good = !name.empty() && beginning && name.size() <= alphabet.length_max &&
                    std::ranges::all_of(name, [&](char c) { return allowed(c, alphabet); });
  if (good) {
    return std::string(name);
  }
  std::string fitted(beginning ? "" : "_");
  fitted += name.substr(0, alphabet.length_max - kTail - fitted.size());
  std::ranges::replace_if(fitted, [&](char c) { return !allowed(c, alphabet); }, '_');
  return fmt::format("{}_{:06x}", fitted, hash(name) & 0xFFFFFFU);
}

// Names: OpenAI, Converse and Gemini say 64; Anthropic takes 128 of the same characters.
Alphabet names_in(Dialect dialect) {
  switch (dialect) {
    case Dialect::AnthropicMessages:
      return {"_-", 128};
    case Dialect::Gemini:
      return {"_-", 64, true};
    case Dialect::OpenAiChat:
    case Dialect::OpenAiResponses:
    case Dialect::OpenAiCompletions:
    case Dialect::BedrockConverse:
      return {"_-", 64};
  }
  return {"_-", 64};
}

}  // namespace

std::string wire_tool_name(Dialect dialect, std::string_view name) {
  return fit(name, names_in(dialect));
}

std::string wire_call_id(Dialect dialect, std::string_view id) {
  if (dialect == Dialect::BedrockConverse) {
    return fit(id, {"_.:-", 64});
  }
  return fit(id, {"_-", 128});
}

NameMap name_map_of(Dialect dialect, const ChatRequest& request) {
  NameMap names;
  if (dialect == request.dialect) {
    return names;
  }
  for (const auto& tool : request.tools) {
    auto sent = wire_tool_name(dialect, tool.name);
    if (sent != tool.name) {
      names.emplace_back(std::move(sent), tool.name);
    }
  }
  return names;
}

std::string_view client_tool_name(const NameMap& names, std::string_view sent) {
  const auto found = std::ranges::find(names, sent, &NameMap::value_type::first);
  return found == names.end() ? sent : std::string_view(found->second);
}

}  // namespace meridian

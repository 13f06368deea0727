#include "config/model_name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text_distance.h"
#include "config/issues.h"
#include "regions/place.h"

namespace meridian {

namespace {

std::optional<Provider> own_provider(std::string_view prefix) {
  constexpr auto kOwn = std::to_array<std::pair<std::string_view, Provider>>({
      {"bedrock", Provider::Bedrock},
      {"bedrock_converse", Provider::Bedrock},
      {"vertex_ai", Provider::Vertex},
      {"vertex_ai_beta", Provider::Vertex},
      {"gemini", Provider::Gemini},
      {"anthropic", Provider::Anthropic},
      {"anthropic_text", Provider::Anthropic},
      {"openai", Provider::OpenAi},
      {"text-completion-openai", Provider::OpenAi},
      {"azure", Provider::Azure},
      {"azure_text", Provider::Azure},
  });
  const auto found = std::ranges::find(kOwn, prefix, &std::pair<std::string_view, Provider>::first);
  return found == kOwn.end() ? std::nullopt : std::optional(found->second);
}

// "us.anthropic.claude-..." and "anthropic.claude-...": Bedrock's way of naming.
bool is_bedrock_id(std::string_view name) {
  constexpr std::array<std::string_view, 8> kVendors{
      "anthropic.", "amazon.", "meta.", "mistral.", "cohere.", "ai21.", "deepseek.", "arn:aws"};
  const auto starts = [&kVendors](std::string_view text) {
    return std::ranges::any_of(
        kVendors, [text](std::string_view vendor) { return text.starts_with(vendor); });
  };
  const auto dot = name.find('.');
  return starts(name) || (dot != std::string_view::npos && starts(name.substr(dot + 1)));
}

// Names that belong to one provider. `gpt-oss` is everybody's.
std::string_view inferred_prefix(std::string_view name, const ModelHints& hints) {
  constexpr std::array<std::string_view, 12> kOpenAi{"gpt-3",
                                                     "gpt-4",
                                                     "gpt-5",
                                                     "gpt-image",
                                                     "chatgpt-",
                                                     "o1",
                                                     "o3",
                                                     "o4",
                                                     "text-embedding-",
                                                     "dall-e-",
                                                     "tts-",
                                                     "whisper-"};
  const auto starts = [name](std::string_view start) { return name.starts_with(start); };
  if (!name.contains(':') && std::ranges::any_of(kOpenAi, starts)) {
    return "openai";
  }
  if (name.starts_with("claude-")) {
    return "anthropic";
  }
  if (name.starts_with("gemini-")) {
    return hints.vertex ? "vertex_ai" : "gemini";
  }
  return is_bedrock_id(name) ? "bedrock" : "";
}

// A path segment that means a region; new ones have the same shape as old ones.
bool is_aws_region(std::string_view word) {
  const auto* const place = find_region(word);
  if (place != nullptr) {
    return place->cloud == Cloud::Aws;
  }
  return word.size() > 6 && word[2] == '-' && word.back() >= '1' && word.back() <= '9' &&
         word[word.size() - 2] == '-' &&
         std::ranges::none_of(word, [](char c) { return c == '.' || c == ':'; });
}

// The model meant where the file has "..." in its place, by the group's name.
std::string_view elided_model(std::string_view group) {
  constexpr auto kDefaults = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"claude", "anthropic.claude-3-5-sonnet-20241022-v2:0"},
      {"nova", "amazon.nova-pro-v1:0"},
      {"llama", "meta.llama3-1-70b-instruct-v1:0"},
      {"mistral", "mistral.mistral-large-2407-v1:0"},
  });
  for (const auto& [start, model] : kDefaults) {
    if (group.starts_with(start)) {
      return model;
    }
  }
  return {};
}

struct Segments {
  std::string_view rest;

  // The next segment, if something follows it or it is all that is left. An ARN is one segment.
  std::string_view peek() const {
    return rest.starts_with("arn:") ? rest : rest.substr(0, rest.find('/'));
  }

  void drop(std::string_view segment) {
    rest.remove_prefix(std::min(rest.size(), segment.size() + 1));
  }
};

void read_bedrock(std::string_view path, const ModelHints& hints, ModelName& name) {
  Segments segments{path};
  bool elided = false;
  while (!segments.rest.empty()) {
    const auto segment = segments.peek();
    if (segment == "converse" || segment == "converse_like") {
      name.converse = true;
    } else if (segment == "invoke") {
      name.invoke = true;
    } else if (segment == "..." || segment == "\xE2\x80\xA6") {
      elided = true;
    } else if (is_aws_region(segment)) {
      name.region = segment;
    } else {
      break;
    }
    segments.drop(segment);
  }
  name.model = segments.rest;
  if (name.model.starts_with("agent/") || name.model.starts_with("agentcore/")) {
    name.unsupported = "Bedrock agents are not models that Meridian can call";
  }
  if (!name.model.empty()) {
    return;
  }
  const auto choice = elided ? elided_model(hints.group) : std::string_view();
  if (choice.empty()) {
    name.problem =
        elided ? fmt::format("the model id is left out, and none is known for model_name {}",
                             shown(hints.group))
               : "the model id is missing";
    name.hint =
        "write bedrock/<region>/<model>, such as "
        "bedrock/us-west-2/anthropic.claude-3-5-sonnet-20241022-v2:0";
    return;
  }
  name.model = choice;
  name.note =
      fmt::format("the model id is left out (\"...\"); {} is used, the default for model_name {}",
                  choice,
                  shown(hints.group));
}

std::string python_code(std::string_view prefix) {
  return fmt::format("the provider {} is Python code, which does not run here", shown(prefix));
}

// What to write for a model whose provider nobody knows.
std::string hint_for(std::string_view text, const ModelHints& hints) {
  const auto slash = text.find('/');
  const auto prefix = slash == std::string_view::npos ? std::string_view() : text.substr(0, slash);
  if (const auto usual = usual_prefix(prefix); !usual.empty()) {
    return fmt::format("write {}/{}", usual, text.substr(slash + 1));
  }
  if (hints.vertex) {
    // Google writes publishers/google/models/<model> in its own addresses.
    const bool published = prefix == "publishers";
    return fmt::format("write vertex_ai/{}", published ? text.substr(text.rfind('/') + 1) : text);
  }
  const bool ollama =
      hints.api_base.contains(":11434") || (hints.api_base.empty() && text.contains(':'));
  if (ollama) {
    return fmt::format("write ollama_chat/{}", text);
  }
  if (!hints.api_base.empty()) {
    return fmt::format("if the server speaks OpenAI's protocol, write openai/{}", text);
  }
  if (prefix.empty()) {
    return fmt::format(
        "write the provider in front, such as ollama_chat/{0} or groq/{0}; or openai/{0} with an "
        "api_base",
        text);
  }
  return fmt::format(
      "if a server of yours speaks OpenAI's protocol, write openai/{} with its api_base", text);
}

// A provider's name with a slip in it. Organizations that publish models are called much like the
// providers, and stand in front of a model's name, too.
std::optional<std::string_view> meant_provider(std::string_view prefix) {
  constexpr std::array<std::string_view, 5> kOrganizations{
      "meta-llama", "mistralai", "moonshotai", "minimaxai", "nousresearch"};
  if (!usual_prefix(prefix).empty() ||
      std::ranges::find(kOrganizations, prefix) != kOrganizations.end()) {
    return std::nullopt;
  }
  return nearest(prefix, provider_prefixes(), prefix.size() >= 5 ? 2 : 1);
}

// LiteLLM's proxy leaves such a deployment out and serves the others (its router is made with
// ignore_invalid_deployments), and so do we, but for a slip of the pen: that is worth a stop.
ModelName without_provider(std::string_view text, const ModelHints& hints) {
  ModelName name;
  name.prefix = "unknown";
  name.model = text;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    name.unsupported = fmt::format("the provider of {} is not known", shown(text));
    name.hint = hint_for(text, hints);
    return name;
  }
  const auto prefix = text.substr(0, slash);
  if (hints.python) {
    name.unsupported = python_code(prefix);
    return name;
  }
  if (const auto near = meant_provider(prefix)) {
    name.problem = fmt::format("unknown provider {}", shown(prefix));
    name.hint = fmt::format("did you mean \"{}/{}\"?", *near, text.substr(slash + 1));
    return name;
  }
  name.unsupported = fmt::format("no provider is named {}", shown(prefix));
  name.hint = hint_for(text, hints);
  return name;
}

// LiteLLM's words between provider and deployment, which would go to the provider as part of the
// name: the kind of model behind an Azure deployment, and the route to the Responses API.
void drop_route(ModelName& name) {
  constexpr std::array<std::string_view, 2> kFamilies{"o_series/", "gpt5_series/"};
  constexpr std::string_view kResponses = "responses/";
  for (const auto family : kFamilies) {
    if (name.provider == Provider::Azure && name.model.starts_with(family)) {
      name.model.erase(0, family.size());
    }
  }
  if (name.model.starts_with(kResponses)) {
    name.model.erase(0, kResponses.size());
    name.note = "the route responses/ says that " + name.model +
                " has the Responses API alone: clients of every other API are translated to it";
  }
}

ModelName with_prefix(std::string_view prefix, std::string_view rest, const ModelHints& hints) {
  ModelName name;
  name.prefix = prefix;
  name.model = rest;
  if (const auto own = own_provider(prefix)) {
    name.provider = *own;
    if (*own == Provider::Bedrock) {
      name.prefix = "bedrock";
      name.converse = prefix == "bedrock_converse";
      read_bedrock(rest, hints, name);
      return name;
    }
    if (*own == Provider::Azure || *own == Provider::OpenAi) {
      drop_route(name);
    }
  } else if (const auto* const compatible = find_compatible(prefix)) {
    name.compatible = compatible;
  } else if (hints.python && !is_unsupported_provider(prefix)) {
    name.unsupported = python_code(prefix);
  } else {
    name.unsupported = fmt::format("the provider {} is not built into Meridian", shown(prefix));
  }
  if (name.model.empty()) {
    name.problem = "the model's name is missing";
    name.hint = fmt::format("write {}/<model>", prefix);
  }
  return name;
}

}  // namespace

ModelName read_model_name(std::string_view text, const ModelHints& hints) {
  const auto slash = text.find('/');
  const auto prefix = slash == std::string_view::npos ? std::string_view() : text.substr(0, slash);
  const bool known =
      own_provider(prefix) || find_compatible(prefix) != nullptr || is_unsupported_provider(prefix);
  if (!hints.custom_provider.empty()) {
    // LiteLLM takes the prefix off only when it is the same provider's.
    return with_prefix(hints.custom_provider,
                       prefix == hints.custom_provider ? text.substr(slash + 1) : text,
                       hints);
  }
  if (known) {
    return with_prefix(prefix, text.substr(slash + 1), hints);
  }
  if (text == "*") {
    auto name = with_prefix("openai", text, hints);
    name.unsupported =
        "a provider cannot be taken from what a client asks for; write openai/*, anthropic/*, ...";
    return name;
  }
  if (const auto* const there = find_compatible_at(hints.api_base)) {
    ModelName name;  // As LiteLLM does: the address says whose it is.
    name.prefix = there->prefix;
    name.model = text;
    name.compatible = there;
    return name;
  }
  if (const auto guess = inferred_prefix(text, hints); !guess.empty()) {
    return with_prefix(guess, text, hints);
  }
  return without_provider(text, hints);
}

}  // namespace meridian

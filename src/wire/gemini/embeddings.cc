#include "wire/gemini/embeddings.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "wire/failures.h"
#include "wire/json_writer.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;
using Words = std::pair<std::string_view, std::string_view>;

// What both ways in have besides the text, by the names that clients write: of each text, and (on
// Vertex) of the whole. Anything else would be a 400.
constexpr std::array<Words, 4> kOfTheText{Words{"task_type", "task_type"},
                                          Words{"taskType", "task_type"},
                                          Words{"input_type", "task_type"},
                                          Words{"title", "title"}};
constexpr std::array<Words, 2> kOfTheWhole{Words{"auto_truncate", "autoTruncate"},
                                           Words{"autoTruncate", "autoTruncate"}};

std::string_view spelling(std::span<const Words> table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Words::first);
  return found == table.end() ? std::string_view() : found->second;
}

std::optional<std::int64_t> dimensions_of(const EmbeddingRequest& request,
                                          const Unsupported& unsupported) {
  return unsupported.dropped_by_name("dimensions") ? std::nullopt : request.dimensions;
}

// The developer API spells as proto3 JSON does.
std::string_view camel(std::string_view name) {
  return name == "task_type" ? "taskType" : name;
}

void judge_others(const EmbeddingRequest& request, bool vertex, Unsupported& unsupported) {
  for (const auto& [name, value] : request.other) {
    const bool known = name == "user" || !spelling(kOfTheText, name).empty() ||
                       (vertex && !spelling(kOfTheWhole, name).empty());
    if (!known) {
      unsupported.field(name);
    }
  }
}

void write_text_fields(const EmbeddingRequest& request,
                       const Unsupported& unsupported,
                       bool vertex,
                       JsonWriter& json) {
  for (const auto& [name, value] : request.other) {
    const auto own = spelling(kOfTheText, name);
    if (!own.empty() && !unsupported.dropped_by_name(name)) {
      json.key(vertex ? own : camel(own)).raw(value);
    }
  }
}

Result<std::string> finished(std::string body, const Unsupported& unsupported) {
  if (auto failure = unsupported.failure()) {
    return std::unexpected(std::move(*failure));
  }
  return body;
}

}  // namespace

Result<std::string> write_vertex_embeddings(const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules) {
  Unsupported unsupported(rules);
  judge_others(request, true, unsupported);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("instances").begin_array();
  for (std::size_t i = 0; i < slice.count; ++i) {
    json.begin_object().key("content").string(request.texts.at(slice.first + i));
    write_text_fields(request, unsupported, true, json);
    json.end_object();
  }
  json.end_array().key("parameters").begin_object();
  if (const auto dimensions = dimensions_of(request, unsupported)) {
    json.key("outputDimensionality").integer(*dimensions);
  }
  for (const auto& [name, value] : request.other) {
    if (const auto own = spelling(kOfTheWhole, name);
        !own.empty() && !unsupported.dropped_by_name(name)) {
      json.key(own).raw(value);
    }
  }
  json.end_object().end_object();
  return finished(std::move(out), unsupported);
}

// {"predictions":[{"embeddings":{"values":[...],"statistics":{"token_count":4}}}]}
Result<EmbeddingReply> read_vertex_embeddings(JsonValue reply) {
  EmbeddingReply read;
  for (const auto prediction : reply["predictions"].items()) {
    const auto embeddings = prediction["embeddings"];
    const auto count = embeddings["statistics"]["token_count"].integer();
    if (count) {
      read.tokens = read.tokens.value_or(0) + *count;
    }
    read.vectors.emplace_back(embeddings["values"].missing() ? "" : embeddings["values"].raw());
  }
  return read;
}

Result<std::string> write_gemini_embeddings(const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules) {
  Unsupported unsupported(rules);
  judge_others(request, false, unsupported);
  const auto dimensions = dimensions_of(request, unsupported);
  const auto model = "models/" + std::string(rules.model);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("requests").begin_array();
  for (std::size_t i = 0; i < slice.count; ++i) {
    json.begin_object().key("model").string(model).key("content").begin_object();
    json.key("parts").begin_array().begin_object();
    json.key("text").string(request.texts.at(slice.first + i));
    json.end_object().end_array().end_object();
    if (dimensions) {
      json.key("outputDimensionality").integer(*dimensions);
    }
    write_text_fields(request, unsupported, false, json);
    json.end_object();
  }
  json.end_array().end_object();
  return finished(std::move(out), unsupported);
}

// {"embeddings":[{"values":[...]}]}; newer models say how many tokens it was, others do not.
Result<EmbeddingReply> read_gemini_embeddings(JsonValue reply) {
  EmbeddingReply read;
  for (const auto embedding : reply["embeddings"].items()) {
    read.vectors.emplace_back(embedding["values"].missing() ? "" : embedding["values"].raw());
  }
  read.tokens = reply["usageMetadata"]["promptTokenCount"].integer();
  return read;
}

}  // namespace meridian

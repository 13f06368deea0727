#include "wire/bedrock/embeddings.h"

#include <utility>

#include "wire/failures.h"
#include "wire/json_writer.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

// What this model takes besides is handed on, as with chats: Bedrock says what it does not know.
void write_others(const EmbeddingRequest& request, Unsupported& unsupported, JsonWriter& json) {
  for (const auto& [name, value] : request.other) {
    if (name != "user" && !unsupported.dropped_by_name(name)) {
      json.key(name).raw(value);
    }
  }
}

bool gives(const EmbeddingRequest& request, std::string_view name) {
  for (const auto& field : request.other) {
    if (field.first == name) {
      return true;
    }
  }
  return false;
}

Result<std::string> finished(std::string body, const Unsupported& unsupported) {
  if (auto failure = unsupported.failure()) {
    return std::unexpected(std::move(*failure));
  }
  return body;
}

}  // namespace

Result<std::string> write_titan_embedding(const EmbeddingRequest& request,
                                          std::size_t text,
                                          const WriteRules& rules) {
  Unsupported unsupported(rules);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("inputText").string(request.texts.at(text));
  if (request.dimensions && !unsupported.dropped_by_name("dimensions")) {
    if (rules.model.contains("-v1")) {
      unsupported.field("dimensions");
    } else {
      json.key("dimensions").integer(*request.dimensions);
    }
  }
  write_others(request, unsupported, json);
  json.end_object();
  return finished(std::move(out), unsupported);
}

Result<EmbeddingReply> read_titan_embedding(JsonValue reply) {
  auto vector = reply["embedding"];
  if (!vector.is(Type::Array)) {
    vector = reply["embeddingsByType"]["float"];
  }
  if (!vector.is(Type::Array)) {
    return std::unexpected(bad_reply("Titan's answer holds no embedding"));
  }
  EmbeddingReply read;
  read.vectors.emplace_back(vector.raw());
  read.tokens = reply["inputTextTokenCount"].integer();
  return read;
}

Result<std::string> write_cohere_embeddings(const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules) {
  Unsupported unsupported(rules);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("texts").begin_array();
  for (std::size_t i = 0; i < slice.count; ++i) {
    json.string(request.texts.at(slice.first + i));
  }
  json.end_array();
  if (!gives(request, "input_type")) {
    json.key("input_type").string("search_document");
  }
  if (!gives(request, "embedding_types")) {
    json.key("embedding_types").begin_array().string("float").end_array();
  }
  if (request.dimensions && !unsupported.dropped_by_name("dimensions")) {
    if (rules.model.contains("embed-v4")) {
      json.key("output_dimension").integer(*request.dimensions);
    } else {
      unsupported.field("dimensions");
    }
  }
  write_others(request, unsupported, json);
  json.end_object();
  return finished(std::move(out), unsupported);
}

// {"embeddings":[[...]]}, or by type: {"embeddings":{"float":[[...]]}}.
Result<EmbeddingReply> read_cohere_embeddings(JsonValue reply) {
  auto vectors = reply["embeddings"];
  if (vectors.is(Type::Object)) {
    vectors = vectors["float"];
  }
  if (!vectors.is(Type::Array)) {
    return std::unexpected(bad_reply("Cohere's answer holds no embeddings of floats"));
  }
  EmbeddingReply read;
  for (const auto vector : vectors.items()) {
    read.vectors.emplace_back(vector.raw());
  }
  return read;
}

}  // namespace meridian

#include "wire/openai/embeddings.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "wire/base64.h"
#include "wire/complaints.h"
#include "wire/json_writer.h"
#include "wire/request_fields.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

constexpr std::string_view kInput =
    "has to be a string, an array of strings, an array of tokens, or an array of such arrays";

bool all_are(JsonValue array, Type type) {
  for (const auto item : array.items()) {
    if (!item.is(type)) {
      return false;
    }
  }
  return array.is(Type::Array) && array.size() > 0;
}

bool is_tokens(JsonValue array) {
  for (const auto item : array.items()) {
    if (!item.integer()) {
      return false;
    }
  }
  return array.is(Type::Array) && array.size() > 0;
}

void read_input(JsonValue input, EmbeddingRequest& to, Complaints& complaints) {
  to.input_json = input.raw();
  if (input.is(Type::String)) {
    to.texts.push_back(input.text());
    to.size = 1;
  } else if (all_are(input, Type::String)) {
    for (const auto item : input.items()) {
      to.texts.push_back(item.text());
    }
    to.size = to.texts.size();
  } else if (is_tokens(input)) {
    to.size = 1;
  } else if (all_are(input, Type::Array)) {
    to.size = input.size();
    for (const auto item : input.items()) {
      if (!is_tokens(item)) {
        complaints.about(input, "input", kInput);
      }
    }
  } else {
    complaints.about(input, "input", kInput);
  }
  for (const auto& text : to.texts) {
    if (text.empty()) {
      complaints.about(input, "input", "must not hold an empty string");
    }
  }
}

void read_format(JsonValue value, EmbeddingRequest& to, Complaints& complaints) {
  to.base64 = value.inside() == "base64";
  if (!to.base64 && value.inside() != "float") {
    complaints.about(value, "encoding_format", R"(has to be "float" or "base64")");
  }
}

// Little-endian float32, one after another: what OpenAI's SDKs decode.
void append_floats(std::string& out, std::string_view vector) {
  std::string bytes;
  const auto numbers = thread_json_parser().parse(vector);
  if (numbers) {
    bytes.reserve(numbers->size() * 4);
    for (const auto item : numbers->items()) {
      const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(item.number().value_or(0)));
      for (const unsigned shift : {0U, 8U, 16U, 24U}) {
        bytes.push_back(static_cast<char>(bits >> shift & 0xFFU));
      }
    }
  }
  out.push_back('"');
  append_base64(out, bytes);
  out.push_back('"');
}

class RequestReader {
 public:
  static const std::array<RequestField<RequestReader>, 5> kFields;

  RequestReader(EmbeddingRequest& to, Complaints& complaints) : to_(to), complaints_(complaints) {}

 private:
  void model(JsonValue value) { complaints_.string(value, "model", to_.model); }

  void input(JsonValue value) { read_input(value, to_, complaints_); }

  void dimensions(JsonValue value) { to_.dimensions = complaints_.integer(value, "dimensions"); }

  void encoding_format(JsonValue value) { read_format(value, to_, complaints_); }

  void metadata(JsonValue /*value*/) {
  }  // For the gateway, which LiteLLM's clients tell things in it.

  EmbeddingRequest& to_;
  Complaints& complaints_;
};

constexpr std::array<RequestField<RequestReader>, 5> RequestReader::kFields{{
    {"model", &RequestReader::model},
    {"input", &RequestReader::input},
    {"dimensions", &RequestReader::dimensions},
    {"encoding_format", &RequestReader::encoding_format},
    {"metadata", &RequestReader::metadata},
}};

}  // namespace

Result<EmbeddingRequest> read_openai_embeddings(std::string_view json) {
  const auto document = parse_request(json);
  if (!document) {
    return std::unexpected(document.error());
  }
  EmbeddingRequest request;
  Complaints complaints;
  RequestReader reader(request, complaints);
  walk_fields(*document, reader, request.other, complaints);
  if (request.model.empty()) {
    complaints.missing("model");
  }
  if (request.input_json.empty()) {
    complaints.missing("input");
  }
  if (complaints.failed) {
    return std::unexpected(std::move(*complaints.failed));
  }
  return request;
}

std::string write_openai_embeddings(const EmbeddingRequest& request, const WriteRules& rules) {
  const auto wanted = [&rules](std::string_view name) {
    return std::ranges::find(rules.additional_drop_params, name) ==
           rules.additional_drop_params.end();
  };
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("model").string(rules.model).key("input").raw(request.input_json);
  if (request.dimensions && wanted("dimensions")) {
    json.key("dimensions").integer(*request.dimensions);
  }
  if (request.base64 && wanted("encoding_format")) {
    json.key("encoding_format").string("base64");
  }
  for (const auto& [name, value] : request.other) {
    if (wanted(name)) {
      json.key(name).raw(value);
    }
  }
  json.end_object();
  return out;
}

std::string write_openai_embeddings_reply(const EmbeddingReply& reply,
                                          std::string_view model,
                                          bool base64) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("object").string("list").key("data").begin_array();
  std::string encoded;
  for (std::size_t i = 0; i < reply.vectors.size(); ++i) {
    json.begin_object().key("object").string("embedding");
    json.key("index").integer(static_cast<std::int64_t>(i)).key("embedding");
    if (base64) {
      encoded.clear();
      append_floats(encoded, reply.vectors[i]);
      json.raw(encoded);
    } else {
      json.raw(reply.vectors[i]);
    }
    json.end_object();
  }
  const auto tokens = reply.tokens.value_or(0);
  json.end_array().key("model").string(model).key("usage").begin_object();
  json.key("prompt_tokens").integer(tokens).key("total_tokens").integer(tokens).end_object();
  json.end_object();
  return out;
}

}  // namespace meridian

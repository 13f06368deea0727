#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "cloud/refusal.h"
#include "cloud/route.h"

namespace meridian {

struct CloudTool {
  std::string name;
  boost::json::value schema;  // Of its arguments; null when it has none.
};

enum class ToolWish : std::uint8_t { None, Auto, Any, Named };

// Texts to be made vectors of, and how those are wanted.
struct CloudEmbedding {
  enum class Form : std::uint8_t { OpenAi, Titan, Cohere, Predict, Batch };

  Form form = Form::OpenAi;
  std::vector<std::string> texts;
  std::size_t dimensions = 0;
  bool base64 = false;
  bool by_type = false;  // Cohere's embedding_types.
};

// What of a request decides the answer, whatever the dialect.
struct CloudAsk {
  std::string model;
  std::string last_words;        // The last user message's text.
  bool after_tool = false;       // The last message brings a tool's result.
  std::size_t prompt_bytes = 0;  // Of all text that a model would read.
  std::size_t messages = 0;
  std::optional<std::int64_t> tokens_max;
  bool stream = false;
  bool include_usage = false;  // OpenAI's stream_options.
  std::vector<CloudTool> tools;
  ToolWish wish = ToolWish::Auto;
  std::string wished_tool;
  bool wants_json = false;                  // response_format, or its like.
  boost::json::value json_schema;           // Null: any object.
  std::optional<CloudEmbedding> embedding;  // Then it is no conversation.
};

// What of a request stands outside its body.
struct AskPlace {
  CloudOperation operation = CloudOperation::Chat;
  Provider provider = Provider::OpenAi;  // Tells the direct API from Bedrock's and Vertex's.
  std::string_view model;                // From the path.
  std::string_view version;              // The anthropic-version field.
};

// Reads and judges a body as the provider of that operation would: the same demands, and its own
// words where they are known. Nothing is shared with wire's codecs, whose mistakes would pass
// unseen.
std::expected<CloudAsk, CloudRefusal> read_ask(const AskPlace& place, std::string_view body);

}  // namespace meridian

#pragma once

#include <cstdint>
#include <string_view>

#include "cloud/answer.h"
#include "cloud/performance.h"
#include "cloud/route.h"

namespace meridian {

// What a dialect needs besides the answer itself.
struct Speech {
  const CloudAnswer& answer;
  CloudOperation operation;
  Provider provider;
  std::string_view model;
  std::string_view query;  // Gemini's alt=sse.
  bool stream;
  bool include_usage;
  std::int64_t created;     // Seconds since the epoch.
  std::int64_t latency_ms;  // What the reply says of itself.
  std::string_view request_id;
};

// The whole reply or stream in the operation's dialect. Paces and faults are put on afterwards.
CloudPerformance speak(const Speech& speech);

// One for each family; speak picks.
CloudPerformance speak_chat(const Speech& speech);  // And completions of text.
CloudPerformance speak_responses(const Speech& speech);
CloudPerformance speak_messages(const Speech& speech);
CloudPerformance speak_converse(const Speech& speech);
CloudPerformance speak_generate(const Speech& speech);

// The answers that are not conversations.
std::string counted_json(CloudOperation operation, std::int64_t tokens);
std::string models_json(Provider provider, std::int64_t created);

// A text's vector depends on the text and the number of dimensions alone.
std::string embeddings_json(const CloudEmbedding& wish,
                            std::string_view model,
                            std::int64_t tokens);

// A JSON string, quotes included.
std::string quoted(std::string_view text);
std::string joined(const std::vector<std::string>& pieces);
std::string base64_of(std::string_view bytes);

// JSON in fragments, as arguments of tools arrive.
std::vector<std::string> fragments(std::string_view text);

}  // namespace meridian

#include "wire/openai/chances.h"

#include <string_view>

namespace meridian {

namespace {

// Leaves the object open.
void begin_token(std::string_view token, double logprob, JsonWriter& json) {
  json.begin_object().key("token").string(token).key("logprob").real(logprob);
  json.key("bytes").begin_array();
  for (const char byte : token) {
    json.integer(static_cast<unsigned char>(byte));
  }
  json.end_array();
}

}  // namespace

void write_chances(const std::vector<TokenChance>& chances, JsonWriter& json) {
  if (chances.empty()) {
    json.null();
    return;
  }
  json.begin_object().key("content").begin_array();
  for (const auto& chance : chances) {
    begin_token(chance.token, chance.logprob, json);
    json.key("top_logprobs").begin_array();
    for (const auto& [token, logprob] : chance.top) {
      begin_token(token, logprob, json);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("refusal").null().end_object();
}

}  // namespace meridian

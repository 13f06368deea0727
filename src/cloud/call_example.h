#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "cloud/call.h"
#include "providers/aws/sigv4.h"
#include "providers/simulated.h"

namespace meridian {

// A request for tests, with everything a provider wants to see.
struct CallExample {
  std::string method = "POST";
  std::string target;
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;

  CloudCall call() const {
    return {.method = method,
            .target = target,
            .header =
                [this](std::string_view name) {
                  const auto found = headers.find(name);
                  return found == headers.end() ? std::string_view()
                                                : std::string_view(found->second);
                },
            .body = body,
            .gate = {}};
  }
};

inline CallExample signed_call(const std::string& region,
                               std::string target,
                               std::string body,
                               WallTime now) {
  const auto keys = simulated_credential(Provider::Bedrock);
  CallExample example{.target = std::move(target), .headers = {}, .body = std::move(body)};
  example.headers["host"] = "bedrock-runtime." + region + ".amazonaws.com";
  example.headers["content-type"] = "application/json";
  for (auto& [name, value] : sigv4_fields(
           {.method = example.method,
            .target = example.target,
            .host = example.headers["host"],
            .content_type = "application/json",
            .body = example.body},
           {.key_id = keys.aws_key_id.reveal(), .secret = keys.aws_secret.reveal(), .token = {}},
           {.region = region, .service = "bedrock"},
           now)) {
    example.headers[name] = value;
  }
  return example;
}

inline CallExample openai_call(std::string body) {
  return {.target = "/v1/chat/completions",
          .headers = {{"host", "api.openai.com"}, {"authorization", "Bearer sk-any"}},
          .body = std::move(body)};
}

inline CallExample anthropic_call(std::string body) {
  return {.target = "/v1/messages",
          .headers = {{"host", "api.anthropic.com"},
                      {"x-api-key", "sk-ant-any"},
                      {"anthropic-version", "2023-06-01"}},
          .body = std::move(body)};
}

}  // namespace meridian

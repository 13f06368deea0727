#include "gateway/discreet.h"

#include <string>
#include <string_view>
#include <utility>

#include "providers/redact.h"

namespace meridian {

namespace {

// Shorter ones are words that anybody may use, such as the value "true" of a header.
constexpr std::size_t kSecretBytesMin = 8;

std::string without(std::string text, std::string_view secret, std::string_view stand_in) {
  if (secret.size() < kSecretBytesMin) {
    return text;
  }
  for (auto at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + stand_in.size())) {
    text.replace(at, secret.size(), stand_in);
  }
  return text;
}

std::string hidden(const Exchange& exchange, DeploymentId id, std::string text) {
  const auto& snapshot = exchange.snapshot();
  const auto& upstream = snapshot.upstreams[index_of(id)];
  if (const auto& used = exchange.pin->credentials[snapshot.credential_of[index_of(id)]]) {
    for (const auto* const secret : {&used->api_key,
                                     &used->bearer,
                                     &used->aws_key_id,
                                     &used->aws_secret,
                                     &used->aws_token,
                                     &exchange.client_key}) {
      text = without(std::move(text), secret->reveal(), "[key]");
    }
  }
  for (const auto& [name, value] : upstream.params.extra_headers) {
    text = without(std::move(text), value, "[header]");
  }
  return without(std::move(text), upstream.address.host, "[host]");
}

}  // namespace

Failure discreet(const Exchange& exchange, DeploymentId id, Failure failure) {
  failure.message = for_people(hidden(exchange, id, std::move(failure.message)));
  const auto code = hidden(exchange, id, failure.code);
  if (code != failure.code) {
    failure.code.clear();
  }
  return failure;
}

}  // namespace meridian

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
  // Long words end where classify_reply cut them: in the middle of a secret, perhaps.
  for (auto bytes = secret.size() - 1; bytes >= kSecretBytesMin; --bytes) {
    if (text.ends_with(secret.substr(0, bytes))) {
      text.replace(text.size() - bytes, bytes, stand_in);
      break;
    }
  }
  return text;
}

std::string hidden(const Exchange& exchange, DeploymentId id, std::string text) {
  const auto& snapshot = exchange.snapshot();
  const auto& upstream = snapshot.upstreams[index_of(id)];
  if (const auto& used = exchange.pin->credentials[snapshot.credential_of[index_of(id)]]) {
    for (const auto* const secret :
         {&used->api_key, &used->bearer, &used->aws_key_id, &used->aws_secret, &used->aws_token}) {
      text = without(std::move(text), secret->reveal(), "[key]");
    }
  }
  text = without(std::move(text), exchange.client_key.reveal(), "[key]");
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

Failure in_our_words(Failure failure) {
  switch (failure.kind) {
    case FailureKind::ServerError:
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::Misconfigured:
    case FailureKind::AccountBlocked:
      failure.message = "the provider's stream failed";
      break;
    case FailureKind::RateLimited:
      failure.message = "the provider's stream ended at one of its limits";
      break;
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
    case FailureKind::CutShort:  // Ours already: a stream without its end.
    case FailureKind::ClientLeft:
      break;
  }
  return failure;
}

}  // namespace meridian

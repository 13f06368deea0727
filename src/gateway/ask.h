#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "gateway/exchange.h"
#include "transport/head.h"
#include "wire/peek.h"

namespace meridian {

// A place in the body that goes upstream as something else: the model's name, the wish for usage.
struct Splice {
  std::size_t at = 0;      // From the body's first byte.
  std::size_t length = 0;  // Bytes replaced; 0 = put in before.
  std::string_view text;
};

// What of the body decides whether it can pass through untouched.
struct BodyFacts {
  Splice model;                 // Without its text, which is the deployment's.
  std::optional<Splice> usage;  // Asks for usage in a stream that did not want it.
  // Holds what is for us and no provider: fields (fallbacks, ...), thoughts with our mark.
  bool gateway_fields = false;
  bool other_version = false;  // In another version of Anthropic's API than providers are sent.
};

// Whose key this is. The failure says which header to send.
Result<bool> authenticate(const Head& head, const GeneralSettings& general);

// Fills `exchange` from the head and the peeked body: everything that routing needs, nothing
// decided. Failure: BadRequest for a value that makes no sense.
Result<BodyFacts> read_ask(const Head& head,
                           const Peek& peek,
                           std::string_view body,
                           Exchange& exchange);

// Whether configurable_clientside_auth_params of this deployment allows `api_key` in a request.
bool lets_clients_bring_keys(const DeploymentParams& params);

// The rules that hold for this request, intersected: the settings', the header's, the user's place.
// Failure: the header names a place that nobody knows.
Result<bool> bind_residency(const Head& head, std::string_view user_country, Exchange& exchange);

}  // namespace meridian

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/route.h"
#include "cloud/site.h"

namespace meridian {

enum class RefusalKind : std::uint8_t {
  Invalid,  // The request's content.
  NoSuchPath,
  NoSuchModel,
  MissingKey,
  WrongKey,
  WrongSignature,
  UnknownClient,  // An access key that AWS does not know.
  ExpiredToken,
  Throttled,
  Broken,      // 500.
  Overloaded,  // 503 or 529.
};

// Why a provider does not do what it is asked.
struct CloudRefusal {
  RefusalKind kind = RefusalKind::Invalid;
  std::string message;  // Empty: what the provider usually says.
  std::string param;    // OpenAI names the field.
  std::optional<int> retry_after_s = std::nullopt;
};

using CloudFields = std::vector<std::pair<std::string, std::string>>;

struct CloudReply {
  int status = 200;
  CloudFields fields;
  std::string body;
};

// In the provider's own words, codes and shape. `request_id` is the provider's for its support
// desk.
CloudReply dress(const CloudRefusal& refusal,
                 const CloudSite& site,
                 CloudOperation operation,
                 std::string_view request_id);

}  // namespace meridian

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "gateway/exchange.h"

namespace meridian {

// How a body's end is told to the client.
struct BodyFraming {
  bool chunked = false;
  std::optional<std::uint64_t> length;  // Neither: the connection ends with it.
};

inline constexpr std::size_t kReplyHeadMax = 2048;

// The head of a model's answer: who served it, after how many attempts, under which rule. Written
// into `room`, at least kReplyHeadMax bytes.
std::string_view reply_head(const Exchange& exchange,
                            std::string_view content_type,
                            BodyFraming framing,
                            std::span<char> room);

// A whole answer of our own: a refusal, or what the gateway says about itself.
std::string plain_reply(int status,
                        std::string_view content_type,
                        std::string_view extra_fields,
                        std::string_view body,
                        bool keep_alive);

// A failure in the client's dialect, with Retry-After and the request's id.
std::string failure_reply(const Exchange& exchange, const Failure& failure);

}  // namespace meridian

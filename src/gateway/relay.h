#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/attempt.h"
#include "gateway/reply_body.h"
#include "wire/codec.h"

namespace meridian {

// A reply with status 200 on its way to the client, whichever way it goes.
struct Reply {
  Journey& journey;
  DeploymentId from;
  Peer& provider;
  ReplyBody& body;
  std::string_view head;  // Its lines, for find_field.
  std::string_view content_type;
  std::optional<std::uint64_t> content_length;
  TimePoint commit_limit;            // Until the first content (streams), or the end (others).
  std::function<void()> on_content;  // Called once, before the first content goes out.
};

// Same dialect on both sides: the payload passes as it is, but for the framing of a stream.
Awaitable<AttemptEnd> relay_json(Reply& reply);
Awaitable<AttemptEnd> relay_stream(Reply& reply, Framing framing);

// Whether a whole answer of which so many bytes have come, or more are announced, is larger than
// max_response_size_mb lets through. Nothing: it is not.
std::optional<Failure> too_large(const Reply& reply, std::size_t bytes);

// Appends all of the body. Nothing: it is there; else how the attempt has ended.
Awaitable<std::optional<AttemptEnd>> read_whole(Reply& reply, std::string& text);

// A whole answer in the client's dialect. `provider` as in send_patiently.
Awaitable<AttemptEnd> send_json(Journey& journey,
                                Peer* provider,
                                std::string body,
                                const std::function<void()>& on_content);
Awaitable<AttemptEnd> send_reply(Journey& journey,
                                 Peer* provider,
                                 const ChatReply& answer,
                                 const std::function<void()>& on_content);

// Another dialect: read whole, or event by event, and written anew.
Awaitable<AttemptEnd> translate_json(Reply& reply,
                                     Dialect from,
                                     const NameMap& names,
                                     std::string_view reply_id);
Awaitable<AttemptEnd> translate_stream(Reply& reply,
                                       Dialect from,
                                       Framing framing,
                                       const NameMap& names,
                                       std::string_view reply_id);

}  // namespace meridian

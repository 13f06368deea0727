#pragma once

#include <string>
#include <string_view>

#include "wire/chat.h"

namespace meridian {

// A response object. Every part of the reply is an item of its own. `echo` as in ReplyStyle.
std::string write_responses_reply(const ChatReply& reply, std::string_view echo);

}  // namespace meridian

#pragma once

#include <string>
#include <string_view>

#include "wire/chat.h"

namespace meridian {

// A "text_completion" object: the reply's text. Thoughts have no place in it.
std::string write_completions_reply(const ChatReply& reply);

// "cmpl-" and what identifies the reply.
std::string completion_id(std::string_view id);

}  // namespace meridian

#pragma once

#include "base/failure.h"
#include "providers/reply_error.h"

namespace meridian {

// One function a provider: what its error means. Each looks at codes first, at texts where the code
// is too coarse, and leaves the rest to `kind_by_status`.
FailureKind bedrock_kind(const ReplyError& error);
FailureKind vertex_kind(
    const ReplyError& error);  // Also Gemini: Google's shape, or Anthropic's inside.
FailureKind anthropic_kind(const ReplyError& error);
FailureKind openai_kind(const ReplyError& error);  // Also what resembles OpenAI.
FailureKind azure_kind(const ReplyError& error);

// What a status means by itself, at an endpoint that serves chats: a 404 or 405 there is a wrong
// address or model, a redirect a wrong address, and a 409 a passing conflict.
FailureKind kind_by_status(int status);

// A request that was refused for what it is: ContextWindow, ContentPolicy, or neither (BadRequest).
// Providers say it in words; their codes rarely tell.
FailureKind refusal_kind(const ReplyError& error);

}  // namespace meridian

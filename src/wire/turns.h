#pragma once

#include <cstdint>
#include <vector>

#include "wire/chat.h"

namespace meridian {

// A conversation as Anthropic and Bedrock want it: the system's words apart, user and assistant by
// turns, the user first. Points into the request.
struct Turn {
  bool assistant = false;
  std::vector<const Part*> parts;
};

// Whose signatures the model can read.
enum class Signer : std::uint8_t { Nobody, Claude, Gemini };

struct Turns {
  std::vector<const Part*> system;
  std::vector<Turn> turns;
  const Message* opaque =
      nullptr;  // A message that only its own dialect can carry, if there is one.
};

// - System messages are hoisted, wherever they stand.
// - Messages of one side in a row become one turn: parallel tool results share it.
// - A user's turn begins with its tool results: providers want them right behind the calls.
// - Text that is empty or blank is left out, and a cache point with nothing before it. Both are
// refused
//   by the providers and say nothing.
// - Thinking is kept only with its signature (or redacted): without it, it is refused. What another
//   vendor has signed is not kept: nobody else can read it.
// - Where no user has spoken first, one says ".", as LiteLLM does it.
Turns arrange(const ChatRequest& request, Signer model = Signer::Claude);

// Whether a tool was called or answered anywhere.
bool uses_tools(const Turns& turns);

}  // namespace meridian

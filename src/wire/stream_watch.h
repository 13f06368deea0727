#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/dialect.h"
#include "wire/json.h"
#include "wire/sse.h"

namespace meridian {

// What to send on of one piece of a stream, in this order; any may be empty. Views into the piece
// (`front`, `back`) or into the watch (`kept`, valid until the next call).
struct Passage {
  std::string_view kept;  // Held back from earlier pieces, after all not to be withheld.
  std::string_view front;
  std::string_view back;

  std::size_t size() const { return kept.size() + front.size() + back.size(); }
};

// Looks at a stream that is relayed byte for byte to a client of the same dialect, and tells what a
// relay has to know: whether content has begun (until then failing over is free), whether the
// stream truly ended, what it cost, whether it holds an error. Given payload only, without chunk
// lines.
//
// Events that lie whole in a piece are read where they are; of one that is cut, the part at hand is
// copied until the rest comes (up to SseReader::kEventBytesMax; beyond it `lost` is set and nothing
// more is seen). Nothing is allocated for an event otherwise. An event that cannot be read is
// passed on and means nothing: judging it is the client's business.
//
// Speaks OpenAI's three dialects and AnthropicMessages. One owner, one thread, one stream.
class StreamWatch {
 public:
  // `withhold_usage`: the relay asked the provider for usage (stream_options.include_usage) and the
  // client did not. Then the chunk that carries nothing else is taken out (see `pass`).
  // `"usage":null` in the other chunks stays: clients ignore it.
  explicit StreamWatch(Dialect dialect, bool withhold_usage = false)
      : dialect_(dialect), withhold_usage_(withhold_usage) {}

  // Looks at the next piece and says what of it to send: whole events only, and nothing from an
  // error event on, which the relay tells in words of its own. One that is cut is held
  // back until the rest comes. Only its end tells whether it is the one to take out; and should the
  // provider break off inside it, no SDK could read an error event behind half of another.
  Passage pass(std::string_view piece);

  // The connection ended. What was held back has to be sent (`kept`); an event that lacks only its
  // closing blank line counts.
  Passage finish();

  // First text, thinking, refusal or tool content has been seen.
  bool committed() const { return committed_; }

  // The terminal event has been seen: [DONE], message_stop, response.completed and its like. Or a
  // finish_reason, if the connection ends behind it: not every server says [DONE].
  bool ended() const { return terminal_ || (closed_ && finish_seen_); }

  bool terminal_event() const { return terminal_; }

  // The last counts that were given: cumulative ones replace earlier ones.
  const std::optional<Usage>& usage() const { return usage_; }

  // An error event inside the stream.
  const std::optional<Failure>& error() const { return error_; }

  // Behind the last complete event, in bytes from the stream's begin. What has been sent ends here,
  // unless `lost`.
  std::size_t whole_bytes() const { return whole_bytes_; }

  std::size_t bytes() const { return bytes_; }

  // An event was too large to look into.
  bool lost() const { return reader_.overflowed(); }

 private:
  enum class Verdict : std::uint8_t { Pass, Withhold };

  Passage before_the_error(std::string_view piece, std::size_t gap_begin, std::size_t gap_end);
  std::size_t hold(std::string_view piece);
  Verdict look(std::string_view data);
  Verdict look_openai(JsonValue chunk);
  void look_choice(JsonValue choice);
  void look_anthropic(JsonValue event);
  void look_responses(JsonValue event);
  void look_anthropic_usage(JsonValue usage);

  Dialect dialect_;
  bool withhold_usage_;
  SseReader reader_;
  std::string kept_;   // Bytes of an open event that have not been sent.
  std::string given_;  // Such bytes that are to be sent now.
  bool committed_ = false;
  bool finish_seen_ = false;
  bool terminal_ = false;
  bool closed_ = false;
  std::optional<Usage> usage_;
  std::optional<Failure> error_;
  std::size_t whole_bytes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace meridian

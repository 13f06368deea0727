#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/operation.h"
#include "wire/chat.h"
#include "wire/dialect.h"
#include "wire/tool_names.h"

namespace meridian {

// Translation between dialects goes through the internal model of chat.h: decode one side, encode
// the other. Every function is pure. A dialect's own code lies in wire/<dialect>/; these pick it. A
// direction that a dialect does not have yet is a Failure that says so.

// A client's request for a chat, or to count its tokens. Failure: BadRequest with a sentence naming
// the field, for the client.
Result<ChatRequest> read_request(Dialect dialect,
                                 std::string_view json,
                                 Operation operation = Operation::Chat);

// What cannot be expressed in a dialect is dropped when `drop_params` says so, else a BadRequest
// that names the field, the provider and the remedy. Never a silent drop.
struct WriteRules {
  std::string_view provider_name;  // For messages.
  std::string_view model;          // The provider's own name for the model.
  bool drop_params = false;
  std::vector<std::string> additional_drop_params;
  std::string_view
      anthropic_version;       // In the body, for Vertex and InvokeModel; empty = header only.
  bool model_in_body = true;   // Not for Vertex, InvokeModel. Converse never has it.
  bool stream_in_body = true;  // Not for InvokeModel.
};

Result<std::string> write_request(Dialect dialect,
                                  const ChatRequest& request,
                                  const WriteRules& rules);

// A whole reply with status 200. Failure: ServerError when it is not one (an error object inside a
// 200). `names` undoes what write_request did to the tools' names: name_map_of(dialect, request).
Result<ChatReply> read_reply(Dialect dialect, std::string_view json, const NameMap& names = {});

// What a reply in this dialect repeats of its request, as `write_reply` and StreamStyle want it;
// empty where it repeats nothing (all but OpenAiResponses).
std::string echo_of(Dialect dialect, const ChatRequest& request);

std::string write_reply(Dialect dialect, const ChatReply& reply, std::string_view echo = {});

// Reads a provider's stream wherever its bytes are cut: SSE for OpenAI, Anthropic and Gemini, AWS
// event stream for Converse. One per attempt.
class StreamReader {
 public:
  virtual ~StreamReader() = default;

  // Appends what these bytes complete. After a Fail or End event nothing more is appended.
  virtual void feed(std::string_view bytes, std::vector<StreamEvent>& out) = 0;

  // The connection ended properly. Appends Fail (CutShort) when the stream had not come to its
  // terminal event: no SDK would notice.
  virtual void finish(std::vector<StreamEvent>& out) = 0;
};

// `id` stands for the reply where the dialect gives none (Converse: x-amzn-requestid). `names` as
// for read_reply. Only Anthropic's dialect comes in Bedrock's chunks.
std::unique_ptr<StreamReader> make_stream_reader(Dialect dialect,
                                                 std::string_view id,
                                                 NameMap names = {},
                                                 Framing framing = Framing::Own);

// Writes a client's stream. One per request.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;

  // Appends the bytes of an event, if it has any in this dialect. Fail ends the stream with an
  // error event; End with the dialect's terminal event. Nothing may follow either.
  virtual void write(const StreamEvent& event, std::string& out) = 0;
};

struct StreamStyle {
  std::string model;           // What the client asked for; every chunk carries it.
  bool include_usage = false;  // stream_options.include_usage.
  std::int64_t created = 0;    // Seconds since the epoch.
  std::string request_id;      // Ours, for an error event.
  std::string echo;            // As in `echo_of`.
};

std::unique_ptr<StreamWriter> make_stream_writer(Dialect dialect, StreamStyle style);

// The body of an error answer, and the event that ends a stream that has begun. `request_id` is
// ours. `number` is the event's in OpenAiResponses, where it is known.
std::string write_error(Dialect dialect, const Failure& failure, std::string_view request_id);
std::string write_error_event(Dialect dialect,
                              const Failure& failure,
                              std::string_view request_id,
                              std::optional<std::int64_t> number = std::nullopt);

// The HTTP status that an answer with this failure carries.
int status_of(const Failure& failure);

}  // namespace meridian

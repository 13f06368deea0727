#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/failure.h"
#include "wire/dialect.h"

namespace meridian {

// The canonical request: one model of a conversation that every dialect is read into and written
// from. JSON that we only carry (tool schemas, arguments, unknown fields) stays JSON text, byte for
// byte: parsing and printing it again could change numbers and order.

// Where words of an answer come from.
struct Citation {
  enum class Source : std::uint8_t { Web, Document, SearchResult };
  enum class Unit : std::uint8_t { Characters, Pages, Blocks };

  Source source = Source::Web;
  std::string url;  // Web; of a search result what its client called its `source`.
  std::string title;
  std::string cited_text;
  std::string proof;  // Opaque; Anthropic wants it back with what a web search has found.
  // Which of the request's documents or search results, from 0, and what of it, as Anthropic and
  // Bedrock count: pages from 1, all else from 0, the end left out.
  std::int64_t index = 0;
  Unit unit = Unit::Characters;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  // Which of the part's characters (code points) it supports; both 0: all of them.
  std::int64_t from = 0;
  std::int64_t to = 0;
  // One that a single dialect knows and we only carry; then the rest is empty.
  std::string opaque_json;
  Dialect dialect = Dialect::OpenAiChat;  // What that is written in.
  friend bool operator==(const Citation&, const Citation&) = default;
};

struct TextPart {
  std::string text;
  bool refusal = false;  // The model says why it will not answer (OpenAI's `refusal`).
  std::vector<Citation> citations;
  friend bool operator==(const TextPart&, const TextPart&) = default;
};

struct ImagePart {
  std::string media_type;  // "image/png"; empty for a URL.
  std::string data;        // Base64; empty for a URL.
  std::string url;
  std::string detail;
  friend bool operator==(const ImagePart&, const ImagePart&) = default;
};

// A file that the model is to read. One of `data`, `url` and `texts` is there.
struct DocumentPart {
  std::string media_type;  // "application/pdf"; empty for a URL and for texts.
  std::string data;        // Base64.
  std::string url;
  std::vector<std::string> texts;  // Plain text in place of a file: one ...
  bool in_blocks = false;          // ... or any number, each of which is cited as a whole.
  std::string name;                // The file's, or the document's title.
  std::string context;             // What the model is told about it; never cited.
  bool citations = false;          // The answer has to say what it takes from where.
  friend bool operator==(const DocumentPart&, const DocumentPart&) = default;
};

struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments_json;  // The model's words: meant to be a JSON object, not always one.
  friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

struct ThinkingPart {
  std::string text;
  std::string signature;  // Only the provider that made it can read it.
  std::string redacted;   // Opaque data instead of text.
  friend bool operator==(const ThinkingPart&, const ThinkingPart&) = default;
};

// A part that one dialect knows and we only carry; written when the same dialect is written.
struct OpaquePart {
  std::string json;
  friend bool operator==(const OpaquePart&, const OpaquePart&) = default;
};

struct ToolResult {
  std::string call_id;
  std::vector<std::variant<TextPart, ImagePart, DocumentPart, OpaquePart>> content;
  bool is_error = false;
  friend bool operator==(const ToolResult&, const ToolResult&) = default;
};

struct CachePoint {
  std::string ttl;  // "", "5m", "1h".
  friend bool operator==(const CachePoint&, const CachePoint&) = default;
};

using Part = std::variant<TextPart,
                          ImagePart,
                          DocumentPart,
                          ToolCall,
                          ToolResult,
                          ThinkingPart,
                          OpaquePart,
                          CachePoint>;

enum class Role : std::uint8_t { System, User, Assistant, Tool };

struct Message {
  Role role = Role::User;
  std::vector<Part> parts;
  std::string name;
  bool developer = false;  // A system message that OpenAI's newer name was used for.
  std::string
      opaque_json;  // A message that one dialect knows and we only carry; then `parts` is empty.
  friend bool operator==(const Message&, const Message&) = default;
};

struct Tool {
  std::string name;
  std::string description;
  std::string schema_json;  // JSON Schema of the parameters; empty = none given.
  std::optional<bool> strict;
  std::string
      opaque_json;  // A tool that one dialect knows and we only carry; then the rest is empty.
  std::optional<CachePoint> cache;
  // Members that only the request's dialect has, JSON by name, in the client's order.
  std::vector<std::pair<std::string, std::string>> other;
  friend bool operator==(const Tool&, const Tool&) = default;
};

struct ToolChoice {
  enum class Kind : std::uint8_t { Auto, None, Required, Named };

  Kind kind = Kind::Auto;
  std::string name;
  friend bool operator==(const ToolChoice&, const ToolChoice&) = default;
};

struct ResponseFormat {
  enum class Kind : std::uint8_t { Text, JsonObject, JsonSchema };

  Kind kind = Kind::Text;
  std::string name;
  std::string description;
  std::string schema_json;
  std::optional<bool> strict;
  friend bool operator==(const ResponseFormat&, const ResponseFormat&) = default;
};

struct ChatRequest {
  std::string model;              // What the client asked for.
  std::vector<Message> messages;  // System messages among them, where the client put them.
  std::vector<Tool> tools;
  std::optional<ToolChoice> tool_choice;
  std::optional<bool> parallel_tool_calls;
  std::optional<std::int64_t> max_tokens;
  bool max_tokens_is_completion = false;  // Written as max_completion_tokens.
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> top_k;
  std::vector<std::string> stop;
  std::optional<std::int64_t> n;
  std::optional<std::int64_t> seed;
  std::optional<std::string> user;
  std::optional<std::string> reasoning_effort;
  std::string thinking_json;  // Anthropic's `thinking`, where a client gives it.
  std::optional<ResponseFormat> response_format;
  bool stream = false;
  bool include_usage = false;
  std::optional<bool> include_obfuscation;  // stream_options.include_obfuscation.
  // What `other` and the opaque parts are written in.
  Dialect dialect = Dialect::OpenAiChat;
  // Every other top-level field, JSON by name, in the client's order. Written through when the
  // dialect is the same; judged by the writer (dropped, refused, mapped) otherwise.
  std::vector<std::pair<std::string, std::string>> other;
  friend bool operator==(const ChatRequest&, const ChatRequest&) = default;
};

// Whether it has a tool that can be written in that dialect: not one that only another one knows.
bool has_tool_for(Dialect dialect, const ChatRequest& request);

// As every provider counts, made comparable: prompt tokens are the sum of the first three.
struct Usage {
  std::int64_t input = 0;  // Neither read from a cache nor written to one.
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;
  std::int64_t output = 0;  // Reasoning included.
  std::int64_t reasoning = 0;

  std::int64_t prompt() const { return input + cache_read + cache_write; }

  friend bool operator==(const Usage&, const Usage&) = default;
};

enum class FinishReason : std::uint8_t { Stop, StopSequence, Length, ToolCalls, ContentFilter };

// How likely a token was, as the natural logarithm, and which others were.
struct TokenChance {
  std::string token;
  double logprob = 0;
  std::vector<std::pair<std::string, double>> top;
  friend bool operator==(const TokenChance&, const TokenChance&) = default;
};

// One of the answers to a request whose `n` is more than 1.
struct Choice {
  std::vector<Part> parts;  // Text, thinking, tool calls, in the model's order.
  FinishReason finish = FinishReason::Stop;
  std::string stop_sequence;
  std::vector<TokenChance> chances;  // Of the text's tokens, where they were asked for.
  friend bool operator==(const Choice&, const Choice&) = default;
};

struct ChatReply {
  std::string id;
  std::string model;         // As the client is to see it.
  std::int64_t created = 0;  // Seconds since the epoch.
  // The first answer, which nearly always is the only one; then the others, in their order.
  std::vector<Part> parts;
  FinishReason finish = FinishReason::Stop;
  std::string stop_sequence;
  std::vector<TokenChance> chances;
  std::vector<Choice> others;
  std::optional<Usage> usage;
  friend bool operator==(const ChatReply&, const ChatReply&) = default;
};

// A stream, whatever it came in: Start, blocks one after another (never interleaved), Finish,
// Usage, End. Usage may come before or after Finish. Fail may replace anything. Where a request
// wants several answers, the blocks of one may stand between those of another, and each has its
// Finish.
struct StreamEvent {
  enum class Kind : std::uint8_t {
    Start,      // id, text = the provider's model.
    TextBlock,  // A block begins ...
    ThinkBlock,
    RedactedBlock,  // text = the opaque data, complete.
    ToolBlock,      // id = the call's id, text = the tool's name.
    Text,           // ... and what comes in it: text.
    Cite,           // citations, of the open text block.
    Chances,        // chances, of tokens whose text has come or is to come.
    Think,          // text.
    Signature,      // text.
    Arguments,      // text = a fragment of the arguments' JSON.
    EndBlock,
    Finish,      // finish, text = the stop sequence.
    UsageCount,  // usage, cumulative: it replaces an earlier one.
    Ping,
    Fail,  // failure.
    End,
  };

  Kind kind = Kind::Ping;
  std::int64_t choice = 0;  // Which answer's, of what belongs to one.
  std::string id;
  std::string text;
  FinishReason finish = FinishReason::Stop;
  Usage usage;
  std::vector<Citation> citations;
  std::vector<TokenChance> chances;
  std::optional<Failure> failure;
};

// First text, thinking or tool content: from here on the client has been given something, and
// failing over is no longer free. Role, start and ping are held back until then.
bool commits(const StreamEvent& event);

}  // namespace meridian

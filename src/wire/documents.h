#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/json.h"
#include "wire/unsupported.h"

namespace meridian {

// OpenAI's dialects give a file as `file_data` and `filename`: in an object of its own in chat,
// beside `file_url` in the Responses API. `file` holds these members. Nothing: it has one that no
// other dialect knows (`file_id`), or data that cannot be taken apart. Data that is not a data URL
// counts as base64 of what the name's ending says, else of a PDF.
std::optional<DocumentPart> read_openai_file(JsonValue file);

// "data:application/pdf;base64,..."; of a document with data.
std::string data_url_of(const DocumentPart& document);

// A document that is plain text, in words that any model can read: what it is called, what is said
// about it, itself.
std::string words_of(const DocumentPart& document);

// The text of one whose media type is text's ("text/plain", "text/markdown", ...); nothing where it
// is another, or no base64.
std::optional<std::string> plain_text(const DocumentPart& document);

// For dialects that cannot be asked where an answer's words come from.
void refuse_citations(const ChatRequest& request, Unsupported& unsupported);

// Why a message, or an item, that only its own dialect knows cannot be sent.
Failure refuse_message(Dialect from, std::string_view provider_name);

// Why a part that only another dialect knows cannot be sent, and what to send instead.
Failure refuse_part(const OpaquePart& part, std::string_view provider_name);

// A document that the provider would have to fetch.
Failure refuse_document_url(std::string_view provider_name);

}  // namespace meridian

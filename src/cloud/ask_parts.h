#pragma once

#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "cloud/ask.h"

namespace meridian {

// What the readers share. Not for use outside them.

using AskResult = std::expected<CloudAsk, CloudRefusal>;

std::unexpected<CloudRefusal> invalid(std::string message, std::string param = {});

// A member; null when it is missing or JSON's null.
const boost::json::value* given(const boost::json::object& object, std::string_view key);

const boost::json::object* object_in(const boost::json::object& object, std::string_view key);
const boost::json::array* array_in(const boost::json::object& object, std::string_view key);

// A string member's characters; empty when it is not one.
std::string_view text_in(const boost::json::object& object, std::string_view key);

bool flag_in(const boost::json::object& object, std::string_view key);

std::string_view view(const boost::json::string& text);

bool blank(std::string_view text);

// The first member that is not in the list; empty: all are.
std::string_view stranger(const boost::json::object& object,
                          std::initializer_list<std::string_view> known);

// A count that is there has to be a whole number, 1 or more. Failure: the member is something else.
std::expected<std::optional<std::int64_t>, CloudRefusal> count_in(const boost::json::object& object,
                                                                  std::string_view key);

AskResult read_converse(const boost::json::object& body);
AskResult read_messages(const boost::json::object& body, const AskPlace& place);
AskResult read_chat(const boost::json::object& body, Provider provider);
AskResult read_completions(const boost::json::object& body, Provider provider);
AskResult read_responses(const boost::json::object& body);

// Of any provider that embeds. Bedrock's InvokeModel is told apart by its model.
bool is_embedding_model(std::string_view model);
AskResult read_embeddings(const boost::json::object& body, const AskPlace& place);
AskResult read_generate(const boost::json::object& body, bool counting);

}  // namespace meridian

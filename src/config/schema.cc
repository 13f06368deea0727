#include <array>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "config/key_table.h"
#include "config/load.h"

namespace meridian {

namespace {

namespace json = boost::json;

constexpr auto kStrategies = std::to_array<std::string_view>({
    "simple-shuffle",
    "priority-routing",
    "latency-based-routing",
    "cost-based-routing",
    "least-busy",
    "usage-based-routing-v2",
    "usage-based-routing",
    "adaptive",
});

// Besides its own type, every value may be null or come from the environment.
json::array or_variable(std::string_view type) {
  return json::array{type, "string", "null"};
}

void add_type(KeyType type, json::object& schema) {
  switch (type) {
    case KeyType::Text:
      schema["type"] = json::array{"string", "number", "null"};
      return;
    case KeyType::Secret:
      schema["type"] = json::array{"string", "object", "null"};
      return;
    case KeyType::Whole:
      schema["type"] = or_variable("integer");
      return;
    case KeyType::Number:
    case KeyType::Seconds:
      schema["type"] = or_variable("number");
      return;
    case KeyType::Flag:
      schema["type"] = or_variable("boolean");
      return;
    case KeyType::Texts:
      schema["type"] = or_variable("array");
      schema["items"] = json::object{{"type", json::array{"string", "number"}}};
      return;
    case KeyType::List:
      schema["type"] = json::array{"array", "object", "null"};
      return;
    case KeyType::Map:
      schema["type"] = json::array{"object", "null"};
      return;
    case KeyType::Any:
      return;
  }
}

json::object schema_of(const KeyRow& row) {
  json::object schema;
  switch (row.fate) {
    case KeyFate::Used:
    case KeyFate::Free:
      schema["description"] = row.meaning;
      add_type(row.type, schema);
      break;
    case KeyFate::NoEffect:
      schema["description"] = "No effect: " + std::string(row.meaning);
      break;
    case KeyFate::Refused:
      schema["description"] = "Refused: " + std::string(row.meaning);
      schema["deprecated"] = true;
      break;
  }
  return schema;
}

json::object map_of(Section section, json::object inner) {
  json::object properties;
  for (const auto& row : key_rows()) {
    const bool here =
        row.section == section || (row.also & static_cast<std::uint16_t>(section)) != 0;
    if (!here) {
      continue;
    }
    auto schema = schema_of(row);
    if (const auto* const nested = inner.if_contains(row.name)) {
      schema = nested->as_object();
      schema["description"] = row.meaning;
    }
    if (!row.alias.empty() && !properties.contains(row.alias)) {
      properties[row.alias] = schema;
    }
    if (row.section == section || !properties.contains(row.name)) {
      properties[row.name] = std::move(schema);
    }
  }
  // Open, because unknown keys are the loader's to judge: it knows a slip from an invention.
  return {{"type", json::array{"object", "null"}}, {"properties", std::move(properties)}};
}

json::object entry_schema() {
  const auto metadata = map_of(Section::Metadata, {});
  auto entry = map_of(Section::Entry,
                      {{"litellm_params", map_of(Section::Params, {{"metadata", metadata}})},
                       {"model_info", map_of(Section::Info, {{"metadata", metadata}})},
                       {"metadata", metadata}});
  entry["type"] = "object";
  entry["required"] = json::array{"model_name", "litellm_params"};
  return entry;
}

json::object router_schema() {
  json::array strategies;
  for (const auto name : kStrategies) {
    strategies.emplace_back(name);
  }
  const json::object strategy{{"anyOf",
                               json::array{json::object{{"enum", std::move(strategies)}},
                                           json::object{{"pattern", "^os\\.environ/"}},
                                           json::object{{"type", "null"}}}}};
  return map_of(Section::Router,
                {{"routing_strategy", strategy},
                 {"routing_strategy_args", map_of(Section::StrategyArgs, {})},
                 {"retry_policy", map_of(Section::Retries, {})},
                 {"allowed_fails_policy", map_of(Section::Fails, {})},
                 {"model_group_retry_policy",
                  json::object{{"type", json::array{"object", "null"}},
                               {"additionalProperties", map_of(Section::Retries, {})}}}});
}

}  // namespace

std::string config_schema() {
  const json::object models{{"type", "array"}, {"items", entry_schema()}};
  auto schema =
      map_of(Section::Top,
             {{"model_list", models},
              {"router_settings", router_schema()},
              {"litellm_settings", map_of(Section::Litellm, {})},
              {"general_settings",
               map_of(Section::General, {{"user_location", map_of(Section::UserLocation, {})}})}});
  schema["type"] = "object";
  json::object whole{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                     {"title", "Meridian configuration (LiteLLM's YAML)"}};
  for (auto& [name, value] : schema) {
    whole[name] = std::move(value);
  }
  return json::serialize(whole) + "\n";
}

}  // namespace meridian

#include "config/read_yaml.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace meridian {

namespace {

// Leaves the parser from within; caught below, in the same file.
struct Stop {
  YamlTrouble trouble;
};

std::size_t nodes_in(const Yaml& yaml) {
  std::size_t sum = 1;
  for (const auto& item : yaml.items) {
    sum += nodes_in(item);
  }
  for (const auto& entry : yaml.entries) {
    sum += nodes_in(entry.value);
  }
  return sum;
}

int depth_of(const Yaml& yaml) {
  int deepest = 0;
  for (const auto& item : yaml.items) {
    deepest = std::max(deepest, depth_of(item));
  }
  for (const auto& entry : yaml.entries) {
    deepest = std::max(deepest, depth_of(entry.value));
  }
  return deepest + 1;
}

bool has(const std::vector<YamlEntry>& entries, std::string_view key) {
  return std::ranges::any_of(entries, [key](const YamlEntry& entry) { return entry.key == key; });
}

// What `<<` brings in, without what the map says itself; of several maps the first one counts.
void merge_from(const Yaml& source, std::vector<YamlEntry>& into) {
  if (source.is_list()) {
    for (const auto& item : source.items) {
      merge_from(item, into);
    }
    return;
  }
  if (!source.is_map()) {
    throw Stop{{source.at, "`<<` needs a map, or a list of maps", "write `<<: *name`"}};
  }
  for (const auto& entry : source.entries) {
    if (!has(into, entry.key)) {
      into.push_back({entry.key, entry.at, true, entry.value});
    }
  }
}

void apply_merges(Yaml& map) {
  if (!has(map.entries, "<<")) {
    return;
  }
  std::vector<YamlEntry> own;
  std::vector<Yaml> sources;
  for (auto& entry : map.entries) {
    if (entry.key == "<<") {
      sources.push_back(std::move(entry.value));
    } else {
      own.push_back(std::move(entry));
    }
  }
  for (const auto& source : sources) {
    merge_from(source, own);
  }
  map.entries = std::move(own);
}

// Builds the tree from yaml-cpp's events. Its own Node would hide repeated keys and quotes, and
// costs several times as much.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::uint16_t file) : file_(file) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Yaml node;
    node.at = place(mark);
    finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    Yaml node;
    node.kind = Yaml::Kind::Scalar;
    node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    node.at = place(mark);
    node.text = value;
    last_quoted_ = tag == "!" ? std::optional(mark) : std::nullopt;
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Stop{{place(mark), "an alias inside the thing that it stands for", "break the circle"}};
    }
    count(nodes_in(found->second) - 1, mark);
    if (static_cast<int>(open_.size()) + depth_of(found->second) > kConfigDepthMax) {
      throw Stop{{place(mark), too_deep(), ""}};
    }
    Yaml copy = found->second;
    finish(std::move(copy), 0);
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& /*tag*/,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, anchor, Yaml::Kind::List);
  }

  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& /*tag*/,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, anchor, Yaml::Kind::Map);
  }

  void OnMapEnd() override { close(); }

  Yaml take() { return std::move(root_); }

  const std::optional<YAML::Mark>& last_quoted() const { return last_quoted_; }

 private:
  struct Open {
    Yaml node;
    YAML::anchor_t anchor = 0;
    std::optional<YamlEntry> key;  // Of a map: read, and waiting for its value.
  };

  static std::string too_deep() {
    return fmt::format("nested more than {} levels deep", kConfigDepthMax);
  }

  YamlMark place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void count(std::size_t more, const YAML::Mark& mark) {
    nodes_ += more;
    if (nodes_ > kConfigNodesMax) {
      throw Stop{{place(mark),
                  fmt::format("more than {} values, aliases counted", kConfigNodesMax),
                  "split the file with `include`"}};
    }
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, Yaml::Kind kind) {
    if (static_cast<int>(open_.size()) >= kConfigDepthMax) {
      throw Stop{{place(mark), too_deep(), ""}};
    }
    count(1, mark);
    Open opened;
    opened.node.kind = kind;
    opened.node.at = place(mark);
    opened.anchor = anchor;
    open_.push_back(std::move(opened));
  }

  void close() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    apply_merges(closed.node);
    finish(std::move(closed.node), closed.anchor);
  }

  void finish(Yaml node, YAML::anchor_t anchor) {
    ++nodes_;
    if (anchor != 0) {
      anchors_[anchor] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.key) {
      parent.key->value = std::move(node);
      parent.node.entries.push_back(std::move(*parent.key));
      parent.key.reset();
    } else {
      start_entry(parent, node);
    }
  }

  static void start_entry(Open& parent, const Yaml& key) {
    if (key.is_list() || key.is_map()) {
      throw Stop{{key.at, "a key that is a list or a map", "write `name: value`; quote {{ }}"}};
    }
    parent.key = YamlEntry{key.is_null() ? "null" : key.text, key.at, false, {}};
  }

  std::uint16_t file_;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Yaml> anchors_;
  std::optional<YAML::Mark> last_quoted_;
  Yaml root_;
};

// yaml-cpp takes the end of the file for the end of a quoted text.
bool quote_left_open(std::string_view text, int position) {
  const std::size_t bom = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const auto start = static_cast<std::size_t>(position) + bom;
  if (start >= text.size() || (text[start] != '"' && text[start] != '\'')) {
    return false;  // The mark is not where we thought; no accusation without proof.
  }
  const char quote = text[start];
  for (auto at = start + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 >= text.size() || text[at + 1] != quote) {
        return false;
      }
      ++at;  // '' stands for one.
    }
  }
  return true;
}

// In our own words: yaml-cpp's may quote the file.
YamlTrouble translate(const YAML::Exception& error, std::uint16_t file) {
  YamlTrouble trouble;
  trouble.at = {file, std::max(error.mark.line, 0) + 1, std::max(error.mark.column, 0) + 1};
  trouble.problem = "the YAML is broken here";
  if (error.msg.starts_with("illegal map value") || error.msg.starts_with("end of map not found") ||
      error.msg.starts_with("end of sequence not found")) {
    trouble.hint =
        "the indentation of this line or the one before does not fit, or a text with `: ` needs "
        "quotes";
  } else if (error.msg.contains("flow")) {
    trouble.hint = "a `[` or `{` is not closed";
  } else if (error.msg.contains("anchor")) {
    trouble.hint = "the alias names an anchor that is not defined before it";
  } else if (error.msg.contains("escape")) {
    trouble.hint = "inside \"double quotes\" a backslash starts an escape; use 'single quotes'";
  } else if (error.msg.contains("unknown token") || error.msg.contains("tab")) {
    trouble.hint = "a text that starts with @, `, % or a tab needs quotes";
  } else {
    trouble.hint = "look at this line and the one before";
  }
  return trouble;
}

bool blank(const Yaml& yaml) {
  return yaml.is_null();
}

std::expected<Yaml, YamlTrouble> parse(std::string_view text, std::uint16_t file) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  Builder first(file);
  if (!parser.HandleNextDocument(first)) {
    return Yaml{};
  }
  if (const auto& mark = first.last_quoted(); mark && quote_left_open(text, mark->pos)) {
    return std::unexpected(YamlTrouble{
        {file, mark->line + 1, mark->column + 1}, "the quote that opens here is never closed", ""});
  }
  Builder second(file);
  if (parser.HandleNextDocument(second)) {
    const Yaml more = second.take();
    if (!blank(more)) {
      return std::unexpected(
          YamlTrouble{more.at,
                      "a second YAML document starts here",
                      "one gateway, one document: put it into a file of its own"});
    }
  }
  return first.take();
}

}  // namespace

std::expected<Yaml, YamlTrouble> read_yaml(std::string_view text, std::uint16_t file) {
  if (text.size() > kConfigBytesMax) {
    return std::unexpected(YamlTrouble{{file, 0, 0},
                                       fmt::format("larger than {} MiB", kConfigBytesMax >> 20),
                                       "split it with `include`"});
  }
  try {
    return parse(text, file);
  } catch (Stop& stop) {
    return std::unexpected(std::move(stop.trouble));
  } catch (const YAML::Exception& error) {
    return std::unexpected(translate(error, file));
  } catch (const std::exception&) {
    return std::unexpected(YamlTrouble{{file, 0, 0}, "cannot be read as YAML", ""});
  }
}

}  // namespace meridian

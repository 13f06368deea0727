#include "providers/aws/canonical.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "providers/percent.h"

namespace meridian {
namespace {

void append_uri(std::string& out, std::string_view path) {
  // Nearly every path has nothing to remove, and then no segment list is needed.
  const bool plain = path.starts_with('/') && !path.contains("//") && !path.contains("/.");
  std::vector<std::string_view> segments;
  if (!plain) {
    const bool folder =
        path.empty() || path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    while (!path.empty()) {
      const auto end = std::min(path.find('/'), path.size());
      const auto segment = path.substr(0, end);
      path.remove_prefix(std::min(end + 1, path.size()));
      if (segment == "..") {
        if (!segments.empty()) {
          segments.pop_back();
        }
      } else if (!segment.empty() && segment != ".") {
        segments.push_back(segment);
      }
    }
    for (const auto segment : segments) {
      out += '/';
      append_percent(out, segment);
    }
    if (folder || segments.empty()) {
      out += '/';
    }
    return;
  }
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    out += '/';
    append_percent(out, path.substr(0, end));
    path.remove_prefix(end);
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A '%' that is not followed by two digits stands for itself.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// Trimmed, and runs of blanks made one, inside quotes too.
void append_value(std::string& out, std::string_view value) {
  if (!value.contains(' ') && !value.contains('\t')) {
    out += value;
    return;
  }
  const auto start = out.size();
  bool gap = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      gap = out.size() > start;
      continue;
    }
    if (gap) {
      out += ' ';
      gap = false;
    }
    out += c;
  }
}

}  // namespace

std::string canonical_uri(std::string_view wire_path) {
  std::string out;
  append_uri(out, wire_path);
  return out;
}

std::string canonical_query(std::string_view wire_query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!wire_query.empty()) {
    const auto end = std::min(wire_query.find('&'), wire_query.size());
    const auto part = wire_query.substr(0, end);
    wire_query.remove_prefix(std::min(end + 1, wire_query.size()));
    if (part.empty()) {
      continue;
    }
    const auto equals = std::min(part.find('='), part.size());
    const auto value = part.substr(std::min(equals + 1, part.size()));
    pairs.emplace_back(percent_encode(decoded(part.substr(0, equals))),
                       percent_encode(decoded(value)));
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) {
      out += '&';
    }
    out.append(name).append("=").append(value);
  }
  return out;
}

void append_names(std::string& out, std::span<const CanonicalField> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      out += ';';
    }
    out += fields[i].name;
  }
}

std::string canonical_request(std::string_view method,
                              std::string_view wire_target,
                              std::span<const CanonicalField> fields,
                              const Digest& payload) {
  std::string out;
  out.reserve(1024);
  out.append(method).append("\n");
  const auto mark = std::min(wire_target.find('?'), wire_target.size());
  append_uri(out, wire_target.substr(0, mark));
  out += '\n';
  if (mark < wire_target.size()) {
    out += canonical_query(wire_target.substr(mark + 1));
  }
  out += '\n';
  for (const auto& field : fields) {
    out.append(field.name).append(":");
    append_value(out, field.value);
    out += '\n';
  }
  out += '\n';
  append_names(out, fields);
  out += '\n';
  append_hex(out, payload);
  return out;
}

}  // namespace meridian

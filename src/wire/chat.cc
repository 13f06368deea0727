#include "wire/chat.h"

#include <algorithm>

namespace meridian {

bool has_tool_for(Dialect dialect, const ChatRequest& request) {
  return std::ranges::any_of(request.tools, [&](const Tool& tool) {
    return tool.opaque_json.empty() || dialect == request.dialect;
  });
}

bool commits(const StreamEvent& event) {
  using Kind = StreamEvent::Kind;
  switch (event.kind) {
    case Kind::RedactedBlock:
    case Kind::ToolBlock:
      return true;
    case Kind::Text:
    case Kind::Think:
    case Kind::Arguments:
      return !event.text.empty();
    case Kind::Start:
    case Kind::TextBlock:
    case Kind::ThinkBlock:
    case Kind::Cite:
    case Kind::Chances:
    case Kind::Signature:
    case Kind::EndBlock:
    case Kind::Finish:
    case Kind::UsageCount:
    case Kind::Ping:
    case Kind::Fail:
    case Kind::End:
      return false;
  }
  return false;
}

}  // namespace meridian

#include "wire/chat.h"

namespace meridian {

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

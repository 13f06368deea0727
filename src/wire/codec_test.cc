#include "wire/codec.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(Codec, SaysPlainlyWhatItCannotDoYet) {
  EXPECT_EQ(read_request(Dialect::Gemini, "{}").error().message,
            "Meridian cannot read requests in the dialect of Gemini yet");
  const auto writer = make_stream_writer(
      Dialect::Gemini, {.model = "", .include_usage = false, .created = 0, .request_id = ""});
  std::string out;
  writer->write({}, out);
  writer->write({}, out);
  EXPECT_EQ(
      out,
      "data: {\"error\":{\"message\":\"Meridian cannot write streams in the dialect of Gemini "
      "yet\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"unsupported_dialect\"}}"
      "\n\n");
}

TEST(Codec, CountsContentAsCommitment) {
  StreamEvent event;
  event.kind = StreamEvent::Kind::Text;
  EXPECT_FALSE(commits(event)) << "an empty text gives the client nothing";
  event.text = "x";
  EXPECT_TRUE(commits(event));
  event.kind = StreamEvent::Kind::Start;
  EXPECT_FALSE(commits(event));
  event.kind = StreamEvent::Kind::ToolBlock;
  EXPECT_TRUE(commits(event));
}

}  // namespace
}  // namespace meridian

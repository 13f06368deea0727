#include "transport/tls.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

#include <arpa/inet.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace meridian {

namespace {

// Pieces are joined up to one record's worth: a record a piece would cost a system call and 22
// bytes each.
constexpr std::size_t kRecordBytes = std::size_t{16} * 1024;

std::string last_error(std::string_view doing) {
  std::array<char, 200> text{};
  const auto code = ERR_get_error();
  ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return std::string(doing) + ": " + (code == 0 ? "unknown cause" : text.data());
}

bool is_literal_address(const std::string& name) {
  std::array<unsigned char, 16> unused{};
  return ::inet_pton(AF_INET, name.c_str(), unused.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), unused.data()) == 1;
}

}  // namespace

// Sessions to resume, by "name:port". Touched at handshakes only; several workers share it.
struct TlsContext::Sessions {
  std::mutex mutex;
  std::map<std::string, SSL_SESSION*, std::less<>> by_endpoint;

  Sessions() = default;
  Sessions(const Sessions&) = delete;

  ~Sessions() {
    for (const auto& [name, session] : by_endpoint) {
      SSL_SESSION_free(session);
    }
  }

  // Keeps `session`, whose reference passes to us.
  void keep(const std::string& endpoint, SSL_SESSION* session) {
    const std::scoped_lock lock(mutex);
    auto& slot = by_endpoint[endpoint];
    SSL_SESSION_free(slot);
    slot = session;
  }

  void resume(const std::string& endpoint, SSL* ssl) {
    const std::scoped_lock lock(mutex);
    if (const auto found = by_endpoint.find(endpoint); found != by_endpoint.end()) {
      SSL_set_session(ssl, found->second);
    }
  }
};

namespace {

// Where a connection finds the store and its own name when a ticket arrives. A connection may
// outlive its context.
struct SessionPlace {
  std::shared_ptr<void> sessions;  // TlsContext::Sessions, which is private to it.
  std::string endpoint;
};

// Nothing: done, or no file is named. Else what is wrong with the files, which are PEM.
std::optional<std::string> show_certificate(SSL_CTX* context,
                                            const std::string& chain,
                                            const std::string& key) {
  if (chain.empty()) {
    return std::nullopt;
  }
  if (SSL_CTX_use_certificate_chain_file(context, chain.c_str()) != 1) {
    return last_error("cannot use the certificate " + chain);
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return last_error("cannot use the key " + key);
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return last_error("the key does not belong to the certificate");
  }
  return std::nullopt;
}

int place_index() {
  static const int kIndex = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* place, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<SessionPlace*>(place);
      });
  return kIndex;
}

}  // namespace

TlsSession::TlsSession(ssl_st* ssl) : ssl_(ssl) {
  MERIDIAN_CHECK(ssl_ != nullptr);
}

TlsSession::~TlsSession() {
  // Freed without a goodbye, OpenSSL takes the session for broken and will not resume it. Whether a
  // reply was whole is told by its own framing.
  SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
}

void TlsSession::attach(int descriptor) {
  SSL_set_fd(ssl_, descriptor);
}

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_);
  if (done == 1) {
    return Step::Done;
  }
  switch (SSL_get_error(ssl_, done)) {
    case SSL_ERROR_WANT_READ:
      return Step::WantRead;
    case SSL_ERROR_WANT_WRITE:
      return Step::WantWrite;
    default:
      return Step::Failed;
  }
}

std::optional<std::size_t> TlsSession::read(std::span<char> into) {
  ERR_clear_error();
  std::size_t got = 0;
  if (SSL_read_ex(ssl_, into.data(), into.size(), &got) == 1) {
    return got;
  }
  const int why = SSL_get_error(ssl_, 0);
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? std::nullopt
                                                                   : std::optional<std::size_t>(0);
}

std::optional<std::size_t> TlsSession::write(std::span<const iovec> pieces) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, kRecordBytes> joined;
  std::size_t sent = 0;
  std::size_t piece = 0;
  std::size_t offset = 0;
  while (piece < pieces.size()) {
    std::size_t filled = 0;
    auto next_piece = piece;
    auto next_offset = offset;
    while (next_piece < pieces.size() && filled < joined.size()) {
      const auto part = std::min(pieces[next_piece].iov_len - next_offset, joined.size() - filled);
      std::memcpy(joined.data() + filled,
                  static_cast<const char*>(pieces[next_piece].iov_base) + next_offset,
                  part);
      filled += part;
      next_offset += part;
      if (next_offset == pieces[next_piece].iov_len) {
        ++next_piece;
        next_offset = 0;
      }
    }
    ERR_clear_error();
    std::size_t taken = 0;
    if (SSL_write_ex(ssl_, joined.data(), filled, &taken) != 1) {
      const int why = SSL_get_error(ssl_, 0);
      const bool full = why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ;
      return full ? std::optional(sent) : std::nullopt;
    }
    sent += taken;
    piece = next_piece;
    offset = next_offset;
  }
  return sent;
}

std::optional<std::size_t> TlsSession::peek(std::span<char> into) {
  ERR_clear_error();
  std::size_t got = 0;
  if (SSL_peek_ex(ssl_, into.data(), into.size(), &got) == 1) {
    return got;
  }
  const int why = SSL_get_error(ssl_, 0);
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? std::nullopt
                                                                   : std::optional<std::size_t>(0);
}

bool TlsSession::has_decrypted() const {
  return SSL_pending(ssl_) > 0;
}

std::string TlsSession::trouble() const {
  if (const auto verdict = SSL_get_verify_result(ssl_); verdict != X509_V_OK) {
    return std::string("certificate not accepted: ") + X509_verify_cert_error_string(verdict);
  }
  return last_error("TLS handshake failed");
}

TlsContext::TlsContext(ssl_ctx_st* context)
    : context_(context), sessions_(std::make_shared<Sessions>()) {
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  // A partly sent message goes on from another place: Gather moves its front.
  SSL_CTX_set_mode(context_,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                       SSL_MODE_RELEASE_BUFFERS);
  // Clients and providers that just hang up are common; the body's own framing tells a cut from an
  // end.
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

std::expected<std::unique_ptr<TlsContext>, std::string> TlsContext::server(
    const ServerFiles& files) {
  std::unique_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
  if (auto trouble = show_certificate(made->context_, files.certificate_chain, files.private_key)) {
    return std::unexpected(std::move(*trouble));
  }
  static constexpr std::string_view kContext = "meridian";
  SSL_CTX_set_session_id_context(made->context_,
                                 reinterpret_cast<const unsigned char*>(kContext.data()),
                                 static_cast<unsigned>(kContext.size()));
  return made;
}

std::expected<std::unique_ptr<TlsContext>, std::string> TlsContext::client(const TlsRules& rules) {
  std::unique_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_client_method())));
  if (auto trouble = show_certificate(made->context_, rules.certificate, rules.certificate)) {
    return std::unexpected(std::move(*trouble));
  }
  if (!rules.ca_file.empty() &&
      SSL_CTX_load_verify_locations(made->context_, rules.ca_file.c_str(), nullptr) != 1) {
    return std::unexpected(last_error("cannot read the CA certificates " + rules.ca_file));
  }
  made->trusts_system_ = rules.verify && rules.ca_file.empty();
  SSL_CTX_set_verify(made->context_, rules.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(made->context_,
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(made->context_, [](SSL* ssl, SSL_SESSION* session) {
    const auto* place = static_cast<const SessionPlace*>(SSL_get_ex_data(ssl, place_index()));
    if (place == nullptr) {
      return 0;
    }
    static_cast<Sessions*>(place->sessions.get())->keep(place->endpoint, session);
    return 1;
  });
  return made;
}

std::unique_ptr<TlsSession> TlsContext::accept() {
  SSL* const ssl = SSL_new(context_);
  SSL_set_accept_state(ssl);
  return std::make_unique<TlsSession>(ssl);
}

std::unique_ptr<TlsSession> TlsContext::connect(const std::string& name, std::uint16_t port) {
  if (trusts_system_) {
    // Reading the system's certificates takes 40 ms, which a start need not wait for. What cannot
    // be read verifies nobody.
    std::call_once(system_read_, [this] { SSL_CTX_set_default_verify_paths(context_); });
  }
  SSL* const ssl = SSL_new(context_);
  SSL_set_connect_state(ssl);
  if (is_literal_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
  } else {
    // SSL_set_tlsext_host_name is a macro with a cast that we do not allow.
    SSL_ctrl(ssl,
             SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(name.c_str()));
    SSL_set1_host(ssl, name.c_str());
    // RFC 9525 2: the common name proves nothing, though OpenSSL would take it where no name stands
    // where names belong.
    SSL_set_hostflags(ssl,
                      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  }
  auto place = std::make_unique<SessionPlace>();
  place->sessions = sessions_;
  place->endpoint = name + ":" + std::to_string(port);
  sessions_->resume(place->endpoint, ssl);
  SSL_set_ex_data(ssl, place_index(), place.release());
  return std::make_unique<TlsSession>(ssl);
}

}  // namespace meridian

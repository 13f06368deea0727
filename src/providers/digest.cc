#include "providers/digest.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/check.h"

namespace meridian {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

  void operator()(BIO* bio) const { BIO_free(bio); }
};

using Context = std::unique_ptr<EVP_MD_CTX, Free>;

// EVP_sha256() would look the algorithm up again in every init: fetched once, it is a pointer.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  return kAlgorithm;
}

EVP_MD_CTX* context_of_this_thread() {
  static thread_local const Context kContext(EVP_MD_CTX_new());
  return kContext.get();
}

constexpr std::size_t kBlockBytes = 64;
using Block = std::array<std::uint8_t, kBlockBytes>;

// The hash of a prefix (may be empty) and a text.
Digest hash(std::string_view prefix, std::string_view text) {
  auto* const context = context_of_this_thread();
  Digest digest{};
  unsigned size = 0;
  const bool done = EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) == 1 &&
                    EVP_DigestUpdate(context, prefix.data(), prefix.size()) == 1 &&
                    EVP_DigestUpdate(context, text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(context, digest.data(), &size) == 1;
  MERIDIAN_CHECK(done && size == digest.size());
  return digest;
}

std::string_view bytes_of_block(const Block& block) {
  return {reinterpret_cast<const char*>(block.data()), block.size()};
}

// The key's block, each byte combined with `mask`.
Block padded(std::string_view key, std::uint8_t mask) {
  Block block;
  block.fill(mask);
  for (std::size_t i = 0; i < key.size(); ++i) {
    block[i] = static_cast<std::uint8_t>(mask ^ static_cast<std::uint8_t>(key[i]));
  }
  return block;
}

std::unexpected<Failure> misconfigured(std::string message) {
  ERR_clear_error();
  Failure failure;
  failure.kind = FailureKind::Misconfigured;
  failure.message = std::move(message);
  return std::unexpected(std::move(failure));
}

}  // namespace

Digest sha256(std::string_view text) {
  return hash({}, text);
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
  const Digest short_key = key.size() > kBlockBytes ? sha256(key) : Digest{};
  const auto fitting = key.size() > kBlockBytes ? bytes_of(short_key) : key;
  const Digest inner = hash(bytes_of_block(padded(fitting, 0x36)), text);
  return hash(bytes_of_block(padded(fitting, 0x5c)), bytes_of(inner));
}

void append_hex(std::string& out, const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 64> text{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = kDigits[digest[i] >> 4U];
    text[2 * i + 1] = kDigits[digest[i] & 15U];
  }
  out.append(text.data(), text.size());
}

std::string hex(const Digest& digest) {
  std::string text;
  append_hex(text, digest);
  return text;
}

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve(bytes.size() * 4 / 3 + 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<std::uint8_t>(c);
    for (held += 8; held >= 6; held -= 6) {
      text += kAlphabet[(bits >> (held - 6)) & 63U];
    }
  }
  if (held > 0) {
    text += kAlphabet[(bits << (6 - held)) & 63U];
  }
  return text;
}

Result<std::string> sign_rs256(std::string_view private_key_pem, std::string_view text) {
  // A key is some kilobytes; OpenSSL takes an int.
  if (private_key_pem.size() > std::size_t{64} * 1024) {
    return misconfigured("The private key is too long to be one.");
  }
  const std::unique_ptr<BIO, Free> bio(
      BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size())));
  // An encrypted key would make OpenSSL ask on the terminal: this callback has no passphrase.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return misconfigured(
        "The private key cannot be read: it must be an RSA key in PEM form, without a passphrase.");
  }
  const Context context(EVP_MD_CTX_new());
  const auto* const input = reinterpret_cast<const unsigned char*>(text.data());
  std::array<unsigned char, 2048> signature{};
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, sha256_algorithm(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, input, text.size()) != 1) {
    return misconfigured("The private key cannot sign.");
  }
  return std::string(reinterpret_cast<const char*>(signature.data()), size);
}

}  // namespace meridian

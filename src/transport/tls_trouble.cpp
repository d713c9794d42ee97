#include "transport/tls_trouble.h"

#include "base/base64.h"

namespace slipway {

namespace {

// X509_V_ERR_… of OpenSSL's x509_vfy.h; curl hands them on as numbers.
enum Verdict : long {
  issuer_missing = 2,
  not_yet_valid = 9,
  expired = 10,
  self_signed = 18,
  self_signed_in_chain = 19,
  issuer_unknown = 20,
  first_unverified = 21,
  revoked = 23,
  key_too_small = 66,
  authority_key_too_small = 67,
  digest_too_weak = 68,
};

constexpr std::string_view wrong_name = "no alternative certificate subject name matches";
constexpr std::string_view other_name = "does not match target host name";
constexpr std::string_view no_tls = "wrong version number";

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::string reason(long verdict, std::string_view detail) {
  switch (verdict) {
    case expired:
      return "its certificate has expired. Have it renewed there; if it is valid, this computer's "
             "clock is wrong.";
    case not_yet_valid:
      return "its certificate is not valid yet. Is this computer's clock wrong?";
    case issuer_missing:
    case self_signed:
    case self_signed_in_chain:
    case issuer_unknown:
    case first_unverified:
      return "nobody whom this computer trusts has issued its certificate. If it is from an "
             "authority of your own, name that one's file as ca_file in the settings; if not, "
             "somebody may stand in between, or the chain is missing there.";
    case revoked:
      return "its certificate was revoked. Have another one made there.";
    case key_too_small:
    case authority_key_too_small:
    case digest_too_weak:
      return "its certificate is too weak. Have another one made there.";
    default:
      break;
  }
  if (has(detail, wrong_name) || has(detail, other_name))
    return "its certificate is for another name. Use the name in the address that the certificate "
           "is for, or have one made for this name.";
  if (has(detail, no_tls))
    return "what answers there speaks no TLS. Is the port right, or does it want http:// instead "
           "of https://?";
  return is_utf8(detail) ? std::string(detail) + "." : "";
}

}  // namespace

std::string tls_trouble(const std::string& peer, long verdict, std::string_view detail) {
  const std::string what = "No secure connection to " + peer + " could be made";
  if (verdict == 0 && detail.empty()) return what + ".";
  const std::string why = reason(verdict, detail);
  return what + (why.empty() ? "." : ": " + why);
}

}  // namespace slipway

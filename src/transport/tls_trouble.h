// Why no secure connection came about, for people: what is wrong, and what to do. Pure.
#pragma once

#include <string>
#include <string_view>

namespace slipway {

// `verdict`: what OpenSSL made of the certificate (X509_V_…; 0: nothing against it, or it came to
// no certificate). `detail`: curl's own words, for what has none of ours.
std::string tls_trouble(const std::string& peer, long verdict, std::string_view detail);

}  // namespace slipway

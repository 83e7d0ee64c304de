// The system's OpenSSL 3, the part that hashes and signs.
#ifndef ASSENT_COPENSSL_SHIM_H
#define ASSENT_COPENSSL_SHIM_H

#include <openssl/evp.h>

#endif

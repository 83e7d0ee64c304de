// The system's OpenSSL 3: what hashes and signs, and what speaks TLS.
#ifndef ASSENT_COPENSSL_SHIM_H
#define ASSENT_COPENSSL_SHIM_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

// Macros of the library under names that Swift can call.

static inline int assent_ctx_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline int assent_ctx_set_groups(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_groups_list(context, names);
}

// No renegotiation, no compression, no sessions kept by the library; buffers are given back while nothing is in them,
// so that an idle session holds a few KiB.
static inline void assent_ctx_set_house_rules(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(
        context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
}
static inline int assent_ctx_add_chain(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate) == 1;
}
static inline int assent_ctx_set_ticket_keys(SSL_CTX *context, const void *keys, long count) {
    return SSL_CTX_set_tlsext_ticket_keys(context, (void *)keys, count) == 1;
}
static inline int assent_ssl_set_name(SSL *session, const char *name) {
    return SSL_set_tlsext_host_name(session, name) == 1;
}

// A revocation list is asked of every authority, but only the one that issued the peer's own certificate must have
// given one.
static inline int assent_verify_callback(int passed, X509_STORE_CTX *context) {
    if (!passed && X509_STORE_CTX_get_error(context) == X509_V_ERR_UNABLE_TO_GET_CRL &&
        X509_STORE_CTX_get_error_depth(context) > 0) {
        X509_STORE_CTX_set_error(context, X509_V_OK);
        return 1;
    }
    return passed;
}
static inline int assent_is_list_of(X509_CRL *list, X509 *authority) {
    return X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) == 0 &&
        X509_CRL_verify(list, X509_get0_pubkey(authority)) == 1;
}
static inline void assent_ctx_verify(SSL_CTX *context, int mode) {
    SSL_CTX_set_verify(context, mode, assent_verify_callback);
}

// A pair of growing buffers in place of a socket. An empty one means "more may come", never an end.
static inline int assent_ssl_use_buffers(SSL *session) {
    BIO *input = BIO_new(BIO_s_mem());
    BIO *output = BIO_new(BIO_s_mem());
    if (input == NULL || output == NULL) {
        BIO_free(input);
        BIO_free(output);
        return 0;
    }
    BIO_set_mem_eof_return(input, -1);
    BIO_set_mem_eof_return(output, -1);
    SSL_set_bio(session, input, output);
    return 1;
}

// Unix time of an ASN.1 time; 0 where it is none.
static inline long long assent_unix_time(const ASN1_TIME *time) {
    struct tm fields = {0};
    if (time == NULL || ASN1_TIME_to_tm(time, &fields) != 1) return 0;
    return (long long)timegm(&fields);
}

// The subject of the certificate that a time token was signed with, as RFC 2253 writes it; 0 where there is none that
// fits.
static inline int assent_timestamp_signer(PKCS7 *token, char *text, int capacity) {
    STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
    BIO *output = BIO_new(BIO_s_mem());
    int count = 0;
    if (signers != NULL && sk_X509_num(signers) == 1 && output != NULL) {
        X509_NAME *name = X509_get_subject_name(sk_X509_value(signers, 0));
        // It is printed: what is no letter or digit of ASCII is escaped.
        if (X509_NAME_print_ex(output, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_UTF8_CONVERT) > 0)
            count = BIO_read(output, text, capacity - 1);
    }
    if (count < 0) count = 0;
    text[count] = 0;
    BIO_free(output);
    sk_X509_free(signers);
    return count;
}

// The alternative name of a certificate at an index: its kind (GEN_URI, GEN_DNS; 0 for others, -1 behind the last)
// and its text, which is copied. A text with a zero byte inside counts as another kind.
static inline int assent_alternative_name(X509 *certificate, int index, char *text, int capacity) {
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int kind = -1;
    if (names != NULL && index < sk_GENERAL_NAME_num(names)) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        kind = 0;
        if (name->type == GEN_URI || name->type == GEN_DNS) {
            const ASN1_STRING *value = name->d.ia5;
            int count = ASN1_STRING_length(value);
            if (count > 0 && count < capacity && memchr(ASN1_STRING_get0_data(value), 0, (size_t)count) == NULL) {
                memcpy(text, ASN1_STRING_get0_data(value), (size_t)count);
                text[count] = 0;
                kind = name->type;
            }
        }
    }
    GENERAL_NAMES_free(names);
    return kind;
}

#endif

/*
 * See assent.h. From the top: helpers, reading and writing of fields, tables (generated), the codec, sockets and TLS,
 * the client.
 */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE 1
#endif
#if !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif
#if defined(__APPLE__) && !defined(_DARWIN_C_SOURCE)
#define _DARWIN_C_SOURCE 1
#endif

#include "assent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#if defined(ASSENT_OPENSSL)
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#endif

/* --- Errors -------------------------------------------------------------------------------------------------------- */

#if defined(__GNUC__)
#define PRINTS(text, rest) __attribute__((format(printf, text, rest)))
#else
#define PRINTS(text, rest)
#endif

static assent_status fail(assent_error *error, assent_status status, int32_t code, const char *field,
                          const char *format, ...) PRINTS(5, 6);

static assent_status fail(assent_error *error, assent_status status, int32_t code, const char *field,
                          const char *format, ...) {
    if (error != NULL) {
        va_list arguments;
        error->status = status;
        error->code = code;
        (void)snprintf(error->field, sizeof error->field, "%s", field);
        va_start(arguments, format);
        (void)vsnprintf(error->detail, sizeof error->detail, format, arguments);
        va_end(arguments);
    }
    return status;
}

/* The codes that the codec itself speaks of. */
enum {
    ASSENT_BAD_MAGIC = 101,
    ASSENT_BAD_LENGTH = 102,
    ASSENT_BAD_CHECKSUM = 103,
    ASSENT_BAD_FRAME_VERSION = 104,
    ASSENT_HEADER_BITS = 106,
    ASSENT_UNKNOWN_TEMPLATE = 301,
    ASSENT_UNKNOWN_SCHEMA = 302,
    ASSENT_MALFORMED_BODY = 303,
    ASSENT_NOT_ZERO = 304,
    ASSENT_INVALID_FIELD = 305,
    ASSENT_MALFORMED_TEXT = 306,
    ASSENT_ZERO_REQUEST_ID = 310
};

/* --- Bytes --------------------------------------------------------------------------------------------------------- */

static const unsigned frame_magic = 0xEB50u;
static const unsigned char frame_version = 1;
static const uint64_t push_bit = UINT64_C(1) << 63;

/* A little-endian number of 1 to 8 bytes. */
static uint64_t load(const unsigned char *bytes, size_t width) {
    uint64_t value = 0;
    size_t at = width;
    while (at > 0) {
        at -= 1;
        value = value << 8 | bytes[at];
    }
    return value;
}

static void store(unsigned char *bytes, size_t width, uint64_t value) {
    size_t at = 0;
    for (at = 0; at < width; at += 1) {
        bytes[at] = (unsigned char)(value & 0xFFu);
        value >>= 8;
    }
}

static bool is_zero(const unsigned char *bytes, size_t count) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        if (bytes[at] != 0) return false;
    }
    return true;
}

/* CRC-32C of each value of four bits: two steps a byte, and a table that fits a cache line. */
static const uint32_t crc_of_nibble[16] = {
    0x00000000u, 0x105EC76Fu, 0x20BD8EDEu, 0x30E349B1u, 0x417B1DBCu, 0x5125DAD3u, 0x61C69362u, 0x7198540Du,
    0x82F63B78u, 0x92A8FC17u, 0xA24BB5A6u, 0xB21572C9u, 0xC38D26C4u, 0xD3D3E1ABu, 0xE330A81Au, 0xF36E6F75u};

uint32_t assent_crc32c(uint32_t crc, const void *bytes, size_t size) {
    const unsigned char *next = (const unsigned char *)bytes;
    size_t at = 0;
    crc = ~crc;
    for (at = 0; at < size; at += 1) {
        crc ^= next[at];
        crc = crc >> 4 ^ crc_of_nibble[crc & 15u];
        crc = crc >> 4 ^ crc_of_nibble[crc & 15u];
    }
    return ~crc;
}

static uint32_t frame_checksum(const unsigned char *frame, size_t length) {
    static const unsigned char zeros[4] = {0, 0, 0, 0};
    uint32_t crc = assent_crc32c(0, frame, 20);
    crc = assent_crc32c(crc, zeros, sizeof zeros);
    return assent_crc32c(crc, frame + 24, length - 24);
}

/* --- The schema's tables: their form ------------------------------------------------------------------------------- */

enum kind {
    KIND_UNSIGNED,
    KIND_SIGNED,
    KIND_MONTH,
    KIND_ENUM,
    KIND_BOOL,
    KIND_SET,
    KIND_ID,
    KIND_CHARACTERS,
    KIND_LETTERS,
    KIND_DIGITS,
    KIND_PADDED_TEXT,
    KIND_BYTES,
    KIND_RESERVED,
    KIND_COMPOSITE
};

struct value {
    int32_t number;
    const char *name;
};

struct values {
    const struct value *list;
    size_t count;
};

struct composite;

struct field {
    const char *name;
    enum kind kind;
    size_t at;
    size_t width;
    uint16_t since;
    bool is_optional;
    /* Where it lies in its structure; and of a composite that may be missing, where that says so. */
    size_t place;
    size_t presence;
    /* Numbers: what is allowed. Sets: 0, or the bits that are. Identifiers: the code for zero. */
    int64_t low;
    int64_t high;
    const struct values *values;
    const struct composite *composite;
};

struct composite {
    const struct field *fields;
    size_t count;
};

struct text_layout {
    const char *name;
    size_t maximum;
    bool is_multiline;
    size_t place;
};

struct group_layout {
    const char *name;
    size_t block_length;
    size_t maximum;
    size_t size;
    size_t place;
    const struct field *fields;
    size_t field_count;
    const struct text_layout *texts;
    size_t text_count;
};

/* How many bytes a block had before a version. */
struct step {
    uint16_t version;
    size_t before;
};

struct layout {
    const char *name;
    uint16_t template_id;
    /* Of what answers it; 0 where nothing does. */
    uint16_t reply_id;
    uint16_t since;
    size_t block_length;
    size_t size;
    const struct field *fields;
    size_t field_count;
    const struct group_layout *groups;
    size_t group_count;
    const struct text_layout *texts;
    size_t text_count;
    const struct step *steps;
    size_t step_count;
};

static const char *name_of(const struct values *values, int32_t number) {
    size_t at = 0;
    for (at = 0; at < values->count; at += 1) {
        if (values->list[at].number == number) return values->list[at].name;
    }
    return NULL;
}

/* generated: names */
static const struct value list_card_presence[] = {
    {0, "unknown"},
    {1, "present"},
    {2, "notPresent"},
};
static const struct values values_card_presence = {list_card_presence, 3};

static const struct value list_entry_mode[] = {
    {0, "unknown"},
    {1, "chip"},
    {2, "contactless"},
    {3, "magneticStripe"},
    {4, "manual"},
    {5, "credentialOnFile"},
    {6, "electronicCommerce"},
};
static const struct values values_entry_mode = {list_entry_mode, 7};

static const struct value list_initiator[] = {
    {1, "cardholder"},
    {2, "merchant"},
};
static const struct values values_initiator = {list_initiator, 2};

static const struct value list_request_flags[] = {
    {0, "partialApprovalAllowed"},
    {1, "recurring"},
    {2, "estimated"},
};
static const struct values values_request_flags = {list_request_flags, 3};

static const struct value list_outcome[] = {
    {1, "approved"},
    {2, "declined"},
    {3, "flagged"},
};
static const struct values values_outcome = {list_outcome, 3};

static const struct value list_reason[] = {
    {0, "approved"},
    {1, "partiallyApproved"},
    {10, "invalidAmountOrCurrency"},
    {20, "cardUnknown"},
    {21, "cardNotActivated"},
    {22, "cardFrozen"},
    {23, "cardCancelled"},
    {24, "cardLost"},
    {25, "cardStolen"},
    {26, "cardExpired"},
    {30, "merchantBlocked"},
    {31, "merchantCategoryBlocked"},
    {32, "countryBlocked"},
    {33, "presenceBlocked"},
    {40, "velocityExceeded"},
    {41, "suspectedFraud"},
    {50, "exceedsTransactionLimit"},
    {51, "exceedsAmountThreshold"},
    {52, "insufficientFunds"},
    {53, "needsApproval"},
    {60, "originalNotFound"},
    {61, "originalReversed"},
    {62, "alreadyReversed"},
    {63, "lifecycleOver"},
    {64, "overReversal"},
    {65, "overTolerance"},
};
static const struct values values_reason = {list_reason, 26};

static const struct value list_retry_class[] = {
    {0, "notNeeded"},
    {1, "never"},
    {2, "later"},
    {3, "afterFix"},
};
static const struct values values_retry_class = {list_retry_class, 4};

static const struct value list_check_set[] = {
    {0, "cardKnown"},
    {1, "cardState"},
    {2, "cardExpiry"},
    {3, "currency"},
    {4, "merchantBlockList"},
    {5, "merchantCategory"},
    {6, "merchantCountry"},
    {7, "presence"},
    {8, "velocity1"},
    {9, "velocity2"},
    {10, "velocity3"},
    {11, "velocity4"},
    {12, "transactionLimit"},
    {13, "amountThreshold"},
    {14, "spendingLimit"},
    {15, "rules"},
    {16, "approval"},
};
static const struct values values_check_set = {list_check_set, 17};

static const struct value list_check[] = {
    {0, "cardKnown"},
    {1, "cardState"},
    {2, "cardExpiry"},
    {3, "currency"},
    {4, "merchantBlockList"},
    {5, "merchantCategory"},
    {6, "merchantCountry"},
    {7, "presence"},
    {8, "velocity1"},
    {9, "velocity2"},
    {10, "velocity3"},
    {11, "velocity4"},
    {12, "transactionLimit"},
    {13, "amountThreshold"},
    {14, "spendingLimit"},
    {15, "rules"},
    {16, "approval"},
};
static const struct values values_check = {list_check, 17};

static const struct value list_check_result[] = {
    {0, "passed"},
    {1, "failed"},
    {2, "flagged"},
};
static const struct values values_check_result = {list_check_result, 3};

static const struct value list_alternative_kind[] = {
    {0, "amount"},
    {1, "time"},
    {2, "merchant"},
    {3, "category"},
    {4, "country"},
    {5, "presence"},
    {6, "cardStatus"},
    {7, "cardExpiry"},
    {8, "transactionLimit"},
    {9, "spendingLimit"},
};
static const struct values values_alternative_kind = {list_alternative_kind, 10};

static const struct value list_check_unit[] = {
    {0, "none"},
    {1, "money"},
    {2, "count"},
    {3, "code"},
};
static const struct values values_check_unit = {list_check_unit, 4};

static const struct value list_request_kind[] = {
    {1, "authorization"},
    {2, "accountVerification"},
    {3, "balanceInquiry"},
    {4, "financial"},
};
static const struct values values_request_kind = {list_request_kind, 4};

static const struct value list_authorization_kind[] = {
    {0, "unknown"},
    {1, "final"},
    {2, "preauthorization"},
    {3, "estimated"},
};
static const struct values values_authorization_kind = {list_authorization_kind, 4};

static const struct value list_card_network[] = {
    {0, "unknown"},
    {1, "visa"},
    {2, "mastercard"},
    {3, "americanExpress"},
    {4, "discover"},
    {5, "jcb"},
    {6, "unionPay"},
    {7, "domestic"},
};
static const struct values values_card_network = {list_card_network, 8};

static const struct value list_rounding_rule[] = {
    {0, "halfAwayFromZero"},
    {1, "halfEven"},
    {2, "towardZero"},
    {3, "awayFromZero"},
};
static const struct values values_rounding_rule = {list_rounding_rule, 4};

static const struct value list_payment_event_kind[] = {
    {0, "unknown"},
    {1, "authorization"},
    {2, "accountVerification"},
    {3, "balanceInquiry"},
    {4, "financial"},
    {16, "increment"},
    {17, "refundAuthorization"},
    {18, "advice"},
    {19, "completion"},
    {20, "clearing"},
    {21, "refundClearing"},
    {22, "clearingReversal"},
    {23, "reversal"},
    {24, "reversalAdvice"},
    {25, "chargeback"},
    {26, "representment"},
    {27, "fraudReport"},
    {28, "expiry"},
};
static const struct values values_payment_event_kind = {list_payment_event_kind, 18};

static const struct value list_match_rule[] = {
    {0, "none"},
    {1, "identifier"},
    {2, "lifecycle"},
    {3, "trace"},
    {4, "retrieval"},
    {5, "awaiting"},
};
static const struct values values_match_rule = {list_match_rule, 6};

static const struct value list_payment_status[] = {
    {1, "declined"},
    {2, "verified"},
    {3, "pending"},
    {4, "partiallyCleared"},
    {5, "cleared"},
    {6, "reversed"},
    {7, "expired"},
    {8, "forcePosted"},
    {9, "refunded"},
    {10, "partiallyRefunded"},
    {11, "disputed"},
    {12, "awaitingAuthorization"},
    {13, "refundPending"},
};
static const struct values values_payment_status = {list_payment_status, 13};

static const struct value list_payment_flags[] = {
    {0, "fullyReversed"},
    {1, "finalCleared"},
    {2, "expired"},
    {3, "awaitingAuthorization"},
    {4, "reversedBeforeAuthorization"},
    {5, "lateCleared"},
    {6, "overCleared"},
    {7, "standIn"},
    {8, "overLimit"},
    {9, "flagged"},
    {10, "receiptVerified"},
    {11, "fraudReported"},
    {12, "refundPending"},
    {13, "overRefunded"},
    {14, "counted"},
};
static const struct values values_payment_flags = {list_payment_flags, 15};

static const struct value list_replacement_reason[] = {
    {1, "lost"},
    {2, "stolen"},
    {3, "damaged"},
    {4, "expired"},
};
static const struct values values_replacement_reason = {list_replacement_reason, 4};

static const struct value list_ledger_account_name[] = {
    {1, "receivable"},
    {2, "settlement"},
    {3, "commitment"},
    {4, "disputes"},
    {5, "suspense"},
    {6, "position"},
};
static const struct values values_ledger_account_name = {list_ledger_account_name, 6};

static const struct value list_ledger_phase[] = {
    {1, "pending"},
    {2, "posted"},
};
static const struct values values_ledger_phase = {list_ledger_phase, 2};

static const struct value list_projection_state[] = {
    {0, "off"},
    {1, "opening"},
    {2, "following"},
    {3, "catchingUp"},
    {4, "waiting"},
};
static const struct values values_projection_state = {list_projection_state, 5};

static const struct value list_rule_stage[] = {
    {1, "draft"},
    {2, "shadow"},
    {3, "active"},
    {4, "retired"},
};
static const struct values values_rule_stage = {list_rule_stage, 4};

static const struct value list_rule_action[] = {
    {1, "decline"},
    {2, "flag"},
    {3, "requireApproval"},
};
static const struct values values_rule_action = {list_rule_action, 3};

static const struct value list_list_kind[] = {
    {1, "card"},
    {2, "merchant"},
    {3, "merchantName"},
    {4, "terminal"},
    {5, "acquirer"},
    {6, "country"},
    {7, "category"},
    {8, "text"},
};
static const struct values values_list_kind = {list_list_kind, 8};

static const struct value list_list_match[] = {
    {1, "exact"},
    {2, "prefix"},
};
static const struct values values_list_match = {list_list_match, 2};

static const struct value list_list_change[] = {
    {1, "created"},
    {2, "added"},
    {3, "removed"},
    {4, "deleted"},
};
static const struct values values_list_change = {list_list_change, 4};

static const struct value list_card_status[] = {
    {1, "notActivated"},
    {2, "active"},
    {3, "frozen"},
    {4, "cancelled"},
    {5, "lost"},
    {6, "stolen"},
};
static const struct values values_card_status = {list_card_status, 6};

static const struct value list_request_found[] = {
    {0, "unknown"},
    {1, "decided"},
    {2, "tooOld"},
    {3, "administrative"},
};
static const struct values values_request_found = {list_request_found, 4};

static const struct value list_receipt_state[] = {
    {0, "none"},
    {1, "given"},
    {2, "pending"},
};
static const struct values values_receipt_state = {list_receipt_state, 3};

static const struct value list_socket_role[] = {
    {1, "gateway"},
    {2, "administration"},
};
static const struct values values_socket_role = {list_socket_role, 2};

static const struct value list_node_role[] = {
    {1, "primary"},
    {2, "standby"},
};
static const struct values values_node_role = {list_node_role, 2};

static const struct value list_go_away_reason[] = {
    {1, "draining"},
};
static const struct values values_go_away_reason = {list_go_away_reason, 1};

static const struct value list_features[] = {
    {0, "simulatedClock"},
    {1, "receipts"},
};
static const struct values values_features = {list_features, 2};

static const struct value list_scopes[] = {
    {0, "authorize"},
    {1, "lifecycle"},
    {2, "inquiry"},
    {3, "cards"},
    {4, "settings"},
    {5, "reports"},
    {6, "operations"},
    {7, "principals"},
};
static const struct values values_scopes = {list_scopes, 8};

static const struct value list_reject_code[] = {
    {101, "badMagic"},
    {102, "badLength"},
    {103, "badChecksum"},
    {104, "unsupportedFrameVersion"},
    {105, "helloExpected"},
    {106, "headerBitsReserved"},
    {107, "secondHello"},
    {108, "idleTimeout"},
    {109, "tooSlow"},
    {110, "authenticationExpected"},
    {111, "principalRevoked"},
    {201, "notPermittedOnSocket"},
    {202, "principalNotPermitted"},
    {203, "unauthenticated"},
    {204, "authenticationFailed"},
    {205, "scopeMissing"},
    {301, "unknownTemplate"},
    {302, "unknownSchema"},
    {303, "malformedBody"},
    {304, "reservedNotZero"},
    {305, "invalidField"},
    {306, "malformedText"},
    {307, "requestIdReused"},
    {308, "requestTooOld"},
    {309, "transmissionTimeInFuture"},
    {310, "zeroRequestId"},
    {320, "cardExists"},
    {321, "cardUnknown"},
    {322, "statusTransitionNotAllowed"},
    {323, "settingUnknown"},
    {324, "settingInvalid"},
    {325, "configurationChanged"},
    {326, "paymentNotFound"},
    {327, "limitReached"},
    {328, "questionTooLarge"},
    {329, "projectionOff"},
    {330, "historyWouldBeLost"},
    {331, "receiptsOff"},
    {340, "ruleUnknown"},
    {341, "ruleInvalid"},
    {342, "ruleTransitionNotAllowed"},
    {343, "ruleChanged"},
    {344, "secondPersonNeeded"},
    {345, "listUnknown"},
    {346, "listExists"},
    {347, "listInvalid"},
    {348, "listInUse"},
    {350, "principalExists"},
    {351, "principalUnknown"},
    {401, "busy"},
    {402, "deadlinePassed"},
    {403, "draining"},
    {404, "notReady"},
    {405, "journalBehind"},
    {406, "storageUnavailable"},
    {407, "rateExceeded"},
    {501, "outcomeUnknown"},
    {502, "internalError"},
};
static const struct values values_reject_code = {list_reject_code, 58};

const char *assent_card_presence_name(int32_t value) { return name_of(&values_card_presence, value); }
const char *assent_entry_mode_name(int32_t value) { return name_of(&values_entry_mode, value); }
const char *assent_initiator_name(int32_t value) { return name_of(&values_initiator, value); }
const char *assent_outcome_name(int32_t value) { return name_of(&values_outcome, value); }
const char *assent_reason_name(int32_t value) { return name_of(&values_reason, value); }
const char *assent_retry_class_name(int32_t value) { return name_of(&values_retry_class, value); }
const char *assent_check_name(int32_t value) { return name_of(&values_check, value); }
const char *assent_check_result_name(int32_t value) { return name_of(&values_check_result, value); }
const char *assent_alternative_kind_name(int32_t value) { return name_of(&values_alternative_kind, value); }
const char *assent_check_unit_name(int32_t value) { return name_of(&values_check_unit, value); }
const char *assent_request_kind_name(int32_t value) { return name_of(&values_request_kind, value); }
const char *assent_authorization_kind_name(int32_t value) { return name_of(&values_authorization_kind, value); }
const char *assent_card_network_name(int32_t value) { return name_of(&values_card_network, value); }
const char *assent_rounding_rule_name(int32_t value) { return name_of(&values_rounding_rule, value); }
const char *assent_payment_event_kind_name(int32_t value) { return name_of(&values_payment_event_kind, value); }
const char *assent_match_rule_name(int32_t value) { return name_of(&values_match_rule, value); }
const char *assent_payment_status_name(int32_t value) { return name_of(&values_payment_status, value); }
const char *assent_replacement_reason_name(int32_t value) { return name_of(&values_replacement_reason, value); }
const char *assent_ledger_account_name_name(int32_t value) { return name_of(&values_ledger_account_name, value); }
const char *assent_ledger_phase_name(int32_t value) { return name_of(&values_ledger_phase, value); }
const char *assent_projection_state_name(int32_t value) { return name_of(&values_projection_state, value); }
const char *assent_rule_stage_name(int32_t value) { return name_of(&values_rule_stage, value); }
const char *assent_rule_action_name(int32_t value) { return name_of(&values_rule_action, value); }
const char *assent_list_kind_name(int32_t value) { return name_of(&values_list_kind, value); }
const char *assent_list_match_name(int32_t value) { return name_of(&values_list_match, value); }
const char *assent_list_change_name(int32_t value) { return name_of(&values_list_change, value); }
const char *assent_card_status_name(int32_t value) { return name_of(&values_card_status, value); }
const char *assent_request_found_name(int32_t value) { return name_of(&values_request_found, value); }
const char *assent_receipt_state_name(int32_t value) { return name_of(&values_receipt_state, value); }
const char *assent_socket_role_name(int32_t value) { return name_of(&values_socket_role, value); }
const char *assent_node_role_name(int32_t value) { return name_of(&values_node_role, value); }
const char *assent_go_away_reason_name(int32_t value) { return name_of(&values_go_away_reason, value); }
const char *assent_reject_code_name(int32_t value) { return name_of(&values_reject_code, value); }
/* end */

/* generated: tables */
static const struct field composite_decision_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_decision, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"decidedAt", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_decision, decided_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"approvedAmount", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_decision, approved_amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"spendingLimit", KIND_SIGNED, 24, 8, 1, true,
     offsetof(assent_decision, spending_limit),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"posted", KIND_SIGNED, 32, 8, 1, true,
     offsetof(assent_decision, posted),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"held", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_decision, held),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"available", KIND_SIGNED, 48, 8, 1, true,
     offsetof(assent_decision, available),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"retryAt", KIND_SIGNED, 56, 8, 1, false,
     offsetof(assent_decision, retry_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"policyVersion", KIND_UNSIGNED, 64, 8, 1, false,
     offsetof(assent_decision, policy_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"checksRun", KIND_SET, 72, 4, 1, false,
     offsetof(assent_decision, checks_run),
     0, 0, 0, &values_check_set, NULL},
    {"checksFailed", KIND_SET, 76, 4, 1, false,
     offsetof(assent_decision, checks_failed),
     0, 0, 0, &values_check_set, NULL},
    {"checksFlagged", KIND_SET, 80, 4, 1, false,
     offsetof(assent_decision, checks_flagged),
     0, 0, 0, &values_check_set, NULL},
    {"outcome", KIND_ENUM, 84, 1, 1, false,
     offsetof(assent_decision, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"reason", KIND_ENUM, 85, 1, 1, false,
     offsetof(assent_decision, reason),
     0, 0, 0, &values_reason, NULL},
    {"retryClass", KIND_ENUM, 86, 1, 1, false,
     offsetof(assent_decision, retry_class),
     0, 0, 0, &values_retry_class, NULL},
    {"responseCode", KIND_CHARACTERS, 87, 2, 1, false,
     offsetof(assent_decision, response_code),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 89, 3, 1, true,
     offsetof(assent_decision, currency),
     0, 0, 0, NULL, NULL},
    {"approvalCode", KIND_CHARACTERS, 92, 6, 1, false,
     offsetof(assent_decision, approval_code),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 98, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct composite composite_decision = {composite_decision_fields, 19};

static const struct field composite_card_fields[] = {
    {"cardToken", KIND_ID, 0, 16, 1, false,
     offsetof(assent_card, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"spendingLimit", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_card, spending_limit),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"transactionLimit", KIND_SIGNED, 24, 8, 1, true,
     offsetof(assent_card, transaction_limit),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"posted", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_card, posted),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"held", KIND_SIGNED, 40, 8, 1, false,
     offsetof(assent_card, held),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"available", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_card, available),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"createdLsn", KIND_UNSIGNED, 56, 8, 1, false,
     offsetof(assent_card, created_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"createdAt", KIND_SIGNED, 64, 8, 1, false,
     offsetof(assent_card, created_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"expiry", KIND_MONTH, 72, 2, 1, false,
     offsetof(assent_card, expiry),
     0, 0, 0, NULL, NULL},
    {"lastFour", KIND_DIGITS, 74, 4, 1, false,
     offsetof(assent_card, last_four),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 78, 3, 1, false,
     offsetof(assent_card, currency),
     0, 0, 0, NULL, NULL},
    {"profile", KIND_CHARACTERS, 81, 16, 1, false,
     offsetof(assent_card, profile),
     0, 0, 0, NULL, NULL},
    {"status", KIND_ENUM, 97, 1, 1, false,
     offsetof(assent_card, status),
     0, 0, 0, &values_card_status, NULL},
    {"reserved", KIND_RESERVED, 98, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct composite composite_card = {composite_card_fields, 14};

static const struct field composite_event_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_event, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_event, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"amount", KIND_SIGNED, 32, 8, 1, true,
     offsetof(assent_event, amount),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"merchantAmount", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_event, merchant_amount),
     0, INT64_C(1), INT64_C(1000000000000000), NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_event, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"rate", KIND_SIGNED, 56, 8, 1, false,
     offsetof(assent_event, rate),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"paymentId", KIND_UNSIGNED, 64, 8, 1, false,
     offsetof(assent_event, payment_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"originalRequestId", KIND_ID, 72, 16, 1, true,
     offsetof(assent_event, original_request_id),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"originalTransmissionTime", KIND_SIGNED, 88, 8, 1, true,
     offsetof(assent_event, original_transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"stan", KIND_UNSIGNED, 96, 4, 1, false,
     offsetof(assent_event, stan),
     0, 0, INT64_C(999999), NULL, NULL},
    {"lifecycleId", KIND_CHARACTERS, 100, 16, 1, false,
     offsetof(assent_event, lifecycle_id),
     0, 0, 0, NULL, NULL},
    {"acquirerId", KIND_CHARACTERS, 116, 11, 1, false,
     offsetof(assent_event, acquirer_id),
     0, 0, 0, NULL, NULL},
    {"retrievalReference", KIND_CHARACTERS, 127, 12, 1, false,
     offsetof(assent_event, retrieval_reference),
     0, 0, 0, NULL, NULL},
    {"approvalCode", KIND_CHARACTERS, 139, 6, 1, false,
     offsetof(assent_event, approval_code),
     0, 0, 0, NULL, NULL},
    {"merchantId", KIND_CHARACTERS, 145, 15, 1, false,
     offsetof(assent_event, merchant_id),
     0, 0, 0, NULL, NULL},
    {"terminalId", KIND_CHARACTERS, 160, 8, 1, false,
     offsetof(assent_event, terminal_id),
     0, 0, 0, NULL, NULL},
    {"originalTerminalId", KIND_CHARACTERS, 168, 8, 1, false,
     offsetof(assent_event, original_terminal_id),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 176, 3, 1, true,
     offsetof(assent_event, currency),
     0, 0, 0, NULL, NULL},
    {"merchantCurrency", KIND_LETTERS, 179, 3, 1, true,
     offsetof(assent_event, merchant_currency),
     0, 0, 0, NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 182, 2, 1, false,
     offsetof(assent_event, merchant_country),
     0, 0, 0, NULL, NULL},
    {"merchantCategory", KIND_UNSIGNED, 184, 2, 1, false,
     offsetof(assent_event, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"presence", KIND_ENUM, 186, 1, 1, false,
     offsetof(assent_event, presence),
     0, 0, 0, &values_card_presence, NULL},
    {"entryMode", KIND_ENUM, 187, 1, 1, false,
     offsetof(assent_event, entry_mode),
     0, 0, 0, &values_entry_mode, NULL},
    {"initiator", KIND_ENUM, 188, 1, 1, false,
     offsetof(assent_event, initiator),
     0, 0, 0, &values_initiator, NULL},
    {"network", KIND_ENUM, 189, 1, 1, false,
     offsetof(assent_event, network),
     0, 0, 0, &values_card_network, NULL},
    {"authorizationKind", KIND_ENUM, 190, 1, 1, false,
     offsetof(assent_event, authorization_kind),
     0, 0, 0, &values_authorization_kind, NULL},
    {"rateScale", KIND_UNSIGNED, 191, 1, 1, false,
     offsetof(assent_event, rate_scale),
     0, 0, INT64_C(18), NULL, NULL},
    {"rounding", KIND_ENUM, 192, 1, 1, false,
     offsetof(assent_event, rounding),
     0, 0, 0, &values_rounding_rule, NULL},
    {"isFinal", KIND_BOOL, 193, 1, 1, false,
     offsetof(assent_event, is_final),
     0, 0, 0, NULL, NULL},
    {"sequenceNumber", KIND_UNSIGNED, 194, 1, 1, false,
     offsetof(assent_event, sequence_number),
     0, 0, INT64_MAX, NULL, NULL},
    {"sequenceCount", KIND_UNSIGNED, 195, 1, 1, false,
     offsetof(assent_event, sequence_count),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 196, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct composite composite_event = {composite_event_fields, 32};

static const struct field composite_payment_fields[] = {
    {"paymentId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_payment, payment_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"approved", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_payment, approved),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"reversed", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_payment, reversed),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"expired", KIND_SIGNED, 24, 8, 1, false,
     offsetof(assent_payment, expired),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"cleared", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_payment, cleared),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"overCleared", KIND_SIGNED, 40, 8, 1, false,
     offsetof(assent_payment, over_cleared),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"refunded", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_payment, refunded),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"disputed", KIND_SIGNED, 56, 8, 1, false,
     offsetof(assent_payment, disputed),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"held", KIND_SIGNED, 64, 8, 1, false,
     offsetof(assent_payment, held),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"heldChange", KIND_SIGNED, 72, 8, 1, false,
     offsetof(assent_payment, held_change),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"postedChange", KIND_SIGNED, 80, 8, 1, false,
     offsetof(assent_payment, posted_change),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"expiresAt", KIND_SIGNED, 88, 8, 1, false,
     offsetof(assent_payment, expires_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"flags", KIND_SET, 96, 4, 1, false,
     offsetof(assent_payment, flags),
     0, 0, 0, &values_payment_flags, NULL},
    {"status", KIND_ENUM, 100, 1, 1, false,
     offsetof(assent_payment, status),
     0, 0, 0, &values_payment_status, NULL},
    {"matchRule", KIND_ENUM, 101, 1, 1, false,
     offsetof(assent_payment, match_rule),
     0, 0, 0, &values_match_rule, NULL},
    {"reserved", KIND_RESERVED, 102, 2, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct composite composite_payment = {composite_payment_fields, 16};

static const struct field composite_principal_fields[] = {
    {"principalId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_principal, principal_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"createdAt", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_principal, created_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"changedLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_principal, changed_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"changedAt", KIND_SIGNED, 24, 8, 1, false,
     offsetof(assent_principal, changed_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"revokedAt", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_principal, revoked_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"formerKeyUntil", KIND_SIGNED, 40, 8, 1, false,
     offsetof(assent_principal, former_key_until),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"formerCertificateNameUntil", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_principal, former_certificate_name_until),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"publicKey", KIND_BYTES, 56, 32, 1, false,
     offsetof(assent_principal, public_key),
     0, 0, 0, NULL, NULL},
    {"formerKey", KIND_BYTES, 88, 32, 1, false,
     offsetof(assent_principal, former_key),
     0, 0, 0, NULL, NULL},
    {"userId", KIND_SIGNED, 120, 8, 1, true,
     offsetof(assent_principal, user_id),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"scopes", KIND_SET, 128, 4, 1, false,
     offsetof(assent_principal, scopes),
     0, 0, 0, &values_scopes, NULL},
    {"ratePerSecond", KIND_UNSIGNED, 132, 4, 1, false,
     offsetof(assent_principal, rate_per_second),
     0, 0, INT64_MAX, NULL, NULL},
    {"burst", KIND_UNSIGNED, 136, 4, 1, false,
     offsetof(assent_principal, burst),
     0, 0, INT64_MAX, NULL, NULL},
    {"creditMax", KIND_UNSIGNED, 140, 4, 1, false,
     offsetof(assent_principal, credit_max),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct composite composite_principal = {composite_principal_fields, 14};

static const struct field authorize_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_authorize, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_authorize, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"amount", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_authorize, amount),
     0, INT64_C(1), INT64_C(1000000000000000), NULL, NULL},
    {"merchantAmount", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_msg_authorize, merchant_amount),
     0, INT64_C(1), INT64_C(1000000000000000), NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_msg_authorize, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"merchantId", KIND_CHARACTERS, 56, 15, 1, false,
     offsetof(assent_msg_authorize, merchant_id),
     0, 0, 0, NULL, NULL},
    {"terminalId", KIND_CHARACTERS, 71, 8, 1, false,
     offsetof(assent_msg_authorize, terminal_id),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 79, 3, 1, false,
     offsetof(assent_msg_authorize, currency),
     0, 0, 0, NULL, NULL},
    {"merchantCurrency", KIND_LETTERS, 82, 3, 1, true,
     offsetof(assent_msg_authorize, merchant_currency),
     0, 0, 0, NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 85, 2, 1, false,
     offsetof(assent_msg_authorize, merchant_country),
     0, 0, 0, NULL, NULL},
    {"merchantCategory", KIND_UNSIGNED, 87, 2, 1, false,
     offsetof(assent_msg_authorize, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"presence", KIND_ENUM, 89, 1, 1, false,
     offsetof(assent_msg_authorize, presence),
     0, 0, 0, &values_card_presence, NULL},
    {"entryMode", KIND_ENUM, 90, 1, 1, false,
     offsetof(assent_msg_authorize, entry_mode),
     0, 0, 0, &values_entry_mode, NULL},
    {"initiator", KIND_ENUM, 91, 1, 1, false,
     offsetof(assent_msg_authorize, initiator),
     0, 0, 0, &values_initiator, NULL},
    {"flags", KIND_SET, 92, 1, 1, false,
     offsetof(assent_msg_authorize, flags),
     0, 0, 7, &values_request_flags, NULL},
    {"reserved", KIND_RESERVED, 93, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"lifecycleId", KIND_CHARACTERS, 96, 16, 2, false,
     offsetof(assent_msg_authorize, lifecycle_id),
     0, 0, 0, NULL, NULL},
    {"acquirerId", KIND_CHARACTERS, 112, 11, 2, false,
     offsetof(assent_msg_authorize, acquirer_id),
     0, 0, 0, NULL, NULL},
    {"retrievalReference", KIND_CHARACTERS, 123, 12, 2, false,
     offsetof(assent_msg_authorize, retrieval_reference),
     0, 0, 0, NULL, NULL},
    {"stan", KIND_UNSIGNED, 135, 4, 2, false,
     offsetof(assent_msg_authorize, stan),
     0, 0, INT64_C(999999), NULL, NULL},
    {"rate", KIND_SIGNED, 139, 8, 2, false,
     offsetof(assent_msg_authorize, rate),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"rateScale", KIND_UNSIGNED, 147, 1, 2, false,
     offsetof(assent_msg_authorize, rate_scale),
     0, 0, INT64_C(18), NULL, NULL},
    {"rounding", KIND_ENUM, 148, 1, 2, false,
     offsetof(assent_msg_authorize, rounding),
     0, 0, 0, &values_rounding_rule, NULL},
    {"network", KIND_ENUM, 149, 1, 2, false,
     offsetof(assent_msg_authorize, network),
     0, 0, 0, &values_card_network, NULL},
    {"authorizationKind", KIND_ENUM, 150, 1, 2, false,
     offsetof(assent_msg_authorize, authorization_kind),
     0, 0, 0, &values_authorization_kind, NULL},
    {"reserved", KIND_RESERVED, 151, 1, 2, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout authorize_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_authorize, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_authorize, merchant_city)},
};
static const struct step authorize_steps[] = {{2, 96}};
static const struct field verify_account_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_verify_account, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_verify_account, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_verify_account, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"merchantId", KIND_CHARACTERS, 40, 15, 1, false,
     offsetof(assent_msg_verify_account, merchant_id),
     0, 0, 0, NULL, NULL},
    {"terminalId", KIND_CHARACTERS, 55, 8, 1, false,
     offsetof(assent_msg_verify_account, terminal_id),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 63, 3, 1, false,
     offsetof(assent_msg_verify_account, currency),
     0, 0, 0, NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 66, 2, 1, false,
     offsetof(assent_msg_verify_account, merchant_country),
     0, 0, 0, NULL, NULL},
    {"merchantCategory", KIND_UNSIGNED, 68, 2, 1, false,
     offsetof(assent_msg_verify_account, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"presence", KIND_ENUM, 70, 1, 1, false,
     offsetof(assent_msg_verify_account, presence),
     0, 0, 0, &values_card_presence, NULL},
    {"entryMode", KIND_ENUM, 71, 1, 1, false,
     offsetof(assent_msg_verify_account, entry_mode),
     0, 0, 0, &values_entry_mode, NULL},
    {"initiator", KIND_ENUM, 72, 1, 1, false,
     offsetof(assent_msg_verify_account, initiator),
     0, 0, 0, &values_initiator, NULL},
    {"flags", KIND_SET, 73, 1, 1, false,
     offsetof(assent_msg_verify_account, flags),
     0, 0, 7, &values_request_flags, NULL},
    {"reserved", KIND_RESERVED, 74, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout verify_account_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_verify_account, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_verify_account, merchant_city)},
};
static const struct field balance_inquiry_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_balance_inquiry, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_balance_inquiry, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_balance_inquiry, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"merchantId", KIND_CHARACTERS, 40, 15, 1, false,
     offsetof(assent_msg_balance_inquiry, merchant_id),
     0, 0, 0, NULL, NULL},
    {"terminalId", KIND_CHARACTERS, 55, 8, 1, false,
     offsetof(assent_msg_balance_inquiry, terminal_id),
     0, 0, 0, NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 63, 2, 1, false,
     offsetof(assent_msg_balance_inquiry, merchant_country),
     0, 0, 0, NULL, NULL},
    {"merchantCategory", KIND_UNSIGNED, 65, 2, 1, false,
     offsetof(assent_msg_balance_inquiry, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"presence", KIND_ENUM, 67, 1, 1, false,
     offsetof(assent_msg_balance_inquiry, presence),
     0, 0, 0, &values_card_presence, NULL},
    {"entryMode", KIND_ENUM, 68, 1, 1, false,
     offsetof(assent_msg_balance_inquiry, entry_mode),
     0, 0, 0, &values_entry_mode, NULL},
    {"initiator", KIND_ENUM, 69, 1, 1, false,
     offsetof(assent_msg_balance_inquiry, initiator),
     0, 0, 0, &values_initiator, NULL},
    {"reserved", KIND_RESERVED, 70, 2, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout balance_inquiry_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_balance_inquiry, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_balance_inquiry, merchant_city)},
};
static const struct field authorize_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_authorize_reply, decision),
     0, 0, 0, NULL, &composite_decision},
};
static const struct field verify_account_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_verify_account_reply, decision),
     0, 0, 0, NULL, &composite_decision},
};
static const struct field balance_inquiry_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_balance_inquiry_reply, decision),
     0, 0, 0, NULL, &composite_decision},
};
static const struct field financial_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_financial, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_financial, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"amount", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_financial, amount),
     0, INT64_C(1), INT64_C(1000000000000000), NULL, NULL},
    {"merchantAmount", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_msg_financial, merchant_amount),
     0, INT64_C(1), INT64_C(1000000000000000), NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_msg_financial, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"merchantId", KIND_CHARACTERS, 56, 15, 1, false,
     offsetof(assent_msg_financial, merchant_id),
     0, 0, 0, NULL, NULL},
    {"terminalId", KIND_CHARACTERS, 71, 8, 1, false,
     offsetof(assent_msg_financial, terminal_id),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 79, 3, 1, false,
     offsetof(assent_msg_financial, currency),
     0, 0, 0, NULL, NULL},
    {"merchantCurrency", KIND_LETTERS, 82, 3, 1, true,
     offsetof(assent_msg_financial, merchant_currency),
     0, 0, 0, NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 85, 2, 1, false,
     offsetof(assent_msg_financial, merchant_country),
     0, 0, 0, NULL, NULL},
    {"merchantCategory", KIND_UNSIGNED, 87, 2, 1, false,
     offsetof(assent_msg_financial, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"presence", KIND_ENUM, 89, 1, 1, false,
     offsetof(assent_msg_financial, presence),
     0, 0, 0, &values_card_presence, NULL},
    {"entryMode", KIND_ENUM, 90, 1, 1, false,
     offsetof(assent_msg_financial, entry_mode),
     0, 0, 0, &values_entry_mode, NULL},
    {"initiator", KIND_ENUM, 91, 1, 1, false,
     offsetof(assent_msg_financial, initiator),
     0, 0, 0, &values_initiator, NULL},
    {"flags", KIND_SET, 92, 1, 1, false,
     offsetof(assent_msg_financial, flags),
     0, 0, 7, &values_request_flags, NULL},
    {"reserved", KIND_RESERVED, 93, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"lifecycleId", KIND_CHARACTERS, 96, 16, 1, false,
     offsetof(assent_msg_financial, lifecycle_id),
     0, 0, 0, NULL, NULL},
    {"acquirerId", KIND_CHARACTERS, 112, 11, 1, false,
     offsetof(assent_msg_financial, acquirer_id),
     0, 0, 0, NULL, NULL},
    {"retrievalReference", KIND_CHARACTERS, 123, 12, 1, false,
     offsetof(assent_msg_financial, retrieval_reference),
     0, 0, 0, NULL, NULL},
    {"stan", KIND_UNSIGNED, 135, 4, 1, false,
     offsetof(assent_msg_financial, stan),
     0, 0, INT64_C(999999), NULL, NULL},
    {"rate", KIND_SIGNED, 139, 8, 1, false,
     offsetof(assent_msg_financial, rate),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"rateScale", KIND_UNSIGNED, 147, 1, 1, false,
     offsetof(assent_msg_financial, rate_scale),
     0, 0, INT64_C(18), NULL, NULL},
    {"rounding", KIND_ENUM, 148, 1, 1, false,
     offsetof(assent_msg_financial, rounding),
     0, 0, 0, &values_rounding_rule, NULL},
    {"network", KIND_ENUM, 149, 1, 1, false,
     offsetof(assent_msg_financial, network),
     0, 0, 0, &values_card_network, NULL},
    {"authorizationKind", KIND_ENUM, 150, 1, 1, false,
     offsetof(assent_msg_financial, authorization_kind),
     0, 0, 0, &values_authorization_kind, NULL},
    {"reserved", KIND_RESERVED, 151, 1, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout financial_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_financial, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_financial, merchant_city)},
};
static const struct field increment_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_increment, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout increment_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_increment, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_increment, merchant_city)},
};
static const struct field refund_authorize_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_refund_authorize, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout refund_authorize_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_refund_authorize, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_refund_authorize, merchant_city)},
};
static const struct field advice_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_advice, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout advice_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_advice, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_advice, merchant_city)},
};
static const struct field completion_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_completion, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout completion_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_completion, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_completion, merchant_city)},
};
static const struct field clearing_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_clearing, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout clearing_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_clearing, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_clearing, merchant_city)},
};
static const struct field refund_clearing_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_refund_clearing, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout refund_clearing_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_refund_clearing, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_refund_clearing, merchant_city)},
};
static const struct field clearing_reversal_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_clearing_reversal, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout clearing_reversal_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_clearing_reversal, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_clearing_reversal, merchant_city)},
};
static const struct field reverse_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_reverse, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout reverse_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_reverse, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_reverse, merchant_city)},
};
static const struct field reversal_advice_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_reversal_advice, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout reversal_advice_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_reversal_advice, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_reversal_advice, merchant_city)},
};
static const struct field chargeback_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_chargeback, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout chargeback_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_chargeback, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_chargeback, merchant_city)},
};
static const struct field representment_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_representment, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout representment_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_representment, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_representment, merchant_city)},
};
static const struct field fraud_report_fields[] = {
    {"event", KIND_COMPOSITE, 0, 200, 1, false,
     offsetof(assent_msg_fraud_report, event),
     0, 0, 0, NULL, &composite_event},
};
static const struct text_layout fraud_report_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_fraud_report, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_fraud_report, merchant_city)},
};
static const struct field financial_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_financial_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_financial_reply, payment),
     offsetof(assent_msg_financial_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field increment_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_increment_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_increment_reply, payment),
     offsetof(assent_msg_increment_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field refund_authorize_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_refund_authorize_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_refund_authorize_reply, payment),
     offsetof(assent_msg_refund_authorize_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field advice_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_advice_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_advice_reply, payment),
     offsetof(assent_msg_advice_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field completion_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_completion_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_completion_reply, payment),
     offsetof(assent_msg_completion_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field clearing_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_clearing_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_clearing_reply, payment),
     offsetof(assent_msg_clearing_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field refund_clearing_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_refund_clearing_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_refund_clearing_reply, payment),
     offsetof(assent_msg_refund_clearing_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field clearing_reversal_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_clearing_reversal_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_clearing_reversal_reply, payment),
     offsetof(assent_msg_clearing_reversal_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field reverse_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_reverse_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_reverse_reply, payment),
     offsetof(assent_msg_reverse_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field reversal_advice_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_reversal_advice_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_reversal_advice_reply, payment),
     offsetof(assent_msg_reversal_advice_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field chargeback_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_chargeback_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_chargeback_reply, payment),
     offsetof(assent_msg_chargeback_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field representment_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_representment_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_representment_reply, payment),
     offsetof(assent_msg_representment_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field fraud_report_reply_fields[] = {
    {"decision", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_fraud_report_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 104, 104, 1, true,
     offsetof(assent_msg_fraud_report_reply, payment),
     offsetof(assent_msg_fraud_report_reply, has_payment),
     0, 0, NULL, &composite_payment},
};
static const struct field query_by_request_id_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_query_by_request_id, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_query_by_request_id, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct field query_by_request_id_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_query_by_request_id_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"found", KIND_ENUM, 8, 1, 1, false,
     offsetof(assent_msg_query_by_request_id_reply, found),
     0, 0, 0, &values_request_found, NULL},
    {"kind", KIND_ENUM, 9, 1, 1, true,
     offsetof(assent_msg_query_by_request_id_reply, kind),
     0, 0, 0, &values_request_kind, NULL},
    {"reserved", KIND_RESERVED, 10, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"decision", KIND_COMPOSITE, 16, 104, 1, true,
     offsetof(assent_msg_query_by_request_id_reply, decision),
     offsetof(assent_msg_query_by_request_id_reply, has_decision),
     0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 120, 104, 2, true,
     offsetof(assent_msg_query_by_request_id_reply, payment),
     offsetof(assent_msg_query_by_request_id_reply, has_payment),
     0, 0, NULL, &composite_payment},
    {"eventKind", KIND_ENUM, 224, 1, 2, false,
     offsetof(assent_msg_query_by_request_id_reply, event_kind),
     0, 0, 0, &values_payment_event_kind, NULL},
    {"reserved", KIND_RESERVED, 225, 7, 2, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct step query_by_request_id_reply_steps[] = {{2, 120}};
static const struct field receipt_get_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_receipt_get, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_receipt_get, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"previousLsn", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_receipt_get, previous_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field receipt_get_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_receipt_get_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"state", KIND_ENUM, 8, 1, 1, false,
     offsetof(assent_msg_receipt_get_reply, state),
     0, 0, 0, &values_receipt_state, NULL},
    {"reserved", KIND_RESERVED, 9, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout receipt_get_reply_texts[] = {
    {"receipt", 921600, true,
     offsetof(assent_msg_receipt_get_reply, receipt)},
};
static const struct field hello_fields[] = {
    {"minFrameVersion", KIND_UNSIGNED, 0, 1, 1, false,
     offsetof(assent_msg_hello, min_frame_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"maxFrameVersion", KIND_UNSIGNED, 1, 1, 1, false,
     offsetof(assent_msg_hello, max_frame_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"schemaVersion", KIND_UNSIGNED, 2, 2, 1, false,
     offsetof(assent_msg_hello, schema_version),
     0, 1, INT64_C(65535), NULL, NULL},
    {"wantedCredit", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_hello, wanted_credit),
     0, 0, INT64_MAX, NULL, NULL},
    {"features", KIND_SET, 8, 8, 1, false,
     offsetof(assent_msg_hello, features),
     0, 0, 0, &values_features, NULL},
};
static const struct text_layout hello_texts[] = {
    {"clientName", 64, false,
     offsetof(assent_msg_hello, client_name)},
};
static const struct field hello_reply_fields[] = {
    {"frameVersion", KIND_UNSIGNED, 0, 1, 1, false,
     offsetof(assent_msg_hello_reply, frame_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"role", KIND_ENUM, 1, 1, 1, false,
     offsetof(assent_msg_hello_reply, role),
     0, 0, 0, &values_socket_role, NULL},
    {"schemaVersion", KIND_UNSIGNED, 2, 2, 1, false,
     offsetof(assent_msg_hello_reply, schema_version),
     0, 1, INT64_C(65535), NULL, NULL},
    {"frameBytesMax", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_hello_reply, frame_bytes_max),
     0, 0, INT64_MAX, NULL, NULL},
    {"credit", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_hello_reply, credit),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"features", KIND_SET, 16, 8, 1, false,
     offsetof(assent_msg_hello_reply, features),
     0, 0, 0, &values_features, NULL},
    {"nonce", KIND_BYTES, 24, 32, 1, false,
     offsetof(assent_msg_hello_reply, nonce),
     0, 0, 0, NULL, NULL},
    {"clusterId", KIND_ID, 56, 16, 1, false,
     offsetof(assent_msg_hello_reply, cluster_id),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"instanceId", KIND_ID, 72, 16, 1, false,
     offsetof(assent_msg_hello_reply, instance_id),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"serverTime", KIND_SIGNED, 88, 8, 1, false,
     offsetof(assent_msg_hello_reply, server_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout hello_reply_texts[] = {
    {"serverName", 64, false,
     offsetof(assent_msg_hello_reply, server_name)},
};
static const struct field ping_fields[] = {
    {"payload", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ping, payload),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field pong_fields[] = {
    {"payload", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_pong, payload),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field health_reply_fields[] = {
    {"live", KIND_BOOL, 0, 1, 1, false,
     offsetof(assent_msg_health_reply, live),
     0, 0, 0, NULL, NULL},
    {"ready", KIND_BOOL, 1, 1, 1, false,
     offsetof(assent_msg_health_reply, ready),
     0, 0, 0, NULL, NULL},
    {"role", KIND_ENUM, 2, 1, 1, false,
     offsetof(assent_msg_health_reply, role),
     0, 0, 0, &values_node_role, NULL},
    {"reserved", KIND_RESERVED, 3, 1, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"inFlight", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_health_reply, in_flight),
     0, 0, INT64_MAX, NULL, NULL},
    {"durableLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_health_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"lastLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_health_reply, last_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"journalLagBytes", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_health_reply, journal_lag_bytes),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field go_away_fields[] = {
    {"lastCorrelationId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_go_away, last_correlation_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"graceMilliseconds", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_go_away, grace_milliseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"reason", KIND_ENUM, 12, 1, 1, false,
     offsetof(assent_msg_go_away, reason),
     0, 0, 0, &values_go_away_reason, NULL},
    {"reserved", KIND_RESERVED, 13, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field authenticate_fields[] = {
    {"signature", KIND_BYTES, 0, 64, 1, false,
     offsetof(assent_msg_authenticate, signature),
     0, 0, 0, NULL, NULL},
};
static const struct text_layout authenticate_texts[] = {
    {"principal", 64, false,
     offsetof(assent_msg_authenticate, principal)},
};
static const struct field authenticate_reply_fields[] = {
    {"scopes", KIND_SET, 0, 4, 1, false,
     offsetof(assent_msg_authenticate_reply, scopes),
     0, 0, 0, &values_scopes, NULL},
    {"credit", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_authenticate_reply, credit),
     0, 0, INT64_MAX, NULL, NULL},
    {"frameBytesMax", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_authenticate_reply, frame_bytes_max),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field reject_fields[] = {
    {"code", KIND_ENUM, 0, 2, 1, false,
     offsetof(assent_msg_reject, code),
     0, 0, 0, &values_reject_code, NULL},
    {"templateId", KIND_UNSIGNED, 2, 2, 1, false,
     offsetof(assent_msg_reject, template_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"retryAfterMicroseconds", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_reject, retry_after_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct text_layout reject_texts[] = {
    {"detail", 512, false,
     offsetof(assent_msg_reject, detail)},
};
static const struct field card_create_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_card_create, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_card_create, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_card_create, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"spendingLimit", KIND_SIGNED, 40, 8, 1, false,
     offsetof(assent_msg_card_create, spending_limit),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"transactionLimit", KIND_SIGNED, 48, 8, 1, true,
     offsetof(assent_msg_card_create, transaction_limit),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"expiry", KIND_MONTH, 56, 2, 1, false,
     offsetof(assent_msg_card_create, expiry),
     0, 0, 0, NULL, NULL},
    {"lastFour", KIND_DIGITS, 58, 4, 1, false,
     offsetof(assent_msg_card_create, last_four),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 62, 3, 1, false,
     offsetof(assent_msg_card_create, currency),
     0, 0, 0, NULL, NULL},
    {"profile", KIND_CHARACTERS, 65, 16, 1, false,
     offsetof(assent_msg_card_create, profile),
     0, 0, 0, NULL, NULL},
    {"status", KIND_ENUM, 81, 1, 1, false,
     offsetof(assent_msg_card_create, status),
     0, 0, 0, &values_card_status, NULL},
    {"reserved", KIND_RESERVED, 82, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field card_set_status_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_card_set_status, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_card_set_status, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_card_set_status, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"status", KIND_ENUM, 40, 1, 1, false,
     offsetof(assent_msg_card_set_status, status),
     0, 0, 0, &values_card_status, NULL},
    {"reserved", KIND_RESERVED, 41, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field card_set_limits_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_card_set_limits, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_card_set_limits, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_card_set_limits, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"spendingLimit", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_msg_card_set_limits, spending_limit),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"transactionLimit", KIND_SIGNED, 48, 8, 1, true,
     offsetof(assent_msg_card_set_limits, transaction_limit),
     0, INT64_C(-1), INT64_C(1000000000000000), NULL, NULL},
    {"expiry", KIND_MONTH, 56, 2, 1, false,
     offsetof(assent_msg_card_set_limits, expiry),
     0, 0, 0, NULL, NULL},
    {"profile", KIND_CHARACTERS, 58, 16, 1, false,
     offsetof(assent_msg_card_set_limits, profile),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 74, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field card_create_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_card_create_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"card", KIND_COMPOSITE, 8, 104, 1, false,
     offsetof(assent_msg_card_create_reply, card),
     0, 0, 0, NULL, &composite_card},
};
static const struct field card_set_status_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_card_set_status_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"card", KIND_COMPOSITE, 8, 104, 1, false,
     offsetof(assent_msg_card_set_status_reply, card),
     0, 0, 0, NULL, &composite_card},
};
static const struct field card_set_limits_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_card_set_limits_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"card", KIND_COMPOSITE, 8, 104, 1, false,
     offsetof(assent_msg_card_set_limits_reply, card),
     0, 0, 0, NULL, &composite_card},
};
static const struct field card_get_fields[] = {
    {"cardToken", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_card_get, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
};
static const struct field card_get_reply_fields[] = {
    {"card", KIND_COMPOSITE, 0, 104, 1, false,
     offsetof(assent_msg_card_get_reply, card),
     0, 0, 0, NULL, &composite_card},
};
static const struct field card_list_fields[] = {
    {"afterOrdinal", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_card_list, after_ordinal),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_card_list, count),
     0, 1, INT64_C(1000), NULL, NULL},
    {"status", KIND_ENUM, 12, 1, 1, true,
     offsetof(assent_msg_card_list, status),
     0, 0, 0, &values_card_status, NULL},
    {"currency", KIND_LETTERS, 13, 3, 1, true,
     offsetof(assent_msg_card_list, currency),
     0, 0, 0, NULL, NULL},
    {"lastFour", KIND_DIGITS, 16, 4, 1, false,
     offsetof(assent_msg_card_list, last_four),
     0, 0, 0, NULL, NULL},
    {"profile", KIND_CHARACTERS, 20, 16, 1, false,
     offsetof(assent_msg_card_list, profile),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 36, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field card_list_reply_cards_fields[] = {
    {"ordinal", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_card_list_reply_cards_entry, ordinal),
     0, 0, INT64_MAX, NULL, NULL},
    {"card", KIND_COMPOSITE, 8, 104, 1, false,
     offsetof(assent_msg_card_list_reply_cards_entry, card),
     0, 0, 0, NULL, &composite_card},
};
static const struct field card_list_reply_fields[] = {
    {"nextOrdinal", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_card_list_reply, next_ordinal),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout card_list_reply_groups[] = {
    {"cards", 112, 1000, sizeof(assent_msg_card_list_reply_cards_entry),
     offsetof(assent_msg_card_list_reply, cards),
     card_list_reply_cards_fields, 2,
     NULL, 0},
};

static const struct field card_replace_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_card_replace, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_card_replace, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_card_replace, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"newCardToken", KIND_ID, 40, 16, 1, false,
     offsetof(assent_msg_card_replace, new_card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"expiry", KIND_MONTH, 56, 2, 1, false,
     offsetof(assent_msg_card_replace, expiry),
     0, 0, 0, NULL, NULL},
    {"lastFour", KIND_DIGITS, 58, 4, 1, false,
     offsetof(assent_msg_card_replace, last_four),
     0, 0, 0, NULL, NULL},
    {"reason", KIND_ENUM, 62, 1, 1, false,
     offsetof(assent_msg_card_replace, reason),
     0, 0, 0, &values_replacement_reason, NULL},
    {"reserved", KIND_RESERVED, 63, 1, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field card_replace_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_card_replace_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"card", KIND_COMPOSITE, 8, 104, 1, false,
     offsetof(assent_msg_card_replace_reply, card),
     0, 0, 0, NULL, &composite_card},
};
static const struct field payment_get_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_get, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"requestId", KIND_ID, 8, 16, 1, true,
     offsetof(assent_msg_payment_get, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
};
static const struct field payment_get_reply_checks_fields[] = {
    {"check", KIND_ENUM, 0, 1, 1, false,
     offsetof(assent_msg_payment_get_reply_checks_entry, check),
     0, 0, 0, &values_check, NULL},
    {"result", KIND_ENUM, 1, 1, 1, false,
     offsetof(assent_msg_payment_get_reply_checks_entry, result),
     0, 0, 0, &values_check_result, NULL},
    {"unit", KIND_ENUM, 2, 1, 1, false,
     offsetof(assent_msg_payment_get_reply_checks_entry, unit),
     0, 0, 0, &values_check_unit, NULL},
    {"reserved", KIND_RESERVED, 3, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"seen", KIND_SIGNED, 8, 8, 1, true,
     offsetof(assent_msg_payment_get_reply_checks_entry, seen),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"allowed", KIND_SIGNED, 16, 8, 1, true,
     offsetof(assent_msg_payment_get_reply_checks_entry, allowed),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
};
static const struct field payment_get_reply_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_payment_get_reply, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_payment_get_reply, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"amount", KIND_SIGNED, 32, 8, 1, true,
     offsetof(assent_msg_payment_get_reply, amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"merchantAmount", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_msg_payment_get_reply, merchant_amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_msg_payment_get_reply, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"merchantId", KIND_CHARACTERS, 56, 15, 1, false,
     offsetof(assent_msg_payment_get_reply, merchant_id),
     0, 0, 0, NULL, NULL},
    {"terminalId", KIND_CHARACTERS, 71, 8, 1, false,
     offsetof(assent_msg_payment_get_reply, terminal_id),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 79, 3, 1, true,
     offsetof(assent_msg_payment_get_reply, currency),
     0, 0, 0, NULL, NULL},
    {"merchantCurrency", KIND_LETTERS, 82, 3, 1, true,
     offsetof(assent_msg_payment_get_reply, merchant_currency),
     0, 0, 0, NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 85, 2, 1, false,
     offsetof(assent_msg_payment_get_reply, merchant_country),
     0, 0, 0, NULL, NULL},
    {"merchantCategory", KIND_UNSIGNED, 87, 2, 1, false,
     offsetof(assent_msg_payment_get_reply, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"presence", KIND_ENUM, 89, 1, 1, false,
     offsetof(assent_msg_payment_get_reply, presence),
     0, 0, 0, &values_card_presence, NULL},
    {"entryMode", KIND_ENUM, 90, 1, 1, false,
     offsetof(assent_msg_payment_get_reply, entry_mode),
     0, 0, 0, &values_entry_mode, NULL},
    {"initiator", KIND_ENUM, 91, 1, 1, false,
     offsetof(assent_msg_payment_get_reply, initiator),
     0, 0, 0, &values_initiator, NULL},
    {"flags", KIND_SET, 92, 1, 1, false,
     offsetof(assent_msg_payment_get_reply, flags),
     0, 0, 7, &values_request_flags, NULL},
    {"kind", KIND_ENUM, 93, 1, 1, false,
     offsetof(assent_msg_payment_get_reply, kind),
     0, 0, 0, &values_request_kind, NULL},
    {"reserved", KIND_RESERVED, 94, 2, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"decision", KIND_COMPOSITE, 96, 104, 1, false,
     offsetof(assent_msg_payment_get_reply, decision),
     0, 0, 0, NULL, &composite_decision},
    {"payment", KIND_COMPOSITE, 200, 104, 2, true,
     offsetof(assent_msg_payment_get_reply, payment),
     offsetof(assent_msg_payment_get_reply, has_payment),
     0, 0, NULL, &composite_payment},
    {"lifecycleId", KIND_CHARACTERS, 304, 16, 2, false,
     offsetof(assent_msg_payment_get_reply, lifecycle_id),
     0, 0, 0, NULL, NULL},
    {"acquirerId", KIND_CHARACTERS, 320, 11, 2, false,
     offsetof(assent_msg_payment_get_reply, acquirer_id),
     0, 0, 0, NULL, NULL},
    {"retrievalReference", KIND_CHARACTERS, 331, 12, 2, false,
     offsetof(assent_msg_payment_get_reply, retrieval_reference),
     0, 0, 0, NULL, NULL},
    {"stan", KIND_UNSIGNED, 343, 4, 2, false,
     offsetof(assent_msg_payment_get_reply, stan),
     0, 0, INT64_C(999999), NULL, NULL},
    {"rate", KIND_SIGNED, 347, 8, 2, false,
     offsetof(assent_msg_payment_get_reply, rate),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"rateScale", KIND_UNSIGNED, 355, 1, 2, false,
     offsetof(assent_msg_payment_get_reply, rate_scale),
     0, 0, INT64_C(18), NULL, NULL},
    {"rounding", KIND_ENUM, 356, 1, 2, false,
     offsetof(assent_msg_payment_get_reply, rounding),
     0, 0, 0, &values_rounding_rule, NULL},
    {"network", KIND_ENUM, 357, 1, 2, false,
     offsetof(assent_msg_payment_get_reply, network),
     0, 0, 0, &values_card_network, NULL},
    {"authorizationKind", KIND_ENUM, 358, 1, 2, false,
     offsetof(assent_msg_payment_get_reply, authorization_kind),
     0, 0, 0, &values_authorization_kind, NULL},
    {"eventKind", KIND_ENUM, 359, 1, 2, false,
     offsetof(assent_msg_payment_get_reply, event_kind),
     0, 0, 0, &values_payment_event_kind, NULL},
    {"lastLsn", KIND_UNSIGNED, 360, 8, 2, false,
     offsetof(assent_msg_payment_get_reply, last_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"lastAt", KIND_SIGNED, 368, 8, 2, false,
     offsetof(assent_msg_payment_get_reply, last_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout payment_get_reply_texts[] = {
    {"merchantName", 64, false,
     offsetof(assent_msg_payment_get_reply, merchant_name)},
    {"merchantCity", 32, false,
     offsetof(assent_msg_payment_get_reply, merchant_city)},
    {"detail", 2048, false,
     offsetof(assent_msg_payment_get_reply, detail)},
};
static const struct step payment_get_reply_steps[] = {{2, 200}};
static const struct group_layout payment_get_reply_groups[] = {
    {"checks", 24, 64, sizeof(assent_msg_payment_get_reply_checks_entry),
     offsetof(assent_msg_payment_get_reply, checks),
     payment_get_reply_checks_fields, 6,
     NULL, 0},
};

static const struct field payment_list_fields[] = {
    {"beforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_list, before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"cardToken", KIND_ID, 8, 16, 1, true,
     offsetof(assent_msg_payment_list, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"from", KIND_SIGNED, 24, 8, 1, true,
     offsetof(assent_msg_payment_list, from),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"to", KIND_SIGNED, 32, 8, 1, true,
     offsetof(assent_msg_payment_list, to),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"count", KIND_UNSIGNED, 40, 4, 1, false,
     offsetof(assent_msg_payment_list, count),
     0, 1, INT64_C(500), NULL, NULL},
    {"outcome", KIND_ENUM, 44, 1, 1, true,
     offsetof(assent_msg_payment_list, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"kind", KIND_ENUM, 45, 1, 1, true,
     offsetof(assent_msg_payment_list, kind),
     0, 0, 0, &values_request_kind, NULL},
    {"reason", KIND_ENUM, 46, 1, 1, true,
     offsetof(assent_msg_payment_list, reason),
     0, 0, 0, &values_reason, NULL},
    {"reserved", KIND_RESERVED, 47, 1, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout payment_list_texts[] = {
    {"merchantContains", 64, false,
     offsetof(assent_msg_payment_list, merchant_contains)},
};
static const struct field payment_list_reply_payments_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"decidedAt", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, decided_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"requestId", KIND_ID, 32, 16, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"amount", KIND_SIGNED, 48, 8, 1, true,
     offsetof(assent_msg_payment_list_reply_payments_entry, amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"approvedAmount", KIND_SIGNED, 56, 8, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, approved_amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"currency", KIND_LETTERS, 64, 3, 1, true,
     offsetof(assent_msg_payment_list_reply_payments_entry, currency),
     0, 0, 0, NULL, NULL},
    {"outcome", KIND_ENUM, 67, 1, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"reason", KIND_ENUM, 68, 1, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"kind", KIND_ENUM, 69, 1, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, kind),
     0, 0, 0, &values_request_kind, NULL},
    {"responseCode", KIND_CHARACTERS, 70, 2, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, response_code),
     0, 0, 0, NULL, NULL},
    {"merchantCategory", KIND_UNSIGNED, 72, 2, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 74, 2, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, merchant_country),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 76, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"merchantName", KIND_PADDED_TEXT, 80, 64, 1, false,
     offsetof(assent_msg_payment_list_reply_payments_entry, merchant_name),
     0, 0, 0, NULL, NULL},
};
static const struct field payment_list_reply_fields[] = {
    {"nextBeforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_list_reply, next_before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"scanned", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_list_reply, scanned),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout payment_list_reply_groups[] = {
    {"payments", 144, 500, sizeof(assent_msg_payment_list_reply_payments_entry),
     offsetof(assent_msg_payment_list_reply, payments),
     payment_list_reply_payments_fields, 15,
     NULL, 0},
};

static const struct field payment_history_fields[] = {
    {"paymentId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_history, payment_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"beforeLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_history, before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 16, 4, 1, false,
     offsetof(assent_msg_payment_history, count),
     0, 1, INT64_C(500), NULL, NULL},
    {"reserved", KIND_RESERVED, 20, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field payment_history_reply_events_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"decidedAt", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, decided_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"requestId", KIND_ID, 16, 16, 1, true,
     offsetof(assent_msg_payment_history_reply_events_entry, request_id),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"amount", KIND_SIGNED, 32, 8, 1, true,
     offsetof(assent_msg_payment_history_reply_events_entry, amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"merchantAmount", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_msg_payment_history_reply_events_entry, merchant_amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"rate", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, rate),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"payment", KIND_COMPOSITE, 56, 104, 1, true,
     offsetof(assent_msg_payment_history_reply_events_entry, payment),
     offsetof(assent_msg_payment_history_reply_events_entry, has_payment),
     0, 0, NULL, &composite_payment},
    {"kind", KIND_ENUM, 160, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, kind),
     0, 0, 0, &values_payment_event_kind, NULL},
    {"outcome", KIND_ENUM, 161, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"reason", KIND_ENUM, 162, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"responseCode", KIND_CHARACTERS, 163, 2, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, response_code),
     0, 0, 0, NULL, NULL},
    {"merchantCurrency", KIND_LETTERS, 165, 3, 1, true,
     offsetof(assent_msg_payment_history_reply_events_entry, merchant_currency),
     0, 0, 0, NULL, NULL},
    {"rateScale", KIND_UNSIGNED, 168, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, rate_scale),
     0, 0, INT64_C(18), NULL, NULL},
    {"rounding", KIND_ENUM, 169, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, rounding),
     0, 0, 0, &values_rounding_rule, NULL},
    {"isFinal", KIND_BOOL, 170, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, is_final),
     0, 0, 0, NULL, NULL},
    {"sequenceNumber", KIND_UNSIGNED, 171, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, sequence_number),
     0, 0, INT64_MAX, NULL, NULL},
    {"sequenceCount", KIND_UNSIGNED, 172, 1, 1, false,
     offsetof(assent_msg_payment_history_reply_events_entry, sequence_count),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 173, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field payment_history_reply_fields[] = {
    {"nextBeforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_history_reply, next_before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"currency", KIND_LETTERS, 8, 3, 1, true,
     offsetof(assent_msg_payment_history_reply, currency),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 11, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"wholeThroughLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_payment_history_reply, whole_through_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout payment_history_reply_groups[] = {
    {"events", 176, 500, sizeof(assent_msg_payment_history_reply_events_entry),
     offsetof(assent_msg_payment_history_reply, events),
     payment_history_reply_events_fields, 18,
     NULL, 0},
};

static const struct field payment_search_fields[] = {
    {"beforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_search, before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"atLeastLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_search, at_least_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, true,
     offsetof(assent_msg_payment_search, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"from", KIND_SIGNED, 32, 8, 1, true,
     offsetof(assent_msg_payment_search, from),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"to", KIND_SIGNED, 40, 8, 1, true,
     offsetof(assent_msg_payment_search, to),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"amountMin", KIND_SIGNED, 48, 8, 1, true,
     offsetof(assent_msg_payment_search, amount_min),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"amountMax", KIND_SIGNED, 56, 8, 1, true,
     offsetof(assent_msg_payment_search, amount_max),
     0, INT64_C(0), INT64_C(1000000000000000), NULL, NULL},
    {"count", KIND_UNSIGNED, 64, 4, 1, false,
     offsetof(assent_msg_payment_search, count),
     0, 1, INT64_C(500), NULL, NULL},
    {"currency", KIND_LETTERS, 68, 3, 1, true,
     offsetof(assent_msg_payment_search, currency),
     0, 0, 0, NULL, NULL},
    {"status", KIND_ENUM, 71, 1, 1, true,
     offsetof(assent_msg_payment_search, status),
     0, 0, 0, &values_payment_status, NULL},
    {"outcome", KIND_ENUM, 72, 1, 1, true,
     offsetof(assent_msg_payment_search, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"reason", KIND_ENUM, 73, 1, 1, true,
     offsetof(assent_msg_payment_search, reason),
     0, 0, 0, &values_reason, NULL},
    {"kind", KIND_ENUM, 74, 1, 1, true,
     offsetof(assent_msg_payment_search, kind),
     0, 0, 0, &values_payment_event_kind, NULL},
    {"reserved", KIND_RESERVED, 75, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout payment_search_texts[] = {
    {"merchant", 64, false,
     offsetof(assent_msg_payment_search, merchant)},
    {"text", 128, false,
     offsetof(assent_msg_payment_search, text)},
};
static const struct field payment_search_reply_payments_fields[] = {
    {"paymentId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, payment_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"lastLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, last_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"decidedAt", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, decided_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"lastAt", KIND_SIGNED, 24, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, last_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"cardToken", KIND_ID, 32, 16, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"requestId", KIND_ID, 48, 16, 1, true,
     offsetof(assent_msg_payment_search_reply_payments_entry, request_id),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"amount", KIND_SIGNED, 64, 8, 1, true,
     offsetof(assent_msg_payment_search_reply_payments_entry, amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"merchantAmount", KIND_SIGNED, 72, 8, 1, true,
     offsetof(assent_msg_payment_search_reply_payments_entry, merchant_amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"approved", KIND_SIGNED, 80, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, approved),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"reversed", KIND_SIGNED, 88, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, reversed),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"expired", KIND_SIGNED, 96, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, expired),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"cleared", KIND_SIGNED, 104, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, cleared),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"overCleared", KIND_SIGNED, 112, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, over_cleared),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"refunded", KIND_SIGNED, 120, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, refunded),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"disputed", KIND_SIGNED, 128, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, disputed),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"flags", KIND_SET, 136, 4, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, flags),
     0, 0, 0, &values_payment_flags, NULL},
    {"merchantCategory", KIND_UNSIGNED, 140, 2, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"merchantCountry", KIND_LETTERS, 142, 2, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, merchant_country),
     0, 0, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 144, 3, 1, true,
     offsetof(assent_msg_payment_search_reply_payments_entry, currency),
     0, 0, 0, NULL, NULL},
    {"merchantCurrency", KIND_LETTERS, 147, 3, 1, true,
     offsetof(assent_msg_payment_search_reply_payments_entry, merchant_currency),
     0, 0, 0, NULL, NULL},
    {"kind", KIND_ENUM, 150, 1, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, kind),
     0, 0, 0, &values_payment_event_kind, NULL},
    {"outcome", KIND_ENUM, 151, 1, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"reason", KIND_ENUM, 152, 1, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"status", KIND_ENUM, 153, 1, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, status),
     0, 0, 0, &values_payment_status, NULL},
    {"merchantId", KIND_CHARACTERS, 154, 15, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, merchant_id),
     0, 0, 0, NULL, NULL},
    {"terminalId", KIND_CHARACTERS, 169, 8, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, terminal_id),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 177, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"merchantName", KIND_PADDED_TEXT, 184, 64, 1, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, merchant_name),
     0, 0, 0, NULL, NULL},
};
static const struct text_layout payment_search_reply_payments_texts[] = {
    {"merchantCity", 32, false,
     offsetof(assent_msg_payment_search_reply_payments_entry, merchant_city)},
};
static const struct field payment_search_reply_fields[] = {
    {"nextBeforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_search_reply, next_before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"projectedLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_search_reply, projected_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"durableLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_payment_search_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout payment_search_reply_groups[] = {
    {"payments", 248, 500, sizeof(assent_msg_payment_search_reply_payments_entry),
     offsetof(assent_msg_payment_search_reply, payments),
     payment_search_reply_payments_fields, 28,
     payment_search_reply_payments_texts, 1},
};

static const struct field payment_alternatives_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_alternatives, lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field payment_alternatives_reply_alternatives_fields[] = {
    {"value", KIND_SIGNED, 0, 8, 1, true,
     offsetof(assent_msg_payment_alternatives_reply_alternatives_entry, value),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"kind", KIND_ENUM, 8, 1, 1, false,
     offsetof(assent_msg_payment_alternatives_reply_alternatives_entry, kind),
     0, 0, 0, &values_alternative_kind, NULL},
    {"outcome", KIND_ENUM, 9, 1, 1, false,
     offsetof(assent_msg_payment_alternatives_reply_alternatives_entry, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"reason", KIND_ENUM, 10, 1, 1, false,
     offsetof(assent_msg_payment_alternatives_reply_alternatives_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"reserved", KIND_RESERVED, 11, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct group_layout payment_alternatives_reply_groups[] = {
    {"alternatives", 16, 64, sizeof(assent_msg_payment_alternatives_reply_alternatives_entry),
     offsetof(assent_msg_payment_alternatives_reply, alternatives),
     payment_alternatives_reply_alternatives_fields, 5,
     NULL, 0},
};

static const struct text_layout config_get_texts[] = {
    {"prefix", 128, false,
     offsetof(assent_msg_config_get, prefix)},
    {"afterKey", 128, false,
     offsetof(assent_msg_config_get, after_key)},
};
static const struct text_layout config_get_reply_settings_texts[] = {
    {"key", 128, false,
     offsetof(assent_msg_config_get_reply_settings_entry, key)},
    {"value", 921600, true,
     offsetof(assent_msg_config_get_reply_settings_entry, value)},
    {"help", 2048, false,
     offsetof(assent_msg_config_get_reply_settings_entry, help)},
};
static const struct field config_get_reply_fields[] = {
    {"configurationVersion", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_config_get_reply, configuration_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"more", KIND_BOOL, 8, 1, 1, false,
     offsetof(assent_msg_config_get_reply, more),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 9, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct group_layout config_get_reply_groups[] = {
    {"settings", 0, 4096, sizeof(assent_msg_config_get_reply_settings_entry),
     offsetof(assent_msg_config_get_reply, settings),
     NULL, 0,
     config_get_reply_settings_texts, 3},
};

static const struct field config_set_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_config_set, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_config_set, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"expectedVersion", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_config_set, expected_version),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct text_layout config_set_texts[] = {
    {"key", 128, false,
     offsetof(assent_msg_config_set, key)},
    {"value", 921600, true,
     offsetof(assent_msg_config_set, value)},
};
static const struct field config_set_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_config_set_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field principal_create_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_principal_create, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_principal_create, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"userId", KIND_SIGNED, 24, 8, 1, true,
     offsetof(assent_msg_principal_create, user_id),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"publicKey", KIND_BYTES, 32, 32, 1, false,
     offsetof(assent_msg_principal_create, public_key),
     0, 0, 0, NULL, NULL},
    {"scopes", KIND_SET, 64, 4, 1, false,
     offsetof(assent_msg_principal_create, scopes),
     0, 0, 0, &values_scopes, NULL},
    {"ratePerSecond", KIND_UNSIGNED, 68, 4, 1, false,
     offsetof(assent_msg_principal_create, rate_per_second),
     0, 0, INT64_MAX, NULL, NULL},
    {"burst", KIND_UNSIGNED, 72, 4, 1, false,
     offsetof(assent_msg_principal_create, burst),
     0, 0, INT64_MAX, NULL, NULL},
    {"creditMax", KIND_UNSIGNED, 76, 4, 1, false,
     offsetof(assent_msg_principal_create, credit_max),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct text_layout principal_create_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_create, name)},
    {"certificateName", 512, false,
     offsetof(assent_msg_principal_create, certificate_name)},
};
static const struct field principal_create_reply_fields[] = {
    {"principal", KIND_COMPOSITE, 0, 144, 1, false,
     offsetof(assent_msg_principal_create_reply, principal),
     0, 0, 0, NULL, &composite_principal},
};
static const struct text_layout principal_create_reply_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_create_reply, name)},
    {"certificateName", 512, false,
     offsetof(assent_msg_principal_create_reply, certificate_name)},
    {"formerCertificateName", 512, false,
     offsetof(assent_msg_principal_create_reply, former_certificate_name)},
};
static const struct field principal_rotate_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_principal_rotate, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_principal_rotate, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"userId", KIND_SIGNED, 24, 8, 1, true,
     offsetof(assent_msg_principal_rotate, user_id),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"publicKey", KIND_BYTES, 32, 32, 1, false,
     offsetof(assent_msg_principal_rotate, public_key),
     0, 0, 0, NULL, NULL},
    {"graceSeconds", KIND_UNSIGNED, 64, 4, 1, false,
     offsetof(assent_msg_principal_rotate, grace_seconds),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct text_layout principal_rotate_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_rotate, name)},
    {"certificateName", 512, false,
     offsetof(assent_msg_principal_rotate, certificate_name)},
};
static const struct field principal_rotate_reply_fields[] = {
    {"principal", KIND_COMPOSITE, 0, 144, 1, false,
     offsetof(assent_msg_principal_rotate_reply, principal),
     0, 0, 0, NULL, &composite_principal},
};
static const struct text_layout principal_rotate_reply_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_rotate_reply, name)},
    {"certificateName", 512, false,
     offsetof(assent_msg_principal_rotate_reply, certificate_name)},
    {"formerCertificateName", 512, false,
     offsetof(assent_msg_principal_rotate_reply, former_certificate_name)},
};
static const struct field principal_change_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_principal_change, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_principal_change, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"scopes", KIND_SET, 24, 4, 1, false,
     offsetof(assent_msg_principal_change, scopes),
     0, 0, 0, &values_scopes, NULL},
    {"ratePerSecond", KIND_UNSIGNED, 28, 4, 1, false,
     offsetof(assent_msg_principal_change, rate_per_second),
     0, 0, INT64_MAX, NULL, NULL},
    {"burst", KIND_UNSIGNED, 32, 4, 1, false,
     offsetof(assent_msg_principal_change, burst),
     0, 0, INT64_MAX, NULL, NULL},
    {"creditMax", KIND_UNSIGNED, 36, 4, 1, false,
     offsetof(assent_msg_principal_change, credit_max),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct text_layout principal_change_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_change, name)},
};
static const struct field principal_change_reply_fields[] = {
    {"principal", KIND_COMPOSITE, 0, 144, 1, false,
     offsetof(assent_msg_principal_change_reply, principal),
     0, 0, 0, NULL, &composite_principal},
};
static const struct text_layout principal_change_reply_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_change_reply, name)},
    {"certificateName", 512, false,
     offsetof(assent_msg_principal_change_reply, certificate_name)},
    {"formerCertificateName", 512, false,
     offsetof(assent_msg_principal_change_reply, former_certificate_name)},
};
static const struct field principal_revoke_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_principal_revoke, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_principal_revoke, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout principal_revoke_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_revoke, name)},
};
static const struct field principal_revoke_reply_fields[] = {
    {"principal", KIND_COMPOSITE, 0, 144, 1, false,
     offsetof(assent_msg_principal_revoke_reply, principal),
     0, 0, 0, NULL, &composite_principal},
};
static const struct text_layout principal_revoke_reply_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_revoke_reply, name)},
    {"certificateName", 512, false,
     offsetof(assent_msg_principal_revoke_reply, certificate_name)},
    {"formerCertificateName", 512, false,
     offsetof(assent_msg_principal_revoke_reply, former_certificate_name)},
};
static const struct field principal_list_fields[] = {
    {"afterId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_principal_list, after_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_principal_list, count),
     0, 1, INT64_C(500), NULL, NULL},
};
static const struct text_layout principal_list_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_list, name)},
};
static const struct field principal_list_reply_principals_fields[] = {
    {"principal", KIND_COMPOSITE, 0, 144, 1, false,
     offsetof(assent_msg_principal_list_reply_principals_entry, principal),
     0, 0, 0, NULL, &composite_principal},
};
static const struct text_layout principal_list_reply_principals_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_principal_list_reply_principals_entry, name)},
    {"certificateName", 512, false,
     offsetof(assent_msg_principal_list_reply_principals_entry, certificate_name)},
    {"formerCertificateName", 512, false,
     offsetof(assent_msg_principal_list_reply_principals_entry, former_certificate_name)},
};
static const struct field principal_list_reply_fields[] = {
    {"nextAfterId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_principal_list_reply, next_after_id),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout principal_list_reply_groups[] = {
    {"principals", 144, 500, sizeof(assent_msg_principal_list_reply_principals_entry),
     offsetof(assent_msg_principal_list_reply, principals),
     principal_list_reply_principals_fields, 1,
     principal_list_reply_principals_texts, 3},
};

static const struct field status_reply_reasons_fields[] = {
    {"reason", KIND_ENUM, 0, 1, 1, false,
     offsetof(assent_msg_status_reply_reasons_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"reserved", KIND_RESERVED, 1, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"total", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_status_reply_reasons_entry, total),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field status_reply_fields[] = {
    {"instanceId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_status_reply, instance_id),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"startedAt", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_status_reply, started_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"now", KIND_SIGNED, 24, 8, 1, false,
     offsetof(assent_msg_status_reply, now),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"lastLsn", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_status_reply, last_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"durableLsn", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_status_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"cards", KIND_UNSIGNED, 48, 8, 1, false,
     offsetof(assent_msg_status_reply, cards),
     0, 0, INT64_MAX, NULL, NULL},
    {"rememberedIds", KIND_UNSIGNED, 56, 8, 1, false,
     offsetof(assent_msg_status_reply, remembered_ids),
     0, 0, INT64_MAX, NULL, NULL},
    {"approved", KIND_UNSIGNED, 64, 8, 1, false,
     offsetof(assent_msg_status_reply, approved),
     0, 0, INT64_MAX, NULL, NULL},
    {"declined", KIND_UNSIGNED, 72, 8, 1, false,
     offsetof(assent_msg_status_reply, declined),
     0, 0, INT64_MAX, NULL, NULL},
    {"flagged", KIND_UNSIGNED, 80, 8, 1, false,
     offsetof(assent_msg_status_reply, flagged),
     0, 0, INT64_MAX, NULL, NULL},
    {"repeated", KIND_UNSIGNED, 88, 8, 1, false,
     offsetof(assent_msg_status_reply, repeated),
     0, 0, INT64_MAX, NULL, NULL},
    {"rejected", KIND_UNSIGNED, 96, 8, 1, false,
     offsetof(assent_msg_status_reply, rejected),
     0, 0, INT64_MAX, NULL, NULL},
    {"busy", KIND_UNSIGNED, 104, 8, 1, false,
     offsetof(assent_msg_status_reply, busy),
     0, 0, INT64_MAX, NULL, NULL},
    {"commits", KIND_UNSIGNED, 112, 8, 1, false,
     offsetof(assent_msg_status_reply, commits),
     0, 0, INT64_MAX, NULL, NULL},
    {"journalBytes", KIND_UNSIGNED, 120, 8, 1, false,
     offsetof(assent_msg_status_reply, journal_bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"residentBytes", KIND_UNSIGNED, 128, 8, 1, false,
     offsetof(assent_msg_status_reply, resident_bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"recoveredRecords", KIND_UNSIGNED, 136, 8, 1, false,
     offsetof(assent_msg_status_reply, recovered_records),
     0, 0, INT64_MAX, NULL, NULL},
    {"recoveryMicroseconds", KIND_UNSIGNED, 144, 8, 1, false,
     offsetof(assent_msg_status_reply, recovery_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"tornTailBytes", KIND_UNSIGNED, 152, 8, 1, false,
     offsetof(assent_msg_status_reply, torn_tail_bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"lastSecondDecisions", KIND_UNSIGNED, 160, 8, 1, false,
     offsetof(assent_msg_status_reply, last_second_decisions),
     0, 0, INT64_MAX, NULL, NULL},
    {"connections", KIND_UNSIGNED, 168, 4, 1, false,
     offsetof(assent_msg_status_reply, connections),
     0, 0, INT64_MAX, NULL, NULL},
    {"inFlight", KIND_UNSIGNED, 172, 4, 1, false,
     offsetof(assent_msg_status_reply, in_flight),
     0, 0, INT64_MAX, NULL, NULL},
    {"latencyP50", KIND_UNSIGNED, 176, 4, 1, false,
     offsetof(assent_msg_status_reply, latency_p50),
     0, 0, INT64_MAX, NULL, NULL},
    {"latencyP90", KIND_UNSIGNED, 180, 4, 1, false,
     offsetof(assent_msg_status_reply, latency_p90),
     0, 0, INT64_MAX, NULL, NULL},
    {"latencyP99", KIND_UNSIGNED, 184, 4, 1, false,
     offsetof(assent_msg_status_reply, latency_p99),
     0, 0, INT64_MAX, NULL, NULL},
    {"latencyP999", KIND_UNSIGNED, 188, 4, 1, false,
     offsetof(assent_msg_status_reply, latency_p999),
     0, 0, INT64_MAX, NULL, NULL},
    {"latencyMax", KIND_UNSIGNED, 192, 4, 1, false,
     offsetof(assent_msg_status_reply, latency_max),
     0, 0, INT64_MAX, NULL, NULL},
    {"simulatedClock", KIND_BOOL, 196, 1, 1, false,
     offsetof(assent_msg_status_reply, simulated_clock),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 197, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"snapshotLsn", KIND_UNSIGNED, 200, 8, 2, false,
     offsetof(assent_msg_status_reply, snapshot_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"snapshotAt", KIND_SIGNED, 208, 8, 2, false,
     offsetof(assent_msg_status_reply, snapshot_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"snapshotBytes", KIND_UNSIGNED, 216, 8, 2, false,
     offsetof(assent_msg_status_reply, snapshot_bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"snapshotMicroseconds", KIND_UNSIGNED, 224, 8, 2, false,
     offsetof(assent_msg_status_reply, snapshot_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"snapshotPauseMicroseconds", KIND_UNSIGNED, 232, 8, 2, false,
     offsetof(assent_msg_status_reply, snapshot_pause_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"paymentsInMemory", KIND_UNSIGNED, 240, 8, 2, false,
     offsetof(assent_msg_status_reply, payments_in_memory),
     0, 0, INT64_MAX, NULL, NULL},
    {"archivedPayments", KIND_UNSIGNED, 248, 8, 2, false,
     offsetof(assent_msg_status_reply, archived_payments),
     0, 0, INT64_MAX, NULL, NULL},
    {"archiveBytes", KIND_UNSIGNED, 256, 8, 2, false,
     offsetof(assent_msg_status_reply, archive_bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"archiveLsn", KIND_UNSIGNED, 264, 8, 2, false,
     offsetof(assent_msg_status_reply, archive_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"archiveRuns", KIND_UNSIGNED, 272, 4, 2, false,
     offsetof(assent_msg_status_reply, archive_runs),
     0, 0, INT64_MAX, NULL, NULL},
    {"snapshotsKept", KIND_UNSIGNED, 276, 4, 2, false,
     offsetof(assent_msg_status_reply, snapshots_kept),
     0, 0, INT64_MAX, NULL, NULL},
    {"archiveComplete", KIND_BOOL, 280, 1, 2, false,
     offsetof(assent_msg_status_reply, archive_complete),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 281, 7, 2, false,
     0,
     0, 0, 0, NULL, NULL},
    {"projectedLsn", KIND_UNSIGNED, 288, 8, 2, false,
     offsetof(assent_msg_status_reply, projected_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"projectionLagMicroseconds", KIND_UNSIGNED, 296, 8, 2, false,
     offsetof(assent_msg_status_reply, projection_lag_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"projectionState", KIND_ENUM, 304, 1, 2, false,
     offsetof(assent_msg_status_reply, projection_state),
     0, 0, 0, &values_projection_state, NULL},
    {"reserved", KIND_RESERVED, 305, 3, 2, false,
     0,
     0, 0, 0, NULL, NULL},
    {"inFlightMax", KIND_UNSIGNED, 308, 4, 2, false,
     offsetof(assent_msg_status_reply, in_flight_max),
     0, 0, INT64_MAX, NULL, NULL},
    {"certificateEndsAt", KIND_SIGNED, 312, 8, 2, false,
     offsetof(assent_msg_status_reply, certificate_ends_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"revocationListEndsAt", KIND_SIGNED, 320, 8, 2, false,
     offsetof(assent_msg_status_reply, revocation_list_ends_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"authorityEndsAt", KIND_SIGNED, 328, 8, 2, false,
     offsetof(assent_msg_status_reply, authority_ends_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout status_reply_texts[] = {
    {"daemonVersion", 64, false,
     offsetof(assent_msg_status_reply, daemon_version)},
};
static const struct step status_reply_steps[] = {{2, 200}};
static const struct group_layout status_reply_groups[] = {
    {"reasons", 16, 255, sizeof(assent_msg_status_reply_reasons_entry),
     offsetof(assent_msg_status_reply, reasons),
     status_reply_reasons_fields, 3,
     NULL, 0},
};

static const struct field digest_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_digest_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"digest", KIND_BYTES, 8, 16, 1, false,
     offsetof(assent_msg_digest_reply, digest),
     0, 0, 0, NULL, NULL},
    {"cards", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_digest_reply, cards),
     0, 0, INT64_MAX, NULL, NULL},
    {"rememberedIds", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_digest_reply, remembered_ids),
     0, 0, INT64_MAX, NULL, NULL},
    {"policyVersion", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_digest_reply, policy_version),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field snapshot_make_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"resumeLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, resume_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"madeAt", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, made_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"fileBytes", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, file_bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"microseconds", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"longestPauseMicroseconds", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, longest_pause_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"cards", KIND_UNSIGNED, 48, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, cards),
     0, 0, INT64_MAX, NULL, NULL},
    {"payments", KIND_UNSIGNED, 56, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, payments),
     0, 0, INT64_MAX, NULL, NULL},
    {"rememberedIds", KIND_UNSIGNED, 64, 8, 1, false,
     offsetof(assent_msg_snapshot_make_reply, remembered_ids),
     0, 0, INT64_MAX, NULL, NULL},
    {"made", KIND_BOOL, 72, 1, 1, false,
     offsetof(assent_msg_snapshot_make_reply, made),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 73, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field snapshot_list_reply_snapshots_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_snapshot_list_reply_snapshots_entry, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"madeAt", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_snapshot_list_reply_snapshots_entry, made_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"fileBytes", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_snapshot_list_reply_snapshots_entry, file_bytes),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field snapshot_list_reply_fields[] = {
    {"made", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_snapshot_list_reply, made),
     0, 0, INT64_MAX, NULL, NULL},
    {"failed", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_snapshot_list_reply, failed),
     0, 0, INT64_MAX, NULL, NULL},
    {"longestPauseMicroseconds", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_snapshot_list_reply, longest_pause_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"keptMax", KIND_UNSIGNED, 24, 4, 1, false,
     offsetof(assent_msg_snapshot_list_reply, kept_max),
     0, 0, INT64_MAX, NULL, NULL},
    {"running", KIND_BOOL, 28, 1, 1, false,
     offsetof(assent_msg_snapshot_list_reply, running),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 29, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct group_layout snapshot_list_reply_groups[] = {
    {"snapshots", 24, 1000, sizeof(assent_msg_snapshot_list_reply_snapshots_entry),
     offsetof(assent_msg_snapshot_list_reply, snapshots),
     snapshot_list_reply_snapshots_fields, 3,
     NULL, 0},
};

static const struct field backup_hold_fields[] = {
    {"repository", KIND_BYTES, 0, 16, 1, false,
     offsetof(assent_msg_backup_hold, repository),
     0, 0, 0, NULL, NULL},
    {"completedLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_backup_hold, completed_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"seconds", KIND_UNSIGNED, 24, 4, 1, false,
     offsetof(assent_msg_backup_hold, seconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"forget", KIND_BOOL, 28, 1, 1, false,
     offsetof(assent_msg_backup_hold, forget),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 29, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field backup_hold_reply_fields[] = {
    {"durableLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_backup_hold_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"oldestLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_backup_hold_reply, oldest_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"journal", KIND_BYTES, 16, 16, 1, false,
     offsetof(assent_msg_backup_hold_reply, journal),
     0, 0, 0, NULL, NULL},
    {"heldUntil", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_backup_hold_reply, held_until),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"backedUpLsn", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_backup_hold_reply, backed_up_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"backedUpAt", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_msg_backup_hold_reply, backed_up_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"repositories", KIND_UNSIGNED, 56, 4, 1, false,
     offsetof(assent_msg_backup_hold_reply, repositories),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 60, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field ledger_balances_fields[] = {
    {"asOfLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ledger_balances, as_of_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"atLeastLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_ledger_balances, at_least_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"effectiveDay", KIND_SIGNED, 16, 8, 1, true,
     offsetof(assent_msg_ledger_balances, effective_day),
     0, INT64_C(0), INT64_C(2932896), NULL, NULL},
    {"paymentId", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_ledger_balances, payment_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"cardToken", KIND_ID, 32, 16, 1, true,
     offsetof(assent_msg_ledger_balances, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"currency", KIND_LETTERS, 48, 3, 1, true,
     offsetof(assent_msg_ledger_balances, currency),
     0, 0, 0, NULL, NULL},
    {"account", KIND_ENUM, 51, 1, 1, true,
     offsetof(assent_msg_ledger_balances, account),
     0, 0, 0, &values_ledger_account_name, NULL},
    {"phase", KIND_ENUM, 52, 1, 1, true,
     offsetof(assent_msg_ledger_balances, phase),
     0, 0, 0, &values_ledger_phase, NULL},
    {"reserved", KIND_RESERVED, 53, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field ledger_balances_reply_accounts_fields[] = {
    {"currency", KIND_LETTERS, 0, 3, 1, false,
     offsetof(assent_msg_ledger_balances_reply_accounts_entry, currency),
     0, 0, 0, NULL, NULL},
    {"phase", KIND_ENUM, 3, 1, 1, false,
     offsetof(assent_msg_ledger_balances_reply_accounts_entry, phase),
     0, 0, 0, &values_ledger_phase, NULL},
    {"account", KIND_ENUM, 4, 1, 1, false,
     offsetof(assent_msg_ledger_balances_reply_accounts_entry, account),
     0, 0, 0, &values_ledger_account_name, NULL},
    {"reserved", KIND_RESERVED, 5, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"debitHigh", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_ledger_balances_reply_accounts_entry, debit_high),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"debitLow", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_ledger_balances_reply_accounts_entry, debit_low),
     0, 0, INT64_MAX, NULL, NULL},
    {"creditHigh", KIND_SIGNED, 24, 8, 1, false,
     offsetof(assent_msg_ledger_balances_reply_accounts_entry, credit_high),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"creditLow", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_ledger_balances_reply_accounts_entry, credit_low),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field ledger_balances_reply_fields[] = {
    {"asOfLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ledger_balances_reply, as_of_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"durableLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_ledger_balances_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"firstLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_ledger_balances_reply, first_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout ledger_balances_reply_groups[] = {
    {"accounts", 40, 4096, sizeof(assent_msg_ledger_balances_reply_accounts_entry),
     offsetof(assent_msg_ledger_balances_reply, accounts),
     ledger_balances_reply_accounts_fields, 8,
     NULL, 0},
};

static const struct field ledger_entries_fields[] = {
    {"afterEntry", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ledger_entries, after_entry),
     0, 0, INT64_MAX, NULL, NULL},
    {"asOfLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_ledger_entries, as_of_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"atLeastLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_ledger_entries, at_least_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"effectiveDay", KIND_SIGNED, 24, 8, 1, true,
     offsetof(assent_msg_ledger_entries, effective_day),
     0, INT64_C(0), INT64_C(2932896), NULL, NULL},
    {"paymentId", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_ledger_entries, payment_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"cardToken", KIND_ID, 40, 16, 1, true,
     offsetof(assent_msg_ledger_entries, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"count", KIND_UNSIGNED, 56, 4, 1, false,
     offsetof(assent_msg_ledger_entries, count),
     0, 1, INT64_C(500), NULL, NULL},
    {"currency", KIND_LETTERS, 60, 3, 1, true,
     offsetof(assent_msg_ledger_entries, currency),
     0, 0, 0, NULL, NULL},
    {"account", KIND_ENUM, 63, 1, 1, true,
     offsetof(assent_msg_ledger_entries, account),
     0, 0, 0, &values_ledger_account_name, NULL},
    {"phase", KIND_ENUM, 64, 1, 1, true,
     offsetof(assent_msg_ledger_entries, phase),
     0, 0, 0, &values_ledger_phase, NULL},
    {"reserved", KIND_RESERVED, 65, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field ledger_entries_reply_entries_fields[] = {
    {"entryId", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, entry_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"paymentId", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, payment_id),
     0, 0, INT64_MAX, NULL, NULL},
    {"cardToken", KIND_ID, 16, 16, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"decidedAt", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, decided_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"effectiveDay", KIND_SIGNED, 40, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, effective_day),
     0, INT64_C(0), INT64_C(2932896), NULL, NULL},
    {"amount", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"currency", KIND_LETTERS, 56, 3, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, currency),
     0, 0, 0, NULL, NULL},
    {"account", KIND_ENUM, 59, 1, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, account),
     0, 0, 0, &values_ledger_account_name, NULL},
    {"phase", KIND_ENUM, 60, 1, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, phase),
     0, 0, 0, &values_ledger_phase, NULL},
    {"kind", KIND_ENUM, 61, 1, 1, false,
     offsetof(assent_msg_ledger_entries_reply_entries_entry, kind),
     0, 0, 0, &values_payment_event_kind, NULL},
    {"reserved", KIND_RESERVED, 62, 2, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field ledger_entries_reply_fields[] = {
    {"nextEntry", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply, next_entry),
     0, 0, INT64_MAX, NULL, NULL},
    {"asOfLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply, as_of_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"durableLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_ledger_entries_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout ledger_entries_reply_groups[] = {
    {"entries", 64, 500, sizeof(assent_msg_ledger_entries_reply_entries_entry),
     offsetof(assent_msg_ledger_entries_reply, entries),
     ledger_entries_reply_entries_fields, 11,
     NULL, 0},
};

static const struct field ledger_check_fields[] = {
    {"afterOrdinal", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ledger_check, after_ordinal),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_ledger_check, count),
     0, 1, INT64_C(1000), NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field ledger_check_reply_differences_fields[] = {
    {"cardToken", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, card_token),
     0, ASSENT_INVALID_FIELD, 0, NULL, NULL},
    {"asOfLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, as_of_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"held", KIND_SIGNED, 24, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, held),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"posted", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, posted),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"pendingHigh", KIND_SIGNED, 40, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, pending_high),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"pendingLow", KIND_UNSIGNED, 48, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, pending_low),
     0, 0, INT64_MAX, NULL, NULL},
    {"postedHigh", KIND_SIGNED, 56, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, posted_high),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"postedLow", KIND_UNSIGNED, 64, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply_differences_entry, posted_low),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field ledger_check_reply_fields[] = {
    {"nextOrdinal", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply, next_ordinal),
     0, 0, INT64_MAX, NULL, NULL},
    {"compared", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply, compared),
     0, 0, INT64_MAX, NULL, NULL},
    {"asOfLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_ledger_check_reply, as_of_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout ledger_check_reply_groups[] = {
    {"differences", 72, 1000, sizeof(assent_msg_ledger_check_reply_differences_entry),
     offsetof(assent_msg_ledger_check_reply, differences),
     ledger_check_reply_differences_fields, 8,
     NULL, 0},
};

static const struct field projection_status_reply_fields[] = {
    {"projectedLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, projected_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"durableLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"firstLsn", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, first_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"journalFirstLsn", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, journal_first_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"lagMicroseconds", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, lag_microseconds),
     0, 0, INT64_MAX, NULL, NULL},
    {"rowsWritten", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, rows_written),
     0, 0, INT64_MAX, NULL, NULL},
    {"rebuilds", KIND_UNSIGNED, 48, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, rebuilds),
     0, 0, INT64_MAX, NULL, NULL},
    {"fileBytes", KIND_UNSIGNED, 56, 8, 1, false,
     offsetof(assent_msg_projection_status_reply, file_bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"state", KIND_ENUM, 64, 1, 1, false,
     offsetof(assent_msg_projection_status_reply, state),
     0, 0, 0, &values_projection_state, NULL},
    {"reserved", KIND_RESERVED, 65, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout projection_status_reply_texts[] = {
    {"problem", 512, false,
     offsetof(assent_msg_projection_status_reply, problem)},
};
static const struct field projection_rebuild_fields[] = {
    {"acceptLoss", KIND_BOOL, 0, 1, 1, false,
     offsetof(assent_msg_projection_rebuild, accept_loss),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 1, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field projection_rebuild_reply_fields[] = {
    {"firstLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_projection_rebuild_reply, first_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"durableLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_projection_rebuild_reply, durable_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field rule_add_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_rule_add, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_rule_add, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"expectedVersion", KIND_UNSIGNED, 24, 4, 1, false,
     offsetof(assent_msg_rule_add, expected_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"action", KIND_ENUM, 28, 1, 1, false,
     offsetof(assent_msg_rule_add, action),
     0, 0, 0, &values_rule_action, NULL},
    {"reason", KIND_ENUM, 29, 1, 1, false,
     offsetof(assent_msg_rule_add, reason),
     0, 0, 0, &values_reason, NULL},
    {"stage", KIND_ENUM, 30, 1, 1, false,
     offsetof(assent_msg_rule_add, stage),
     0, 0, 0, &values_rule_stage, NULL},
    {"reserved", KIND_RESERVED, 31, 1, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout rule_add_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_rule_add, name)},
    {"owner", 64, false,
     offsetof(assent_msg_rule_add, owner)},
    {"note", 512, false,
     offsetof(assent_msg_rule_add, note)},
    {"condition", 921600, true,
     offsetof(assent_msg_rule_add, condition)},
};
static const struct field rule_add_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_add_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"number", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_rule_add_reply, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"version", KIND_UNSIGNED, 12, 4, 1, false,
     offsetof(assent_msg_rule_add_reply, version),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field rule_move_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_rule_move, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_rule_move, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"version", KIND_UNSIGNED, 24, 4, 1, false,
     offsetof(assent_msg_rule_move, version),
     0, 0, INT64_MAX, NULL, NULL},
    {"stage", KIND_ENUM, 28, 1, 1, false,
     offsetof(assent_msg_rule_move, stage),
     0, 0, 0, &values_rule_stage, NULL},
    {"from", KIND_ENUM, 29, 1, 1, true,
     offsetof(assent_msg_rule_move, from),
     0, 0, 0, &values_rule_stage, NULL},
    {"reserved", KIND_RESERVED, 30, 2, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout rule_move_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_rule_move, name)},
};
static const struct field rule_move_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_move_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"number", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_rule_move_reply, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"version", KIND_UNSIGNED, 12, 4, 1, false,
     offsetof(assent_msg_rule_move_reply, version),
     0, 0, INT64_MAX, NULL, NULL},
    {"from", KIND_ENUM, 16, 1, 1, false,
     offsetof(assent_msg_rule_move_reply, from),
     0, 0, 0, &values_rule_stage, NULL},
    {"stage", KIND_ENUM, 17, 1, 1, false,
     offsetof(assent_msg_rule_move_reply, stage),
     0, 0, 0, &values_rule_stage, NULL},
    {"reserved", KIND_RESERVED, 18, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field rule_list_fields[] = {
    {"afterNumber", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_rule_list, after_number),
     0, 0, INT64_MAX, NULL, NULL},
    {"afterVersion", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_rule_list, after_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_rule_list, count),
     0, 1, INT64_C(500), NULL, NULL},
    {"stage", KIND_ENUM, 12, 1, 1, true,
     offsetof(assent_msg_rule_list, stage),
     0, 0, 0, &values_rule_stage, NULL},
    {"reserved", KIND_RESERVED, 13, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout rule_list_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_rule_list, name)},
};
static const struct field rule_list_reply_rules_fields[] = {
    {"number", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"version", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, version),
     0, 0, INT64_MAX, NULL, NULL},
    {"matched", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, matched),
     0, 0, INT64_MAX, NULL, NULL},
    {"approved", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, approved),
     0, 0, INT64_MAX, NULL, NULL},
    {"addedLsn", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, added_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"addedAt", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, added_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"changedLsn", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, changed_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"changedAt", KIND_SIGNED, 48, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, changed_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"author", KIND_UNSIGNED, 56, 4, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, author),
     0, 0, INT64_MAX, NULL, NULL},
    {"changedBy", KIND_UNSIGNED, 60, 4, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, changed_by),
     0, 0, INT64_MAX, NULL, NULL},
    {"action", KIND_ENUM, 64, 1, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, action),
     0, 0, 0, &values_rule_action, NULL},
    {"reason", KIND_ENUM, 65, 1, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"stage", KIND_ENUM, 66, 1, 1, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, stage),
     0, 0, 0, &values_rule_stage, NULL},
    {"reserved", KIND_RESERVED, 67, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout rule_list_reply_rules_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, name)},
    {"owner", 64, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, owner)},
    {"note", 512, false,
     offsetof(assent_msg_rule_list_reply_rules_entry, note)},
    {"condition", 921600, true,
     offsetof(assent_msg_rule_list_reply_rules_entry, condition)},
};
static const struct field rule_list_reply_sums_fields[] = {
    {"number", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_rule_list_reply_sums_entry, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"version", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_rule_list_reply_sums_entry, version),
     0, 0, INT64_MAX, NULL, NULL},
    {"asked", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_sums_entry, asked),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"approvedAmount", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_rule_list_reply_sums_entry, approved_amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"currency", KIND_LETTERS, 24, 3, 1, false,
     offsetof(assent_msg_rule_list_reply_sums_entry, currency),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 27, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field rule_list_reply_fields[] = {
    {"nextNumber", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_rule_list_reply, next_number),
     0, 0, INT64_MAX, NULL, NULL},
    {"nextVersion", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_rule_list_reply, next_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"configurationVersion", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_rule_list_reply, configuration_version),
     0, 0, INT64_MAX, NULL, NULL},
    {"countedSince", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_rule_list_reply, counted_since),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"activeCost", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_rule_list_reply, active_cost),
     0, 0, INT64_MAX, NULL, NULL},
    {"activeErrors", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_rule_list_reply, active_errors),
     0, 0, INT64_MAX, NULL, NULL},
    {"shadowErrors", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_rule_list_reply, shadow_errors),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout rule_list_reply_groups[] = {
    {"rules", 72, 500, sizeof(assent_msg_rule_list_reply_rules_entry),
     offsetof(assent_msg_rule_list_reply, rules),
     rule_list_reply_rules_fields, 14,
     rule_list_reply_rules_texts, 4},
    {"sums", 32, 8192, sizeof(assent_msg_rule_list_reply_sums_entry),
     offsetof(assent_msg_rule_list_reply, sums),
     rule_list_reply_sums_fields, 6,
     NULL, 0},
};

static const struct field rule_history_fields[] = {
    {"beforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_history, before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_rule_history, count),
     0, 1, INT64_C(500), NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout rule_history_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_rule_history, name)},
};
static const struct field rule_history_reply_steps_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_history_reply_steps_entry, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"at", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_rule_history_reply_steps_entry, at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"actor", KIND_UNSIGNED, 16, 4, 1, false,
     offsetof(assent_msg_rule_history_reply_steps_entry, actor),
     0, 0, INT64_MAX, NULL, NULL},
    {"number", KIND_UNSIGNED, 20, 4, 1, false,
     offsetof(assent_msg_rule_history_reply_steps_entry, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"version", KIND_UNSIGNED, 24, 4, 1, false,
     offsetof(assent_msg_rule_history_reply_steps_entry, version),
     0, 0, INT64_MAX, NULL, NULL},
    {"from", KIND_ENUM, 28, 1, 1, true,
     offsetof(assent_msg_rule_history_reply_steps_entry, from),
     0, 0, 0, &values_rule_stage, NULL},
    {"stage", KIND_ENUM, 29, 1, 1, false,
     offsetof(assent_msg_rule_history_reply_steps_entry, stage),
     0, 0, 0, &values_rule_stage, NULL},
    {"reserved", KIND_RESERVED, 30, 2, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout rule_history_reply_steps_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_rule_history_reply_steps_entry, name)},
};
static const struct field rule_history_reply_fields[] = {
    {"nextBeforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_history_reply, next_before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout rule_history_reply_groups[] = {
    {"steps", 32, 1000, sizeof(assent_msg_rule_history_reply_steps_entry),
     offsetof(assent_msg_rule_history_reply, steps),
     rule_history_reply_steps_fields, 8,
     rule_history_reply_steps_texts, 1},
};

static const struct field rule_test_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_test, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_rule_test, count),
     0, 0, INT64_C(1000000), NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout rule_test_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_rule_test, name)},
    {"condition", 921600, true,
     offsetof(assent_msg_rule_test, condition)},
};
static const struct field rule_test_reply_sums_fields[] = {
    {"matched", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_test_reply_sums_entry, matched),
     0, 0, INT64_MAX, NULL, NULL},
    {"asked", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_rule_test_reply_sums_entry, asked),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"approvedAmount", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_rule_test_reply_sums_entry, approved_amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"currency", KIND_LETTERS, 24, 3, 1, false,
     offsetof(assent_msg_rule_test_reply_sums_entry, currency),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 27, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field rule_test_reply_payments_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_test_reply_payments_entry, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"decidedAt", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_rule_test_reply_payments_entry, decided_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"amount", KIND_SIGNED, 16, 8, 1, true,
     offsetof(assent_msg_rule_test_reply_payments_entry, amount),
     0, INT64_MIN, INT64_MAX, NULL, NULL},
    {"currency", KIND_LETTERS, 24, 3, 1, true,
     offsetof(assent_msg_rule_test_reply_payments_entry, currency),
     0, 0, 0, NULL, NULL},
    {"outcome", KIND_ENUM, 27, 1, 1, false,
     offsetof(assent_msg_rule_test_reply_payments_entry, outcome),
     0, 0, 0, &values_outcome, NULL},
    {"reason", KIND_ENUM, 28, 1, 1, false,
     offsetof(assent_msg_rule_test_reply_payments_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"merchantCategory", KIND_UNSIGNED, 29, 2, 1, false,
     offsetof(assent_msg_rule_test_reply_payments_entry, merchant_category),
     0, 0, INT64_C(9999), NULL, NULL},
    {"reserved", KIND_RESERVED, 31, 1, 1, false,
     0,
     0, 0, 0, NULL, NULL},
    {"merchantName", KIND_PADDED_TEXT, 32, 64, 1, false,
     offsetof(assent_msg_rule_test_reply_payments_entry, merchant_name),
     0, 0, 0, NULL, NULL},
};
static const struct field rule_test_reply_fields[] = {
    {"looked", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_rule_test_reply, looked),
     0, 0, INT64_MAX, NULL, NULL},
    {"matched", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_rule_test_reply, matched),
     0, 0, INT64_MAX, NULL, NULL},
    {"approved", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_rule_test_reply, approved),
     0, 0, INT64_MAX, NULL, NULL},
    {"errors", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_rule_test_reply, errors),
     0, 0, INT64_MAX, NULL, NULL},
    {"firstLsn", KIND_UNSIGNED, 32, 8, 1, false,
     offsetof(assent_msg_rule_test_reply, first_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"lastLsn", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_rule_test_reply, last_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"cost", KIND_UNSIGNED, 48, 4, 1, false,
     offsetof(assent_msg_rule_test_reply, cost),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 52, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct group_layout rule_test_reply_groups[] = {
    {"sums", 32, 8192, sizeof(assent_msg_rule_test_reply_sums_entry),
     offsetof(assent_msg_rule_test_reply, sums),
     rule_test_reply_sums_fields, 5,
     NULL, 0},
    {"payments", 96, 500, sizeof(assent_msg_rule_test_reply_payments_entry),
     offsetof(assent_msg_rule_test_reply, payments),
     rule_test_reply_payments_fields, 9,
     NULL, 0},
};

static const struct field payment_rules_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_payment_rules, lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct field payment_rules_reply_rules_fields[] = {
    {"number", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"version", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, version),
     0, 0, INT64_MAX, NULL, NULL},
    {"action", KIND_ENUM, 8, 1, 1, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, action),
     0, 0, 0, &values_rule_action, NULL},
    {"reason", KIND_ENUM, 9, 1, 1, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, reason),
     0, 0, 0, &values_reason, NULL},
    {"isDeciding", KIND_BOOL, 10, 1, 1, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, is_deciding),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 11, 5, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout payment_rules_reply_rules_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, name)},
    {"owner", 64, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, owner)},
    {"note", 512, false,
     offsetof(assent_msg_payment_rules_reply_rules_entry, note)},
    {"condition", 921600, true,
     offsetof(assent_msg_payment_rules_reply_rules_entry, condition)},
};
static const struct field payment_rules_reply_hits_fields[] = {
    {"number", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_payment_rules_reply_hits_entry, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"version", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_payment_rules_reply_hits_entry, version),
     0, 0, INT64_MAX, NULL, NULL},
    {"addedLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_payment_rules_reply_hits_entry, added_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"from", KIND_SIGNED, 16, 8, 1, true,
     offsetof(assent_msg_payment_rules_reply_hits_entry, from),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"until", KIND_SIGNED, 24, 8, 1, true,
     offsetof(assent_msg_payment_rules_reply_hits_entry, until),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"actor", KIND_UNSIGNED, 32, 4, 1, false,
     offsetof(assent_msg_payment_rules_reply_hits_entry, actor),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 36, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout payment_rules_reply_hits_texts[] = {
    {"list", 64, false,
     offsetof(assent_msg_payment_rules_reply_hits_entry, list)},
    {"value", 64, false,
     offsetof(assent_msg_payment_rules_reply_hits_entry, value)},
    {"reason", 128, false,
     offsetof(assent_msg_payment_rules_reply_hits_entry, reason)},
};
static const struct field payment_rules_reply_fields[] = {
    {"matched", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_payment_rules_reply, matched),
     0, 0, INT64_MAX, NULL, NULL},
    {"errors", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_payment_rules_reply, errors),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout payment_rules_reply_groups[] = {
    {"rules", 16, 500, sizeof(assent_msg_payment_rules_reply_rules_entry),
     offsetof(assent_msg_payment_rules_reply, rules),
     payment_rules_reply_rules_fields, 6,
     payment_rules_reply_rules_texts, 4},
    {"hits", 40, 1024, sizeof(assent_msg_payment_rules_reply_hits_entry),
     offsetof(assent_msg_payment_rules_reply, hits),
     payment_rules_reply_hits_fields, 7,
     payment_rules_reply_hits_texts, 3},
};

static const struct field list_create_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_list_create, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_list_create, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"kind", KIND_ENUM, 24, 1, 1, false,
     offsetof(assent_msg_list_create, kind),
     0, 0, 0, &values_list_kind, NULL},
    {"match", KIND_ENUM, 25, 1, 1, false,
     offsetof(assent_msg_list_create, match),
     0, 0, 0, &values_list_match, NULL},
    {"reserved", KIND_RESERVED, 26, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout list_create_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_create, name)},
    {"owner", 64, false,
     offsetof(assent_msg_list_create, owner)},
    {"note", 512, false,
     offsetof(assent_msg_list_create, note)},
    {"reason", 128, false,
     offsetof(assent_msg_list_create, reason)},
};
static const struct field list_create_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_create_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"number", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_list_create_reply, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field list_delete_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_list_delete, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_list_delete, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout list_delete_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_delete, name)},
    {"reason", 128, false,
     offsetof(assent_msg_list_delete, reason)},
};
static const struct field list_delete_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_delete_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"entries", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_list_delete_reply, entries),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct field list_add_entries_fields[] = {
    {"from", KIND_SIGNED, 0, 8, 1, true,
     offsetof(assent_msg_list_add_entries_entry, from),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"until", KIND_SIGNED, 8, 8, 1, true,
     offsetof(assent_msg_list_add_entries_entry, until),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout list_add_entries_texts[] = {
    {"value", 64, false,
     offsetof(assent_msg_list_add_entries_entry, value)},
    {"reason", 128, false,
     offsetof(assent_msg_list_add_entries_entry, reason)},
};
static const struct field list_add_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_list_add, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_list_add, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout list_add_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_add, name)},
    {"reason", 128, false,
     offsetof(assent_msg_list_add, reason)},
};
static const struct group_layout list_add_groups[] = {
    {"entries", 16, 1024, sizeof(assent_msg_list_add_entries_entry),
     offsetof(assent_msg_list_add, entries),
     list_add_entries_fields, 2,
     list_add_entries_texts, 2},
};

static const struct field list_add_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_add_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"added", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_list_add_reply, added),
     0, 0, INT64_MAX, NULL, NULL},
    {"replaced", KIND_UNSIGNED, 12, 4, 1, false,
     offsetof(assent_msg_list_add_reply, replaced),
     0, 0, INT64_MAX, NULL, NULL},
    {"unchanged", KIND_UNSIGNED, 16, 4, 1, false,
     offsetof(assent_msg_list_add_reply, unchanged),
     0, 0, INT64_MAX, NULL, NULL},
    {"entries", KIND_UNSIGNED, 20, 4, 1, false,
     offsetof(assent_msg_list_add_reply, entries),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct text_layout list_remove_values_texts[] = {
    {"value", 64, false,
     offsetof(assent_msg_list_remove_values_entry, value)},
};
static const struct field list_remove_fields[] = {
    {"requestId", KIND_ID, 0, 16, 1, false,
     offsetof(assent_msg_list_remove, request_id),
     0, ASSENT_ZERO_REQUEST_ID, 0, NULL, NULL},
    {"transmissionTime", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_list_remove, transmission_time),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct text_layout list_remove_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_remove, name)},
    {"reason", 128, false,
     offsetof(assent_msg_list_remove, reason)},
};
static const struct group_layout list_remove_groups[] = {
    {"values", 0, 1024, sizeof(assent_msg_list_remove_values_entry),
     offsetof(assent_msg_list_remove, values),
     NULL, 0,
     list_remove_values_texts, 1},
};

static const struct field list_remove_reply_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_remove_reply, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"removed", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_list_remove_reply, removed),
     0, 0, INT64_MAX, NULL, NULL},
    {"unchanged", KIND_UNSIGNED, 12, 4, 1, false,
     offsetof(assent_msg_list_remove_reply, unchanged),
     0, 0, INT64_MAX, NULL, NULL},
    {"entries", KIND_UNSIGNED, 16, 4, 1, false,
     offsetof(assent_msg_list_remove_reply, entries),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 20, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout list_show_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_show, name)},
};
static const struct field list_show_reply_lists_fields[] = {
    {"number", KIND_UNSIGNED, 0, 4, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, number),
     0, 0, INT64_MAX, NULL, NULL},
    {"entries", KIND_UNSIGNED, 4, 4, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, entries),
     0, 0, INT64_MAX, NULL, NULL},
    {"createdLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, created_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"createdAt", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, created_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"changedLsn", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, changed_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"changedAt", KIND_SIGNED, 32, 8, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, changed_at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"knownSince", KIND_UNSIGNED, 40, 8, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, known_since),
     0, 0, INT64_MAX, NULL, NULL},
    {"bytes", KIND_UNSIGNED, 48, 8, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, bytes),
     0, 0, INT64_MAX, NULL, NULL},
    {"createdBy", KIND_UNSIGNED, 56, 4, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, created_by),
     0, 0, INT64_MAX, NULL, NULL},
    {"changedBy", KIND_UNSIGNED, 60, 4, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, changed_by),
     0, 0, INT64_MAX, NULL, NULL},
    {"kind", KIND_ENUM, 64, 1, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, kind),
     0, 0, 0, &values_list_kind, NULL},
    {"match", KIND_ENUM, 65, 1, 1, false,
     offsetof(assent_msg_list_show_reply_lists_entry, match),
     0, 0, 0, &values_list_match, NULL},
    {"reserved", KIND_RESERVED, 66, 6, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout list_show_reply_lists_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_show_reply_lists_entry, name)},
    {"owner", 64, false,
     offsetof(assent_msg_list_show_reply_lists_entry, owner)},
    {"note", 512, false,
     offsetof(assent_msg_list_show_reply_lists_entry, note)},
};
static const struct field list_show_reply_fields[] = {
    {"entries", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_show_reply, entries),
     0, 0, INT64_MAX, NULL, NULL},
    {"past", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_list_show_reply, past),
     0, 0, INT64_MAX, NULL, NULL},
    {"bytes", KIND_UNSIGNED, 16, 8, 1, false,
     offsetof(assent_msg_list_show_reply, bytes),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout list_show_reply_groups[] = {
    {"lists", 72, 256, sizeof(assent_msg_list_show_reply_lists_entry),
     offsetof(assent_msg_list_show_reply, lists),
     list_show_reply_lists_fields, 13,
     list_show_reply_lists_texts, 3},
};

static const struct field list_entries_fields[] = {
    {"after", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_entries, after),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_list_entries, count),
     0, 1, INT64_C(1024), NULL, NULL},
    {"expiredOnly", KIND_BOOL, 12, 1, 1, false,
     offsetof(assent_msg_list_entries, expired_only),
     0, 0, 0, NULL, NULL},
    {"reserved", KIND_RESERVED, 13, 3, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout list_entries_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_entries, name)},
    {"value", 64, false,
     offsetof(assent_msg_list_entries, value)},
};
static const struct field list_entries_reply_entries_fields[] = {
    {"addedLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_entries_reply_entries_entry, added_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"from", KIND_SIGNED, 8, 8, 1, true,
     offsetof(assent_msg_list_entries_reply_entries_entry, from),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"until", KIND_SIGNED, 16, 8, 1, true,
     offsetof(assent_msg_list_entries_reply_entries_entry, until),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"actor", KIND_UNSIGNED, 24, 4, 1, false,
     offsetof(assent_msg_list_entries_reply_entries_entry, actor),
     0, 0, INT64_MAX, NULL, NULL},
    {"reserved", KIND_RESERVED, 28, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout list_entries_reply_entries_texts[] = {
    {"value", 64, false,
     offsetof(assent_msg_list_entries_reply_entries_entry, value)},
    {"reason", 128, false,
     offsetof(assent_msg_list_entries_reply_entries_entry, reason)},
};
static const struct field list_entries_reply_fields[] = {
    {"next", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_entries_reply, next),
     0, 0, INT64_MAX, NULL, NULL},
    {"now", KIND_SIGNED, 8, 8, 1, false,
     offsetof(assent_msg_list_entries_reply, now),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
};
static const struct group_layout list_entries_reply_groups[] = {
    {"entries", 32, 1024, sizeof(assent_msg_list_entries_reply_entries_entry),
     offsetof(assent_msg_list_entries_reply, entries),
     list_entries_reply_entries_fields, 5,
     list_entries_reply_entries_texts, 2},
};

static const struct field list_history_fields[] = {
    {"beforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_history, before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"count", KIND_UNSIGNED, 8, 4, 1, false,
     offsetof(assent_msg_list_history, count),
     0, 1, INT64_C(500), NULL, NULL},
    {"reserved", KIND_RESERVED, 12, 4, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout list_history_texts[] = {
    {"name", 64, false,
     offsetof(assent_msg_list_history, name)},
};
static const struct field list_history_reply_steps_fields[] = {
    {"lsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_history_reply_steps_entry, lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"lastLsn", KIND_UNSIGNED, 8, 8, 1, false,
     offsetof(assent_msg_list_history_reply_steps_entry, last_lsn),
     0, 0, INT64_MAX, NULL, NULL},
    {"at", KIND_SIGNED, 16, 8, 1, false,
     offsetof(assent_msg_list_history_reply_steps_entry, at),
     0, INT64_C(0), INT64_C(253402300799999999), NULL, NULL},
    {"changed", KIND_UNSIGNED, 24, 8, 1, false,
     offsetof(assent_msg_list_history_reply_steps_entry, changed),
     0, 0, INT64_MAX, NULL, NULL},
    {"entries", KIND_UNSIGNED, 32, 4, 1, false,
     offsetof(assent_msg_list_history_reply_steps_entry, entries),
     0, 0, INT64_MAX, NULL, NULL},
    {"actor", KIND_UNSIGNED, 36, 4, 1, false,
     offsetof(assent_msg_list_history_reply_steps_entry, actor),
     0, 0, INT64_MAX, NULL, NULL},
    {"change", KIND_ENUM, 40, 1, 1, false,
     offsetof(assent_msg_list_history_reply_steps_entry, change),
     0, 0, 0, &values_list_change, NULL},
    {"reserved", KIND_RESERVED, 41, 7, 1, false,
     0,
     0, 0, 0, NULL, NULL},
};
static const struct text_layout list_history_reply_steps_texts[] = {
    {"reason", 128, false,
     offsetof(assent_msg_list_history_reply_steps_entry, reason)},
};
static const struct field list_history_reply_fields[] = {
    {"nextBeforeLsn", KIND_UNSIGNED, 0, 8, 1, false,
     offsetof(assent_msg_list_history_reply, next_before_lsn),
     0, 0, INT64_MAX, NULL, NULL},
};
static const struct group_layout list_history_reply_groups[] = {
    {"steps", 48, 1000, sizeof(assent_msg_list_history_reply_steps_entry),
     offsetof(assent_msg_list_history_reply, steps),
     list_history_reply_steps_fields, 8,
     list_history_reply_steps_texts, 1},
};

/* Room for an entry of any group. */
union any_entry {
    assent_msg_card_list_reply_cards_entry card_list_reply_cards;
    assent_msg_payment_get_reply_checks_entry payment_get_reply_checks;
    assent_msg_payment_list_reply_payments_entry payment_list_reply_payments;
    assent_msg_payment_history_reply_events_entry payment_history_reply_events;
    assent_msg_payment_search_reply_payments_entry payment_search_reply_payments;
    assent_msg_payment_alternatives_reply_alternatives_entry payment_alternatives_reply_alternatives;
    assent_msg_config_get_reply_settings_entry config_get_reply_settings;
    assent_msg_principal_list_reply_principals_entry principal_list_reply_principals;
    assent_msg_status_reply_reasons_entry status_reply_reasons;
    assent_msg_snapshot_list_reply_snapshots_entry snapshot_list_reply_snapshots;
    assent_msg_ledger_balances_reply_accounts_entry ledger_balances_reply_accounts;
    assent_msg_ledger_entries_reply_entries_entry ledger_entries_reply_entries;
    assent_msg_ledger_check_reply_differences_entry ledger_check_reply_differences;
    assent_msg_rule_list_reply_rules_entry rule_list_reply_rules;
    assent_msg_rule_list_reply_sums_entry rule_list_reply_sums;
    assent_msg_rule_history_reply_steps_entry rule_history_reply_steps;
    assent_msg_rule_test_reply_sums_entry rule_test_reply_sums;
    assent_msg_rule_test_reply_payments_entry rule_test_reply_payments;
    assent_msg_payment_rules_reply_rules_entry payment_rules_reply_rules;
    assent_msg_payment_rules_reply_hits_entry payment_rules_reply_hits;
    assent_msg_list_add_entries_entry list_add_entries;
    assent_msg_list_remove_values_entry list_remove_values;
    assent_msg_list_show_reply_lists_entry list_show_reply_lists;
    assent_msg_list_entries_reply_entries_entry list_entries_reply_entries;
    assent_msg_list_history_reply_steps_entry list_history_reply_steps;
};

static const struct layout layouts[] = {
    {"Authorize", 0x0100, 0x0110, 1,
     152, sizeof(assent_msg_authorize), authorize_fields, 26,
     NULL, 0, authorize_texts, 2,
     authorize_steps, 1},
    {"Increment", 0x0101, 0x0111, 2,
     200, sizeof(assent_msg_increment), increment_fields, 1,
     NULL, 0, increment_texts, 2,
     NULL, 0},
    {"VerifyAccount", 0x0102, 0x0112, 1,
     80, sizeof(assent_msg_verify_account), verify_account_fields, 13,
     NULL, 0, verify_account_texts, 2,
     NULL, 0},
    {"BalanceInquiry", 0x0103, 0x0113, 1,
     72, sizeof(assent_msg_balance_inquiry), balance_inquiry_fields, 11,
     NULL, 0, balance_inquiry_texts, 2,
     NULL, 0},
    {"RefundAuthorize", 0x0104, 0x0114, 2,
     200, sizeof(assent_msg_refund_authorize), refund_authorize_fields, 1,
     NULL, 0, refund_authorize_texts, 2,
     NULL, 0},
    {"AuthorizeReply", 0x0110, 0x0000, 1,
     104, sizeof(assent_msg_authorize_reply), authorize_reply_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"IncrementReply", 0x0111, 0x0000, 2,
     208, sizeof(assent_msg_increment_reply), increment_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"VerifyAccountReply", 0x0112, 0x0000, 1,
     104, sizeof(assent_msg_verify_account_reply), verify_account_reply_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"BalanceInquiryReply", 0x0113, 0x0000, 1,
     104, sizeof(assent_msg_balance_inquiry_reply), balance_inquiry_reply_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"RefundAuthorizeReply", 0x0114, 0x0000, 2,
     208, sizeof(assent_msg_refund_authorize_reply), refund_authorize_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Advice", 0x0120, 0x0130, 2,
     200, sizeof(assent_msg_advice), advice_fields, 1,
     NULL, 0, advice_texts, 2,
     NULL, 0},
    {"AdviceReply", 0x0130, 0x0000, 2,
     208, sizeof(assent_msg_advice_reply), advice_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Financial", 0x0200, 0x0210, 2,
     152, sizeof(assent_msg_financial), financial_fields, 26,
     NULL, 0, financial_texts, 2,
     NULL, 0},
    {"FinancialReply", 0x0210, 0x0000, 2,
     208, sizeof(assent_msg_financial_reply), financial_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Completion", 0x0220, 0x0230, 2,
     200, sizeof(assent_msg_completion), completion_fields, 1,
     NULL, 0, completion_texts, 2,
     NULL, 0},
    {"Clearing", 0x0221, 0x0231, 2,
     200, sizeof(assent_msg_clearing), clearing_fields, 1,
     NULL, 0, clearing_texts, 2,
     NULL, 0},
    {"RefundClearing", 0x0222, 0x0232, 2,
     200, sizeof(assent_msg_refund_clearing), refund_clearing_fields, 1,
     NULL, 0, refund_clearing_texts, 2,
     NULL, 0},
    {"ClearingReversal", 0x0223, 0x0233, 2,
     200, sizeof(assent_msg_clearing_reversal), clearing_reversal_fields, 1,
     NULL, 0, clearing_reversal_texts, 2,
     NULL, 0},
    {"CompletionReply", 0x0230, 0x0000, 2,
     208, sizeof(assent_msg_completion_reply), completion_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ClearingReply", 0x0231, 0x0000, 2,
     208, sizeof(assent_msg_clearing_reply), clearing_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"RefundClearingReply", 0x0232, 0x0000, 2,
     208, sizeof(assent_msg_refund_clearing_reply), refund_clearing_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ClearingReversalReply", 0x0233, 0x0000, 2,
     208, sizeof(assent_msg_clearing_reversal_reply), clearing_reversal_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Reverse", 0x0400, 0x0410, 2,
     200, sizeof(assent_msg_reverse), reverse_fields, 1,
     NULL, 0, reverse_texts, 2,
     NULL, 0},
    {"ReverseReply", 0x0410, 0x0000, 2,
     208, sizeof(assent_msg_reverse_reply), reverse_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ReversalAdvice", 0x0420, 0x0430, 2,
     200, sizeof(assent_msg_reversal_advice), reversal_advice_fields, 1,
     NULL, 0, reversal_advice_texts, 2,
     NULL, 0},
    {"Chargeback", 0x0422, 0x0432, 2,
     200, sizeof(assent_msg_chargeback), chargeback_fields, 1,
     NULL, 0, chargeback_texts, 2,
     NULL, 0},
    {"Representment", 0x0423, 0x0433, 2,
     200, sizeof(assent_msg_representment), representment_fields, 1,
     NULL, 0, representment_texts, 2,
     NULL, 0},
    {"ReversalAdviceReply", 0x0430, 0x0000, 2,
     208, sizeof(assent_msg_reversal_advice_reply), reversal_advice_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ChargebackReply", 0x0432, 0x0000, 2,
     208, sizeof(assent_msg_chargeback_reply), chargeback_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"RepresentmentReply", 0x0433, 0x0000, 2,
     208, sizeof(assent_msg_representment_reply), representment_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"QueryByRequestId", 0x0600, 0x0610, 1,
     24, sizeof(assent_msg_query_by_request_id), query_by_request_id_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ReceiptGet", 0x0601, 0x0611, 2,
     32, sizeof(assent_msg_receipt_get), receipt_get_fields, 3,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"QueryByRequestIdReply", 0x0610, 0x0000, 1,
     232, sizeof(assent_msg_query_by_request_id_reply), query_by_request_id_reply_fields, 8,
     NULL, 0, NULL, 0,
     query_by_request_id_reply_steps, 1},
    {"ReceiptGetReply", 0x0611, 0x0000, 2,
     16, sizeof(assent_msg_receipt_get_reply), receipt_get_reply_fields, 3,
     NULL, 0, receipt_get_reply_texts, 1,
     NULL, 0},
    {"FraudReport", 0x0620, 0x0630, 2,
     200, sizeof(assent_msg_fraud_report), fraud_report_fields, 1,
     NULL, 0, fraud_report_texts, 2,
     NULL, 0},
    {"FraudReportReply", 0x0630, 0x0000, 2,
     208, sizeof(assent_msg_fraud_report_reply), fraud_report_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Hello", 0x0800, 0x0810, 1,
     16, sizeof(assent_msg_hello), hello_fields, 5,
     NULL, 0, hello_texts, 1,
     NULL, 0},
    {"Ping", 0x0801, 0x0811, 1,
     8, sizeof(assent_msg_ping), ping_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Health", 0x0802, 0x0812, 1,
     0, 0, NULL, 0,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"GoAway", 0x0803, 0x0000, 1,
     16, sizeof(assent_msg_go_away), go_away_fields, 4,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Authenticate", 0x0804, 0x0814, 2,
     64, sizeof(assent_msg_authenticate), authenticate_fields, 1,
     NULL, 0, authenticate_texts, 1,
     NULL, 0},
    {"HelloReply", 0x0810, 0x0000, 1,
     96, sizeof(assent_msg_hello_reply), hello_reply_fields, 11,
     NULL, 0, hello_reply_texts, 1,
     NULL, 0},
    {"Pong", 0x0811, 0x0000, 1,
     8, sizeof(assent_msg_pong), pong_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"HealthReply", 0x0812, 0x0000, 1,
     32, sizeof(assent_msg_health_reply), health_reply_fields, 8,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"AuthenticateReply", 0x0814, 0x0000, 2,
     16, sizeof(assent_msg_authenticate_reply), authenticate_reply_fields, 4,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Reject", 0x09FF, 0x0000, 1,
     8, sizeof(assent_msg_reject), reject_fields, 3,
     NULL, 0, reject_texts, 1,
     NULL, 0},
    {"CardCreate", 0x1000, 0x1010, 1,
     88, sizeof(assent_msg_card_create), card_create_fields, 11,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardSetStatus", 0x1001, 0x1011, 1,
     48, sizeof(assent_msg_card_set_status), card_set_status_fields, 5,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardSetLimits", 0x1002, 0x1012, 1,
     80, sizeof(assent_msg_card_set_limits), card_set_limits_fields, 8,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardGet", 0x1003, 0x1013, 1,
     16, sizeof(assent_msg_card_get), card_get_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardList", 0x1004, 0x1014, 1,
     40, sizeof(assent_msg_card_list), card_list_fields, 7,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardReplace", 0x1005, 0x1015, 2,
     64, sizeof(assent_msg_card_replace), card_replace_fields, 8,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardCreateReply", 0x1010, 0x0000, 1,
     112, sizeof(assent_msg_card_create_reply), card_create_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardSetStatusReply", 0x1011, 0x0000, 1,
     112, sizeof(assent_msg_card_set_status_reply), card_set_status_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardSetLimitsReply", 0x1012, 0x0000, 1,
     112, sizeof(assent_msg_card_set_limits_reply), card_set_limits_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardGetReply", 0x1013, 0x0000, 1,
     104, sizeof(assent_msg_card_get_reply), card_get_reply_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"CardListReply", 0x1014, 0x0000, 1,
     8, sizeof(assent_msg_card_list_reply), card_list_reply_fields, 1,
     card_list_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"CardReplaceReply", 0x1015, 0x0000, 2,
     112, sizeof(assent_msg_card_replace_reply), card_replace_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"PaymentGet", 0x1020, 0x1030, 1,
     24, sizeof(assent_msg_payment_get), payment_get_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"PaymentList", 0x1021, 0x1031, 1,
     48, sizeof(assent_msg_payment_list), payment_list_fields, 9,
     NULL, 0, payment_list_texts, 1,
     NULL, 0},
    {"PaymentHistory", 0x1022, 0x1032, 2,
     24, sizeof(assent_msg_payment_history), payment_history_fields, 4,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"PaymentSearch", 0x1023, 0x1033, 2,
     80, sizeof(assent_msg_payment_search), payment_search_fields, 14,
     NULL, 0, payment_search_texts, 2,
     NULL, 0},
    {"PaymentAlternatives", 0x1024, 0x1034, 2,
     8, sizeof(assent_msg_payment_alternatives), payment_alternatives_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"PaymentGetReply", 0x1030, 0x0000, 1,
     376, sizeof(assent_msg_payment_get_reply), payment_get_reply_fields, 31,
     payment_get_reply_groups, 1, payment_get_reply_texts, 3,
     payment_get_reply_steps, 1},
    {"PaymentListReply", 0x1031, 0x0000, 1,
     16, sizeof(assent_msg_payment_list_reply), payment_list_reply_fields, 2,
     payment_list_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"PaymentHistoryReply", 0x1032, 0x0000, 2,
     24, sizeof(assent_msg_payment_history_reply), payment_history_reply_fields, 4,
     payment_history_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"PaymentSearchReply", 0x1033, 0x0000, 2,
     24, sizeof(assent_msg_payment_search_reply), payment_search_reply_fields, 3,
     payment_search_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"PaymentAlternativesReply", 0x1034, 0x0000, 2,
     0, sizeof(assent_msg_payment_alternatives_reply), NULL, 0,
     payment_alternatives_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"ConfigGet", 0x1040, 0x1050, 1,
     0, sizeof(assent_msg_config_get), NULL, 0,
     NULL, 0, config_get_texts, 2,
     NULL, 0},
    {"ConfigSet", 0x1041, 0x1051, 1,
     32, sizeof(assent_msg_config_set), config_set_fields, 3,
     NULL, 0, config_set_texts, 2,
     NULL, 0},
    {"ConfigGetReply", 0x1050, 0x0000, 1,
     16, sizeof(assent_msg_config_get_reply), config_get_reply_fields, 3,
     config_get_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"ConfigSetReply", 0x1051, 0x0000, 1,
     8, sizeof(assent_msg_config_set_reply), config_set_reply_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Status", 0x1060, 0x1070, 1,
     0, 0, NULL, 0,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"Digest", 0x1061, 0x1071, 1,
     0, 0, NULL, 0,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"StatusReply", 0x1070, 0x0000, 1,
     336, sizeof(assent_msg_status_reply), status_reply_fields, 50,
     status_reply_groups, 1, status_reply_texts, 1,
     status_reply_steps, 1},
    {"DigestReply", 0x1071, 0x0000, 1,
     48, sizeof(assent_msg_digest_reply), digest_reply_fields, 5,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"LedgerBalances", 0x1072, 0x1082, 2,
     56, sizeof(assent_msg_ledger_balances), ledger_balances_fields, 9,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"LedgerEntries", 0x1073, 0x1083, 2,
     72, sizeof(assent_msg_ledger_entries), ledger_entries_fields, 11,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"LedgerCheck", 0x1074, 0x1084, 2,
     16, sizeof(assent_msg_ledger_check), ledger_check_fields, 3,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ProjectionStatus", 0x1075, 0x1085, 2,
     0, 0, NULL, 0,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ProjectionRebuild", 0x1076, 0x1086, 2,
     8, sizeof(assent_msg_projection_rebuild), projection_rebuild_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"SnapshotMake", 0x1078, 0x1088, 2,
     0, 0, NULL, 0,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"SnapshotList", 0x1079, 0x1089, 2,
     0, 0, NULL, 0,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"LedgerBalancesReply", 0x1082, 0x0000, 2,
     24, sizeof(assent_msg_ledger_balances_reply), ledger_balances_reply_fields, 3,
     ledger_balances_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"LedgerEntriesReply", 0x1083, 0x0000, 2,
     24, sizeof(assent_msg_ledger_entries_reply), ledger_entries_reply_fields, 3,
     ledger_entries_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"LedgerCheckReply", 0x1084, 0x0000, 2,
     24, sizeof(assent_msg_ledger_check_reply), ledger_check_reply_fields, 3,
     ledger_check_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"ProjectionStatusReply", 0x1085, 0x0000, 2,
     72, sizeof(assent_msg_projection_status_reply), projection_status_reply_fields, 10,
     NULL, 0, projection_status_reply_texts, 1,
     NULL, 0},
    {"ProjectionRebuildReply", 0x1086, 0x0000, 2,
     16, sizeof(assent_msg_projection_rebuild_reply), projection_rebuild_reply_fields, 2,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"SnapshotMakeReply", 0x1088, 0x0000, 2,
     80, sizeof(assent_msg_snapshot_make_reply), snapshot_make_reply_fields, 11,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"SnapshotListReply", 0x1089, 0x0000, 2,
     32, sizeof(assent_msg_snapshot_list_reply), snapshot_list_reply_fields, 6,
     snapshot_list_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"RuleAdd", 0x10A0, 0x10A8, 2,
     32, sizeof(assent_msg_rule_add), rule_add_fields, 7,
     NULL, 0, rule_add_texts, 4,
     NULL, 0},
    {"RuleMove", 0x10A1, 0x10A9, 2,
     32, sizeof(assent_msg_rule_move), rule_move_fields, 6,
     NULL, 0, rule_move_texts, 1,
     NULL, 0},
    {"RuleList", 0x10A2, 0x10AA, 2,
     16, sizeof(assent_msg_rule_list), rule_list_fields, 5,
     NULL, 0, rule_list_texts, 1,
     NULL, 0},
    {"RuleHistory", 0x10A3, 0x10AB, 2,
     16, sizeof(assent_msg_rule_history), rule_history_fields, 3,
     NULL, 0, rule_history_texts, 1,
     NULL, 0},
    {"RuleTest", 0x10A4, 0x10AC, 2,
     16, sizeof(assent_msg_rule_test), rule_test_fields, 3,
     NULL, 0, rule_test_texts, 2,
     NULL, 0},
    {"PaymentRules", 0x10A5, 0x10AD, 2,
     8, sizeof(assent_msg_payment_rules), payment_rules_fields, 1,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"RuleAddReply", 0x10A8, 0x0000, 2,
     16, sizeof(assent_msg_rule_add_reply), rule_add_reply_fields, 3,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"RuleMoveReply", 0x10A9, 0x0000, 2,
     24, sizeof(assent_msg_rule_move_reply), rule_move_reply_fields, 6,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"RuleListReply", 0x10AA, 0x0000, 2,
     48, sizeof(assent_msg_rule_list_reply), rule_list_reply_fields, 7,
     rule_list_reply_groups, 2, NULL, 0,
     NULL, 0},
    {"RuleHistoryReply", 0x10AB, 0x0000, 2,
     8, sizeof(assent_msg_rule_history_reply), rule_history_reply_fields, 1,
     rule_history_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"RuleTestReply", 0x10AC, 0x0000, 2,
     56, sizeof(assent_msg_rule_test_reply), rule_test_reply_fields, 8,
     rule_test_reply_groups, 2, NULL, 0,
     NULL, 0},
    {"PaymentRulesReply", 0x10AD, 0x0000, 2,
     8, sizeof(assent_msg_payment_rules_reply), payment_rules_reply_fields, 2,
     payment_rules_reply_groups, 2, NULL, 0,
     NULL, 0},
    {"BackupHold", 0x10B0, 0x10B8, 2,
     32, sizeof(assent_msg_backup_hold), backup_hold_fields, 5,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"BackupHoldReply", 0x10B8, 0x0000, 2,
     64, sizeof(assent_msg_backup_hold_reply), backup_hold_reply_fields, 8,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"PrincipalCreate", 0x10C0, 0x10D0, 2,
     80, sizeof(assent_msg_principal_create), principal_create_fields, 8,
     NULL, 0, principal_create_texts, 2,
     NULL, 0},
    {"PrincipalRotate", 0x10C1, 0x10D1, 2,
     68, sizeof(assent_msg_principal_rotate), principal_rotate_fields, 5,
     NULL, 0, principal_rotate_texts, 2,
     NULL, 0},
    {"PrincipalChange", 0x10C2, 0x10D2, 2,
     40, sizeof(assent_msg_principal_change), principal_change_fields, 6,
     NULL, 0, principal_change_texts, 1,
     NULL, 0},
    {"PrincipalRevoke", 0x10C3, 0x10D3, 2,
     24, sizeof(assent_msg_principal_revoke), principal_revoke_fields, 2,
     NULL, 0, principal_revoke_texts, 1,
     NULL, 0},
    {"PrincipalList", 0x10C4, 0x10D4, 2,
     12, sizeof(assent_msg_principal_list), principal_list_fields, 2,
     NULL, 0, principal_list_texts, 1,
     NULL, 0},
    {"PrincipalCreateReply", 0x10D0, 0x0000, 2,
     144, sizeof(assent_msg_principal_create_reply), principal_create_reply_fields, 1,
     NULL, 0, principal_create_reply_texts, 3,
     NULL, 0},
    {"PrincipalRotateReply", 0x10D1, 0x0000, 2,
     144, sizeof(assent_msg_principal_rotate_reply), principal_rotate_reply_fields, 1,
     NULL, 0, principal_rotate_reply_texts, 3,
     NULL, 0},
    {"PrincipalChangeReply", 0x10D2, 0x0000, 2,
     144, sizeof(assent_msg_principal_change_reply), principal_change_reply_fields, 1,
     NULL, 0, principal_change_reply_texts, 3,
     NULL, 0},
    {"PrincipalRevokeReply", 0x10D3, 0x0000, 2,
     144, sizeof(assent_msg_principal_revoke_reply), principal_revoke_reply_fields, 1,
     NULL, 0, principal_revoke_reply_texts, 3,
     NULL, 0},
    {"PrincipalListReply", 0x10D4, 0x0000, 2,
     8, sizeof(assent_msg_principal_list_reply), principal_list_reply_fields, 1,
     principal_list_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"ListCreate", 0x10E0, 0x10F0, 2,
     32, sizeof(assent_msg_list_create), list_create_fields, 5,
     NULL, 0, list_create_texts, 4,
     NULL, 0},
    {"ListDelete", 0x10E1, 0x10F1, 2,
     24, sizeof(assent_msg_list_delete), list_delete_fields, 2,
     NULL, 0, list_delete_texts, 2,
     NULL, 0},
    {"ListAdd", 0x10E2, 0x10F2, 2,
     24, sizeof(assent_msg_list_add), list_add_fields, 2,
     list_add_groups, 1, list_add_texts, 2,
     NULL, 0},
    {"ListRemove", 0x10E3, 0x10F3, 2,
     24, sizeof(assent_msg_list_remove), list_remove_fields, 2,
     list_remove_groups, 1, list_remove_texts, 2,
     NULL, 0},
    {"ListShow", 0x10E4, 0x10F4, 2,
     0, sizeof(assent_msg_list_show), NULL, 0,
     NULL, 0, list_show_texts, 1,
     NULL, 0},
    {"ListEntries", 0x10E5, 0x10F5, 2,
     16, sizeof(assent_msg_list_entries), list_entries_fields, 4,
     NULL, 0, list_entries_texts, 2,
     NULL, 0},
    {"ListHistory", 0x10E6, 0x10F6, 2,
     16, sizeof(assent_msg_list_history), list_history_fields, 3,
     NULL, 0, list_history_texts, 1,
     NULL, 0},
    {"ListCreateReply", 0x10F0, 0x0000, 2,
     16, sizeof(assent_msg_list_create_reply), list_create_reply_fields, 3,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ListDeleteReply", 0x10F1, 0x0000, 2,
     16, sizeof(assent_msg_list_delete_reply), list_delete_reply_fields, 3,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ListAddReply", 0x10F2, 0x0000, 2,
     24, sizeof(assent_msg_list_add_reply), list_add_reply_fields, 5,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ListRemoveReply", 0x10F3, 0x0000, 2,
     24, sizeof(assent_msg_list_remove_reply), list_remove_reply_fields, 5,
     NULL, 0, NULL, 0,
     NULL, 0},
    {"ListShowReply", 0x10F4, 0x0000, 2,
     24, sizeof(assent_msg_list_show_reply), list_show_reply_fields, 3,
     list_show_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"ListEntriesReply", 0x10F5, 0x0000, 2,
     16, sizeof(assent_msg_list_entries_reply), list_entries_reply_fields, 2,
     list_entries_reply_groups, 1, NULL, 0,
     NULL, 0},
    {"ListHistoryReply", 0x10F6, 0x0000, 2,
     8, sizeof(assent_msg_list_history_reply), list_history_reply_fields, 1,
     list_history_reply_groups, 1, NULL, 0,
     NULL, 0},
};
/* end */

/* The longest block of composites that a frame of an earlier version may lack. */
static const unsigned char no_bytes[512] = {0};

/* --- Texts --------------------------------------------------------------------------------------------------------- */

/* Whether it is UTF-8 (RFC 3629) without control characters; line feed and tab are fine in texts of several lines. */
static bool is_text(const unsigned char *bytes, size_t length, bool is_multiline) {
    size_t at = 0;
    while (at < length) {
        const unsigned first = bytes[at];
        uint32_t point = 0;
        uint32_t lowest = 0;
        size_t more = 0;
        if (first < 0x80) {
            point = first;
        } else if (first >= 0xC2 && first <= 0xDF) {
            point = first & 0x1Fu, more = 1, lowest = 0x80;
        } else if (first >= 0xE0 && first <= 0xEF) {
            point = first & 0x0Fu, more = 2, lowest = 0x800;
        } else if (first >= 0xF0 && first <= 0xF4) {
            point = first & 0x07u, more = 3, lowest = 0x10000;
        } else {
            return false;
        }
        if (more >= length - at) return false;
        at += 1;
        for (; more > 0; more -= 1, at += 1) {
            if ((bytes[at] & 0xC0u) != 0x80u) return false;
            point = point << 6 | (bytes[at] & 0x3Fu);
        }
        if (point < lowest || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
        if ((point < 0x20 || (point >= 0x7F && point <= 0x9F)) && !(is_multiline && (point == '\n' || point == '\t'))) {
            return false;
        }
    }
    return true;
}

static size_t without_zeros(const unsigned char *bytes, size_t count) {
    while (count > 0 && bytes[count - 1] == 0) count -= 1;
    return count;
}

static bool all_within(const unsigned char *bytes, size_t count, unsigned low, unsigned high) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        if (bytes[at] < low || bytes[at] > high) return false;
    }
    return true;
}

/* Judges characters of a fixed width as they are on the wire; `length` becomes that of what they say. */
static assent_status judge_characters(const struct field *field, const unsigned char *bytes, size_t *length,
                                      assent_error *error) {
    const size_t count = without_zeros(bytes, field->width);
    *length = count;
    switch (field->kind) {
    case KIND_LETTERS:
        if (count == 0 && field->is_optional) return ASSENT_OK;
        if (count == field->width && all_within(bytes, count, 'A', 'Z')) return ASSENT_OK;
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, field->name, "must be %zu upper-case letters",
                    field->width);
    case KIND_DIGITS:
        if (count == 0 || (count == field->width && all_within(bytes, count, '0', '9'))) return ASSENT_OK;
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, field->name, "must be four decimal digits or none");
    case KIND_PADDED_TEXT:
        if (is_text(bytes, count, false)) return ASSENT_OK;
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, field->name,
                    "must be UTF-8 without control characters");
    default:
        if (!all_within(bytes, count, 0x20, 0x7E)) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, field->name,
                        "must be printable ASCII, then zero bytes to the end");
        }
        while (*length > 0 && bytes[*length - 1] == ' ') *length -= 1;
        return ASSENT_OK;
    }
}

/* --- Fields -------------------------------------------------------------------------------------------------------- */

static assent_status read_fields(const struct field *fields, size_t count, const unsigned char *block, uint16_t version,
                                 unsigned char *target, assent_error *error);
static assent_status write_fields(const struct field *fields, size_t count, const unsigned char *source,
                                  unsigned char *block, assent_error *error);

/* Puts a number of a width that the structure's member has too. */
static void put_number(unsigned char *member, size_t width, uint64_t value) {
    const uint8_t narrow = (uint8_t)(value & 0xFFu);
    const uint16_t half = (uint16_t)(value & 0xFFFFu);
    const uint32_t word = (uint32_t)(value & 0xFFFFFFFFu);
    switch (width) {
    case 1: memcpy(member, &narrow, sizeof narrow); break;
    case 2: memcpy(member, &half, sizeof half); break;
    case 4: memcpy(member, &word, sizeof word); break;
    default: memcpy(member, &value, sizeof value); break;
    }
}

static uint64_t get_number(const unsigned char *member, size_t width) {
    uint8_t narrow = 0;
    uint16_t half = 0;
    uint32_t word = 0;
    uint64_t value = 0;
    switch (width) {
    case 1: memcpy(&narrow, member, sizeof narrow); return narrow;
    case 2: memcpy(&half, member, sizeof half); return half;
    case 4: memcpy(&word, member, sizeof word); return word;
    default: memcpy(&value, member, sizeof value); return value;
    }
}

static int64_t as_signed(uint64_t bits) {
    int64_t value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t as_bits(int64_t value) {
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The width of a set's member: never less than an int's. */
static size_t set_width(const struct field *field) { return field->width == 8 ? 8 : 4; }

/* Whether a number on the wire is one that its field may have. */
static assent_status judge_number(const struct field *field, uint64_t bits, assent_error *error) {
    if (field->kind == KIND_SIGNED) {
        const int64_t value = as_signed(bits);
        if (field->is_optional && value == ASSENT_NULL) return ASSENT_OK;
        if (value >= field->low && value <= field->high) return ASSENT_OK;
        return fail(error, ASSENT_INVALID, ASSENT_INVALID_FIELD, field->name, "%lld is not from %lld to %lld",
                    (long long)value, (long long)field->low, (long long)field->high);
    }
    if (field->kind == KIND_MONTH) {
        if (bits == 0 || (bits >= 24000 && bits <= 25199)) return ASSENT_OK;
        return fail(error, ASSENT_INVALID, ASSENT_INVALID_FIELD, field->name, "%llu is not 0 or from 24000 to 25199",
                    (unsigned long long)bits);
    }
    if (bits >= (uint64_t)field->low && (field->high == INT64_MAX || bits <= (uint64_t)field->high)) return ASSENT_OK;
    return fail(error, ASSENT_INVALID, ASSENT_INVALID_FIELD, field->name, "%llu is not from %lld to %lld",
                (unsigned long long)bits, (long long)field->low, (long long)field->high);
}

static assent_status judge_set(const struct field *field, uint64_t bits, assent_error *error) {
    if (field->high == 0 || (bits & ~(uint64_t)field->high) == 0) return ASSENT_OK;
    return fail(error, ASSENT_INVALID, ASSENT_NOT_ZERO, field->name, "reserved bits are set");
}

static assent_status judge_id(const struct field *field, assent_id id, assent_error *error) {
    if (field->is_optional || id.high != 0 || id.low != 0) return ASSENT_OK;
    return fail(error, ASSENT_INVALID, (int32_t)field->low, field->name, "the identifier is zero");
}

/* Reads a field from its bytes and judges it; with a structure to put it into, does that. */
static assent_status read_field(const struct field *field, const unsigned char *bytes, uint16_t version,
                                unsigned char *target, assent_error *error) {
    unsigned char *member = target == NULL ? NULL : target + field->place;
    const uint64_t bits = field->width <= 8 ? load(bytes, field->width) : 0;
    assent_status status = ASSENT_OK;
    switch (field->kind) {
    case KIND_UNSIGNED:
    case KIND_SIGNED:
    case KIND_MONTH:
        status = judge_number(field, bits, error);
        if (status == ASSENT_OK && member != NULL) put_number(member, field->width, bits);
        return status;
    case KIND_ENUM: {
        int32_t value = (int32_t)(bits & 0xFFFFu);
        if (field->is_optional && bits == (field->width == 1 ? 0xFFu : 0xFFFFu)) {
            value = ASSENT_NONE;
        } else if (name_of(field->values, value) == NULL) {
            return fail(error, ASSENT_INVALID, ASSENT_INVALID_FIELD, field->name,
                        "%ld is not a value of this enumeration", (long)value);
        }
        if (member != NULL) memcpy(member, &value, sizeof value);
        return ASSENT_OK;
    }
    case KIND_BOOL: {
        const bool value = bits == 1;
        if (bits > 1) {
            return fail(error, ASSENT_INVALID, ASSENT_INVALID_FIELD, field->name, "%u is neither 0 nor 1",
                        (unsigned)bits);
        }
        if (member != NULL) memcpy(member, &value, sizeof value);
        return ASSENT_OK;
    }
    case KIND_SET:
        status = judge_set(field, bits, error);
        if (status == ASSENT_OK && member != NULL) put_number(member, set_width(field), bits);
        return status;
    case KIND_ID: {
        assent_id id;
        id.high = load(bytes, 8);
        id.low = load(bytes + 8, 8);
        status = judge_id(field, id, error);
        if (status == ASSENT_OK && member != NULL) memcpy(member, &id, sizeof id);
        return status;
    }
    case KIND_CHARACTERS:
    case KIND_LETTERS:
    case KIND_DIGITS:
    case KIND_PADDED_TEXT: {
        size_t length = 0;
        status = judge_characters(field, bytes, &length, error);
        if (status == ASSENT_OK && member != NULL) {
            memcpy(member, bytes, length);
            memset(member + length, 0, field->width + 1 - length);
        }
        return status;
    }
    case KIND_BYTES:
        if (member != NULL) memcpy(member, bytes, field->width);
        return ASSENT_OK;
    case KIND_RESERVED:
        if (is_zero(bytes, field->width)) return ASSENT_OK;
        return fail(error, ASSENT_INVALID, ASSENT_NOT_ZERO, field->name, "must be zero");
    case KIND_COMPOSITE: {
        const bool is_present = !field->is_optional || !is_zero(bytes, field->width);
        if (field->is_optional && target != NULL) memcpy(target + field->presence, &is_present, sizeof is_present);
        if (!is_present) return ASSENT_OK;
        return read_fields(field->composite->fields, field->composite->count, bytes, version, member, error);
    }
    }
    return ASSENT_OK;
}

/* Reads a block. What a frame's version lacks reads as if its bytes were zero. */
static assent_status read_fields(const struct field *fields, size_t count, const unsigned char *block, uint16_t version,
                                 unsigned char *target, assent_error *error) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        const bool is_there = fields[at].since <= version;
        const unsigned char *bytes = is_there ? block + fields[at].at : no_bytes;
        const assent_status status = read_field(&fields[at], bytes, version, target, error);
        if (status != ASSENT_OK) return status;
    }
    return ASSENT_OK;
}

/* Writes a field's bytes, which are zero so far, and judges it. */
static assent_status write_field(const struct field *field, const unsigned char *source, unsigned char *bytes,
                                 assent_error *error) {
    const unsigned char *member = source + field->place;
    assent_status status = ASSENT_OK;
    switch (field->kind) {
    case KIND_UNSIGNED:
    case KIND_SIGNED:
    case KIND_MONTH: {
        const uint64_t bits = get_number(member, field->width);
        status = judge_number(field, bits, error);
        store(bytes, field->width, bits);
        return status;
    }
    case KIND_ENUM: {
        int32_t value = 0;
        memcpy(&value, member, sizeof value);
        if (field->is_optional && value == ASSENT_NONE) {
            store(bytes, field->width, UINT64_MAX);
            return ASSENT_OK;
        }
        if (name_of(field->values, value) == NULL) {
            return fail(error, ASSENT_INVALID, ASSENT_INVALID_FIELD, field->name,
                        "%ld is not a value of this enumeration", (long)value);
        }
        store(bytes, field->width, (uint64_t)value);
        return ASSENT_OK;
    }
    case KIND_BOOL: {
        /* Not read as a bool: memory that was never set may hold anything. */
        unsigned char value = 0;
        memcpy(&value, member, sizeof value);
        bytes[0] = value == 0 ? 0 : 1;
        return ASSENT_OK;
    }
    case KIND_SET: {
        const uint64_t bits = get_number(member, set_width(field));
        status = judge_set(field, bits, error);
        store(bytes, field->width, bits);
        return status;
    }
    case KIND_ID: {
        assent_id id;
        memcpy(&id, member, sizeof id);
        status = judge_id(field, id, error);
        store(bytes, 8, id.high);
        store(bytes + 8, 8, id.low);
        return status;
    }
    case KIND_CHARACTERS:
    case KIND_LETTERS:
    case KIND_DIGITS:
    case KIND_PADDED_TEXT: {
        const void *end = memchr(member, 0, field->width + 1);
        size_t length = 0;
        if (end == NULL) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, field->name, "at most %zu characters",
                        field->width);
        }
        memcpy(bytes, member, (size_t)((const unsigned char *)end - member));
        return judge_characters(field, bytes, &length, error);
    }
    case KIND_BYTES: memcpy(bytes, member, field->width); return ASSENT_OK;
    case KIND_RESERVED: return ASSENT_OK;
    case KIND_COMPOSITE: {
        unsigned char is_present = 1;
        if (field->is_optional) memcpy(&is_present, source + field->presence, sizeof is_present);
        if (is_present == 0) return ASSENT_OK;
        return write_fields(field->composite->fields, field->composite->count, member, bytes, error);
    }
    }
    return ASSENT_OK;
}

static assent_status write_fields(const struct field *fields, size_t count, const unsigned char *source,
                                  unsigned char *block, assent_error *error) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        const assent_status status = write_field(&fields[at], source, block + fields[at].at, error);
        if (status != ASSENT_OK) return status;
    }
    return ASSENT_OK;
}

/* What may be missing is, in a structure of zeros. */
static void clear_fields(const struct field *fields, size_t count, unsigned char *target) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        const struct field *field = &fields[at];
        if (field->kind == KIND_SIGNED && field->is_optional) {
            put_number(target + field->place, field->width, as_bits(ASSENT_NULL));
        } else if (field->kind == KIND_ENUM && field->is_optional) {
            const int32_t none = ASSENT_NONE;
            memcpy(target + field->place, &none, sizeof none);
        } else if (field->kind == KIND_COMPOSITE) {
            clear_fields(field->composite->fields, field->composite->count, target + field->place);
        }
    }
}

/* --- Frames -------------------------------------------------------------------------------------------------------- */

static const struct layout *layout_of(uint16_t template_id) {
    size_t low = 0;
    size_t high = sizeof layouts / sizeof layouts[0];
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (layouts[middle].template_id == template_id) return &layouts[middle];
        if (layouts[middle].template_id < template_id) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

const char *assent_template_name(uint16_t template_id) {
    const struct layout *layout = layout_of(template_id);
    return layout == NULL ? NULL : layout->name;
}

/* The bytes of a message's block in a schema version. */
static size_t block_length_in(const struct layout *layout, uint16_t version) {
    size_t at = 0;
    for (at = 0; at < layout->step_count; at += 1) {
        if (version < layout->steps[at].version) return layout->steps[at].before;
    }
    return layout->block_length;
}

assent_status assent_cut(const void *bytes, size_t size, uint32_t frame_bytes_max, bool from_server,
                         assent_frame *frame, assent_error *error) {
    const unsigned char *start = (const unsigned char *)bytes;
    uint32_t length = 0;
    if (size >= 6 && load(start + 4, 2) != frame_magic) {
        return fail(error, ASSENT_INVALID, ASSENT_BAD_MAGIC, "", "bytes 4 and 5 are not 50 eb");
    }
    if (size < 7) return ASSENT_AGAIN;
    if (start[6] != frame_version) {
        return fail(error, ASSENT_INVALID, ASSENT_BAD_FRAME_VERSION, "", "frame version %u is not spoken", start[6]);
    }
    length = (uint32_t)load(start, 4);
    if (length < ASSENT_FRAME_HEADER_BYTES || length > frame_bytes_max) {
        return fail(error, ASSENT_INVALID, ASSENT_BAD_LENGTH, "", "length %lu is not from %u to %lu",
                    (unsigned long)length, ASSENT_FRAME_HEADER_BYTES, (unsigned long)frame_bytes_max);
    }
    if (size < length) return ASSENT_AGAIN;
    if (load(start + 20, 4) != frame_checksum(start, length)) {
        return fail(error, ASSENT_INVALID, ASSENT_BAD_CHECKSUM, "", "the checksum does not match");
    }
    frame->bytes = start;
    frame->length = length;
    frame->correlation_id = load(start + 8, 8);
    frame->deadline_microseconds = (uint32_t)load(start + 16, 4);
    frame->block_length = (uint16_t)load(start + 24, 2);
    frame->template_id = (uint16_t)load(start + 26, 2);
    frame->schema_id = (uint16_t)load(start + 28, 2);
    frame->schema_version = (uint16_t)load(start + 30, 2);
    if (start[7] != 0 || ((frame->correlation_id & push_bit) != 0 && !from_server
                          && frame->template_id != ASSENT_TEMPLATE_PONG)) {
        return fail(error, ASSENT_INVALID, ASSENT_HEADER_BITS, "", "reserved bits are set");
    }
    return ASSENT_OK;
}

/* What is left of a body. */
struct reader {
    const unsigned char *next;
    size_t left;
};

static const unsigned char *take(struct reader *reader, size_t count) {
    const unsigned char *bytes = reader->next;
    if (count > reader->left) return NULL;
    reader->next += count;
    reader->left -= count;
    return bytes;
}

static assent_status read_texts(const struct text_layout *texts, size_t count, struct reader *reader,
                                unsigned char *target, assent_error *error) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        const size_t width = texts[at].is_multiline ? 4 : 2;
        const unsigned char *bytes = take(reader, width);
        assent_text text;
        if (bytes == NULL) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, texts[at].name, "the body ends before it");
        }
        text.length = (size_t)load(bytes, width);
        if (text.length > texts[at].maximum) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, texts[at].name,
                        "%zu bytes; at most %zu are allowed", text.length, texts[at].maximum);
        }
        bytes = take(reader, text.length);
        if (bytes == NULL) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, texts[at].name, "the body ends within it");
        }
        if (!is_text(bytes, text.length, texts[at].is_multiline)) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, texts[at].name,
                        "must be UTF-8 without control characters");
        }
        text.bytes = (const char *)bytes;
        if (target != NULL) memcpy(target + texts[at].place, &text, sizeof text);
    }
    return ASSENT_OK;
}

/* Reads an entry of a group; with NULL as the target only judges it. */
static assent_status read_entry(const struct group_layout *group, size_t block_length, struct reader *reader,
                                unsigned char *target, assent_error *error) {
    const unsigned char *block = take(reader, block_length);
    assent_status status = ASSENT_OK;
    if (block == NULL) {
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, group->name, "the body ends within an entry");
    }
    status = read_fields(group->fields, group->field_count, block, UINT16_MAX, target, error);
    if (status != ASSENT_OK) return status;
    return read_texts(group->texts, group->text_count, reader, target, error);
}

static assent_status read_group(const struct group_layout *layout, struct reader *reader, unsigned char *target,
                                assent_error *error) {
    const unsigned char *head = take(reader, 4);
    assent_group group;
    size_t at = 0;
    memset(&group, 0, sizeof group);
    if (head == NULL) {
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, layout->name, "the body ends before its head");
    }
    group.block_length = (uint16_t)load(head, 2);
    group.count = (size_t)load(head + 2, 2);
    if (group.block_length < layout->block_length) {
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, layout->name,
                    "a block has %u bytes; it needs at least %zu", group.block_length, layout->block_length);
    }
    if (group.count > layout->maximum) {
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, layout->name, "%zu entries; at most %zu", group.count,
                    layout->maximum);
    }
    group.layout = layout;
    group.wire = reader->next;
    for (at = 0; at < group.count; at += 1) {
        const assent_status status = read_entry(layout, group.block_length, reader, NULL, error);
        if (status != ASSENT_OK) return status;
    }
    group.wire_size = (size_t)(reader->next - group.wire);
    memcpy(target + layout->place, &group, sizeof group);
    return ASSENT_OK;
}

assent_status assent_decode(const assent_frame *frame, assent_message *message, assent_error *error) {
    const struct layout *layout = layout_of(frame->template_id);
    unsigned char *target = (unsigned char *)&message->as;
    struct reader reader;
    const unsigned char *block = NULL;
    assent_status status = ASSENT_OK;
    size_t at = 0;
    memset(message, 0, sizeof *message);
    message->template_id = frame->template_id;
    if (layout == NULL) {
        return fail(error, ASSENT_INVALID, ASSENT_UNKNOWN_TEMPLATE, "", "no message has template 0x%04X",
                    frame->template_id);
    }
    if (frame->schema_id != ASSENT_SCHEMA_ID || frame->schema_version < 1) {
        return fail(error, ASSENT_INVALID, ASSENT_UNKNOWN_SCHEMA, "", "schema %u version %u is not known",
                    frame->schema_id, frame->schema_version);
    }
    if (frame->schema_version < layout->since) {
        return fail(error, ASSENT_INVALID, ASSENT_UNKNOWN_TEMPLATE, "", "%s came with schema version %u", layout->name,
                    layout->since);
    }
    if (frame->block_length < block_length_in(layout, frame->schema_version)) {
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, "", "the block has %u bytes; it needs at least %zu",
                    frame->block_length, block_length_in(layout, frame->schema_version));
    }
    reader.next = frame->bytes + ASSENT_FRAME_HEADER_BYTES;
    reader.left = frame->length - ASSENT_FRAME_HEADER_BYTES;
    block = take(&reader, frame->block_length);
    if (block == NULL) return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, "", "the body ends within the block");
    clear_fields(layout->fields, layout->field_count, target);
    status = read_fields(layout->fields, layout->field_count, block, frame->schema_version, target, error);
    if (status != ASSENT_OK) return status;
    for (at = 0; at < layout->group_count; at += 1) {
        status = read_group(&layout->groups[at], &reader, target, error);
        if (status != ASSENT_OK) return status;
    }
    status = read_texts(layout->texts, layout->text_count, &reader, target, error);
    if (status != ASSENT_OK) return status;
    if (reader.left > 0 && frame->schema_version <= ASSENT_SCHEMA_VERSION) {
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, "", "%zu bytes are left", reader.left);
    }
    return ASSENT_OK;
}

void assent_message_init(assent_message *message, uint16_t template_id) {
    const struct layout *layout = layout_of(template_id);
    memset(message, 0, sizeof *message);
    message->template_id = template_id;
    if (layout != NULL) clear_fields(layout->fields, layout->field_count, (unsigned char *)&message->as);
}

bool assent_entry_init(uint16_t template_id, size_t group, void *entry, size_t size) {
    const struct layout *layout = layout_of(template_id);
    if (layout == NULL || group >= layout->group_count || layout->groups[group].size != size) return false;
    memset(entry, 0, size);
    clear_fields(layout->groups[group].fields, layout->groups[group].field_count, (unsigned char *)entry);
    return true;
}

bool assent_group_next(assent_group *group, void *entry, size_t size) {
    const struct group_layout *layout = (const struct group_layout *)group->layout;
    struct reader reader;
    if (group->index >= group->count) return false;
    if (layout == NULL) {
        if (group->entries == NULL) return false;
        memcpy(entry, (const unsigned char *)group->entries + group->index * size, size);
        group->index += 1;
        return true;
    }
    if (layout->size != size) return false;
    memset(entry, 0, size);
    reader.next = group->wire;
    reader.left = group->wire_size;
    if (read_entry(layout, group->block_length, &reader, (unsigned char *)entry, NULL) != ASSENT_OK) return false;
    group->wire = reader.next;
    group->wire_size = reader.left;
    group->index += 1;
    return true;
}

/* Where a body is written to. */
struct writer {
    unsigned char *next;
    size_t left;
};

/* So many zero bytes, to be filled; NULL when there is no room. */
static unsigned char *make_room(struct writer *writer, size_t count) {
    unsigned char *bytes = writer->next;
    if (count > writer->left) return NULL;
    memset(bytes, 0, count);
    writer->next += count;
    writer->left -= count;
    return bytes;
}

static assent_status no_room(assent_error *error) {
    return fail(error, ASSENT_TOO_LONG, 0, "", "the frame does not fit");
}

static assent_status write_texts(const struct text_layout *texts, size_t count, const unsigned char *source,
                                 struct writer *writer, assent_error *error) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        const size_t width = texts[at].is_multiline ? 4 : 2;
        unsigned char *bytes = NULL;
        assent_text text;
        memcpy(&text, source + texts[at].place, sizeof text);
        if (text.bytes == NULL) text.length = 0;
        if (text.length > texts[at].maximum) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, texts[at].name,
                        "%zu bytes; at most %zu are allowed", text.length, texts[at].maximum);
        }
        if (!is_text((const unsigned char *)text.bytes, text.length, texts[at].is_multiline)) {
            return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_TEXT, texts[at].name,
                        "must be UTF-8 without control characters");
        }
        bytes = make_room(writer, width + text.length);
        if (bytes == NULL) return no_room(error);
        store(bytes, width, text.length);
        if (text.length > 0) memcpy(bytes + width, text.bytes, text.length);
    }
    return ASSENT_OK;
}

static assent_status write_group(const struct group_layout *layout, const unsigned char *source, struct writer *writer,
                                 assent_error *error) {
    unsigned char *head = make_room(writer, 4);
    union any_entry entry;
    assent_group group;
    memcpy(&group, source + layout->place, sizeof group);
    if (head == NULL) return no_room(error);
    if (group.count > layout->maximum) {
        return fail(error, ASSENT_INVALID, ASSENT_MALFORMED_BODY, layout->name, "%zu entries; at most %zu", group.count,
                    layout->maximum);
    }
    if (group.index != 0) {
        return fail(error, ASSENT_MISUSE, 0, layout->name, "its entries were taken already");
    }
    store(head, 2, layout->block_length);
    store(head + 2, 2, group.count);
    while (assent_group_next(&group, &entry, layout->size)) {
        unsigned char *block = make_room(writer, layout->block_length);
        assent_status status = ASSENT_OK;
        if (block == NULL) return no_room(error);
        status = write_fields(layout->fields, layout->field_count, (const unsigned char *)&entry, block, error);
        if (status == ASSENT_OK) {
            status = write_texts(layout->texts, layout->text_count, (const unsigned char *)&entry, writer, error);
        }
        if (status != ASSENT_OK) return status;
    }
    if (group.index != group.count) return fail(error, ASSENT_MISUSE, 0, layout->name, "it has a count and no entries");
    return ASSENT_OK;
}

static void seal(unsigned char *frame, size_t length) { store(frame + 20, 4, frame_checksum(frame, length)); }

assent_status assent_encode(const assent_message *message, uint64_t correlation_id, uint32_t deadline_microseconds,
                            void *bytes, size_t room, size_t *length, assent_error *error) {
    const struct layout *layout = layout_of(message->template_id);
    const unsigned char *source = (const unsigned char *)&message->as;
    unsigned char *frame = (unsigned char *)bytes;
    unsigned char *block = NULL;
    struct writer writer;
    assent_status status = ASSENT_OK;
    size_t at = 0;
    if (layout == NULL) {
        return fail(error, ASSENT_INVALID, ASSENT_UNKNOWN_TEMPLATE, "", "no message has template 0x%04X",
                    message->template_id);
    }
    writer.next = frame;
    writer.left = room > ASSENT_FRAME_BYTES_MAX ? ASSENT_FRAME_BYTES_MAX : room;
    if (make_room(&writer, ASSENT_FRAME_HEADER_BYTES) == NULL) return no_room(error);
    block = make_room(&writer, layout->block_length);
    if (block == NULL) return no_room(error);
    status = write_fields(layout->fields, layout->field_count, source, block, error);
    for (at = 0; at < layout->group_count && status == ASSENT_OK; at += 1) {
        status = write_group(&layout->groups[at], source, &writer, error);
    }
    if (status == ASSENT_OK) status = write_texts(layout->texts, layout->text_count, source, &writer, error);
    if (status != ASSENT_OK) return status;
    *length = (size_t)(writer.next - frame);
    store(frame, 4, *length);
    store(frame + 4, 2, frame_magic);
    frame[6] = frame_version;
    store(frame + 8, 8, correlation_id);
    store(frame + 16, 4, deadline_microseconds);
    store(frame + 24, 2, layout->block_length);
    store(frame + 26, 2, layout->template_id);
    store(frame + 28, 2, ASSENT_SCHEMA_ID);
    store(frame + 30, 2, ASSENT_SCHEMA_VERSION);
    seal(frame, *length);
    return ASSENT_OK;
}

/* --- JSON ---------------------------------------------------------------------------------------------------------- */

/* Text as far as there is room; the length counts on. */
struct printer {
    char *text;
    size_t room;
    size_t length;
};

static void print(struct printer *printer, const char *format, ...) PRINTS(2, 3);

static void print(struct printer *printer, const char *format, ...) {
    const size_t used = printer->length < printer->room ? printer->length : printer->room;
    va_list arguments;
    int count = 0;
    va_start(arguments, format);
    count = vsnprintf(printer->room == 0 ? NULL : printer->text + used, printer->room - used, format, arguments);
    va_end(arguments);
    if (count > 0) printer->length += (size_t)count;
}

static void print_string(struct printer *printer, const unsigned char *bytes, size_t length) {
    size_t at = 0;
    print(printer, "\"");
    for (at = 0; at < length; at += 1) {
        const unsigned byte = bytes[at];
        if (byte == '"' || byte == '\\') print(printer, "\\%c", (int)byte);
        else if (byte < 0x20) print(printer, "\\u%04x", byte);
        else print(printer, "%c", (int)byte);
    }
    print(printer, "\"");
}

static void print_block(struct printer *printer, const struct field *fields, size_t count, const unsigned char *source,
                        bool *is_first);

static void print_set(struct printer *printer, const struct field *field, uint64_t bits) {
    int32_t bit = 0;
    bool is_first = true;
    print(printer, "[");
    for (bit = 0; bit < 64; bit += 1) {
        const char *name = name_of(field->values, bit);
        if ((bits >> (unsigned)bit & 1u) == 0) continue;
        if (name != NULL) print(printer, "%s\"%s\"", is_first ? "" : ", ", name);
        else print(printer, "%s\"bit%ld\"", is_first ? "" : ", ", (long)bit);
        is_first = false;
    }
    print(printer, "]");
}

static void print_field(struct printer *printer, const struct field *field, const unsigned char *source) {
    const unsigned char *member = source + field->place;
    size_t at = 0;
    switch (field->kind) {
    case KIND_SIGNED: {
        const int64_t value = as_signed(get_number(member, field->width));
        if (field->is_optional && value == ASSENT_NULL) print(printer, "null");
        else print(printer, "\"%lld\"", (long long)value);
        return;
    }
    case KIND_UNSIGNED:
    case KIND_MONTH: {
        const char *quote = field->width == 8 ? "\"" : "";
        print(printer, "%s%llu%s", quote, (unsigned long long)get_number(member, field->width), quote);
        return;
    }
    case KIND_ENUM: {
        int32_t value = 0;
        const char *name = NULL;
        memcpy(&value, member, sizeof value);
        name = name_of(field->values, value);
        if (value == ASSENT_NONE && field->is_optional) print(printer, "null");
        else if (name == NULL) print(printer, "%ld", (long)value);
        else print(printer, "\"%s\"", name);
        return;
    }
    case KIND_BOOL: print(printer, member[0] == 0 ? "false" : "true"); return;
    case KIND_SET: print_set(printer, field, get_number(member, set_width(field))); return;
    case KIND_ID: {
        assent_id id;
        char text[37];
        memcpy(&id, member, sizeof id);
        assent_id_format(id, text);
        if (id.high == 0 && id.low == 0) print(printer, "null");
        else print(printer, "\"%s\"", text);
        return;
    }
    case KIND_LETTERS:
        if (member[0] == 0) {
            print(printer, "null");
            return;
        }
        print_string(printer, member, field->width);
        return;
    case KIND_CHARACTERS:
    case KIND_DIGITS:
    case KIND_PADDED_TEXT: print_string(printer, member, without_zeros(member, field->width)); return;
    case KIND_BYTES:
        print(printer, "\"");
        for (at = 0; at < field->width; at += 1) print(printer, "%02x", member[at]);
        print(printer, "\"");
        return;
    case KIND_COMPOSITE: {
        bool is_first = true;
        if (field->is_optional && source[field->presence] == 0) {
            print(printer, "null");
            return;
        }
        print(printer, "{");
        print_block(printer, field->composite->fields, field->composite->count, member, &is_first);
        print(printer, "}");
        return;
    }
    case KIND_RESERVED: return;
    }
}

static void print_name(struct printer *printer, const char *name, bool *is_first) {
    print(printer, "%s\"%s\": ", *is_first ? "" : ", ", name);
    *is_first = false;
}

static void print_block(struct printer *printer, const struct field *fields, size_t count, const unsigned char *source,
                        bool *is_first) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        if (fields[at].kind == KIND_RESERVED) continue;
        print_name(printer, fields[at].name, is_first);
        print_field(printer, &fields[at], source);
    }
}

static void print_texts(struct printer *printer, const struct text_layout *texts, size_t count,
                        const unsigned char *source, bool *is_first) {
    size_t at = 0;
    for (at = 0; at < count; at += 1) {
        assent_text text;
        memcpy(&text, source + texts[at].place, sizeof text);
        print_name(printer, texts[at].name, is_first);
        print_string(printer, (const unsigned char *)text.bytes, text.bytes == NULL ? 0 : text.length);
    }
}

size_t assent_message_json(const assent_message *message, char *text, size_t room) {
    const struct layout *layout = layout_of(message->template_id);
    const unsigned char *source = (const unsigned char *)&message->as;
    struct printer printer;
    bool is_first = true;
    size_t at = 0;
    printer.text = text;
    printer.room = room;
    printer.length = 0;
    print(&printer, "{");
    if (layout != NULL) {
        print_block(&printer, layout->fields, layout->field_count, source, &is_first);
        for (at = 0; at < layout->group_count; at += 1) {
            const struct group_layout *shape = &layout->groups[at];
            union any_entry entry;
            assent_group group;
            bool is_first_entry = true;
            memcpy(&group, source + shape->place, sizeof group);
            print_name(&printer, shape->name, &is_first);
            print(&printer, "[");
            while (assent_group_next(&group, &entry, shape->size)) {
                const unsigned char *from = (const unsigned char *)&entry;
                bool is_first_field = true;
                print(&printer, is_first_entry ? "{" : ", {");
                print_block(&printer, shape->fields, shape->field_count, from, &is_first_field);
                print_texts(&printer, shape->texts, shape->text_count, from, &is_first_field);
                print(&printer, "}");
                is_first_entry = false;
            }
            print(&printer, "]");
        }
        print_texts(&printer, layout->texts, layout->text_count, source, &is_first);
    }
    print(&printer, "}");
    return printer.length;
}

/* --- Helpers ------------------------------------------------------------------------------------------------------- */

assent_text assent_text_of(const char *string) {
    assent_text text;
    text.bytes = string;
    text.length = string == NULL ? 0 : strlen(string);
    return text;
}

static bool random_bytes(void *bytes, size_t size) { return getentropy(bytes, size) == 0; }

int64_t assent_now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

bool assent_id_make(assent_id *id) {
    const uint64_t milliseconds = (uint64_t)(assent_now() / 1000);
    if (!random_bytes(id, sizeof *id)) return false;
    id->high = milliseconds << 16 | 0x7000u | (id->high & 0x0FFFu);
    id->low = UINT64_C(1) << 63 | id->low >> 2;
    return true;
}

bool assent_token_make(assent_id *id) {
    if (!random_bytes(id, sizeof *id)) return false;
    id->high = (id->high & ~UINT64_C(0xF000)) | 0x4000u;
    id->low = UINT64_C(1) << 63 | id->low >> 2;
    return true;
}

static int digit_of(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return -1;
}

bool assent_id_parse(const char *text, assent_id *id) {
    uint64_t halves[2] = {0, 0};
    size_t at = 0;
    size_t digits = 0;
    if (text == NULL) return false;
    for (at = 0; at < 36; at += 1) {
        const int digit = digit_of(text[at]);
        if (at == 8 || at == 13 || at == 18 || at == 23) {
            if (text[at] != '-') return false;
            continue;
        }
        if (digit < 0) return false;
        halves[digits / 16] = halves[digits / 16] << 4 | (uint64_t)digit;
        digits += 1;
    }
    if (text[36] != 0) return false;
    id->high = halves[0];
    id->low = halves[1];
    return true;
}

void assent_id_format(assent_id id, char text[37]) {
    (void)snprintf(text, 37, "%08lx-%04lx-%04lx-%04lx-%04lx%08lx", (unsigned long)(id.high >> 32),
                   (unsigned long)(id.high >> 16 & 0xFFFFu), (unsigned long)(id.high & 0xFFFFu),
                   (unsigned long)(id.low >> 48), (unsigned long)(id.low >> 32 & 0xFFFFu),
                   (unsigned long)(id.low & 0xFFFFFFFFu));
}

/* --- The client: its parts ----------------------------------------------------------------------------------------- */

#if defined(MSG_NOSIGNAL)
#define SEND_FLAGS MSG_NOSIGNAL
#else
#define SEND_FLAGS 0
#endif

enum state { STATE_IDLE, STATE_CONNECTING, STATE_SHAKING_HANDS, STATE_GREETING, STATE_AUTHENTICATING, STATE_OPEN };

/* Where a request is on its way; each is in the list of its place. */
enum place { PLACE_FREE, PLACE_WAITING, PLACE_SENT, PLACE_PAUSED, PLACE_DONE, PLACE_COUNT };

#define NOWHERE UINT32_MAX
/* A correlation id is a counter above the number of the request's place, so an answer finds its request by itself. */
#define INDEX_BITS 20u
#define HELLO_INDEX ((1u << INDEX_BITS) - 1u)
/* Room in the output that requests leave to Pong. */
#define OUTPUT_MARGIN 4096u
#define OUTPUT_BYTES 65536u

struct request {
    uint32_t next;
    uint32_t previous;
    enum place place;
    uint16_t reply_id;
    uint16_t since;
    bool needs_credit;
    /* An attempt was sent and got no answer that says that it was not executed. */
    bool may_have_been_executed;
    assent_fate fate;
    int32_t code;
    uint32_t attempts;
    uint32_t refusals;
    size_t length;
    uint64_t correlation_id;
    int64_t ends_at;
    int64_t sent_at;
    int64_t due_at;
    void *context;
    unsigned char *frame;
    assent_error error;
};

struct list {
    uint32_t first;
    uint32_t last;
    size_t count;
};

/* Bytes from `start` to `end`. */
struct buffer {
    unsigned char *bytes;
    size_t size;
    size_t start;
    size_t end;
};

struct assent_client {
    assent_options options;
    char *strings;
    bool is_unix;
    bool is_tls;
    const char *host;
    const char *port;

    enum state state;
    int fd;
    int64_t now;
    /* When a connection that is not open yet is given up; when the next may be tried. */
    int64_t opens_until;
    int64_t connects_at;
    uint32_t failures;
    uint32_t addresses_tried;
    int64_t heard_at;

    struct request *requests;
    struct list lists[PLACE_COUNT];
    unsigned char *frames;
    /* Those that count against the credit, and how many of them nobody waits for any more. */
    uint32_t in_flight;
    uint32_t orphans;
    uint64_t counter;

    struct buffer input;
    struct buffer output;
    /* The length of the frame whose answer was given out last. */
    size_t given_out;
    bool input_ended;
    bool output_ended;
    /* TLS has more for the input buffer, which was full: no readiness of the socket tells of it. */
    bool is_input_left;

    unsigned char hello[128];
    size_t hello_length;
    uint64_t greeting_id;
    assent_session session;
    bool knows_instance;
    bool is_going_away;
    int64_t grace_until;
    uint64_t random;
    char trouble[sizeof(((assent_error *)0)->detail)];

#if defined(ASSENT_OPENSSL)
    SSL_CTX *tls_context;
    SSL *tls;
    BIO *sealed;
    SSL_SESSION *tls_session;
    EVP_PKEY *principal_key;
#endif
};

static int64_t monotonic_microseconds(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static uint64_t draw_random(assent_client *client) {
    client->random ^= client->random << 13;
    client->random ^= client->random >> 7;
    client->random ^= client->random << 17;
    return client->random;
}

/* How long to wait after so many failures in a row: doubling up to the longest, shortened by up to a half. */
static int64_t pause_after(assent_client *client, uint32_t failures) {
    const int64_t longest = (int64_t)client->options.pause_max_milliseconds * 1000;
    int64_t pause = (int64_t)client->options.pause_milliseconds * 1000;
    for (; failures > 1 && pause < longest; failures -= 1) pause *= 2;
    if (pause > longest) pause = longest;
    return pause - (int64_t)(draw_random(client) % (uint64_t)(pause / 2 + 1));
}

/* --- Lists of requests --------------------------------------------------------------------------------------------- */

static void unlink_request(assent_client *client, uint32_t index) {
    struct request *request = &client->requests[index];
    struct list *list = &client->lists[request->place];
    if (request->previous == NOWHERE) list->first = request->next;
    else client->requests[request->previous].next = request->next;
    if (request->next == NOWHERE) list->last = request->previous;
    else client->requests[request->next].previous = request->previous;
    list->count -= 1;
}

static void link_last(assent_client *client, uint32_t index, enum place place) {
    struct request *request = &client->requests[index];
    struct list *list = &client->lists[place];
    request->place = place;
    request->next = NOWHERE;
    request->previous = list->last;
    if (list->last == NOWHERE) list->first = index;
    else client->requests[list->last].next = index;
    list->last = index;
    list->count += 1;
}

static void link_first(assent_client *client, uint32_t index, enum place place) {
    struct request *request = &client->requests[index];
    struct list *list = &client->lists[place];
    request->place = place;
    request->previous = NOWHERE;
    request->next = list->first;
    if (list->first == NOWHERE) list->last = index;
    else client->requests[list->first].previous = index;
    list->first = index;
    list->count += 1;
}

static void move_last(assent_client *client, uint32_t index, enum place place) {
    unlink_request(client, index);
    link_last(client, index, place);
}

/* Ends a request without an answer. */
static void finish(assent_client *client, uint32_t index, assent_fate fate, const assent_error *error) {
    struct request *request = &client->requests[index];
    request->fate = fate;
    request->error = *error;
    move_last(client, index, PLACE_DONE);
}

/* Ends a request that nobody took, or of which nobody knows. */
static void finish_without_answer(assent_client *client, uint32_t index, const assent_error *error) {
    finish(client, index, client->requests[index].may_have_been_executed ? ASSENT_UNKNOWN : ASSENT_NOT_EXECUTED, error);
}

/* --- Connections that end ------------------------------------------------------------------------------------------ */

#if defined(ASSENT_OPENSSL)
static bool send_sealed(assent_client *client);
#endif

static void close_connection(assent_client *client) {
#if defined(ASSENT_OPENSSL)
    if (client->tls != NULL) {
        if (client->session.is_open) {
            SSL_SESSION_free(client->tls_session);
            client->tls_session = SSL_get1_session(client->tls);
        }
        /* Says goodbye, as far as that does not block; a session that does not is not resumed. */
        ERR_clear_error();
        if (!SSL_in_init(client->tls)) (void)SSL_shutdown(client->tls);
        if (!client->output_ended) (void)send_sealed(client);
        SSL_set_shutdown(client->tls, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(client->tls);
        (void)BIO_free(client->sealed);
        client->tls = NULL;
        client->sealed = NULL;
    }
#endif
    if (client->fd >= 0) (void)close(client->fd);
    client->fd = -1;
    client->state = STATE_IDLE;
    client->input.start = client->input.end = 0;
    client->output.start = client->output.end = 0;
    client->given_out = 0;
    client->input_ended = false;
    client->is_input_left = false;
    client->output_ended = false;
    client->in_flight = 0;
    client->orphans = 0;
    client->is_going_away = false;
    client->session.is_open = false;
}

/* What was sent and not answered waits again, in its order: it may have been executed. */
static void take_back(assent_client *client) {
    while (client->lists[PLACE_SENT].last != NOWHERE) {
        const uint32_t index = client->lists[PLACE_SENT].last;
        client->requests[index].may_have_been_executed = true;
        unlink_request(client, index);
        link_first(client, index, PLACE_WAITING);
    }
}

static void lose(assent_client *client, const char *format, ...) PRINTS(2, 3);

/* The connection is lost: another one is tried after a pause, where there is something to send. */
static void lose(assent_client *client, const char *format, ...) {
    const bool matters = client->lists[PLACE_SENT].count + client->lists[PLACE_WAITING].count > 0;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(client->trouble, sizeof client->trouble, format, arguments);
    va_end(arguments);
    close_connection(client);
    take_back(client);
    client->failures = matters ? client->failures + 1 : 0;
    client->connects_at = matters ? client->now + pause_after(client, client->failures) : client->now;
}

/* No other connection would do better: every request ends. */
static void give_up(assent_client *client, const assent_error *error) {
    static const enum place places[] = {PLACE_WAITING, PLACE_PAUSED};
    size_t at = 0;
    (void)snprintf(client->trouble, sizeof client->trouble, "%s", error->detail);
    close_connection(client);
    take_back(client);
    for (at = 0; at < sizeof places / sizeof places[0]; at += 1) {
        while (client->lists[places[at]].first != NOWHERE) {
            const uint32_t index = client->lists[places[at]].first;
            if (error->code != 0) client->requests[index].code = error->code;
            finish_without_answer(client, index, error);
        }
    }
    client->connects_at = client->now + pause_after(client, ++client->failures);
}

/* --- TLS and signatures -------------------------------------------------------------------------------------------- */

#if defined(ASSENT_OPENSSL)

static const char *tls_reason(void) {
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == NULL ? "the other side ended it" : reason;
}

static assent_status tls_option(assent_error *error, const char *what, const char *path) {
    return fail(error, ASSENT_OPTION, 0, "", "%s %s: %s", what, path == NULL ? "" : path, tls_reason());
}

/* A key that needs a password is refused: OpenSSL would ask for it on the terminal, and wait. */
static int no_password(char *text, int size, int is_writing, void *context) {
    (void)text;
    (void)size;
    (void)is_writing;
    (void)context;
    return 0;
}

static assent_status make_tls_context(assent_client *client, assent_error *error) {
    const assent_options *options = &client->options;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) return fail(error, ASSENT_NO_MEMORY, 0, "", "no memory for TLS");
    client->tls_context = context;
    (void)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    (void)SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (options->authorities_file == NULL) {
        if (SSL_CTX_set_default_verify_paths(context) != 1) return tls_option(error, "the system's authorities", NULL);
    } else if (SSL_CTX_load_verify_locations(context, options->authorities_file, NULL) != 1) {
        return tls_option(error, "authorities", options->authorities_file);
    }
    if ((options->certificate_file == NULL) != (options->key_file == NULL)) {
        return fail(error, ASSENT_OPTION, 0, "", "a certificate and its key belong together");
    }
    if (options->certificate_file != NULL) {
        if (SSL_CTX_use_certificate_chain_file(context, options->certificate_file) != 1) {
            return tls_option(error, "certificate", options->certificate_file);
        }
        SSL_CTX_set_default_passwd_cb(context, no_password);
        if (SSL_CTX_use_PrivateKey_file(context, options->key_file, SSL_FILETYPE_PEM) != 1) {
            return tls_option(error, "key", options->key_file);
        }
    }
    return ASSENT_OK;
}

/* Begins a handshake over a pair of buffers of a bounded size, so that this code alone touches the socket. */
static bool begin_tls(assent_client *client) {
    const char *name = client->options.server_name == NULL ? client->host : client->options.server_name;
    unsigned char address[16];
    BIO *inner = NULL;
    const bool is_address = inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
    client->tls = SSL_new(client->tls_context);
    if (client->tls == NULL || BIO_new_bio_pair(&inner, 32768, &client->sealed, 32768) != 1) {
        SSL_free(client->tls);
        client->tls = NULL;
        return false;
    }
    SSL_set_bio(client->tls, inner, inner);
    SSL_set_connect_state(client->tls);
    if (is_address) {
        if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(client->tls), name) != 1) return false;
    } else {
        SSL_set_hostflags(client->tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        if (SSL_set1_host(client->tls, name) != 1) return false;
        if (SSL_set_tlsext_host_name(client->tls, name) != 1) return false;
    }
    if (client->tls_session != NULL) (void)SSL_set_session(client->tls, client->tls_session);
    return true;
}

static assent_status load_principal_key(assent_client *client, assent_error *error) {
    const assent_options *options = &client->options;
    if (options->principal_seed != NULL) {
        client->principal_key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, options->principal_seed, 32);
    } else if (options->principal_key_file != NULL) {
        FILE *file = fopen(options->principal_key_file, "re");
        if (file == NULL) {
            return fail(error, ASSENT_OPTION, 0, "", "%s: %s", options->principal_key_file, strerror(errno));
        }
        client->principal_key = PEM_read_PrivateKey(file, NULL, no_password, NULL);
        (void)fclose(file);
    } else {
        return fail(error, ASSENT_OPTION, 0, "", "a principal needs a seed or the file of its private key");
    }
    if (client->principal_key == NULL || EVP_PKEY_id(client->principal_key) != EVP_PKEY_ED25519) {
        return fail(error, ASSENT_OPTION, 0, "", "the principal's key is no private key of Ed25519");
    }
    return ASSENT_OK;
}

/* Signs what was said on the connection so far (see Security in the specification). */
static bool sign_session(assent_client *client, const assent_frame *reply, unsigned char signature[64]) {
    static const char prefix[] = "assent-authenticate-1";
    unsigned char message[sizeof prefix + 32 + 64];
    const size_t name_length = strlen(client->options.principal);
    size_t signature_length = 64;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_signed = context != NULL;
    memcpy(message, prefix, sizeof prefix);
    memcpy(message + sizeof prefix + 32, client->options.principal, name_length);
    is_signed = is_signed && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1
                && EVP_DigestUpdate(context, client->hello, client->hello_length) == 1
                && EVP_DigestUpdate(context, reply->bytes, reply->length) == 1
                && EVP_DigestFinal_ex(context, message + sizeof prefix, NULL) == 1
                && EVP_MD_CTX_reset(context) == 1
                && EVP_DigestSignInit(context, NULL, NULL, NULL, client->principal_key) == 1
                && EVP_DigestSign(context, signature, &signature_length, message,
                                  sizeof prefix + 32 + name_length) == 1;
    EVP_MD_CTX_free(context);
    return is_signed;
}

#endif

/* --- Sockets ------------------------------------------------------------------------------------------------------- */

static bool would_block(int code) {
#if EAGAIN != EWOULDBLOCK
    if (code == EWOULDBLOCK) return true;
#endif
    return code == EAGAIN || code == EINTR;
}

/* What came of moving bytes. */
enum moved { MOVED_SOME, MOVED_NONE, MOVED_ENDED };

static enum moved send_bytes(assent_client *client, const unsigned char *bytes, size_t size, size_t *count) {
    const ssize_t sent = send(client->fd, bytes, size, SEND_FLAGS);
    if (sent > 0) {
        *count = (size_t)sent;
        return MOVED_SOME;
    }
    if (sent < 0 && would_block(errno)) return MOVED_NONE;
    /* What the server said before it closed is to be read yet: reading tells the end. */
    client->output_ended = true;
    return MOVED_ENDED;
}

static enum moved receive_bytes(assent_client *client, unsigned char *bytes, size_t room, size_t *count) {
    const ssize_t received = recv(client->fd, bytes, room, 0);
    if (received > 0) {
        *count = (size_t)received;
        client->heard_at = client->now;
        return MOVED_SOME;
    }
    if (received < 0 && would_block(errno)) return MOVED_NONE;
    client->input_ended = true;
    (void)snprintf(client->trouble, sizeof client->trouble, "%s",
                   received == 0 ? "the server closed the connection" : strerror(errno));
    return MOVED_ENDED;
}

#if defined(ASSENT_OPENSSL)

/* Moves sealed bytes out, as far as the socket takes them. */
static bool send_sealed(assent_client *client) {
    bool is_moved = false;
    for (;;) {
        char *bytes = NULL;
        size_t count = 0;
        const int ready = BIO_nread0(client->sealed, &bytes);
        if (ready <= 0) return is_moved;
        if (send_bytes(client, (const unsigned char *)bytes, (size_t)ready, &count) != MOVED_SOME) return is_moved;
        (void)BIO_nread(client->sealed, &bytes, (int)count);
        is_moved = true;
    }
}

/* Moves sealed bytes in, as far as there are some and there is room. */
static bool receive_sealed(assent_client *client) {
    bool is_moved = false;
    while (!client->input_ended) {
        char *bytes = NULL;
        size_t count = 0;
        const int room = BIO_nwrite0(client->sealed, &bytes);
        if (room <= 0) return is_moved;
        if (receive_bytes(client, (unsigned char *)bytes, (size_t)room, &count) != MOVED_SOME) return is_moved;
        (void)BIO_nwrite(client->sealed, &bytes, (int)count);
        is_moved = true;
    }
    return is_moved;
}

/* Goes on with the handshake. False when the connection is no more. */
static bool shake_hands(assent_client *client) {
    for (;;) {
        int result = 0;
        bool is_moved = false;
        ERR_clear_error();
        result = SSL_do_handshake(client->tls);
        is_moved = send_sealed(client);
        if (result == 1) {
            client->state = STATE_GREETING;
            return true;
        }
        if (SSL_get_error(client->tls, result) == SSL_ERROR_SSL) {
            const long verified = SSL_get_verify_result(client->tls);
            if (verified != X509_V_OK) {
                assent_error error;
                memset(&error, 0, sizeof error);
                (void)fail(&error, ASSENT_OPTION, 0, "", "the server's certificate is not trusted: %s",
                           X509_verify_cert_error_string(verified));
                give_up(client, &error);
            } else {
                lose(client, "no TLS: %s", tls_reason());
            }
            return false;
        }
        is_moved = receive_sealed(client) || is_moved;
        if (is_moved) continue;
        if (client->input_ended) {
            lose(client, "no TLS: the server closed the connection");
            return false;
        }
        return true;
    }
}

#endif

static void compact(struct buffer *buffer) {
    if (buffer->start == 0) return;
    memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->end - buffer->start);
    buffer->end -= buffer->start;
    buffer->start = 0;
}

/* Sends what is to go out, as far as that does not block. */
static void flush_output(assent_client *client) {
    while (client->state >= STATE_GREETING && client->output.end > client->output.start && !client->output_ended) {
        const unsigned char *bytes = client->output.bytes + client->output.start;
        size_t count = client->output.end - client->output.start;
#if defined(ASSENT_OPENSSL)
        if (client->tls != NULL) {
            int result = 0;
            ERR_clear_error();
            result = SSL_write(client->tls, bytes, count > 16384 ? 16384 : (int)count);
            if (result > 0) client->output.start += (size_t)result;
            if (!send_sealed(client) && result <= 0) return;
            continue;
        }
#endif
        if (send_bytes(client, bytes, count, &count) != MOVED_SOME) return;
        client->output.start += count;
    }
    if (client->output.start == client->output.end) client->output.start = client->output.end = 0;
#if defined(ASSENT_OPENSSL)
    if (client->tls != NULL) (void)send_sealed(client);
#endif
}

/* Takes in what there is, as far as there is room. */
static void fill_input(assent_client *client) {
    struct buffer *input = &client->input;
    client->is_input_left = false;
    for (;;) {
        size_t count = 0;
        if (input->end == input->size) compact(input);
        if (input->end == input->size) {
            client->is_input_left = client->is_tls;
            return;
        }
#if defined(ASSENT_OPENSSL)
        if (client->tls != NULL) {
            const size_t room = input->size - input->end;
            const bool is_moved = receive_sealed(client);
            int result = 0;
            ERR_clear_error();
            result = SSL_read(client->tls, input->bytes + input->end, room > 65536 ? 65536 : (int)room);
            if (result > 0) {
                input->end += (size_t)result;
                continue;
            }
            (void)send_sealed(client);
            switch (SSL_get_error(client->tls, result)) {
            case SSL_ERROR_WANT_READ:
            case SSL_ERROR_WANT_WRITE:
                if (is_moved) continue;
                return;
            case SSL_ERROR_SSL:
                if (!client->input_ended) {
                    (void)snprintf(client->trouble, sizeof client->trouble, "TLS broke: %s", tls_reason());
                }
                client->input_ended = true;
                return;
            default:
                if (!client->input_ended) {
                    (void)snprintf(client->trouble, sizeof client->trouble, "the server closed the connection");
                }
                client->input_ended = true;
                return;
            }
        }
#endif
        if (client->input_ended) return;
        if (receive_bytes(client, input->bytes + input->end, input->size - input->end, &count) != MOVED_SOME) return;
        input->end += count;
    }
}

/* Makes a socket that does not block and is not inherited. */
static int make_socket(int family) {
    const int one = 1;
    const int fd = socket(family, SOCK_STREAM, 0);
    if (fd < 0) return -1;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0) {
        (void)close(fd);
        return -1;
    }
    if (family != AF_UNIX) (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
#if defined(SO_NOSIGPIPE)
    (void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof one);
#endif
    return fd;
}

static void connect_to(assent_client *client, int family, const struct sockaddr *address, socklen_t size) {
    client->fd = make_socket(family);
    if (client->fd < 0 || (connect(client->fd, address, size) != 0 && errno != EINPROGRESS)) {
        lose(client, "cannot connect to %s: %s", client->options.endpoint, strerror(errno));
        return;
    }
    client->state = STATE_CONNECTING;
    client->opens_until = client->now + (int64_t)client->options.answer_milliseconds * 1000;
}

static void begin_connection(assent_client *client) {
    if (client->is_unix) {
        struct sockaddr_un address;
        memset(&address, 0, sizeof address);
        address.sun_family = AF_UNIX;
        memcpy(address.sun_path, client->host, strlen(client->host));
        connect_to(client, AF_UNIX, (const struct sockaddr *)&address, (socklen_t)sizeof address);
    } else {
        struct addrinfo hints;
        struct addrinfo *found = NULL;
        struct addrinfo *one = NULL;
        uint32_t count = 0;
        uint32_t skipped = 0;
        int result = 0;
        memset(&hints, 0, sizeof hints);
        hints.ai_socktype = SOCK_STREAM;
        result = getaddrinfo(client->host, client->port, &hints, &found);
        if (result != 0) {
            lose(client, "cannot find %s: %s", client->host, gai_strerror(result));
            return;
        }
        for (one = found; one != NULL; one = one->ai_next) count += 1;
        one = found;
        /* After a failure the next of its addresses is tried. */
        skipped = client->addresses_tried++ % (count == 0 ? 1 : count);
        for (; skipped > 0; skipped -= 1) one = one->ai_next;
        if (one == NULL) lose(client, "%s has no address", client->host);
        else connect_to(client, one->ai_family, one->ai_addr, one->ai_addrlen);
        freeaddrinfo(found);
    }
}

/* --- Frames out ---------------------------------------------------------------------------------------------------- */

/* Encodes a message of the client's own behind what is to go out. False when there is no room, or it cannot be made. */
static bool queue_message(assent_client *client, const assent_message *message, uint64_t correlation_id) {
    size_t length = 0;
    compact(&client->output);
    if (assent_encode(message, correlation_id, 0, client->output.bytes + client->output.end,
                      client->output.size - client->output.end, &length, NULL) != ASSENT_OK) {
        return false;
    }
    client->output.end += length;
    return true;
}

static uint64_t next_correlation_id(assent_client *client, uint32_t index) {
    client->counter += 1;
    return (client->counter << INDEX_BITS | index) & ~push_bit;
}

static void say_hello(assent_client *client) {
    assent_message hello;
    assent_message_init(&hello, ASSENT_TEMPLATE_HELLO);
    hello.as.hello.min_frame_version = frame_version;
    hello.as.hello.max_frame_version = frame_version;
    hello.as.hello.schema_version = ASSENT_SCHEMA_VERSION;
    hello.as.hello.wanted_credit = client->options.wanted_credit;
    /* Random bits that no version will ever assign: a server must ignore them. */
    hello.as.hello.features = (draw_random(client) & UINT64_C(0xFFFFFFFF00000000)) | ASSENT_FEATURES_RECEIPTS;
    hello.as.hello.client_name = assent_text_of(client->options.client_name);
    client->greeting_id = next_correlation_id(client, HELLO_INDEX);
    /* The output is empty: this always fits. */
    (void)queue_message(client, &hello, client->greeting_id);
    client->hello_length = client->output.end - client->output.start;
    memcpy(client->hello, client->output.bytes + client->output.start, client->hello_length);
}

/* Sends what waits, as far as the credit goes. */
static void send_waiting(assent_client *client) {
    const uint32_t credit = client->session.credit == 0 ? 1 : client->session.credit;
    if (client->state != STATE_OPEN || client->is_going_away || client->input_ended || client->output_ended) return;
    while (client->lists[PLACE_WAITING].first != NOWHERE) {
        const uint32_t index = client->lists[PLACE_WAITING].first;
        struct request *request = &client->requests[index];
        unsigned char *frame = NULL;
        if (request->length > client->session.frame_bytes_max || request->since > client->session.schema_version) {
            assent_error error;
            memset(&error, 0, sizeof error);
            if (request->length > client->session.frame_bytes_max) {
                (void)fail(&error, ASSENT_TOO_LONG, 0, "", "the request has %zu bytes, the server takes %lu",
                           request->length, (unsigned long)client->session.frame_bytes_max);
            } else {
                (void)fail(&error, ASSENT_INVALID, ASSENT_UNKNOWN_TEMPLATE, "",
                           "the server speaks schema version %u, the message came with %u",
                           client->session.schema_version, request->since);
            }
            finish_without_answer(client, index, &error);
            continue;
        }
        if (request->needs_credit && client->in_flight >= credit) return;
        if (client->output.size - client->output.end < request->length + OUTPUT_MARGIN) compact(&client->output);
        if (client->output.size - client->output.end < request->length + OUTPUT_MARGIN) return;
        frame = client->output.bytes + client->output.end;
        request->correlation_id = next_correlation_id(client, index);
        memcpy(frame, request->frame, request->length);
        store(frame + 8, 8, request->correlation_id);
        seal(frame, request->length);
        client->output.end += request->length;
        request->sent_at = client->now;
        request->attempts += 1;
        if (request->needs_credit) client->in_flight += 1;
        move_last(client, index, PLACE_SENT);
    }
}

/* --- Frames in ----------------------------------------------------------------------------------------------------- */

/* A Reject, whose code may be one that a later version knows. */
struct reject {
    int32_t code;
    uint32_t retry_after_microseconds;
    assent_error error;
};

static bool read_reject(const assent_frame *frame, struct reject *reject) {
    const unsigned char *body = frame->bytes + ASSENT_FRAME_HEADER_BYTES;
    const size_t size = frame->length - ASSENT_FRAME_HEADER_BYTES;
    size_t length = 0;
    memset(reject, 0, sizeof *reject);
    if (frame->block_length < 8 || (size_t)frame->block_length + 2 > size) return false;
    reject->code = (int32_t)load(body, 2);
    reject->retry_after_microseconds = (uint32_t)load(body + 4, 4);
    length = (size_t)load(body + frame->block_length, 2);
    if (length > 512 || length > size - frame->block_length - 2) return false;
    body += (size_t)frame->block_length + 2;
    if (!is_text(body, length, false)) return false;
    (void)fail(&reject->error, ASSENT_INVALID, reject->code, "", "%.*s", (int)length, (const char *)body);
    return true;
}

/* A Reject that ends the connection: whether another one may do better. */
static void end_by_reject(assent_client *client, const struct reject *reject) {
    static const enum place places[] = {PLACE_SENT, PLACE_WAITING, PLACE_PAUSED};
    size_t at = 0;
    for (at = 0; at < sizeof places / sizeof places[0]; at += 1) {
        uint32_t index = client->lists[places[at]].first;
        for (; index != NOWHERE; index = client->requests[index].next) client->requests[index].code = reject->code;
    }
    switch (reject->code) {
    case ASSENT_REJECT_CODE_BAD_CHECKSUM:
    case ASSENT_REJECT_CODE_IDLE_TIMEOUT:
    case ASSENT_REJECT_CODE_TOO_SLOW: lose(client, "the server closes: %s", reject->error.detail); return;
    default:
        if (reject->code / 100 == 4 || reject->code / 100 == 5 || reject->code / 100 > 5) {
            lose(client, "the server refuses the session: %s", reject->error.detail);
        } else {
            give_up(client, &reject->error);
        }
    }
}

/* What the server sends on its own. What a later version may send so is ignored. */
static void take_push(assent_client *client, const assent_frame *frame) {
    struct reject reject;
    assent_message message;
    switch (frame->template_id) {
    case ASSENT_TEMPLATE_PING:
    case ASSENT_TEMPLATE_GO_AWAY:
        if (assent_decode(frame, &message, NULL) != ASSENT_OK) {
            lose(client, "the server sent a malformed %s", assent_template_name(frame->template_id));
            return;
        }
        if (frame->template_id == ASSENT_TEMPLATE_GO_AWAY) {
            client->is_going_away = true;
            client->grace_until = client->now + (int64_t)message.as.go_away.grace_milliseconds * 1000;
        } else {
            const uint64_t payload = message.as.ping.payload;
            assent_message_init(&message, ASSENT_TEMPLATE_PONG);
            message.as.pong.payload = payload;
            if (!queue_message(client, &message, frame->correlation_id)) lose(client, "the server does not read");
        }
        return;
    case ASSENT_TEMPLATE_REJECT:
        if (read_reject(frame, &reject)) end_by_reject(client, &reject);
        else lose(client, "the server sent a malformed Reject");
        return;
    default: return;
    }
}

/* Deals with a Reject of a request. True when it completes it. */
static bool take_refusal(assent_client *client, uint32_t index, const struct reject *reject) {
    struct request *request = &client->requests[index];
    int64_t pause = 0;
    request->code = reject->code;
    request->error = reject->error;
    switch (reject->code / 100) {
    case 2:
    case 3:
        if (reject->code == ASSENT_REJECT_CODE_REQUEST_TOO_OLD) request->may_have_been_executed = true;
        finish(client, index, ASSENT_REFUSED, &reject->error);
        return true;
    case 4: break;
    default: request->may_have_been_executed = true;
    }
    if (reject->code == ASSENT_REJECT_CODE_DRAINING && !client->is_going_away) {
        client->is_going_away = true;
        client->grace_until = client->now + (int64_t)client->options.answer_milliseconds * 1000;
    }
    request->refusals += 1;
    pause = pause_after(client, request->refusals);
    if (pause < (int64_t)reject->retry_after_microseconds) pause = (int64_t)reject->retry_after_microseconds;
    request->due_at = client->now + pause;
    move_last(client, index, PLACE_PAUSED);
    return false;
}

/* The request that a correlation id names and that waits for its answer; NOWHERE when there is none. */
static uint32_t request_of(const assent_client *client, uint64_t correlation_id) {
    const uint32_t index = (uint32_t)(correlation_id & HELLO_INDEX);
    if (index >= client->options.requests_max || client->requests[index].place != PLACE_SENT) return NOWHERE;
    return client->requests[index].correlation_id == correlation_id ? index : NOWHERE;
}

/* Takes a frame of an open session. True when it completes a request, whose answer is then in `reply`. */
static bool take_frame(assent_client *client, const assent_frame *frame, uint32_t *completed, assent_message *reply) {
    uint32_t index = NOWHERE;
    struct reject reject;
    struct request *request = NULL;
    assent_error error;
    if ((frame->correlation_id & push_bit) != 0) {
        take_push(client, frame);
        return false;
    }
    if (frame->template_id == ASSENT_TEMPLATE_REJECT) {
        if (!read_reject(frame, &reject)) {
            lose(client, "the server sent a malformed Reject");
            return false;
        }
        if (reject.code < 200) {
            end_by_reject(client, &reject);
            return false;
        }
    }
    index = request_of(client, frame->correlation_id);
    if (index == NOWHERE) {
        /* The answer to a request whose time was up, or to none. */
        if (client->orphans > 0) {
            client->orphans -= 1;
            client->in_flight -= 1;
        }
        return false;
    }
    request = &client->requests[index];
    if (frame->template_id != ASSENT_TEMPLATE_REJECT) {
        if (frame->template_id != request->reply_id) {
            lose(client, "the server answered with another message than it has to");
            return false;
        }
        memset(&error, 0, sizeof error);
        if (assent_decode(frame, reply, &error) != ASSENT_OK) {
            lose(client, "the server's answer is malformed: %.40s %.80s", error.field, error.detail);
            return false;
        }
    }
    if (request->needs_credit) client->in_flight -= 1;
    client->failures = 0;
    if (frame->template_id == ASSENT_TEMPLATE_REJECT) {
        if (take_refusal(client, index, &reject)) *completed = index;
        return *completed != NOWHERE;
    }
    request->fate = ASSENT_ANSWERED;
    *completed = index;
    return true;
}

/* Another memory than the one that was asked: it cannot know what that one did. */
static void forget_instance(assent_client *client) {
    uint32_t index = client->lists[PLACE_WAITING].first;
    assent_error error;
    memset(&error, 0, sizeof error);
    (void)fail(&error, ASSENT_OK, 0, "", "the server is another instance than the one that was asked: see an operator");
    while (index != NOWHERE) {
        const uint32_t next = client->requests[index].next;
        if (client->requests[index].may_have_been_executed) finish(client, index, ASSENT_UNKNOWN, &error);
        index = next;
    }
    for (index = client->lists[PLACE_PAUSED].first; index != NOWHERE;) {
        const uint32_t next = client->requests[index].next;
        if (client->requests[index].may_have_been_executed) finish(client, index, ASSENT_UNKNOWN, &error);
        index = next;
    }
}

static void take_hello_reply(assent_client *client, const assent_frame *frame, const assent_msg_hello_reply *reply) {
    const bool is_other = client->knows_instance
                          && (client->session.instance_id.high != reply->instance_id.high
                              || client->session.instance_id.low != reply->instance_id.low);
    if (reply->frame_version != frame_version || reply->schema_version > ASSENT_SCHEMA_VERSION
        || reply->frame_bytes_max < ASSENT_FRAME_HEADER_BYTES) {
        lose(client, "the server agreed to what was not offered");
        return;
    }
    if (is_other) forget_instance(client);
    client->knows_instance = true;
    client->session.role = reply->role;
    client->session.schema_version = reply->schema_version;
    client->session.credit = reply->credit;
    client->session.frame_bytes_max = reply->frame_bytes_max;
    client->session.cluster_id = reply->cluster_id;
    client->session.instance_id = reply->instance_id;
    client->session.server_time = reply->server_time;
    (void)snprintf(client->session.server_name, sizeof client->session.server_name, "%.*s",
                   (int)reply->server_name.length, reply->server_name.bytes);
    if (client->options.principal == NULL) {
        client->state = STATE_OPEN;
        client->session.is_open = true;
        return;
    }
#if defined(ASSENT_OPENSSL)
    {
        assent_message message;
        assent_message_init(&message, ASSENT_TEMPLATE_AUTHENTICATE);
        message.as.authenticate.principal = assent_text_of(client->options.principal);
        client->greeting_id = next_correlation_id(client, HELLO_INDEX);
        if (!sign_session(client, frame, message.as.authenticate.signature)
            || !queue_message(client, &message, client->greeting_id)) {
            lose(client, "the session cannot be signed");
            return;
        }
        client->state = STATE_AUTHENTICATING;
    }
#else
    (void)frame;
#endif
}

/* Takes a frame before the session is open. */
static void take_greeting(assent_client *client, const assent_frame *frame) {
    struct reject reject;
    assent_message message;
    const uint16_t expected = client->state == STATE_GREETING ? ASSENT_TEMPLATE_HELLO_REPLY
                                                              : ASSENT_TEMPLATE_AUTHENTICATE_REPLY;
    if ((frame->correlation_id & push_bit) != 0) {
        take_push(client, frame);
        return;
    }
    if (frame->template_id == ASSENT_TEMPLATE_REJECT && read_reject(frame, &reject)) {
        end_by_reject(client, &reject);
    } else if (frame->template_id != expected || frame->correlation_id != client->greeting_id
               || assent_decode(frame, &message, NULL) != ASSENT_OK) {
        lose(client, "the server does not answer as specified");
    } else if (client->state == STATE_GREETING) {
        take_hello_reply(client, frame, &message.as.hello_reply);
    } else {
        client->session.credit = message.as.authenticate_reply.credit;
        client->session.frame_bytes_max = message.as.authenticate_reply.frame_bytes_max;
        client->session.is_open = true;
        client->state = STATE_OPEN;
    }
}

/* Finds the next frame. ASSENT_AGAIN when there is none; then, or when it is none, the connection may be lost. */
static assent_status next_frame(assent_client *client, assent_frame *frame) {
    assent_error error;
    assent_status status = ASSENT_OK;
    if (client->state < STATE_GREETING) return ASSENT_AGAIN;
    memset(&error, 0, sizeof error);
    status = assent_cut(client->input.bytes + client->input.start, client->input.end - client->input.start,
                        client->options.answer_bytes_max, true, frame, &error);
    if (status == ASSENT_INVALID) lose(client, "what came is no frame: %s", error.detail);
    else if (status == ASSENT_AGAIN && client->input_ended) {
        char reason[sizeof client->trouble];
        memcpy(reason, client->trouble, sizeof reason);
        lose(client, "%s", reason);
    }
    return status;
}

/* --- Time ---------------------------------------------------------------------------------------------------------- */

/* Ends the requests whose time is up. */
static void expire(assent_client *client) {
    static const enum place places[] = {PLACE_WAITING, PLACE_PAUSED, PLACE_SENT};
    bool is_silent = false;
    size_t at = 0;
    for (at = 0; at < sizeof places / sizeof places[0]; at += 1) {
        uint32_t index = client->lists[places[at]].first;
        while (index != NOWHERE) {
            struct request *request = &client->requests[index];
            const uint32_t next = request->next;
            if (request->ends_at <= client->now) {
                assent_error error = request->error;
                if (places[at] == PLACE_SENT) {
                    request->may_have_been_executed = true;
                    if (request->needs_credit) client->orphans += 1;
                    if (client->heard_at < request->sent_at) is_silent = true;
                }
                if (error.status == ASSENT_OK) {
                    (void)fail(&error, ASSENT_AGAIN, 0, "", "no answer in time%s%.120s",
                               client->trouble[0] == 0 ? "" : "; ", client->trouble);
                }
                finish_without_answer(client, index, &error);
            }
            index = next;
        }
    }
    if (is_silent) lose(client, "no answer in time");
}

static void wake_paused(assent_client *client) {
    uint32_t index = client->lists[PLACE_PAUSED].first;
    while (index != NOWHERE) {
        const uint32_t next = client->requests[index].next;
        if (client->requests[index].due_at <= client->now) move_last(client, index, PLACE_WAITING);
        index = next;
    }
}

/* When the oldest request that is under way has to have its answer; INT64_MAX when there is none. */
static int64_t answer_due(const assent_client *client) {
    const uint32_t oldest = client->lists[PLACE_SENT].first;
    if (oldest == NOWHERE) return INT64_MAX;
    return client->requests[oldest].sent_at + (int64_t)client->options.answer_milliseconds * 1000;
}

/* When the first request's time is up, or a pause is over. */
static int64_t first_end(const assent_client *client) {
    static const enum place places[] = {PLACE_WAITING, PLACE_PAUSED, PLACE_SENT};
    int64_t first = INT64_MAX;
    size_t at = 0;
    for (at = 0; at < sizeof places / sizeof places[0]; at += 1) {
        uint32_t index = client->lists[places[at]].first;
        for (; index != NOWHERE; index = client->requests[index].next) {
            const struct request *request = &client->requests[index];
            if (request->ends_at < first) first = request->ends_at;
            if (places[at] == PLACE_PAUSED && request->due_at < first) first = request->due_at;
        }
    }
    return first;
}

/* --- What a program calls ------------------------------------------------------------------------------------------ */

void assent_options_init(assent_options *options) {
    memset(options, 0, sizeof *options);
    options->client_name = "assent-c/1";
    options->requests_max = 256;
    options->request_bytes_max = 1024;
    options->answer_bytes_max = 65536;
    options->answer_milliseconds = 10000;
    options->limit_milliseconds = 30000;
    options->pause_milliseconds = 20;
    options->pause_max_milliseconds = 1000;
}

/* Splits HOST:PORT, with brackets around an IPv6 address. */
static assent_status split_host(assent_client *client, char *text, assent_error *error) {
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text || colon[1] == 0) {
        return fail(error, ASSENT_OPTION, 0, "", "the endpoint is not tcp:HOST:PORT, tls:HOST:PORT or unix:PATH");
    }
    *colon = 0;
    client->port = colon + 1;
    if (text[0] == '[' && colon[-1] == ']') {
        colon[-1] = 0;
        text += 1;
    }
    client->host = text;
    return ASSENT_OK;
}

static assent_status set_endpoint(assent_client *client, char *text, assent_error *error) {
    if (strncmp(text, "unix:", 5) == 0) {
        client->is_unix = true;
        client->host = text + 5;
        if (strlen(client->host) == 0 || strlen(client->host) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
            return fail(error, ASSENT_OPTION, 0, "", "the path of the socket is empty or too long");
        }
        return ASSENT_OK;
    }
    client->is_tls = strncmp(text, "tls:", 4) == 0;
    if (!client->is_tls && strncmp(text, "tcp:", 4) != 0) {
        return fail(error, ASSENT_OPTION, 0, "", "the endpoint is not tcp:HOST:PORT, tls:HOST:PORT or unix:PATH");
    }
    return split_host(client, text + 4, error);
}

static assent_status check_options(const assent_options *options, assent_error *error) {
    if (options->endpoint == NULL) return fail(error, ASSENT_OPTION, 0, "", "there is no endpoint");
    if (options->client_name == NULL || strlen(options->client_name) > 64
        || !is_text((const unsigned char *)options->client_name, strlen(options->client_name), false)) {
        return fail(error, ASSENT_OPTION, 0, "", "client_name is more than 64 bytes, or no text");
    }
    if (options->requests_max < 1 || options->requests_max >= HELLO_INDEX) {
        return fail(error, ASSENT_OPTION, 0, "", "requests_max is not from 1 to %u", HELLO_INDEX - 1);
    }
    if (options->request_bytes_max < 64 || options->request_bytes_max > ASSENT_FRAME_BYTES_MAX) {
        return fail(error, ASSENT_OPTION, 0, "", "request_bytes_max is not from 64 to %u", ASSENT_FRAME_BYTES_MAX);
    }
    if (options->answer_bytes_max < 4096 || options->answer_bytes_max > ASSENT_FRAME_BYTES_MAX) {
        return fail(error, ASSENT_OPTION, 0, "", "answer_bytes_max is not from 4096 to %u", ASSENT_FRAME_BYTES_MAX);
    }
    if (options->answer_milliseconds == 0 || options->limit_milliseconds == 0 || options->pause_milliseconds == 0
        || options->pause_max_milliseconds < options->pause_milliseconds) {
        return fail(error, ASSENT_OPTION, 0, "", "a time is zero, or the longest pause is shorter than the first");
    }
    if (options->principal != NULL && (options->principal[0] == 0 || strlen(options->principal) > 64)) {
        return fail(error, ASSENT_OPTION, 0, "", "the principal's name is empty or more than 64 bytes");
    }
    return ASSENT_OK;
}

/* Options with texts of the client's own. */
static assent_status copy_options(assent_client *client, const assent_options *options, assent_error *error) {
    const char **texts[] = {&client->options.endpoint,         &client->options.client_name,
                            &client->options.principal,        &client->options.principal_key_file,
                            &client->options.authorities_file, &client->options.certificate_file,
                            &client->options.key_file,         &client->options.server_name};
    size_t size = strlen(options->endpoint) + 1;
    char *next = NULL;
    size_t at = 0;
    client->options = *options;
    for (at = 0; at < sizeof texts / sizeof texts[0]; at += 1) size += *texts[at] == NULL ? 0 : strlen(*texts[at]) + 1;
    client->strings = next = (char *)malloc(size);
    if (next == NULL) return fail(error, ASSENT_NO_MEMORY, 0, "", "no memory");
    for (at = 0; at < sizeof texts / sizeof texts[0]; at += 1) {
        size_t length = 0;
        if (*texts[at] == NULL) continue;
        length = strlen(*texts[at]) + 1;
        memcpy(next, *texts[at], length);
        *texts[at] = next;
        next += length;
    }
    memcpy(next, options->endpoint, strlen(options->endpoint) + 1);
    return set_endpoint(client, next, error);
}

static assent_status take_memory(assent_client *client, assent_error *error) {
    const assent_options *options = &client->options;
    uint32_t index = 0;
    client->requests = (struct request *)calloc(options->requests_max, sizeof *client->requests);
    client->frames = (unsigned char *)calloc(options->requests_max, options->request_bytes_max);
    client->input.size = options->answer_bytes_max;
    client->input.bytes = (unsigned char *)malloc(client->input.size);
    client->output.size = OUTPUT_MARGIN + (options->request_bytes_max > OUTPUT_BYTES ? options->request_bytes_max
                                                                                    : OUTPUT_BYTES);
    client->output.bytes = (unsigned char *)malloc(client->output.size);
    if (client->requests == NULL || client->frames == NULL || client->input.bytes == NULL
        || client->output.bytes == NULL) {
        return fail(error, ASSENT_NO_MEMORY, 0, "", "no memory");
    }
    for (index = 0; index < PLACE_COUNT; index += 1) client->lists[index].first = client->lists[index].last = NOWHERE;
    for (index = 0; index < options->requests_max; index += 1) {
        client->requests[index].frame = client->frames + (size_t)index * options->request_bytes_max;
        link_last(client, index, PLACE_FREE);
    }
    return ASSENT_OK;
}

static assent_status prepare(assent_client *client, const assent_options *options, assent_error *error) {
    assent_status status = copy_options(client, options, error);
    if (status == ASSENT_OK) status = take_memory(client, error);
    if (status != ASSENT_OK) return status;
    if (!random_bytes(&client->random, sizeof client->random)) {
        return fail(error, ASSENT_OPTION, 0, "", "the system gives no random numbers");
    }
    client->random |= 1;
#if defined(ASSENT_OPENSSL)
    if (client->is_tls) status = make_tls_context(client, error);
    if (status == ASSENT_OK && options->principal != NULL) status = load_principal_key(client, error);
    /* The key is OpenSSL's now; the caller's seed is not looked at again. */
    client->options.principal_seed = NULL;
    return status;
#else
    if (client->is_tls || options->principal != NULL) {
        return fail(error, ASSENT_UNSUPPORTED, 0, "", "TLS and principals need a build with ASSENT_OPENSSL");
    }
    return ASSENT_OK;
#endif
}

assent_status assent_client_create(const assent_options *options, assent_client **client, assent_error *error) {
    assent_status status = check_options(options, error);
    assent_client *made = NULL;
    *client = NULL;
    if (status != ASSENT_OK) return status;
    made = (assent_client *)calloc(1, sizeof *made);
    if (made == NULL) return fail(error, ASSENT_NO_MEMORY, 0, "", "no memory");
    made->fd = -1;
    made->now = monotonic_microseconds();
    status = prepare(made, options, error);
    if (status != ASSENT_OK) {
        assent_client_destroy(made);
        return status;
    }
    *client = made;
    return ASSENT_OK;
}

void assent_client_destroy(assent_client *client) {
    if (client == NULL) return;
    close_connection(client);
#if defined(ASSENT_OPENSSL)
    SSL_SESSION_free(client->tls_session);
    SSL_CTX_free(client->tls_context);
    EVP_PKEY_free(client->principal_key);
#endif
    free(client->input.bytes);
    free(client->output.bytes);
    free(client->frames);
    free(client->requests);
    free(client->strings);
    free(client);
}

assent_status assent_submit(assent_client *client, const assent_message *request, uint32_t deadline_microseconds,
                            void *context, assent_error *error) {
    const uint32_t index = client->lists[PLACE_FREE].first;
    const struct layout *layout = layout_of(request->template_id);
    struct request *place = NULL;
    unsigned char *frame = NULL;
    size_t length = 0;
    assent_status status = ASSENT_OK;
    if (index == NOWHERE) {
        return fail(error, ASSENT_AGAIN, 0, "", "%lu requests are pending",
                    (unsigned long)client->options.requests_max);
    }
    place = &client->requests[index];
    frame = place->frame;
    status = assent_encode(request, 0, deadline_microseconds, frame, client->options.request_bytes_max, &length, error);
    if (status != ASSENT_OK) return status;
    if (layout->reply_id == 0 || request->template_id == ASSENT_TEMPLATE_HELLO
        || request->template_id == ASSENT_TEMPLATE_AUTHENTICATE) {
        return fail(error, ASSENT_MISUSE, 0, "", "%s is no request of a program's", layout->name);
    }
    client->now = monotonic_microseconds();
    unlink_request(client, index);
    memset(place, 0, sizeof *place);
    place->frame = frame;
    place->length = length;
    place->reply_id = layout->reply_id;
    place->since = layout->since;
    place->needs_credit = request->template_id != ASSENT_TEMPLATE_PING
                          && request->template_id != ASSENT_TEMPLATE_HEALTH;
    place->context = context;
    place->ends_at = client->now + (int64_t)client->options.limit_milliseconds * 1000;
    /* What needs no credit does not wait for some. */
    if (place->needs_credit) link_last(client, index, PLACE_WAITING);
    else link_first(client, index, PLACE_WAITING);
    return ASSENT_OK;
}

void assent_process(assent_client *client) {
    assent_frame frame;
    client->now = monotonic_microseconds();
    expire(client);
    wake_paused(client);
    if (client->state == STATE_IDLE && client->lists[PLACE_WAITING].count > 0 && client->connects_at <= client->now) {
        begin_connection(client);
    }
    if (client->state == STATE_CONNECTING) {
        struct pollfd poll_fd;
        poll_fd.fd = client->fd;
        poll_fd.events = POLLOUT;
        poll_fd.revents = 0;
        if (poll(&poll_fd, 1, 0) > 0) {
            int code = 0;
            socklen_t size = sizeof code;
            (void)getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &code, &size);
            if (code != 0) {
                lose(client, "cannot connect to %s: %s", client->options.endpoint, strerror(code));
                return;
            }
            client->state = STATE_GREETING;
#if defined(ASSENT_OPENSSL)
            if (client->is_tls) {
                client->state = STATE_SHAKING_HANDS;
                if (!begin_tls(client)) {
                    lose(client, "no memory for TLS, or the server's name cannot be one");
                    return;
                }
            }
#endif
            say_hello(client);
        }
    }
#if defined(ASSENT_OPENSSL)
    if (client->state == STATE_SHAKING_HANDS && !shake_hands(client)) return;
#endif
    if (client->state >= STATE_GREETING) {
        flush_output(client);
        fill_input(client);
    }
    while (client->state == STATE_GREETING || client->state == STATE_AUTHENTICATING) {
        if (next_frame(client, &frame) != ASSENT_OK) break;
        client->input.start += frame.length;
        take_greeting(client, &frame);
    }
    if (client->state != STATE_IDLE && client->state != STATE_OPEN && client->opens_until <= client->now) {
        lose(client, "no session with %s in time", client->options.endpoint);
    }
    send_waiting(client);
    flush_output(client);
}

/* Drops the frame whose answer was given out. */
static void drop_given_out(assent_client *client) {
    client->input.start += client->given_out;
    client->given_out = 0;
    if (client->input.start == client->input.end) client->input.start = client->input.end = 0;
}

static void give_out(assent_client *client, uint32_t index, assent_completion *completion) {
    const struct request *request = &client->requests[index];
    completion->context = request->context;
    completion->fate = request->fate;
    completion->may_have_been_executed = request->fate == ASSENT_ANSWERED || request->may_have_been_executed;
    completion->code = request->code;
    completion->attempts = request->attempts;
    if (request->fate == ASSENT_ANSWERED) {
        memset(&completion->error, 0, sizeof completion->error);
    } else {
        completion->error = request->error;
        memset(&completion->reply, 0, sizeof completion->reply);
    }
    move_last(client, index, PLACE_FREE);
}

bool assent_next(assent_client *client, assent_completion *completion) {
    uint32_t completed = NOWHERE;
    assent_frame frame;
    drop_given_out(client);
    if (client->lists[PLACE_DONE].first != NOWHERE) {
        give_out(client, client->lists[PLACE_DONE].first, completion);
        return true;
    }
    while (client->state == STATE_OPEN && next_frame(client, &frame) == ASSENT_OK) {
        const bool is_answer = take_frame(client, &frame, &completed, &completion->reply);
        if (is_answer) {
            client->given_out = frame.length;
            give_out(client, completed, completion);
            return true;
        }
        if (client->state == STATE_OPEN) client->input.start += frame.length;
    }
    if (client->state == STATE_OPEN && answer_due(client) <= client->now) lose(client, "no answer in time");
    if (client->state == STATE_OPEN && client->is_going_away) {
        if (client->lists[PLACE_SENT].count == 0) {
            /* Everything sent has its answer: the next session is opened as soon as something is to be sent. */
            close_connection(client);
            client->connects_at = client->now;
            if (client->failures > 0) client->connects_at += pause_after(client, client->failures);
            client->failures += 1;
        } else if (client->grace_until <= client->now) {
            lose(client, "the server went away");
        }
    }
    send_waiting(client);
    flush_output(client);
    if (client->lists[PLACE_DONE].first == NOWHERE) return false;
    give_out(client, client->lists[PLACE_DONE].first, completion);
    return true;
}

int assent_fd(const assent_client *client) { return client->fd; }

int assent_wants(const assent_client *client) {
    int wants = 0;
    if (client->fd < 0) return 0;
    if (client->state == STATE_CONNECTING) return ASSENT_WANTS_WRITE;
    if (client->input.end - client->input.start < client->input.size) wants |= ASSENT_WANTS_READ;
#if defined(ASSENT_OPENSSL)
    if (client->tls != NULL) return BIO_ctrl_pending(client->sealed) > 0 ? wants | ASSENT_WANTS_WRITE : wants;
#endif
    return client->output.end > client->output.start ? wants | ASSENT_WANTS_WRITE : wants;
}

int assent_timeout(const assent_client *client) {
    int64_t at = first_end(client);
    int64_t left = 0;
    if (client->lists[PLACE_DONE].count > 0 || client->input_ended) return 0;
    if (client->is_input_left && client->input.end - client->input.start < client->input.size) return 0;
    if (client->state == STATE_IDLE) {
        if (client->lists[PLACE_WAITING].count > 0 && client->connects_at < at) at = client->connects_at;
    } else if (client->state != STATE_OPEN) {
        if (client->opens_until < at) at = client->opens_until;
    } else {
        if (answer_due(client) < at) at = answer_due(client);
        if (client->is_going_away && client->grace_until < at) at = client->grace_until;
        if (client->is_going_away && client->lists[PLACE_SENT].count == 0) return 0;
    }
    if (at == INT64_MAX) return -1;
    left = at - monotonic_microseconds();
    if (left <= 0) return 0;
    return left / 1000 + 1 > INT32_MAX ? INT32_MAX : (int)(left / 1000 + 1);
}

void assent_wait(assent_client *client, int milliseconds) {
    struct pollfd poll_fd;
    const int wants = assent_wants(client);
    const int timeout = assent_timeout(client);
    if (timeout >= 0 && (milliseconds < 0 || timeout < milliseconds)) milliseconds = timeout;
    poll_fd.fd = client->fd;
    poll_fd.events = 0;
    poll_fd.revents = 0;
    if ((wants & ASSENT_WANTS_READ) != 0) poll_fd.events |= POLLIN;
    if ((wants & ASSENT_WANTS_WRITE) != 0) poll_fd.events |= POLLOUT;
    (void)poll(&poll_fd, client->fd < 0 ? 0 : 1, milliseconds);
    assent_process(client);
}

size_t assent_pending(const assent_client *client) {
    return client->options.requests_max - client->lists[PLACE_FREE].count;
}

assent_status assent_call(assent_client *client, const assent_message *request, uint32_t deadline_microseconds,
                          assent_completion *completion, assent_error *error) {
    assent_status status = ASSENT_OK;
    if (assent_pending(client) > 0) return fail(error, ASSENT_MISUSE, 0, "", "other requests are pending");
    status = assent_submit(client, request, deadline_microseconds, NULL, error);
    if (status != ASSENT_OK) return status;
    assent_process(client);
    while (!assent_next(client, completion)) assent_wait(client, -1);
    return ASSENT_OK;
}

const assent_session *assent_client_session(const assent_client *client) { return &client->session; }

const char *assent_client_trouble(const assent_client *client) { return client->trouble; }

/* --- Receipts ------------------------------------------------------------------------------------------------------ */

/* What every signature's line begins with: an em dash and a space. */
static const char dash[] = "\xE2\x80\x94 ";

static assent_status fail_receipts(assent_error *error, const char *path) {
    return fail(error, ASSENT_OPTION, 0, "", "%s: %s", path, strerror(errno));
}

assent_status assent_receipts_last(const char *path, uint64_t *lsn, assent_error *error) {
    char line[512];
    uint64_t place = 0;
    long end = 0;
    bool begins = true, signs = false;
    assent_status status = ASSENT_OK;
    FILE *file = fopen(path, "a+e");
    *lsn = 0;
    if (file == NULL) return fail_receipts(error, path);
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        const bool ends = strchr(line, '\n') != NULL;
        /* A name may be longer than what is read at a time. */
        if (begins) signs = strncmp(line, dash, sizeof dash - 1) == 0;
        if (begins && strncmp(line, "record ", 7) == 0) place = strtoull(line + 7, NULL, 10);
        if (signs && ends) {
            end = ftell(file);
            *lsn = place;
        }
        begins = ends;
    }
    if (ferror(file) != 0 || end < 0 || ftruncate(fileno(file), (off_t)end) != 0) status = fail_receipts(error, path);
    if (fclose(file) != 0 && status == ASSENT_OK) status = fail_receipts(error, path);
    return status;
}

/* Whether a text has the expected lines, one way only: header, name, journal, record, leaf and so on to a signature. */
static bool is_receipt(assent_text text, const char *const expected[11]) {
    size_t at = 0, line = 0;
    for (line = 0; line < 10; line += 1) {
        const char *start = text.bytes + at;
        const char *end = at < text.length ? (const char *)memchr(start, '\n', text.length - at) : NULL;
        size_t length = 0;
        if (end == NULL) return false;
        length = (size_t)(end - start);
        /* What is not known beforehand is only known to begin so. */
        if (line == 1 || line == 2 || line == 4 || line == 9) {
            if (length <= strlen(expected[line]) || memcmp(start, expected[line], strlen(expected[line])) != 0) {
                return false;
            }
        } else if (length != strlen(expected[line]) || memcmp(start, expected[line], length) != 0) {
            return false;
        }
        at += length + 1;
    }
    return at == text.length;
}

assent_status assent_receipts_keep(const char *path, const assent_msg_receipt_get_reply *reply, assent_id request_id,
                                   const assent_decision *decision, uint64_t previous_lsn, assent_error *error) {
    char record[32], request[48], told[64], previous[32];
    const char *outcome = assent_outcome_name(decision->outcome);
    const char *const expected[11] = {"assent/receipt/v1", "", "journal ", record, "leaf ", request, told, previous, "",
                                      dash, NULL};
    assent_status status = ASSENT_OK;
    FILE *file = NULL;
    if (reply->state == ASSENT_RECEIPT_STATE_PENDING) {
        return fail(error, ASSENT_AGAIN, 0, "state", "the decision is not under a signed checkpoint yet");
    }
    (void)snprintf(record, sizeof record, "record %llu", (unsigned long long)decision->lsn);
    (void)snprintf(request, sizeof request, "request %016llx%016llx", (unsigned long long)request_id.high,
                   (unsigned long long)request_id.low);
    (void)snprintf(told, sizeof told, "decision %s %s %lld", outcome == NULL ? "?" : outcome, decision->response_code,
                   (long long)decision->approved_amount);
    (void)snprintf(previous, sizeof previous, "previous %llu", (unsigned long long)previous_lsn);
    if (reply->state != ASSENT_RECEIPT_STATE_GIVEN || !is_receipt(reply->receipt, expected)) {
        return fail(error, ASSENT_INVALID, 0, "receipt", "no receipt for %s, %s", record, told);
    }
    file = fopen(path, "ae");
    if (file == NULL) return fail_receipts(error, path);
    if (fwrite(reply->receipt.bytes, 1, reply->receipt.length, file) != reply->receipt.length || fflush(file) != 0
        || fsync(fileno(file)) != 0) {
        status = fail_receipts(error, path);
    }
    if (fclose(file) != 0 && status == ASSENT_OK) status = fail_receipts(error, path);
    return status;
}

/*
 * A client of Assent, the card authorization daemon, in C11 (or C++11): this header and assent.c, nothing else.
 *
 * Compiled with -DASSENT_OPENSSL (and -lssl -lcrypto, OpenSSL 3) it speaks TLS and signs as a principal with Ed25519;
 * without, it speaks over TCP and Unix sockets and needs nothing but POSIX. It makes no threads, installs no signal
 * handlers, keeps no global state, and takes its memory once, when a client is created.
 *
 * ../../README.md is the specification, README.md tells how to use this. Structures and enumerations between the marks
 * `generated` and `end` are made from ../../assent.xml by protocolgen.
 */
#ifndef ASSENT_H
#define ASSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* generated: version */
#define ASSENT_SCHEMA_ID 16723u
#define ASSENT_SCHEMA_VERSION 2u
/* end */
#define ASSENT_FRAME_HEADER_BYTES 32u
#define ASSENT_FRAME_BYTES_MAX 1048576u
/* What a number that may be missing is when it is. */
#define ASSENT_NULL INT64_MIN
/* What a value of an enumeration that may be missing is when it is. */
#define ASSENT_NONE (-1)

/* --- What functions say ------------------------------------------------------------------------------------------ */

typedef enum assent_status {
    ASSENT_OK = 0,
    /* Not now: more bytes are needed, or every place for a request is taken. */
    ASSENT_AGAIN,
    /* Bytes or fields break a rule of the specification; the error's code and field say which. */
    ASSENT_INVALID,
    /* It does not fit into the memory that was given for it. */
    ASSENT_TOO_LONG,
    /* The function was not to be called so; a mistake in the program. */
    ASSENT_MISUSE,
    /* An option is wrong, or a file that one names. */
    ASSENT_OPTION,
    /* The option needs ASSENT_OPENSSL, without which this was compiled. */
    ASSENT_UNSUPPORTED,
    ASSENT_NO_MEMORY
} assent_status;

/* Why something is not ASSENT_OK, in words. Functions that take one may be given NULL. */
typedef struct assent_error {
    assent_status status;
    /* With ASSENT_INVALID the code of the Reject that a server would send (enum assent_reject_code); else 0. */
    int32_t code;
    /* The field that it is about, by its name in the schema; empty where it is about none. */
    char field[48];
    /* One line without a full stop. */
    char detail[160];
} assent_error;

/* --- Values ------------------------------------------------------------------------------------------------------ */

/* 128 bits, a UUID: the first eight bytes as a number, then the last eight. Zero stands for none. */
typedef struct assent_id {
    uint64_t high;
    uint64_t low;
} assent_id;

/* UTF-8, not ended by a zero byte. In a message that was decoded it points into the frame. */
typedef struct assent_text {
    const char *bytes;
    size_t length;
} assent_text;

/*
 * The entries of a repeating group. To send some, set `entries` (an array of the group's structure) and `count`. Those
 * of a message that was decoded are read with assent_group_next; they lie in the frame and take no memory.
 */
typedef struct assent_group {
    const void *entries;
    size_t count;
    /* The rest is the codec's. */
    size_t index;
    const unsigned char *wire;
    size_t wire_size;
    const void *layout;
    uint16_t block_length;
} assent_group;

/* generated: vocabulary */
/* Which message a frame carries. */
enum assent_template {
    ASSENT_TEMPLATE_AUTHORIZE = 0x0100,
    ASSENT_TEMPLATE_VERIFY_ACCOUNT = 0x0102,
    ASSENT_TEMPLATE_BALANCE_INQUIRY = 0x0103,
    ASSENT_TEMPLATE_AUTHORIZE_REPLY = 0x0110,
    ASSENT_TEMPLATE_VERIFY_ACCOUNT_REPLY = 0x0112,
    ASSENT_TEMPLATE_BALANCE_INQUIRY_REPLY = 0x0113,
    ASSENT_TEMPLATE_FINANCIAL = 0x0200,
    ASSENT_TEMPLATE_INCREMENT = 0x0101,
    ASSENT_TEMPLATE_REFUND_AUTHORIZE = 0x0104,
    ASSENT_TEMPLATE_ADVICE = 0x0120,
    ASSENT_TEMPLATE_COMPLETION = 0x0220,
    ASSENT_TEMPLATE_CLEARING = 0x0221,
    ASSENT_TEMPLATE_REFUND_CLEARING = 0x0222,
    ASSENT_TEMPLATE_CLEARING_REVERSAL = 0x0223,
    ASSENT_TEMPLATE_REVERSE = 0x0400,
    ASSENT_TEMPLATE_REVERSAL_ADVICE = 0x0420,
    ASSENT_TEMPLATE_CHARGEBACK = 0x0422,
    ASSENT_TEMPLATE_REPRESENTMENT = 0x0423,
    ASSENT_TEMPLATE_FRAUD_REPORT = 0x0620,
    ASSENT_TEMPLATE_FINANCIAL_REPLY = 0x0210,
    ASSENT_TEMPLATE_INCREMENT_REPLY = 0x0111,
    ASSENT_TEMPLATE_REFUND_AUTHORIZE_REPLY = 0x0114,
    ASSENT_TEMPLATE_ADVICE_REPLY = 0x0130,
    ASSENT_TEMPLATE_COMPLETION_REPLY = 0x0230,
    ASSENT_TEMPLATE_CLEARING_REPLY = 0x0231,
    ASSENT_TEMPLATE_REFUND_CLEARING_REPLY = 0x0232,
    ASSENT_TEMPLATE_CLEARING_REVERSAL_REPLY = 0x0233,
    ASSENT_TEMPLATE_REVERSE_REPLY = 0x0410,
    ASSENT_TEMPLATE_REVERSAL_ADVICE_REPLY = 0x0430,
    ASSENT_TEMPLATE_CHARGEBACK_REPLY = 0x0432,
    ASSENT_TEMPLATE_REPRESENTMENT_REPLY = 0x0433,
    ASSENT_TEMPLATE_FRAUD_REPORT_REPLY = 0x0630,
    ASSENT_TEMPLATE_QUERY_BY_REQUEST_ID = 0x0600,
    ASSENT_TEMPLATE_QUERY_BY_REQUEST_ID_REPLY = 0x0610,
    ASSENT_TEMPLATE_RECEIPT_GET = 0x0601,
    ASSENT_TEMPLATE_RECEIPT_GET_REPLY = 0x0611,
    ASSENT_TEMPLATE_HELLO = 0x0800,
    ASSENT_TEMPLATE_HELLO_REPLY = 0x0810,
    ASSENT_TEMPLATE_PING = 0x0801,
    ASSENT_TEMPLATE_PONG = 0x0811,
    ASSENT_TEMPLATE_HEALTH = 0x0802,
    ASSENT_TEMPLATE_HEALTH_REPLY = 0x0812,
    ASSENT_TEMPLATE_GO_AWAY = 0x0803,
    ASSENT_TEMPLATE_AUTHENTICATE = 0x0804,
    ASSENT_TEMPLATE_AUTHENTICATE_REPLY = 0x0814,
    ASSENT_TEMPLATE_REJECT = 0x09FF,
    ASSENT_TEMPLATE_CARD_CREATE = 0x1000,
    ASSENT_TEMPLATE_CARD_SET_STATUS = 0x1001,
    ASSENT_TEMPLATE_CARD_SET_LIMITS = 0x1002,
    ASSENT_TEMPLATE_CARD_CREATE_REPLY = 0x1010,
    ASSENT_TEMPLATE_CARD_SET_STATUS_REPLY = 0x1011,
    ASSENT_TEMPLATE_CARD_SET_LIMITS_REPLY = 0x1012,
    ASSENT_TEMPLATE_CARD_GET = 0x1003,
    ASSENT_TEMPLATE_CARD_GET_REPLY = 0x1013,
    ASSENT_TEMPLATE_CARD_LIST = 0x1004,
    ASSENT_TEMPLATE_CARD_LIST_REPLY = 0x1014,
    ASSENT_TEMPLATE_CARD_REPLACE = 0x1005,
    ASSENT_TEMPLATE_CARD_REPLACE_REPLY = 0x1015,
    ASSENT_TEMPLATE_PAYMENT_GET = 0x1020,
    ASSENT_TEMPLATE_PAYMENT_GET_REPLY = 0x1030,
    ASSENT_TEMPLATE_PAYMENT_LIST = 0x1021,
    ASSENT_TEMPLATE_PAYMENT_LIST_REPLY = 0x1031,
    ASSENT_TEMPLATE_PAYMENT_HISTORY = 0x1022,
    ASSENT_TEMPLATE_PAYMENT_HISTORY_REPLY = 0x1032,
    ASSENT_TEMPLATE_PAYMENT_SEARCH = 0x1023,
    ASSENT_TEMPLATE_PAYMENT_SEARCH_REPLY = 0x1033,
    ASSENT_TEMPLATE_PAYMENT_ALTERNATIVES = 0x1024,
    ASSENT_TEMPLATE_PAYMENT_ALTERNATIVES_REPLY = 0x1034,
    ASSENT_TEMPLATE_CONFIG_GET = 0x1040,
    ASSENT_TEMPLATE_CONFIG_GET_REPLY = 0x1050,
    ASSENT_TEMPLATE_CONFIG_SET = 0x1041,
    ASSENT_TEMPLATE_CONFIG_SET_REPLY = 0x1051,
    ASSENT_TEMPLATE_PRINCIPAL_CREATE = 0x10C0,
    ASSENT_TEMPLATE_PRINCIPAL_CREATE_REPLY = 0x10D0,
    ASSENT_TEMPLATE_PRINCIPAL_ROTATE = 0x10C1,
    ASSENT_TEMPLATE_PRINCIPAL_ROTATE_REPLY = 0x10D1,
    ASSENT_TEMPLATE_PRINCIPAL_CHANGE = 0x10C2,
    ASSENT_TEMPLATE_PRINCIPAL_CHANGE_REPLY = 0x10D2,
    ASSENT_TEMPLATE_PRINCIPAL_REVOKE = 0x10C3,
    ASSENT_TEMPLATE_PRINCIPAL_REVOKE_REPLY = 0x10D3,
    ASSENT_TEMPLATE_PRINCIPAL_LIST = 0x10C4,
    ASSENT_TEMPLATE_PRINCIPAL_LIST_REPLY = 0x10D4,
    ASSENT_TEMPLATE_STATUS = 0x1060,
    ASSENT_TEMPLATE_STATUS_REPLY = 0x1070,
    ASSENT_TEMPLATE_DIGEST = 0x1061,
    ASSENT_TEMPLATE_DIGEST_REPLY = 0x1071,
    ASSENT_TEMPLATE_SNAPSHOT_MAKE = 0x1078,
    ASSENT_TEMPLATE_SNAPSHOT_MAKE_REPLY = 0x1088,
    ASSENT_TEMPLATE_SNAPSHOT_LIST = 0x1079,
    ASSENT_TEMPLATE_SNAPSHOT_LIST_REPLY = 0x1089,
    ASSENT_TEMPLATE_BACKUP_HOLD = 0x10B0,
    ASSENT_TEMPLATE_BACKUP_HOLD_REPLY = 0x10B8,
    ASSENT_TEMPLATE_LEDGER_BALANCES = 0x1072,
    ASSENT_TEMPLATE_LEDGER_BALANCES_REPLY = 0x1082,
    ASSENT_TEMPLATE_LEDGER_ENTRIES = 0x1073,
    ASSENT_TEMPLATE_LEDGER_ENTRIES_REPLY = 0x1083,
    ASSENT_TEMPLATE_LEDGER_CHECK = 0x1074,
    ASSENT_TEMPLATE_LEDGER_CHECK_REPLY = 0x1084,
    ASSENT_TEMPLATE_PROJECTION_STATUS = 0x1075,
    ASSENT_TEMPLATE_PROJECTION_STATUS_REPLY = 0x1085,
    ASSENT_TEMPLATE_PROJECTION_REBUILD = 0x1076,
    ASSENT_TEMPLATE_PROJECTION_REBUILD_REPLY = 0x1086,
    ASSENT_TEMPLATE_RULE_ADD = 0x10A0,
    ASSENT_TEMPLATE_RULE_ADD_REPLY = 0x10A8,
    ASSENT_TEMPLATE_RULE_MOVE = 0x10A1,
    ASSENT_TEMPLATE_RULE_MOVE_REPLY = 0x10A9,
    ASSENT_TEMPLATE_RULE_LIST = 0x10A2,
    ASSENT_TEMPLATE_RULE_LIST_REPLY = 0x10AA,
    ASSENT_TEMPLATE_RULE_HISTORY = 0x10A3,
    ASSENT_TEMPLATE_RULE_HISTORY_REPLY = 0x10AB,
    ASSENT_TEMPLATE_RULE_TEST = 0x10A4,
    ASSENT_TEMPLATE_RULE_TEST_REPLY = 0x10AC,
    ASSENT_TEMPLATE_PAYMENT_RULES = 0x10A5,
    ASSENT_TEMPLATE_PAYMENT_RULES_REPLY = 0x10AD,
    ASSENT_TEMPLATE_LIST_CREATE = 0x10E0,
    ASSENT_TEMPLATE_LIST_CREATE_REPLY = 0x10F0,
    ASSENT_TEMPLATE_LIST_DELETE = 0x10E1,
    ASSENT_TEMPLATE_LIST_DELETE_REPLY = 0x10F1,
    ASSENT_TEMPLATE_LIST_ADD = 0x10E2,
    ASSENT_TEMPLATE_LIST_ADD_REPLY = 0x10F2,
    ASSENT_TEMPLATE_LIST_REMOVE = 0x10E3,
    ASSENT_TEMPLATE_LIST_REMOVE_REPLY = 0x10F3,
    ASSENT_TEMPLATE_LIST_SHOW = 0x10E4,
    ASSENT_TEMPLATE_LIST_SHOW_REPLY = 0x10F4,
    ASSENT_TEMPLATE_LIST_ENTRIES = 0x10E5,
    ASSENT_TEMPLATE_LIST_ENTRIES_REPLY = 0x10F5,
    ASSENT_TEMPLATE_LIST_HISTORY = 0x10E6,
    ASSENT_TEMPLATE_LIST_HISTORY_REPLY = 0x10F6,
};

/* Whether the card was there (ISO 8583 field 22). */
enum assent_card_presence {
    /* The merchant did not say. */
    ASSENT_CARD_PRESENCE_UNKNOWN = 0,
    /* At the terminal. */
    ASSENT_CARD_PRESENCE_PRESENT = 1,
    /* Mail, telephone, internet. */
    ASSENT_CARD_PRESENCE_NOT_PRESENT = 2,
};
/* The name of one, or NULL. */
const char *assent_card_presence_name(int32_t value);

/* How the card's data came to the merchant (ISO 8583 field 22). */
enum assent_entry_mode {
    /* The merchant did not say. */
    ASSENT_ENTRY_MODE_UNKNOWN = 0,
    /* Chip, inserted. */
    ASSENT_ENTRY_MODE_CHIP = 1,
    /* Chip or device, held near. */
    ASSENT_ENTRY_MODE_CONTACTLESS = 2,
    /* Stripe, swiped. */
    ASSENT_ENTRY_MODE_MAGNETIC_STRIPE = 3,
    /* Keyed in. */
    ASSENT_ENTRY_MODE_MANUAL = 4,
    /* Stored by the merchant. */
    ASSENT_ENTRY_MODE_CREDENTIAL_ON_FILE = 5,
    /* Given on a web page. */
    ASSENT_ENTRY_MODE_ELECTRONIC_COMMERCE = 6,
};
/* The name of one, or NULL. */
const char *assent_entry_mode_name(int32_t value);

/* Who started the payment. */
enum assent_initiator {
    /* The cardholder. */
    ASSENT_INITIATOR_CARDHOLDER = 1,
    /* The merchant, as agreed with the cardholder. */
    ASSENT_INITIATOR_MERCHANT = 2,
};
/* The name of one, or NULL. */
const char *assent_initiator_name(int32_t value);

/* Bits. Properties of a payment; the other bits must be zero. */
/* May be approved for less than was asked. */
#define ASSENT_REQUEST_FLAGS_PARTIAL_APPROVAL_ALLOWED (UINT32_C(1) << 0)
/* One of a series. */
#define ASSENT_REQUEST_FLAGS_RECURRING (UINT32_C(1) << 1)
/* The final amount is not known yet. */
#define ASSENT_REQUEST_FLAGS_ESTIMATED (UINT32_C(1) << 2)

/* What the answer is. */
enum assent_outcome {
    /* Yes, in full or in part. */
    ASSENT_OUTCOME_APPROVED = 1,
    /* No. */
    ASSENT_OUTCOME_DECLINED = 2,
    /* Yes, and somebody should look at it. */
    ASSENT_OUTCOME_FLAGGED = 3,
};
/* The name of one, or NULL. */
const char *assent_outcome_name(int32_t value);

/* Why the answer is as it is. */
enum assent_reason {
    /* Approved in full. (00) */
    ASSENT_REASON_APPROVED = 0,
    /* Approved for less than was asked. (10) */
    ASSENT_REASON_PARTIALLY_APPROVED = 1,
    /* The amount or its currency does not fit the card. (13) */
    ASSENT_REASON_INVALID_AMOUNT_OR_CURRENCY = 10,
    /* No card has this token. (14) */
    ASSENT_REASON_CARD_UNKNOWN = 20,
    /* The card was never activated. (78) */
    ASSENT_REASON_CARD_NOT_ACTIVATED = 21,
    /* The card is frozen for the time being. (62) */
    ASSENT_REASON_CARD_FROZEN = 22,
    /* The card was cancelled for good. (14) */
    ASSENT_REASON_CARD_CANCELLED = 23,
    /* The card was reported lost. (41) */
    ASSENT_REASON_CARD_LOST = 24,
    /* The card was reported stolen. (43) */
    ASSENT_REASON_CARD_STOLEN = 25,
    /* The card's last month is over. (54) */
    ASSENT_REASON_CARD_EXPIRED = 26,
    /* The merchant's name is on the block list. (59) */
    ASSENT_REASON_MERCHANT_BLOCKED = 30,
    /* The merchant's category is not allowed. (57) */
    ASSENT_REASON_MERCHANT_CATEGORY_BLOCKED = 31,
    /* The merchant's country is not allowed. (57) */
    ASSENT_REASON_COUNTRY_BLOCKED = 32,
    /* Card-present or card-not-present is not allowed. (57) */
    ASSENT_REASON_PRESENCE_BLOCKED = 33,
    /* Too many payments, or too much, in a window. (65) */
    ASSENT_REASON_VELOCITY_EXCEEDED = 40,
    /* A rule takes it for fraud. (59) */
    ASSENT_REASON_SUSPECTED_FRAUD = 41,
    /* More than one payment of this card may be. (61) */
    ASSENT_REASON_EXCEEDS_TRANSACTION_LIMIT = 50,
    /* More than any payment may be. (61) */
    ASSENT_REASON_EXCEEDS_AMOUNT_THRESHOLD = 51,
    /* More than what is available. (51) */
    ASSENT_REASON_INSUFFICIENT_FUNDS = 52,
    /* A person has to approve it first. (05) */
    ASSENT_REASON_NEEDS_APPROVAL = 53,
    /* The payment that it speaks of is not known. (25) */
    ASSENT_REASON_ORIGINAL_NOT_FOUND = 60,
    /* A full reversal of this payment came before its authorization. (21) */
    ASSENT_REASON_ORIGINAL_REVERSED = 61,
    /* The payment is fully reversed already; nothing was changed. (21) */
    ASSENT_REASON_ALREADY_REVERSED = 62,
    /* The payment is reversed, expired or finally cleared: it takes no more of this. (84) */
    ASSENT_REASON_LIFECYCLE_OVER = 63,
    /* More than what was approved and not yet reversed; nothing was changed. (13) */
    ASSENT_REASON_OVER_REVERSAL = 64,
    /* More than what was approved and its category's tolerance; nothing was changed. (13) */
    ASSENT_REASON_OVER_TOLERANCE = 65,
};
/* The name of one, or NULL. */
const char *assent_reason_name(int32_t value);

/* Whether a new request for the same purchase can help. */
enum assent_retry_class {
    /* Approved: nothing to retry. */
    ASSENT_RETRY_CLASS_NOT_NEEDED = 0,
    /* The answer will not change. */
    ASSENT_RETRY_CLASS_NEVER = 1,
    /* Time or an operator can change the answer. */
    ASSENT_RETRY_CLASS_LATER = 2,
    /* After the request's content is put right. */
    ASSENT_RETRY_CLASS_AFTER_FIX = 3,
};
/* The name of one, or NULL. */
const char *assent_retry_class_name(int32_t value);

/* Bits. Checks of a decision; unknown bits are ignored. */
/* The token names a card. */
#define ASSENT_CHECK_SET_CARD_KNOWN (UINT32_C(1) << 0)
/* The card is active. */
#define ASSENT_CHECK_SET_CARD_STATE (UINT32_C(1) << 1)
/* The card's last month is not over. */
#define ASSENT_CHECK_SET_CARD_EXPIRY (UINT32_C(1) << 2)
/* The amount is in the card's currency. */
#define ASSENT_CHECK_SET_CURRENCY (UINT32_C(1) << 3)
/* The merchant is not on the block list. */
#define ASSENT_CHECK_SET_MERCHANT_BLOCK_LIST (UINT32_C(1) << 4)
/* The category is allowed for this card. */
#define ASSENT_CHECK_SET_MERCHANT_CATEGORY (UINT32_C(1) << 5)
/* The country is allowed for this card. */
#define ASSENT_CHECK_SET_MERCHANT_COUNTRY (UINT32_C(1) << 6)
/* Card-present or not is allowed for this card. */
#define ASSENT_CHECK_SET_PRESENCE (UINT32_C(1) << 7)
/* Velocity rule 1. */
#define ASSENT_CHECK_SET_VELOCITY1 (UINT32_C(1) << 8)
/* Velocity rule 2. */
#define ASSENT_CHECK_SET_VELOCITY2 (UINT32_C(1) << 9)
/* Velocity rule 3. */
#define ASSENT_CHECK_SET_VELOCITY3 (UINT32_C(1) << 10)
/* Velocity rule 4. */
#define ASSENT_CHECK_SET_VELOCITY4 (UINT32_C(1) << 11)
/* Within the card's limit for one payment. */
#define ASSENT_CHECK_SET_TRANSACTION_LIMIT (UINT32_C(1) << 12)
/* Within the limit for any payment. */
#define ASSENT_CHECK_SET_AMOUNT_THRESHOLD (UINT32_C(1) << 13)
/* Within limit less posted less held. */
#define ASSENT_CHECK_SET_SPENDING_LIMIT (UINT32_C(1) << 14)
/* No active rule declines or flags; it comes before the velocity rules. */
#define ASSENT_CHECK_SET_RULES (UINT32_C(1) << 15)
/* No active rule wants a person's approval; it comes last. */
#define ASSENT_CHECK_SET_APPROVAL (UINT32_C(1) << 16)

/* One check of a decision, in order of precedence. */
enum assent_check {
    /* The token names a card. */
    ASSENT_CHECK_CARD_KNOWN = 0,
    /* The card is active. */
    ASSENT_CHECK_CARD_STATE = 1,
    /* The card's last month is not over. */
    ASSENT_CHECK_CARD_EXPIRY = 2,
    /* The amount is in the card's currency. */
    ASSENT_CHECK_CURRENCY = 3,
    /* The merchant is not on the block list. */
    ASSENT_CHECK_MERCHANT_BLOCK_LIST = 4,
    /* The category is allowed for this card. */
    ASSENT_CHECK_MERCHANT_CATEGORY = 5,
    /* The country is allowed for this card. */
    ASSENT_CHECK_MERCHANT_COUNTRY = 6,
    /* Card-present or not is allowed for this card. */
    ASSENT_CHECK_PRESENCE = 7,
    /* Velocity rule 1. */
    ASSENT_CHECK_VELOCITY1 = 8,
    /* Velocity rule 2. */
    ASSENT_CHECK_VELOCITY2 = 9,
    /* Velocity rule 3. */
    ASSENT_CHECK_VELOCITY3 = 10,
    /* Velocity rule 4. */
    ASSENT_CHECK_VELOCITY4 = 11,
    /* Within the card's limit for one payment. */
    ASSENT_CHECK_TRANSACTION_LIMIT = 12,
    /* Within the limit for any payment. */
    ASSENT_CHECK_AMOUNT_THRESHOLD = 13,
    /* Within limit less posted less held. */
    ASSENT_CHECK_SPENDING_LIMIT = 14,
    /* No active rule declines or flags; it comes before the velocity rules. */
    ASSENT_CHECK_RULES = 15,
    /* No active rule wants a person's approval; it comes last. */
    ASSENT_CHECK_APPROVAL = 16,
};
/* The name of one, or NULL. */
const char *assent_check_name(int32_t value);

/* What a check found. */
enum assent_check_result {
    /* Nothing against it. */
    ASSENT_CHECK_RESULT_PASSED = 0,
    /* Decline, unless a partial approval got round it. */
    ASSENT_CHECK_RESULT_FAILED = 1,
    /* Approve, and somebody should look at it. */
    ASSENT_CHECK_RESULT_FLAGGED = 2,
};
/* The name of one, or NULL. */
const char *assent_check_result_name(int32_t value);

/* What of a decided request is changed. */
enum assent_alternative_kind {
    /* The amount; value is the nearest that ends the other way, in minor units of the request's
       currency. */
    ASSENT_ALTERNATIVE_KIND_AMOUNT = 0,
    /* The time; value, in microseconds since 1970, is when velocity windows have emptied enough if
       nothing else happens on the card. */
    ASSENT_ALTERNATIVE_KIND_TIME = 1,
    /* The merchant: another name, number, terminal and city. */
    ASSENT_ALTERNATIVE_KIND_MERCHANT = 2,
    /* What the merchant sells; value is a category for example. */
    ASSENT_ALTERNATIVE_KIND_CATEGORY = 3,
    /* Where the merchant is; value is a country for example, as an integer. */
    ASSENT_ALTERNATIVE_KIND_COUNTRY = 4,
    /* Whether the card was there; value is a cardPresence. */
    ASSENT_ALTERNATIVE_KIND_PRESENCE = 5,
    /* The card's status; value is that of an active card. */
    ASSENT_ALTERNATIVE_KIND_CARD_STATUS = 6,
    /* The card's expiry: it would be good still. */
    ASSENT_ALTERNATIVE_KIND_CARD_EXPIRY = 7,
    /* The card's limit for one payment; value is the least that is enough. */
    ASSENT_ALTERNATIVE_KIND_TRANSACTION_LIMIT = 8,
    /* The account's limit; value is the least that is enough. */
    ASSENT_ALTERNATIVE_KIND_SPENDING_LIMIT = 9,
};
/* The name of one, or NULL. */
const char *assent_alternative_kind_name(int32_t value);

/* What a check's numbers are. */
enum assent_check_unit {
    /* No numbers. */
    ASSENT_CHECK_UNIT_NONE = 0,
    /* Minor units of the payment's currency. */
    ASSENT_CHECK_UNIT_MONEY = 1,
    /* A number of payments. */
    ASSENT_CHECK_UNIT_COUNT = 2,
    /* A code or an identifier. */
    ASSENT_CHECK_UNIT_CODE = 3,
};
/* The name of one, or NULL. */
const char *assent_check_unit_name(int32_t value);

/* What a request asks for. */
enum assent_request_kind {
    /* May the card spend this amount? */
    ASSENT_REQUEST_KIND_AUTHORIZATION = 1,
    /* Is the card good? */
    ASSENT_REQUEST_KIND_ACCOUNT_VERIFICATION = 2,
    /* What is available? */
    ASSENT_REQUEST_KIND_BALANCE_INQUIRY = 3,
    /* May the card spend this amount, and if so, take it at once? */
    ASSENT_REQUEST_KIND_FINANCIAL = 4,
};
/* The name of one, or NULL. */
const char *assent_request_kind_name(int32_t value);

/* What kind of amount a merchant asks for; it chooses how long the hold lasts. */
enum assent_authorization_kind {
    /* The merchant did not say. */
    ASSENT_AUTHORIZATION_KIND_UNKNOWN = 0,
    /* It will be cleared as it is. */
    ASSENT_AUTHORIZATION_KIND_FINAL = 1,
    /* It will be completed later, often for another amount. */
    ASSENT_AUTHORIZATION_KIND_PREAUTHORIZATION = 2,
    /* It is a guess. */
    ASSENT_AUTHORIZATION_KIND_ESTIMATED = 3,
};
/* The name of one, or NULL. */
const char *assent_authorization_kind_name(int32_t value);

/* The network that carried the message. */
enum assent_card_network {
    /* Not said. */
    ASSENT_CARD_NETWORK_UNKNOWN = 0,
    /* Visa. */
    ASSENT_CARD_NETWORK_VISA = 1,
    /* Mastercard. */
    ASSENT_CARD_NETWORK_MASTERCARD = 2,
    /* American Express. */
    ASSENT_CARD_NETWORK_AMERICAN_EXPRESS = 3,
    /* Discover, Diners Club. */
    ASSENT_CARD_NETWORK_DISCOVER = 4,
    /* JCB. */
    ASSENT_CARD_NETWORK_JCB = 5,
    /* UnionPay. */
    ASSENT_CARD_NETWORK_UNION_PAY = 6,
    /* A network of one country. */
    ASSENT_CARD_NETWORK_DOMESTIC = 7,
};
/* The name of one, or NULL. */
const char *assent_card_network_name(int32_t value);

/* What became of the part of a minor unit that a conversion left over. */
enum assent_rounding_rule {
    /* To the nearest; a half away from zero, as card networks do. */
    ASSENT_ROUNDING_RULE_HALF_AWAY_FROM_ZERO = 0,
    /* To the nearest; a half to the even neighbour. */
    ASSENT_ROUNDING_RULE_HALF_EVEN = 1,
    /* It was dropped. */
    ASSENT_ROUNDING_RULE_TOWARD_ZERO = 2,
    /* Any part made a whole one. */
    ASSENT_ROUNDING_RULE_AWAY_FROM_ZERO = 3,
};
/* The name of one, or NULL. */
const char *assent_rounding_rule_name(int32_t value);

/* What happened to a payment. */
enum assent_payment_event_kind {
    /* Nothing, or not known. */
    ASSENT_PAYMENT_EVENT_KIND_UNKNOWN = 0,
    /* Authorize. */
    ASSENT_PAYMENT_EVENT_KIND_AUTHORIZATION = 1,
    /* VerifyAccount. */
    ASSENT_PAYMENT_EVENT_KIND_ACCOUNT_VERIFICATION = 2,
    /* BalanceInquiry. */
    ASSENT_PAYMENT_EVENT_KIND_BALANCE_INQUIRY = 3,
    /* Financial. */
    ASSENT_PAYMENT_EVENT_KIND_FINANCIAL = 4,
    /* Increment. */
    ASSENT_PAYMENT_EVENT_KIND_INCREMENT = 16,
    /* RefundAuthorize. */
    ASSENT_PAYMENT_EVENT_KIND_REFUND_AUTHORIZATION = 17,
    /* Advice. */
    ASSENT_PAYMENT_EVENT_KIND_ADVICE = 18,
    /* Completion. */
    ASSENT_PAYMENT_EVENT_KIND_COMPLETION = 19,
    /* Clearing. */
    ASSENT_PAYMENT_EVENT_KIND_CLEARING = 20,
    /* RefundClearing. */
    ASSENT_PAYMENT_EVENT_KIND_REFUND_CLEARING = 21,
    /* ClearingReversal. */
    ASSENT_PAYMENT_EVENT_KIND_CLEARING_REVERSAL = 22,
    /* Reverse. */
    ASSENT_PAYMENT_EVENT_KIND_REVERSAL = 23,
    /* ReversalAdvice. */
    ASSENT_PAYMENT_EVENT_KIND_REVERSAL_ADVICE = 24,
    /* Chargeback. */
    ASSENT_PAYMENT_EVENT_KIND_CHARGEBACK = 25,
    /* Representment. */
    ASSENT_PAYMENT_EVENT_KIND_REPRESENTMENT = 26,
    /* FraudReport. */
    ASSENT_PAYMENT_EVENT_KIND_FRAUD_REPORT = 27,
    /* The hold's time was over. */
    ASSENT_PAYMENT_EVENT_KIND_EXPIRY = 28,
};
/* The name of one, or NULL. */
const char *assent_payment_event_kind_name(int32_t value);

/* By what an event found its payment, in order of precedence. */
enum assent_match_rule {
    /* By nothing; where the event makes a payment, it is that one. */
    ASSENT_MATCH_RULE_NONE = 0,
    /* By paymentId or originalRequestId. */
    ASSENT_MATCH_RULE_IDENTIFIER = 1,
    /* By lifecycleId. */
    ASSENT_MATCH_RULE_LIFECYCLE = 2,
    /* By acquirerId, stan, originalTransmissionTime and the original's terminal. */
    ASSENT_MATCH_RULE_TRACE = 3,
    /* By retrievalReference, approvalCode, amount and card. */
    ASSENT_MATCH_RULE_RETRIEVAL = 4,
    /* By one of these, with a payment that waits for its authorization. */
    ASSENT_MATCH_RULE_AWAITING = 5,
};
/* The name of one, or NULL. */
const char *assent_match_rule_name(int32_t value);

/* Where a payment stands; it follows from its amounts. */
enum assent_payment_status {
    /* Nothing was approved and nothing was cleared. */
    ASSENT_PAYMENT_STATUS_DECLINED = 1,
    /* Approved for no amount. */
    ASSENT_PAYMENT_STATUS_VERIFIED = 2,
    /* Held. */
    ASSENT_PAYMENT_STATUS_PENDING = 3,
    /* Cleared in part; the rest is held. */
    ASSENT_PAYMENT_STATUS_PARTIALLY_CLEARED = 4,
    /* Cleared; nothing is held. */
    ASSENT_PAYMENT_STATUS_CLEARED = 5,
    /* Given up before anything was cleared. */
    ASSENT_PAYMENT_STATUS_REVERSED = 6,
    /* Held for as long as it may be, and never cleared. */
    ASSENT_PAYMENT_STATUS_EXPIRED = 7,
    /* Cleared without an authorization. */
    ASSENT_PAYMENT_STATUS_FORCE_POSTED = 8,
    /* All that was cleared was given back. */
    ASSENT_PAYMENT_STATUS_REFUNDED = 9,
    /* A part of what was cleared was given back. */
    ASSENT_PAYMENT_STATUS_PARTIALLY_REFUNDED = 10,
    /* Disputed, in part or whole. */
    ASSENT_PAYMENT_STATUS_DISPUTED = 11,
    /* Something came before its authorization, which has not come yet. */
    ASSENT_PAYMENT_STATUS_AWAITING_AUTHORIZATION = 12,
    /* A refund was announced and has not been cleared. */
    ASSENT_PAYMENT_STATUS_REFUND_PENDING = 13,
};
/* The name of one, or NULL. */
const char *assent_payment_status_name(int32_t value);

/* Bits. What a payment went through that its amounts do not say; unknown bits are ignored. */
/* The whole payment was reversed: what is cleared later is late, and nothing more can be held. */
#define ASSENT_PAYMENT_FLAGS_FULLY_REVERSED (UINT32_C(1) << 0)
/* The last clearing has come: what was left of the hold is released. */
#define ASSENT_PAYMENT_FLAGS_FINAL_CLEARED (UINT32_C(1) << 1)
/* The hold stood for as long as it may. */
#define ASSENT_PAYMENT_FLAGS_EXPIRED (UINT32_C(1) << 2)
/* Something came before the authorization, which has not come yet. */
#define ASSENT_PAYMENT_FLAGS_AWAITING_AUTHORIZATION (UINT32_C(1) << 3)
/* A full reversal came before the authorization, and the authorization has come. */
#define ASSENT_PAYMENT_FLAGS_REVERSED_BEFORE_AUTHORIZATION (UINT32_C(1) << 4)
/* Cleared after it was reversed, expired or finally cleared. */
#define ASSENT_PAYMENT_FLAGS_LATE_CLEARED (UINT32_C(1) << 5)
/* Cleared for more than was approved and its category tolerates. */
#define ASSENT_PAYMENT_FLAGS_OVER_CLEARED (UINT32_C(1) << 6)
/* Approved by somebody else, while the daemon could not be asked. */
#define ASSENT_PAYMENT_FLAGS_STAND_IN (UINT32_C(1) << 7)
/* It brought the card above its limit. */
#define ASSENT_PAYMENT_FLAGS_OVER_LIMIT (UINT32_C(1) << 8)
/* Approved, and somebody should look at it. */
#define ASSENT_PAYMENT_FLAGS_FLAGGED (UINT32_C(1) << 9)
/* Its receipt was found to be in order. */
#define ASSENT_PAYMENT_FLAGS_RECEIPT_VERIFIED (UINT32_C(1) << 10)
/* Reported as fraud: a label, which moves no money. */
#define ASSENT_PAYMENT_FLAGS_FRAUD_REPORTED (UINT32_C(1) << 11)
/* A refund was announced and has not been cleared. */
#define ASSENT_PAYMENT_FLAGS_REFUND_PENDING (UINT32_C(1) << 12)
/* More was refunded than was cleared. */
#define ASSENT_PAYMENT_FLAGS_OVER_REFUNDED (UINT32_C(1) << 13)
/* It counts in the card's velocity windows. */
#define ASSENT_PAYMENT_FLAGS_COUNTED (UINT32_C(1) << 14)

/* Why a card is replaced. */
enum assent_replacement_reason {
    /* It was lost: the old card becomes lost. */
    ASSENT_REPLACEMENT_REASON_LOST = 1,
    /* It was stolen: the old card becomes stolen. */
    ASSENT_REPLACEMENT_REASON_STOLEN = 2,
    /* It no longer works: the old card is cancelled. */
    ASSENT_REPLACEMENT_REASON_DAMAGED = 3,
    /* Its last month is over, or soon will be: the old card is cancelled. */
    ASSENT_REPLACEMENT_REASON_EXPIRED = 4,
};
/* The name of one, or NULL. */
const char *assent_replacement_reason_name(int32_t value);

/* An account of the ledger; each exists once in every currency. */
enum assent_ledger_account_name {
    /* What cardholders owe: pending is what their cards hold, posted what is posted to them. */
    ASSENT_LEDGER_ACCOUNT_NAME_RECEIVABLE = 1,
    /* What is owed to the network for what it has cleared. */
    ASSENT_LEDGER_ACCOUNT_NAME_SETTLEMENT = 2,
    /* The other side of every hold. */
    ASSENT_LEDGER_ACCOUNT_NAME_COMMITMENT = 3,
    /* What was charged back, and is claimed from the network. */
    ASSENT_LEDGER_ACCOUNT_NAME_DISPUTES = 4,
    /* What the network has cleared for cards that do not exist. */
    ASSENT_LEDGER_ACCOUNT_NAME_SUSPENSE = 5,
    /* What stands between billing currency and merchant currency. */
    ASSENT_LEDGER_ACCOUNT_NAME_POSITION = 6,
};
/* The name of one, or NULL. */
const char *assent_ledger_account_name_name(int32_t value);

/* Whether an entry is money that is promised, or money that has moved. */
enum assent_ledger_phase {
    /* A hold. */
    ASSENT_LEDGER_PHASE_PENDING = 1,
    /* Cleared, refunded or disputed. */
    ASSENT_LEDGER_PHASE_POSTED = 2,
};
/* The name of one, or NULL. */
const char *assent_ledger_phase_name(int32_t value);

/* What the projection does. */
enum assent_projection_state {
    /* The daemon was started without one. */
    ASSENT_PROJECTION_STATE_OFF = 0,
    /* It is being opened, checked or made anew. */
    ASSENT_PROJECTION_STATE_OPENING = 1,
    /* It has all durable records, or will have them within moments. */
    ASSENT_PROJECTION_STATE_FOLLOWING = 2,
    /* It is more than a transaction behind. */
    ASSENT_PROJECTION_STATE_CATCHING_UP = 3,
    /* Something failed that it will try again. */
    ASSENT_PROJECTION_STATE_WAITING = 4,
};
/* The name of one, or NULL. */
const char *assent_projection_state_name(int32_t value);

/* Where a version of a rule is in its life. */
enum assent_rule_stage {
    /* Written, checked, and not evaluated. */
    ASSENT_RULE_STAGE_DRAFT = 1,
    /* Evaluated and counted; decides nothing. */
    ASSENT_RULE_STAGE_SHADOW = 2,
    /* Decides. */
    ASSENT_RULE_STAGE_ACTIVE = 3,
    /* No longer evaluated; nothing leaves it. */
    ASSENT_RULE_STAGE_RETIRED = 4,
};
/* The name of one, or NULL. */
const char *assent_rule_stage_name(int32_t value);

/* What a rule does when its condition is true. */
enum assent_rule_action {
    /* Decline, for the reason beside it. */
    ASSENT_RULE_ACTION_DECLINE = 1,
    /* Approve, and somebody should look at it. */
    ASSENT_RULE_ACTION_FLAG = 2,
    /* Decline until a person has approved it. */
    ASSENT_RULE_ACTION_REQUIRE_APPROVAL = 3,
};
/* The name of one, or NULL. */
const char *assent_rule_action_name(int32_t value);

/* What a list has, and which attribute of a request it is asked for. */
enum assent_list_kind {
    /* Tokens of cards, UUIDs; for card.token. */
    ASSENT_LIST_KIND_CARD = 1,
    /* Merchants' numbers; for merchant.id. */
    ASSENT_LIST_KIND_MERCHANT = 2,
    /* Merchants' names, kept in their normal form; for merchant.normal_name. */
    ASSENT_LIST_KIND_MERCHANT_NAME = 3,
    /* Terminals; for terminal.id. */
    ASSENT_LIST_KIND_TERMINAL = 4,
    /* Acquirers; for acquirer.id. */
    ASSENT_LIST_KIND_ACQUIRER = 5,
    /* Countries, two letters (ISO 3166-1); for merchant.country. */
    ASSENT_LIST_KIND_COUNTRY = 6,
    /* Merchant category codes, four digits; for merchant.category. */
    ASSENT_LIST_KIND_CATEGORY = 7,
    /* Any texts, compared byte by byte; for any attribute that is a text. */
    ASSENT_LIST_KIND_TEXT = 8,
};
/* The name of one, or NULL. */
const char *assent_list_kind_name(int32_t value);

/* How a list's values are compared with a request's. */
enum assent_list_match {
    /* They are the same. */
    ASSENT_LIST_MATCH_EXACT = 1,
    /* The request's begins with the list's. Not for card, country and category. */
    ASSENT_LIST_MATCH_PREFIX = 2,
};
/* The name of one, or NULL. */
const char *assent_list_match_name(int32_t value);

/* What was done to a list. */
enum assent_list_change {
    /* It was made. */
    ASSENT_LIST_CHANGE_CREATED = 1,
    /* Values were put on it. */
    ASSENT_LIST_CHANGE_ADDED = 2,
    /* Values were taken from it. */
    ASSENT_LIST_CHANGE_REMOVED = 3,
    /* It was deleted. */
    ASSENT_LIST_CHANGE_DELETED = 4,
};
/* The name of one, or NULL. */
const char *assent_list_change_name(int32_t value);

/* Where a card is in its life. */
enum assent_card_status {
    /* Made, and not yet usable. */
    ASSENT_CARD_STATUS_NOT_ACTIVATED = 1,
    /* Usable. */
    ASSENT_CARD_STATUS_ACTIVE = 2,
    /* Stopped for the time being. */
    ASSENT_CARD_STATUS_FROZEN = 3,
    /* Stopped for good. */
    ASSENT_CARD_STATUS_CANCELLED = 4,
    /* Reported lost; stopped for good. */
    ASSENT_CARD_STATUS_LOST = 5,
    /* Reported stolen; stopped for good. */
    ASSENT_CARD_STATUS_STOLEN = 6,
};
/* The name of one, or NULL. */
const char *assent_card_status_name(int32_t value);

/* What became of a request id. */
enum assent_request_found {
    /* Never executed: it may be sent now, with this id. */
    ASSENT_REQUEST_FOUND_UNKNOWN = 0,
    /* Decided: the answer stands beside. */
    ASSENT_REQUEST_FOUND_DECIDED = 1,
    /* Older than what is remembered: nobody can say. Do not send it again. */
    ASSENT_REQUEST_FOUND_TOO_OLD = 2,
    /* Executed; it was an administrative request. */
    ASSENT_REQUEST_FOUND_ADMINISTRATIVE = 3,
};
/* The name of one, or NULL. */
const char *assent_request_found_name(int32_t value);

/* Whether there is a receipt. */
enum assent_receipt_state {
    /* No decision is known under this request id, see QueryByRequestId. */
    ASSENT_RECEIPT_STATE_NONE = 0,
    /* It stands beside. */
    ASSENT_RECEIPT_STATE_GIVEN = 1,
    /* Decided, and not under a signed checkpoint yet: ask again later. */
    ASSENT_RECEIPT_STATE_PENDING = 2,
};
/* The name of one, or NULL. */
const char *assent_receipt_state_name(int32_t value);

/* What a connection may do. */
enum assent_socket_role {
    /* Payments, queries and session messages. */
    ASSENT_SOCKET_ROLE_GATEWAY = 1,
    /* Everything. */
    ASSENT_SOCKET_ROLE_ADMINISTRATION = 2,
};
/* The name of one, or NULL. */
const char *assent_socket_role_name(int32_t value);

/* What the daemon is to its cluster. */
enum assent_node_role {
    /* It decides. */
    ASSENT_NODE_ROLE_PRIMARY = 1,
    /* It follows a primary. */
    ASSENT_NODE_ROLE_STANDBY = 2,
};
/* The name of one, or NULL. */
const char *assent_node_role_name(int32_t value);

/* Why the server takes no more requests. */
enum assent_go_away_reason {
    /* The daemon is stopping. */
    ASSENT_GO_AWAY_REASON_DRAINING = 1,
};
/* The name of one, or NULL. */
const char *assent_go_away_reason_name(int32_t value);

/* Bits. Optional features; unknown bits are ignored, bits 32 to 63 are never assigned. */
/* The daemon's clock follows transmissionTime: not a serving daemon. */
#define ASSENT_FEATURES_SIMULATED_CLOCK (UINT64_C(1) << 0)
/* Decisions get signed receipts: ReceiptGet. */
#define ASSENT_FEATURES_RECEIPTS (UINT64_C(1) << 1)

/* Bits. What a principal may ask. */
/* Authorize, Financial. */
#define ASSENT_SCOPES_AUTHORIZE (UINT32_C(1) << 0)
/* All that happens to a payment later: Increment to FraudReport. */
#define ASSENT_SCOPES_LIFECYCLE (UINT32_C(1) << 1)
/* VerifyAccount, BalanceInquiry. */
#define ASSENT_SCOPES_INQUIRY (UINT32_C(1) << 2)
/* CardCreate, CardSetStatus, CardSetLimits, CardReplace. */
#define ASSENT_SCOPES_CARDS (UINT32_C(1) << 3)
/* ConfigSet. */
#define ASSENT_SCOPES_SETTINGS (UINT32_C(1) << 4)
/* Everything that only shows: cards, payments, settings, the ledger, figures. */
#define ASSENT_SCOPES_REPORTS (UINT32_C(1) << 5)
/* SnapshotMake, ProjectionRebuild. */
#define ASSENT_SCOPES_OPERATIONS (UINT32_C(1) << 6)
/* PrincipalCreate to PrincipalList. */
#define ASSENT_SCOPES_PRINCIPALS (UINT32_C(1) << 7)

/* Why a request was not answered. */
enum assent_reject_code {
    /* Bytes 4 and 5 are not 50 EB. Not this protocol, or out of step. */
    ASSENT_REJECT_CODE_BAD_MAGIC = 101,
    /* The frame's length is below 32 or above the limit of this session. */
    ASSENT_REJECT_CODE_BAD_LENGTH = 102,
    /* The CRC-32C does not match: the bytes were altered on the way. */
    ASSENT_REJECT_CODE_BAD_CHECKSUM = 103,
    /* This frame version is not spoken; the detail names those that are. */
    ASSENT_REJECT_CODE_UNSUPPORTED_FRAME_VERSION = 104,
    /* The first message must be Hello. */
    ASSENT_REJECT_CODE_HELLO_EXPECTED = 105,
    /* Frame flags, or a client's top correlation bit, are set. */
    ASSENT_REJECT_CODE_HEADER_BITS_RESERVED = 106,
    /* Hello was said already. */
    ASSENT_REJECT_CODE_SECOND_HELLO = 107,
    /* Nothing came for too long. Connect again when there is work; send Ping to stay. */
    ASSENT_REJECT_CODE_IDLE_TIMEOUT = 108,
    /* A frame took too long to come, or answers were not read. Connect again. */
    ASSENT_REJECT_CODE_TOO_SLOW = 109,
    /* Nobody was named in time, or too often in vain. Authenticate after Hello. */
    ASSENT_REJECT_CODE_AUTHENTICATION_EXPECTED = 110,
    /* The principal was revoked, or its credentials were replaced. */
    ASSENT_REJECT_CODE_PRINCIPAL_REVOKED = 111,
    /* This socket does not take this template. Use the administration socket. */
    ASSENT_REJECT_CODE_NOT_PERMITTED_ON_SOCKET = 201,
    /* The peer is not allowed to ask this. */
    ASSENT_REJECT_CODE_PRINCIPAL_NOT_PERMITTED = 202,
    /* The server does not know who asks. Before Authenticate only Hello and Ping are taken here. */
    ASSENT_REJECT_CODE_UNAUTHENTICATED = 203,
    /* The signature is not of a key of this principal over this session. */
    ASSENT_REJECT_CODE_AUTHENTICATION_FAILED = 204,
    /* The principal may not ask this; the detail names the scope that it lacks. */
    ASSENT_REJECT_CODE_SCOPE_MISSING = 205,
    /* No such message in this schema version. */
    ASSENT_REJECT_CODE_UNKNOWN_TEMPLATE = 301,
    /* The schema id is not 16723, or the version is 0. */
    ASSENT_REJECT_CODE_UNKNOWN_SCHEMA = 302,
    /* The block is too short, or groups and data do not fill the body exactly. */
    ASSENT_REJECT_CODE_MALFORMED_BODY = 303,
    /* A reserved field or bit is set. */
    ASSENT_REJECT_CODE_RESERVED_NOT_ZERO = 304,
    /* A field's value is not allowed; the detail names the field and what is. */
    ASSENT_REJECT_CODE_INVALID_FIELD = 305,
    /* Characters that the field does not take, or text too long. */
    ASSENT_REJECT_CODE_MALFORMED_TEXT = 306,
    /* This request id was used with other content. Find out why; choose a new id. */
    ASSENT_REJECT_CODE_REQUEST_ID_REUSED = 307,
    /* Not remembered, and older than what surely is: the outcome is unknown. Look the payment up; do not
       re-send with a new id. */
    ASSENT_REJECT_CODE_REQUEST_TOO_OLD = 308,
    /* transmissionTime is more than 10 s ahead of the server. Set the clock, then make a new request. */
    ASSENT_REJECT_CODE_TRANSMISSION_TIME_IN_FUTURE = 309,
    /* requestId is zero. Make a random one and store it first. */
    ASSENT_REJECT_CODE_ZERO_REQUEST_ID = 310,
    /* A card with this token exists. */
    ASSENT_REJECT_CODE_CARD_EXISTS = 320,
    /* No card has this token. */
    ASSENT_REJECT_CODE_CARD_UNKNOWN = 321,
    /* The card cannot go from its status to this one. */
    ASSENT_REJECT_CODE_STATUS_TRANSITION_NOT_ALLOWED = 322,
    /* No such configuration key. */
    ASSENT_REJECT_CODE_SETTING_UNKNOWN = 323,
    /* The value is not one that this key takes; the detail says what is. */
    ASSENT_REJECT_CODE_SETTING_INVALID = 324,
    /* The configuration is not at expectedVersion any more. Read it again. */
    ASSENT_REJECT_CODE_CONFIGURATION_CHANGED = 325,
    /* No such payment. */
    ASSENT_REJECT_CODE_PAYMENT_NOT_FOUND = 326,
    /* A table or list is full. */
    ASSENT_REJECT_CODE_LIMIT_REACHED = 327,
    /* Answering takes longer than the daemon gives one question. Narrow it: a card, an amount, days. */
    ASSENT_REJECT_CODE_QUESTION_TOO_LARGE = 328,
    /* This daemon keeps no projection: it was started with --projection off. */
    ASSENT_REJECT_CODE_PROJECTION_OFF = 329,
    /* The journal's oldest files are gone: a projection made anew would lack what was in them. */
    ASSENT_REJECT_CODE_HISTORY_WOULD_BE_LOST = 330,
    /* This daemon signs no audit log, so there are no receipts: it needs --audit and a key. */
    ASSENT_REJECT_CODE_RECEIPTS_OFF = 331,
    /* No such rule, or no such version of it. */
    ASSENT_REJECT_CODE_RULE_UNKNOWN = 340,
    /* The rule's condition or another field of it is not right; the detail names line, column and bytes
       of the condition. */
    ASSENT_REJECT_CODE_RULE_INVALID = 341,
    /* No version of the rule, or not this one, can go to the state; the detail says why. */
    ASSENT_REJECT_CODE_RULE_TRANSITION_NOT_ALLOWED = 342,
    /* The rule is not at expectedVersion any more. Read it again. */
    ASSENT_REJECT_CODE_RULE_CHANGED = 343,
    /* Who wrote the version may not promote it. */
    ASSENT_REJECT_CODE_SECOND_PERSON_NEEDED = 344,
    /* There is no list of the name. */
    ASSENT_REJECT_CODE_LIST_UNKNOWN = 345,
    /* There is a list of the name already. */
    ASSENT_REJECT_CODE_LIST_EXISTS = 346,
    /* A field of the list, or one of the entries, is not right; the detail says which, counted from 1. */
    ASSENT_REJECT_CODE_LIST_INVALID = 347,
    /* An active or shadow rule reads the list; the detail names it. */
    ASSENT_REJECT_CODE_LIST_IN_USE = 348,
    /* The name, or a credential, is a principal's already. */
    ASSENT_REJECT_CODE_PRINCIPAL_EXISTS = 350,
    /* No principal has this name, or it was revoked. */
    ASSENT_REJECT_CODE_PRINCIPAL_UNKNOWN = 351,
    /* Credit exceeded or the server is at its limit: not executed. Send the same again after retryAfter. */
    ASSENT_REJECT_CODE_BUSY = 401,
    /* The deadline passed before deciding: not executed. */
    ASSENT_REJECT_CODE_DEADLINE_PASSED = 402,
    /* The server is stopping: not executed. Connect elsewhere, send the same again. */
    ASSENT_REJECT_CODE_DRAINING = 403,
    /* The server is still recovering: not executed. Send the same again after retryAfter. */
    ASSENT_REJECT_CODE_NOT_READY = 404,
    /* The journal cannot keep up: not executed. Send the same again after retryAfter. */
    ASSENT_REJECT_CODE_JOURNAL_BEHIND = 405,
    /* The disk has no room for the journal: not executed. Send the same again after retryAfter, or
       elsewhere. */
    ASSENT_REJECT_CODE_STORAGE_UNAVAILABLE = 406,
    /* The principal asks more often than it may: not executed. Send the same again after retryAfter. */
    ASSENT_REJECT_CODE_RATE_EXCEEDED = 407,
    /* The server stopped before the decision was durable. Send the same again, or query the id. */
    ASSENT_REJECT_CODE_OUTCOME_UNKNOWN = 501,
    /* The server failed. Send the same again, or query the id. */
    ASSENT_REJECT_CODE_INTERNAL_ERROR = 502,
};
/* The name of one, or NULL. */
const char *assent_reject_code_name(int32_t value);
/* end */

/* generated: messages */
/* A decision as it was recorded, with the card's figures after it. */
typedef struct assent_decision {
    /* The record of the decision: the payment's number. */
    uint64_t lsn;
    /* The engine's time of the decision. */
    int64_t decided_at;
    /* What was approved and is now held; 0 when declined, verified or inquired. */
    int64_t approved_amount;
    /* The card's limit; null when the card is unknown, as are the next three. ASSENT_NULL for none. */
    int64_t spending_limit;
    /* What is posted against the limit. ASSENT_NULL for none. */
    int64_t posted;
    /* What is held against the limit, this payment included. ASSENT_NULL for none. */
    int64_t held;
    /* limit - posted - held; may be negative after the limit was lowered. ASSENT_NULL for none. */
    int64_t available;
    /* The earliest useful time for a new try; 0 when not known. */
    int64_t retry_at;
    /* The configuration that was used. */
    uint64_t policy_version;
    /* Which checks could run. */
    uint32_t checks_run;
    /* Which of them failed; with a partial approval, the money checks that it got round. */
    uint32_t checks_failed;
    /* Which of them flagged. */
    uint32_t checks_flagged;
    /* Approved, declined or flagged. enum assent_outcome. */
    int32_t outcome;
    /* Why. enum assent_reason. */
    int32_t reason;
    /* Whether a new request can help. enum assent_retry_class. */
    int32_t retry_class;
    /* ISO 8583 field 39. */
    char response_code[3];
    /* The card's currency; zero when the card is unknown. */
    char currency[4];
    /* ISO 8583 field 38: lsn modulo 36^6 as six digits of base 36 (0-9, A-Z); zero when declined. */
    char approval_code[7];
} assent_decision;

/* A card as it stands. */
typedef struct assent_card {
    /* The card. */
    assent_id card_token;
    /* The most that may be posted and held. */
    int64_t spending_limit;
    /* The most that one payment may be; null for no limit. ASSENT_NULL for none. */
    int64_t transaction_limit;
    /* What is posted against the limit. */
    int64_t posted;
    /* What is held against the limit. */
    int64_t held;
    /* limit - posted - held; may be negative after the limit was lowered. */
    int64_t available;
    /* The record that made the card. */
    uint64_t created_lsn;
    /* When that was. */
    int64_t created_at;
    /* The last month in which the card is good; 0 for none. */
    uint16_t expiry;
    /* The card number's last four digits, for display. */
    char last_four[5];
    /* The unit of its amounts. */
    char currency[4];
    /* The name of its controls. */
    char profile[17];
    /* Where it is in its life. enum assent_card_status. */
    int32_t status;
} assent_card;

/* Something that happens to a payment after, or instead of, its authorization. */
typedef struct assent_event {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card; a replaced card's token finds its payments too. */
    assent_id card_token;
    /* How much, in the billing currency; null where the message may leave it out, 0 in Completion alone.
       ASSENT_NULL for none. */
    int64_t amount;
    /* The same in merchantCurrency; null when not said. ASSENT_NULL for none. */
    int64_t merchant_amount;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* amount = merchantAmount * rate / 10^rateScale, in major units; 0 for none. */
    int64_t rate;
    /* The payment, by its number; 0 when not known. */
    uint64_t payment_id;
    /* The payment, by the request id that made it; zero when not known. */
    assent_id original_request_id;
    /* The original's own transmissionTime; null when not known. ASSENT_NULL for none. */
    int64_t original_transmission_time;
    /* The original's trace number; 0 when not known. */
    uint32_t stan;
    /* The network's identifier of the payment's life; zero when not known. */
    char lifecycle_id[17];
    /* ISO 8583 field 32; zero when not known. */
    char acquirer_id[12];
    /* ISO 8583 field 37; zero when not known. */
    char retrieval_reference[13];
    /* ISO 8583 field 38; zero when not known. */
    char approval_code[7];
    /* ISO 8583 field 42. */
    char merchant_id[16];
    /* ISO 8583 field 41, of this message. */
    char terminal_id[9];
    /* ISO 8583 field 41, of the original; zero when it is terminalId. */
    char original_terminal_id[9];
    /* The currency of amount; zero for the card's. */
    char currency[4];
    /* The currency of merchantAmount; zero when it is currency. */
    char merchant_currency[4];
    /* Where the merchant is. */
    char merchant_country[3];
    /* What the merchant sells (ISO 8583 field 18). */
    uint16_t merchant_category;
    /* Whether the card was there. enum assent_card_presence. */
    int32_t presence;
    /* How its data came. enum assent_entry_mode. */
    int32_t entry_mode;
    /* Who started it. enum assent_initiator. */
    int32_t initiator;
    /* The network that carried it. enum assent_card_network. */
    int32_t network;
    /* What amount is, where something is to be held. enum assent_authorization_kind. */
    int32_t authorization_kind;
    /* Decimals of rate. */
    uint8_t rate_scale;
    /* How amount was rounded. enum assent_rounding_rule. */
    int32_t rounding;
    /* A clearing: the last one; what is still held is released. */
    bool is_final;
    /* A clearing of several: which one, from 1; 0 when not said. */
    uint8_t sequence_number;
    /* A clearing of several: of how many; 0 when not known. */
    uint8_t sequence_count;
} assent_event;

/* A payment's amounts, in the card's currency. Held is approved - reversed - expired - cleared. */
typedef struct assent_payment {
    /* Its number: the record of its first event. */
    uint64_t payment_id;
    /* A: the approved amount and its increments. */
    int64_t approved;
    /* R: reversed, or released by a clearing or completion. */
    int64_t reversed;
    /* X: released because its time was over. */
    int64_t expired;
    /* C: cleared against the hold. */
    int64_t cleared;
    /* O: cleared over or without a hold. */
    int64_t over_cleared;
    /* F: refunded. */
    int64_t refunded;
    /* D: charged back and not represented. */
    int64_t disputed;
    /* H: what it holds now. */
    int64_t held;
    /* By how much this event changed what the card holds. */
    int64_t held_change;
    /* By how much this event changed what is posted to the card. */
    int64_t posted_change;
    /* When the hold expires; 0 for never. */
    int64_t expires_at;
    /* What is worth knowing of it. */
    uint32_t flags;
    /* What its amounts say. enum assent_payment_status. */
    int32_t status;
    /* By what this event found it. enum assent_match_rule. */
    int32_t match_rule;
} assent_payment;

/* Somebody who may ask things, as it stands. */
typedef struct assent_principal {
    /* The record that made it: its number for good. */
    uint64_t principal_id;
    /* When that was. */
    int64_t created_at;
    /* The record that changed it last. */
    uint64_t changed_lsn;
    /* When that was. */
    int64_t changed_at;
    /* When it was revoked; 0: it is in force. */
    int64_t revoked_at;
    /* Until when formerKey is accepted; 0 where there is none. */
    int64_t former_key_until;
    /* Until when formerCertificateName is accepted; 0 where there is none. */
    int64_t former_certificate_name_until;
    /* The key of Ed25519 that it signs with; all zero bytes for none. */
    unsigned char public_key[32];
    /* The key before; all zero bytes for none. */
    unsigned char former_key[32];
    /* The Unix user that it runs as; null for none. ASSENT_NULL for none. */
    int64_t user_id;
    /* What it may ask. */
    uint32_t scopes;
    /* Requests a second over all its connections; 0 for no limit. */
    uint32_t rate_per_second;
    /* Requests that may come at once; 0 without a rate. */
    uint32_t burst;
    /* Requests in flight over all its connections; 0 for no limit. */
    uint32_t credit_max;
} assent_principal;

/* May this card spend this amount? Approval holds it. (ISO 8583 0100) */
typedef struct assent_msg_authorize {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card. */
    assent_id card_token;
    /* What is asked for, in the billing currency. */
    int64_t amount;
    /* The amount in merchantCurrency, recorded beside it; null counts as amount. ASSENT_NULL for none. */
    int64_t merchant_amount;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* ISO 8583 field 42. */
    char merchant_id[16];
    /* ISO 8583 field 41. */
    char terminal_id[9];
    /* The currency of amount. */
    char currency[4];
    /* The currency of merchantAmount; zero when it is currency. */
    char merchant_currency[4];
    /* Where the merchant is. */
    char merchant_country[3];
    /* What the merchant sells (ISO 8583 field 18). */
    uint16_t merchant_category;
    /* Whether the card was there. enum assent_card_presence. */
    int32_t presence;
    /* How its data came. enum assent_entry_mode. */
    int32_t entry_mode;
    /* Who started the payment. enum assent_initiator. */
    int32_t initiator;
    /* Properties of the payment. */
    uint32_t flags;
    /* The network's identifier of the payment's life; zero when not known. */
    char lifecycle_id[17];
    /* ISO 8583 field 32; zero when not known. */
    char acquirer_id[12];
    /* ISO 8583 field 37; zero when not known. */
    char retrieval_reference[13];
    /* ISO 8583 field 11; 0 when not known. */
    uint32_t stan;
    /* amount = merchantAmount * rate / 10^rateScale, in major units; 0 for none. */
    int64_t rate;
    /* Decimals of rate. */
    uint8_t rate_scale;
    /* How amount was rounded. enum assent_rounding_rule. */
    int32_t rounding;
    /* The network that carried it. enum assent_card_network. */
    int32_t network;
    /* What amount is; it chooses how long the hold lasts. enum assent_authorization_kind. */
    int32_t authorization_kind;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_authorize;

/* Is this card good? No amount, no hold; counted as an attempt. */
typedef struct assent_msg_verify_account {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card. */
    assent_id card_token;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* ISO 8583 field 42. */
    char merchant_id[16];
    /* ISO 8583 field 41. */
    char terminal_id[9];
    /* The currency of the purchase to come. */
    char currency[4];
    /* Where the merchant is. */
    char merchant_country[3];
    /* What the merchant sells (ISO 8583 field 18). */
    uint16_t merchant_category;
    /* Whether the card was there. enum assent_card_presence. */
    int32_t presence;
    /* How its data came. enum assent_entry_mode. */
    int32_t entry_mode;
    /* Who started the payment. enum assent_initiator. */
    int32_t initiator;
    /* Properties of the purchase to come. */
    uint32_t flags;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_verify_account;

/* What is available on this card? No hold; counted as an attempt. */
typedef struct assent_msg_balance_inquiry {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card. */
    assent_id card_token;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* ISO 8583 field 42. */
    char merchant_id[16];
    /* ISO 8583 field 41. */
    char terminal_id[9];
    /* Where the merchant is. */
    char merchant_country[3];
    /* What the merchant sells (ISO 8583 field 18). */
    uint16_t merchant_category;
    /* Whether the card was there. enum assent_card_presence. */
    int32_t presence;
    /* How its data came. enum assent_entry_mode. */
    int32_t entry_mode;
    /* Who started the inquiry. enum assent_initiator. */
    int32_t initiator;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_balance_inquiry;

/* The decision on Authorize. */
typedef struct assent_msg_authorize_reply {
    /* The decision. */
    assent_decision decision;
} assent_msg_authorize_reply;

/* The decision on VerifyAccount. */
typedef struct assent_msg_verify_account_reply {
    /* The decision. */
    assent_decision decision;
} assent_msg_verify_account_reply;

/* The decision on BalanceInquiry. */
typedef struct assent_msg_balance_inquiry_reply {
    /* The decision. */
    assent_decision decision;
} assent_msg_balance_inquiry_reply;

/* May this card spend this amount, and if so, take it at once? (ISO 8583 0200) */
typedef struct assent_msg_financial {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card. */
    assent_id card_token;
    /* What is asked for, in the billing currency. */
    int64_t amount;
    /* The amount in merchantCurrency, recorded beside it; null counts as amount. ASSENT_NULL for none. */
    int64_t merchant_amount;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* ISO 8583 field 42. */
    char merchant_id[16];
    /* ISO 8583 field 41. */
    char terminal_id[9];
    /* The currency of amount. */
    char currency[4];
    /* The currency of merchantAmount; zero when it is currency. */
    char merchant_currency[4];
    /* Where the merchant is. */
    char merchant_country[3];
    /* What the merchant sells (ISO 8583 field 18). */
    uint16_t merchant_category;
    /* Whether the card was there. enum assent_card_presence. */
    int32_t presence;
    /* How its data came. enum assent_entry_mode. */
    int32_t entry_mode;
    /* Who started the payment. enum assent_initiator. */
    int32_t initiator;
    /* Properties of the payment. */
    uint32_t flags;
    /* The network's identifier of the payment's life; zero when not known. */
    char lifecycle_id[17];
    /* ISO 8583 field 32; zero when not known. */
    char acquirer_id[12];
    /* ISO 8583 field 37; zero when not known. */
    char retrieval_reference[13];
    /* ISO 8583 field 11; 0 when not known. */
    uint32_t stan;
    /* amount = merchantAmount * rate / 10^rateScale, in major units; 0 for none. */
    int64_t rate;
    /* Decimals of rate. */
    uint8_t rate_scale;
    /* How amount was rounded. enum assent_rounding_rule. */
    int32_t rounding;
    /* The network that carried it. enum assent_card_network. */
    int32_t network;
    /* What amount is; it chooses how long the hold lasts. enum assent_authorization_kind. */
    int32_t authorization_kind;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_financial;

/* Raise what an authorization holds. (ISO 8583 0100, field 24 = 187) */
typedef struct assent_msg_increment {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_increment;

/* May the merchant refund this amount? A credit that is to come; nothing changes until it clears. */
typedef struct assent_msg_refund_authorize {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_refund_authorize;

/* Approved elsewhere: record it and hold it. Never refused for money. (ISO 8583 0120) */
typedef struct assent_msg_advice {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_advice;

/* The final amount of an authorization: the hold becomes this much. (ISO 8583 0220) */
typedef struct assent_msg_completion {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_completion;

/* The merchant was paid: post it. Never refused. */
typedef struct assent_msg_clearing {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_clearing;

/* The merchant gave money back: post it. Never refused. */
typedef struct assent_msg_refund_clearing {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_refund_clearing;

/* A clearing was wrong: take it back. It does not hold again. */
typedef struct assent_msg_clearing_reversal {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_clearing_reversal;

/* Release what an authorization holds; null amount for all of it. (ISO 8583 0400) */
typedef struct assent_msg_reverse {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_reverse;

/* It was reversed elsewhere; null amount for all of it. (ISO 8583 0420) */
typedef struct assent_msg_reversal_advice {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_reversal_advice;

/* The cardholder disputes what was cleared: credit it. */
typedef struct assent_msg_chargeback {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_chargeback;

/* The merchant defended a chargeback: debit it again. */
typedef struct assent_msg_representment {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_representment;

/* The payment was fraud: label it. No amount moves. */
typedef struct assent_msg_fraud_report {
    /* What happened, and to which payment. */
    assent_event event;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_fraud_report;

/* The answer to Financial. */
typedef struct assent_msg_financial_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_financial_reply;

/* The answer to Increment. */
typedef struct assent_msg_increment_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_increment_reply;

/* The answer to RefundAuthorize. */
typedef struct assent_msg_refund_authorize_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_refund_authorize_reply;

/* The answer to Advice. */
typedef struct assent_msg_advice_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_advice_reply;

/* The answer to Completion. */
typedef struct assent_msg_completion_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_completion_reply;

/* The answer to Clearing. */
typedef struct assent_msg_clearing_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_clearing_reply;

/* The answer to RefundClearing. */
typedef struct assent_msg_refund_clearing_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_refund_clearing_reply;

/* The answer to ClearingReversal. */
typedef struct assent_msg_clearing_reversal_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_clearing_reversal_reply;

/* The answer to Reverse. */
typedef struct assent_msg_reverse_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_reverse_reply;

/* The answer to ReversalAdvice. */
typedef struct assent_msg_reversal_advice_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_reversal_advice_reply;

/* The answer to Chargeback. */
typedef struct assent_msg_chargeback_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_chargeback_reply;

/* The answer to Representment. */
typedef struct assent_msg_representment_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_representment_reply;

/* The answer to FraudReport. */
typedef struct assent_msg_fraud_report_reply {
    /* The decision on it; its lsn is the record of this event. */
    assent_decision decision;
    /* The payment after it; every byte is zero when there is none. */
    bool has_payment;
    assent_payment payment;
} assent_msg_fraud_report_reply;

/* What became of this request? */
typedef struct assent_msg_query_by_request_id {
    /* The request that is asked about. */
    assent_id request_id;
    /* The one that the request carries. */
    int64_t transmission_time;
} assent_msg_query_by_request_id;

/* What became of a request. */
typedef struct assent_msg_query_by_request_id_reply {
    /* The record of the request when decided or administrative; else 0. */
    uint64_t lsn;
    /* Whether it was executed. enum assent_request_found. */
    int32_t found;
    /* What it asked for, when that was a decision of version 1; else null. eventKind always says it.
       enum assent_request_kind, or ASSENT_NONE. */
    int32_t kind;
    /* The decision, when decided; else every byte is zero. */
    bool has_decision;
    assent_decision decision;
    /* The payment after the request, where its reply has one; else every byte is zero. */
    bool has_payment;
    assent_payment payment;
    /* What the request was, when decided; else unknown. enum assent_payment_event_kind. */
    int32_t event_kind;
} assent_msg_query_by_request_id_reply;

/* A signed receipt for the decision on this request. */
typedef struct assent_msg_receipt_get {
    /* The request that was decided. */
    assent_id request_id;
    /* The one that the request carries. */
    int64_t transmission_time;
    /* The record of the receipt that the client keeps this one behind; 0 for the first. It is signed as
       given. */
    uint64_t previous_lsn;
} assent_msg_receipt_get;

/* The receipt for a decision. */
typedef struct assent_msg_receipt_get_reply {
    /* The record of the decision; 0 when there is none. */
    uint64_t lsn;
    /* Whether there is a receipt. enum assent_receipt_state. */
    int32_t state;
    /* A signed note (Protocol/AUDIT.md); empty unless given. At most 921600 bytes. */
    assent_text receipt;
} assent_msg_receipt_get_reply;

/* The first message of a connection: what the client speaks and wants. */
typedef struct assent_msg_hello {
    /* The lowest frame version that the client speaks. */
    uint8_t min_frame_version;
    /* The highest one. */
    uint8_t max_frame_version;
    /* The schema version that the client was made from. */
    uint16_t schema_version;
    /* How many requests it would like in flight; 0 leaves it to the server. */
    uint32_t wanted_credit;
    /* What the client can do; it sets some of bits 32 to 63 at random. */
    uint64_t features;
    /* The client's name and version, for logs. At most 64 bytes. */
    assent_text client_name;
} assent_msg_hello;

/* What is agreed for this connection. */
typedef struct assent_msg_hello_reply {
    /* The frame version of every following frame. */
    uint8_t frame_version;
    /* What the connection may do. enum assent_socket_role. */
    int32_t role;
    /* The lower of both schema versions. */
    uint16_t schema_version;
    /* The longest frame that the server takes from now on, header included. */
    uint32_t frame_bytes_max;
    /* How many requests may be in flight. */
    uint32_t credit;
    /* The features that both have. */
    uint64_t features;
    /* Random; what Authenticate signs covers it. */
    unsigned char nonce[32];
    /* The cluster: the same after a change of machine. */
    assent_id cluster_id;
    /* The data directory: request ids are remembered in it. */
    assent_id instance_id;
    /* The server's time. */
    int64_t server_time;
    /* The server's name and version. At most 64 bytes. */
    assent_text server_name;
} assent_msg_hello_reply;

/* Are you there? Either side may ask. */
typedef struct assent_msg_ping {
    /* Any number. */
    uint64_t payload;
} assent_msg_ping;

/* Yes. */
typedef struct assent_msg_pong {
    /* The number of the Ping. */
    uint64_t payload;
} assent_msg_pong;

/* How the daemon is. */
typedef struct assent_msg_health_reply {
    /* It runs. */
    bool live;
    /* It takes requests: recovered, and not draining. */
    bool ready;
    /* What it is to its cluster. enum assent_node_role. */
    int32_t role;
    /* Requests taken and not yet answered, of all connections. */
    uint32_t in_flight;
    /* The last durable record. */
    uint64_t durable_lsn;
    /* The last record. */
    uint64_t last_lsn;
    /* Bytes decided and not yet durable. */
    uint64_t journal_lag_bytes;
} assent_msg_health_reply;

/* The server takes no more requests on this connection (pushed). */
typedef struct assent_msg_go_away {
    /* The last request of this connection that was taken, 0 for none; informative. */
    uint64_t last_correlation_id;
    /* The connection closes after this time at the latest. */
    uint32_t grace_milliseconds;
    /* Why. enum assent_go_away_reason. */
    int32_t reason;
} assent_msg_go_away;

/* Who asks on this connection, by a signature over what was said on it. */
typedef struct assent_msg_authenticate {
    /* Ed25519 (RFC 8032) over what Security says. */
    unsigned char signature[64];
    /* The principal's name. At most 64 bytes. */
    assent_text principal;
} assent_msg_authenticate;

/* The server knows who asks. */
typedef struct assent_msg_authenticate_reply {
    /* What it may ask. */
    uint32_t scopes;
    /* How many requests may be in flight, in place of HelloReply's. */
    uint32_t credit;
    /* The longest frame that the server takes from now on, header included. */
    uint32_t frame_bytes_max;
} assent_msg_authenticate_reply;

/* A request was not answered, or the connection closes. */
typedef struct assent_msg_reject {
    /* Why; the hundreds are its class. enum assent_reject_code. */
    int32_t code;
    /* The template of what was refused; 0 when not known. */
    uint16_t template_id;
    /* When to try again, for class 4; 0 when not known. */
    uint32_t retry_after_microseconds;
    /* What was wrong, and what would be right. At most 512 bytes. */
    assent_text detail;
} assent_msg_reject;

/* Make a card. */
typedef struct assent_msg_card_create {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The new card's token. */
    assent_id card_token;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The most that may be posted and held. */
    int64_t spending_limit;
    /* The most that one payment may be; null for no limit. ASSENT_NULL for none. */
    int64_t transaction_limit;
    /* The last month in which the card is good; 0 for none. */
    uint16_t expiry;
    /* The card number's last four digits, for display. */
    char last_four[5];
    /* The unit of its amounts. */
    char currency[4];
    /* The name of its controls; zero for default. */
    char profile[17];
    /* notActivated or active. enum assent_card_status. */
    int32_t status;
} assent_msg_card_create;

/* Activate, freeze, unfreeze, cancel a card or report it lost or stolen. */
typedef struct assent_msg_card_set_status {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card. */
    assent_id card_token;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The new status. enum assent_card_status. */
    int32_t status;
} assent_msg_card_set_status;

/* Change a card's limits, expiry or profile. */
typedef struct assent_msg_card_set_limits {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card. */
    assent_id card_token;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The new limit; null keeps it. ASSENT_NULL for none. */
    int64_t spending_limit;
    /* The new limit for one payment; -1 removes it, null keeps it. ASSENT_NULL for none. */
    int64_t transaction_limit;
    /* The new last month; 0 keeps it. */
    uint16_t expiry;
    /* The new profile; zero keeps it. */
    char profile[17];
} assent_msg_card_set_limits;

/* The card was made. */
typedef struct assent_msg_card_create_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* The card after it. */
    assent_card card;
} assent_msg_card_create_reply;

/* The card's status was set. */
typedef struct assent_msg_card_set_status_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* The card after it. */
    assent_card card;
} assent_msg_card_set_status_reply;

/* The card's limits were set. */
typedef struct assent_msg_card_set_limits_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* The card after it. */
    assent_card card;
} assent_msg_card_set_limits_reply;

/* Show a card. */
typedef struct assent_msg_card_get {
    /* The card. */
    assent_id card_token;
} assent_msg_card_get;

/* A card. */
typedef struct assent_msg_card_get_reply {
    /* The card. */
    assent_card card;
} assent_msg_card_get_reply;

/* List cards in the order of their making. */
typedef struct assent_msg_card_list {
    /* 0 to begin, then nextOrdinal of the page before. */
    uint64_t after_ordinal;
    /* At most so many cards. */
    uint32_t count;
    /* Only this status; null for any. enum assent_card_status, or ASSENT_NONE. */
    int32_t status;
    /* Only this currency; zero for any. */
    char currency[4];
    /* Only these last four digits; zero for any. */
    char last_four[5];
    /* Only this profile; zero for any. */
    char profile[17];
} assent_msg_card_list;

/* One of `cards`. The cards. */
typedef struct assent_msg_card_list_reply_cards_entry {
    /* The card's place in the order of making, from 1. */
    uint64_t ordinal;
    /* The card. */
    assent_card card;
} assent_msg_card_list_reply_cards_entry;

/* A page of cards. */
typedef struct assent_msg_card_list_reply {
    /* For the next page; 0 at the end. */
    uint64_t next_ordinal;
    /* The cards. At most 1000 of `assent_msg_card_list_reply_cards_entry`. */
    assent_group cards;
} assent_msg_card_list_reply;

/* Put a new card in a card's place: limits, balances, history and payments stay. */
typedef struct assent_msg_card_replace {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The card that is replaced. */
    assent_id card_token;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The new card's token. */
    assent_id new_card_token;
    /* The last month in which the new card is good; 0 for none. */
    uint16_t expiry;
    /* The new card number's last four digits, for display. */
    char last_four[5];
    /* Why; it says what the old card becomes. enum assent_replacement_reason. */
    int32_t reason;
} assent_msg_card_replace;

/* The card was replaced. */
typedef struct assent_msg_card_replace_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* The new card, with the account's figures. */
    assent_card card;
} assent_msg_card_replace_reply;

/* Show a payment, by its number or by its request id. */
typedef struct assent_msg_payment_get {
    /* The payment's number; 0 to look for requestId. */
    uint64_t lsn;
    /* The request's id; zero to look for lsn. */
    assent_id request_id;
} assent_msg_payment_get;

/* One of `checks`. Every check that ran, in order of precedence. */
typedef struct assent_msg_payment_get_reply_checks_entry {
    /* Which one. enum assent_check. */
    int32_t check;
    /* What it found. enum assent_check_result. */
    int32_t result;
    /* What its numbers are. enum assent_check_unit. */
    int32_t unit;
    /* What it saw; null when not a number. ASSENT_NULL for none. */
    int64_t seen;
    /* Against what limit; null when there is none. ASSENT_NULL for none. */
    int64_t allowed;
} assent_msg_payment_get_reply_checks_entry;

/* A payment: what was asked, what was decided, and what every check saw. */
typedef struct assent_msg_payment_get_reply {
    /* The request. */
    assent_id request_id;
    /* The card. */
    assent_id card_token;
    /* What was asked for; null unless an authorization. ASSENT_NULL for none. */
    int64_t amount;
    /* The amount in merchantCurrency; null when it was the same. ASSENT_NULL for none. */
    int64_t merchant_amount;
    /* The client's time when it made the request. */
    int64_t transmission_time;
    /* ISO 8583 field 42. */
    char merchant_id[16];
    /* ISO 8583 field 41. */
    char terminal_id[9];
    /* The currency of amount; zero for a balance inquiry. */
    char currency[4];
    /* The currency of merchantAmount; zero when it was the same. */
    char merchant_currency[4];
    /* Where the merchant is. */
    char merchant_country[3];
    /* What the merchant sells. */
    uint16_t merchant_category;
    /* Whether the card was there. enum assent_card_presence. */
    int32_t presence;
    /* How its data came. enum assent_entry_mode. */
    int32_t entry_mode;
    /* Who started the payment. enum assent_initiator. */
    int32_t initiator;
    /* Properties of the payment. */
    uint32_t flags;
    /* What was asked; authorization when another event made the payment, see eventKind. enum
       assent_request_kind. */
    int32_t kind;
    /* The decision. */
    assent_decision decision;
    /* The payment as it stands; every byte is zero when the request made none. */
    bool has_payment;
    assent_payment payment;
    /* The network's identifier of the payment's life; zero when not known. */
    char lifecycle_id[17];
    /* ISO 8583 field 32; zero when not known. */
    char acquirer_id[12];
    /* ISO 8583 field 37; zero when not known. */
    char retrieval_reference[13];
    /* ISO 8583 field 11; 0 when not known. */
    uint32_t stan;
    /* amount = merchantAmount * rate / 10^rateScale, in major units; 0 for none. */
    int64_t rate;
    /* Decimals of rate. */
    uint8_t rate_scale;
    /* How amount was rounded. enum assent_rounding_rule. */
    int32_t rounding;
    /* The network that carried it. enum assent_card_network. */
    int32_t network;
    /* What amount is; it chooses how long the hold lasts. enum assent_authorization_kind. */
    int32_t authorization_kind;
    /* What made the payment. enum assent_payment_event_kind. */
    int32_t event_kind;
    /* The record of its last event; 0 when the request made no payment. */
    uint64_t last_lsn;
    /* When that was; 0 when the request made no payment. */
    int64_t last_at;
    /* Every check that ran, in order of precedence. At most 64 of
       `assent_msg_payment_get_reply_checks_entry`. */
    assent_group checks;
    /* The merchant's name. At most 64 bytes. */
    assent_text merchant_name;
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
    /* The decision in plain words. At most 2048 bytes. */
    assent_text detail;
} assent_msg_payment_get_reply;

/* List payments, newest first. */
typedef struct assent_msg_payment_list {
    /* 0 to begin with the newest, then nextBeforeLsn of the page before. */
    uint64_t before_lsn;
    /* Only this card; zero for any. */
    assent_id card_token;
    /* Only decided at or after; null for any. ASSENT_NULL for none. */
    int64_t from;
    /* Only decided before; null for any. ASSENT_NULL for none. */
    int64_t to;
    /* At most so many payments. */
    uint32_t count;
    /* Only this outcome; null for any. enum assent_outcome, or ASSENT_NONE. */
    int32_t outcome;
    /* Only this kind; null for any. enum assent_request_kind, or ASSENT_NONE. */
    int32_t kind;
    /* Only this reason; null for any. enum assent_reason, or ASSENT_NONE. */
    int32_t reason;
    /* Only merchants whose name contains this; empty for any. At most 64 bytes. */
    assent_text merchant_contains;
} assent_msg_payment_list;

/* One of `payments`. The payments. */
typedef struct assent_msg_payment_list_reply_payments_entry {
    /* The payment's number. */
    uint64_t lsn;
    /* When it was decided. */
    int64_t decided_at;
    /* The card. */
    assent_id card_token;
    /* The request. */
    assent_id request_id;
    /* What was asked for; null unless an authorization. ASSENT_NULL for none. */
    int64_t amount;
    /* What was approved. */
    int64_t approved_amount;
    /* The currency of both; zero for a balance inquiry of an unknown card. */
    char currency[4];
    /* Approved, declined or flagged. enum assent_outcome. */
    int32_t outcome;
    /* Why. enum assent_reason. */
    int32_t reason;
    /* What was asked. enum assent_request_kind. */
    int32_t kind;
    /* ISO 8583 field 39. */
    char response_code[3];
    /* What the merchant sells. */
    uint16_t merchant_category;
    /* Where the merchant is. */
    char merchant_country[3];
    /* The merchant's name. */
    char merchant_name[65];
} assent_msg_payment_list_reply_payments_entry;

/* A page of payments. */
typedef struct assent_msg_payment_list_reply {
    /* For the next page; 0 at the end. */
    uint64_t next_before_lsn;
    /* How many payments were looked at for this page. */
    uint64_t scanned;
    /* The payments. At most 500 of `assent_msg_payment_list_reply_payments_entry`. */
    assent_group payments;
} assent_msg_payment_list_reply;

/* Everything that happened to a payment, newest first. */
typedef struct assent_msg_payment_history {
    /* The payment's number. */
    uint64_t payment_id;
    /* 0 to begin with the newest event, then nextBeforeLsn of the page before. */
    uint64_t before_lsn;
    /* At most so many events. */
    uint32_t count;
} assent_msg_payment_history;

/* One of `events`. The events. */
typedef struct assent_msg_payment_history_reply_events_entry {
    /* The record of the event. */
    uint64_t lsn;
    /* When it was decided. */
    int64_t decided_at;
    /* Its request; zero when the daemon made it (expiry). */
    assent_id request_id;
    /* What was asked for; null for all of it, or none. ASSENT_NULL for none. */
    int64_t amount;
    /* The amount in merchantCurrency; null when it was the same. ASSENT_NULL for none. */
    int64_t merchant_amount;
    /* amount = merchantAmount * rate / 10^rateScale, in major units; 0 for none. */
    int64_t rate;
    /* The payment after it, and what it changed; every byte is zero when it made none. */
    bool has_payment;
    assent_payment payment;
    /* What happened. enum assent_payment_event_kind. */
    int32_t kind;
    /* Approved, declined or flagged. enum assent_outcome. */
    int32_t outcome;
    /* Why. enum assent_reason. */
    int32_t reason;
    /* ISO 8583 field 39. */
    char response_code[3];
    /* The currency of merchantAmount; zero when it was the same. */
    char merchant_currency[4];
    /* Decimals of rate. */
    uint8_t rate_scale;
    /* How amount was rounded. enum assent_rounding_rule. */
    int32_t rounding;
    /* A clearing: the last one. */
    bool is_final;
    /* A clearing of several: which one; 0 when not said. */
    uint8_t sequence_number;
    /* A clearing of several: of how many; 0 when not known. */
    uint8_t sequence_count;
} assent_msg_payment_history_reply_events_entry;

/* Events of a payment. */
typedef struct assent_msg_payment_history_reply {
    /* For the next page; 0 at the end. */
    uint64_t next_before_lsn;
    /* The currency of its amounts; zero when the card is unknown. */
    char currency[4];
    /* Up to this record events that changed nothing are there too; 0 without a projection. */
    uint64_t whole_through_lsn;
    /* The events. At most 500 of `assent_msg_payment_history_reply_events_entry`. */
    assent_group events;
} assent_msg_payment_history_reply;

/* Search payments as they stand, in the projection, newest first. */
typedef struct assent_msg_payment_search {
    /* 0 to begin with the newest, then nextBeforeLsn of the page before. */
    uint64_t before_lsn;
    /* Wait until the projection has this record, for 2 s at most; 0 for no wait, 2^64-1 for all that is
       durable now. */
    uint64_t at_least_lsn;
    /* Only this card and those that share its account; zero for any. */
    assent_id card_token;
    /* Only made at or after; null for any. ASSENT_NULL for none. */
    int64_t from;
    /* Only made before; null for any. ASSENT_NULL for none. */
    int64_t to;
    /* Only asked for at least so much; null for any. ASSENT_NULL for none. */
    int64_t amount_min;
    /* Only asked for at most so much; null for any. ASSENT_NULL for none. */
    int64_t amount_max;
    /* At most so many payments. */
    uint32_t count;
    /* Only in this currency; zero for any. */
    char currency[4];
    /* Only with this status; null for any. enum assent_payment_status, or ASSENT_NONE. */
    int32_t status;
    /* Only answered so; null for any. enum assent_outcome, or ASSENT_NONE. */
    int32_t outcome;
    /* Only answered for this reason; null for any. enum assent_reason, or ASSENT_NONE. */
    int32_t reason;
    /* Only with such an event, first or later; null for any. enum assent_payment_event_kind, or
       ASSENT_NONE. */
    int32_t kind;
    /* Only this merchant, by its whole name; case, accents and punctuation do not count. Empty for any.
       At most 64 bytes. */
    assent_text merchant;
    /* Only merchants whose name and city have words that begin with these, in any order; empty for any.
       At most 128 bytes. */
    assent_text text;
} assent_msg_payment_search;

/* One of `payments`. The payments. */
typedef struct assent_msg_payment_search_reply_payments_entry {
    /* The payment's number: the record of its first event. */
    uint64_t payment_id;
    /* The record that changed it last. */
    uint64_t last_lsn;
    /* When it was made. */
    int64_t decided_at;
    /* When it changed last. */
    int64_t last_at;
    /* The card that was used. */
    assent_id card_token;
    /* Its request; that of its authorization once that has come. */
    assent_id request_id;
    /* What was asked for; null where nothing was. ASSENT_NULL for none. */
    int64_t amount;
    /* The amount in merchantCurrency; null when it was the same. ASSENT_NULL for none. */
    int64_t merchant_amount;
    /* A: the approved amount and its increments. */
    int64_t approved;
    /* R: reversed, or released by a clearing or completion. */
    int64_t reversed;
    /* X: released because its time was over. */
    int64_t expired;
    /* C: cleared against the hold. */
    int64_t cleared;
    /* O: cleared over or without a hold; below zero for what was taken back from a card that does not
       exist. */
    int64_t over_cleared;
    /* F: refunded. */
    int64_t refunded;
    /* D: charged back and not represented; below zero as overCleared. */
    int64_t disputed;
    /* What is worth knowing of it. */
    uint32_t flags;
    /* What the merchant sells. */
    uint16_t merchant_category;
    /* Where the merchant is. */
    char merchant_country[3];
    /* The currency of all amounts; zero for a balance inquiry of an unknown card. */
    char currency[4];
    /* The currency of merchantAmount; zero when it was the same. */
    char merchant_currency[4];
    /* What it began with; authorization once that has come. enum assent_payment_event_kind. */
    int32_t kind;
    /* How that was answered. enum assent_outcome. */
    int32_t outcome;
    /* Why. enum assent_reason. */
    int32_t reason;
    /* What its amounts say. enum assent_payment_status. */
    int32_t status;
    /* ISO 8583 field 42. */
    char merchant_id[16];
    /* ISO 8583 field 41. */
    char terminal_id[9];
    /* The merchant's name. */
    char merchant_name[65];
    /* The merchant's city. At most 32 bytes. */
    assent_text merchant_city;
} assent_msg_payment_search_reply_payments_entry;

/* A page of payments as they stand. */
typedef struct assent_msg_payment_search_reply {
    /* For the next page, which a page that is not full, even an empty one, may have too; 0 at the end. */
    uint64_t next_before_lsn;
    /* The last record that the answer counts. */
    uint64_t projected_lsn;
    /* The last durable record. */
    uint64_t durable_lsn;
    /* The payments. At most 500 of `assent_msg_payment_search_reply_payments_entry`. */
    assent_group payments;
} assent_msg_payment_search_reply;

/* Show what single changes would have ended a decision the other way. */
typedef struct assent_msg_payment_alternatives {
    /* The record of the decision. */
    uint64_t lsn;
} assent_msg_payment_alternatives;

/* One of `alternatives`. One change each; none where no single one is enough. */
typedef struct assent_msg_payment_alternatives_reply_alternatives_entry {
    /* To what; null where there is no number for it. ASSENT_NULL for none. */
    int64_t value;
    /* What is changed. enum assent_alternative_kind. */
    int32_t kind;
    /* How it would have ended. enum assent_outcome. */
    int32_t outcome;
    /* Why. enum assent_reason. */
    int32_t reason;
} assent_msg_payment_alternatives_reply_alternatives_entry;

/* Changes, each found by deciding again with it: to approve the whole of what was not, or to decline
   what was approved. */
typedef struct assent_msg_payment_alternatives_reply {
    /* One change each; none where no single one is enough. At most 64 of
       `assent_msg_payment_alternatives_reply_alternatives_entry`. */
    assent_group alternatives;
} assent_msg_payment_alternatives_reply;

/* Show settings, in the order of their keys. */
typedef struct assent_msg_config_get {
    /* Only keys that begin so; empty for all. At most 128 bytes. */
    assent_text prefix;
    /* Only keys after this one (to read on when there is more); empty to begin. At most 128 bytes. */
    assent_text after_key;
} assent_msg_config_get;

/* One of `settings`. The settings. */
typedef struct assent_msg_config_get_reply_settings_entry {
    /* What is set. At most 128 bytes. */
    assent_text key;
    /* To what. At most 921600 bytes. */
    assent_text value;
    /* What it means and what it takes. At most 2048 bytes. */
    assent_text help;
} assent_msg_config_get_reply_settings_entry;

/* Settings. */
typedef struct assent_msg_config_get_reply {
    /* The configuration's version: the record that changed it last. */
    uint64_t configuration_version;
    /* Whether there are more than fit in one frame. */
    bool more;
    /* The settings. At most 4096 of `assent_msg_config_get_reply_settings_entry`. */
    assent_group settings;
} assent_msg_config_get_reply;

/* Change a setting. */
typedef struct assent_msg_config_set {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* Refuse unless the configuration is at this version; 0 for any, 2^64-1 for version 0 (the
       defaults). */
    uint64_t expected_version;
    /* What to set. At most 128 bytes. */
    assent_text key;
    /* To what. At most 921600 bytes. */
    assent_text value;
} assent_msg_config_set;

/* The setting was changed. */
typedef struct assent_msg_config_set_reply {
    /* The record of the change: the configuration's new version. */
    uint64_t lsn;
} assent_msg_config_set_reply;

/* Let somebody ask things. */
typedef struct assent_msg_principal_create {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The Unix user that it runs as; null for none. ASSENT_NULL for none. */
    int64_t user_id;
    /* The key of Ed25519 that it signs with; all zero bytes for none. */
    unsigned char public_key[32];
    /* What it may ask; at least one. */
    uint32_t scopes;
    /* Requests a second over all its connections; 0 for no limit. */
    uint32_t rate_per_second;
    /* Requests that may come at once; 0 without a rate. */
    uint32_t burst;
    /* Requests in flight over all its connections; 0 for no limit. */
    uint32_t credit_max;
    /* Its name: 1 to 64 of a-z, A-Z, 0-9, '.', '_' and '-', first a letter or digit. At most 64 bytes. */
    assent_text name;
    /* The subject alternative name of its certificate, uri:TEXT or dns:TEXT; empty for none. At most 512
       bytes. */
    assent_text certificate_name;
} assent_msg_principal_create;

/* The principal was made. */
typedef struct assent_msg_principal_create_reply {
    /* The principal as it is now. */
    assent_principal principal;
    /* Its name. At most 64 bytes. */
    assent_text name;
    /* The name of its certificate; empty for none. At most 512 bytes. */
    assent_text certificate_name;
    /* The name before; empty for none. At most 512 bytes. */
    assent_text former_certificate_name;
} assent_msg_principal_create_reply;

/* Replace those of a principal's credentials that are given. */
typedef struct assent_msg_principal_rotate {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The Unix user that it runs as; null for none. ASSENT_NULL for none. */
    int64_t user_id;
    /* The key of Ed25519 that it signs with; all zero bytes for none. */
    unsigned char public_key[32];
    /* For how long a replaced key or name of a certificate is accepted still, up to 90 days; 0 also ends
       its sessions. */
    uint32_t grace_seconds;
    /* Whose. At most 64 bytes. */
    assent_text name;
    /* The subject alternative name of its certificate, uri:TEXT or dns:TEXT; empty for none. At most 512
       bytes. */
    assent_text certificate_name;
} assent_msg_principal_rotate;

/* The credentials were replaced. */
typedef struct assent_msg_principal_rotate_reply {
    /* The principal as it is now. */
    assent_principal principal;
    /* Its name. At most 64 bytes. */
    assent_text name;
    /* The name of its certificate; empty for none. At most 512 bytes. */
    assent_text certificate_name;
    /* The name before; empty for none. At most 512 bytes. */
    assent_text former_certificate_name;
} assent_msg_principal_rotate_reply;

/* Replace what a principal may ask, and how much. */
typedef struct assent_msg_principal_change {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* What it may ask; at least one. */
    uint32_t scopes;
    /* Requests a second over all its connections; 0 for no limit. */
    uint32_t rate_per_second;
    /* Requests that may come at once; 0 without a rate. */
    uint32_t burst;
    /* Requests in flight over all its connections; 0 for no limit. */
    uint32_t credit_max;
    /* Whose. At most 64 bytes. */
    assent_text name;
} assent_msg_principal_change;

/* It was replaced. */
typedef struct assent_msg_principal_change_reply {
    /* The principal as it is now. */
    assent_principal principal;
    /* Its name. At most 64 bytes. */
    assent_text name;
    /* The name of its certificate; empty for none. At most 512 bytes. */
    assent_text certificate_name;
    /* The name before; empty for none. At most 512 bytes. */
    assent_text former_certificate_name;
} assent_msg_principal_change_reply;

/* Take everything from a principal for good, and end its sessions. */
typedef struct assent_msg_principal_revoke {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* Whose. At most 64 bytes. */
    assent_text name;
} assent_msg_principal_revoke;

/* It was revoked. */
typedef struct assent_msg_principal_revoke_reply {
    /* The principal as it is now. */
    assent_principal principal;
    /* Its name. At most 64 bytes. */
    assent_text name;
    /* The name of its certificate; empty for none. At most 512 bytes. */
    assent_text certificate_name;
    /* The name before; empty for none. At most 512 bytes. */
    assent_text former_certificate_name;
} assent_msg_principal_revoke_reply;

/* List principals in the order of their making, or show one. */
typedef struct assent_msg_principal_list {
    /* Only those after this principalId; 0 to begin. */
    uint64_t after_id;
    /* How many at most. */
    uint32_t count;
    /* Only the one of this name; empty for all. At most 64 bytes. */
    assent_text name;
} assent_msg_principal_list;

/* One of `principals`. The principals. */
typedef struct assent_msg_principal_list_reply_principals_entry {
    /* One of them. */
    assent_principal principal;
    /* Its name. At most 64 bytes. */
    assent_text name;
    /* The name of its certificate; empty for none. At most 512 bytes. */
    assent_text certificate_name;
    /* The name before; empty for none. At most 512 bytes. */
    assent_text former_certificate_name;
} assent_msg_principal_list_reply_principals_entry;

/* Principals, revoked ones included. */
typedef struct assent_msg_principal_list_reply {
    /* What to ask for next as afterId; 0 at the end. */
    uint64_t next_after_id;
    /* The principals. At most 500 of `assent_msg_principal_list_reply_principals_entry`. */
    assent_group principals;
} assent_msg_principal_list_reply;

/* One of `reasons`. Decisions by reason, in the order of the codes. */
typedef struct assent_msg_status_reply_reasons_entry {
    /* The reason. enum assent_reason. */
    int32_t reason;
    /* How many decisions had it. */
    uint64_t total;
} assent_msg_status_reply_reasons_entry;

/* The daemon's figures; counters since it started. */
typedef struct assent_msg_status_reply {
    /* The data directory. */
    assent_id instance_id;
    /* When the daemon started. */
    int64_t started_at;
    /* The engine's time. */
    int64_t now;
    /* The last record. */
    uint64_t last_lsn;
    /* The last durable record. */
    uint64_t durable_lsn;
    /* Cards. */
    uint64_t cards;
    /* Request ids remembered. */
    uint64_t remembered_ids;
    /* Requests approved, flagged ones not counted. */
    uint64_t approved;
    /* Requests declined. */
    uint64_t declined;
    /* Requests approved and flagged. */
    uint64_t flagged;
    /* Repeats answered from memory. */
    uint64_t repeated;
    /* Messages refused, Busy not counted. */
    uint64_t rejected;
    /* Requests answered Busy. */
    uint64_t busy;
    /* Group commits of the journal. */
    uint64_t commits;
    /* Bytes in the journal. */
    uint64_t journal_bytes;
    /* Memory of the process. */
    uint64_t resident_bytes;
    /* Records replayed at the start. */
    uint64_t recovered_records;
    /* How long that took. */
    uint64_t recovery_microseconds;
    /* Bytes dropped at the journal's torn end at the start. */
    uint64_t torn_tail_bytes;
    /* Decisions in the last whole second. */
    uint64_t last_second_decisions;
    /* Open connections. */
    uint32_t connections;
    /* Requests taken and not yet answered. */
    uint32_t in_flight;
    /* Microseconds from reading to answering in the last whole second: median. */
    uint32_t latency_p50;
    /* The same, 90th percentile. */
    uint32_t latency_p90;
    /* The same, 99th percentile. */
    uint32_t latency_p99;
    /* The same, 99.9th percentile. */
    uint32_t latency_p999;
    /* The same, highest. */
    uint32_t latency_max;
    /* Whether the engine's time follows transmissionTime. */
    bool simulated_clock;
    /* The last record in the newest snapshot; 0 when there is none. */
    uint64_t snapshot_lsn;
    /* When it was begun; 0 when not known. */
    int64_t snapshot_at;
    /* Bytes of it. */
    uint64_t snapshot_bytes;
    /* How long making it took; 0 when it was made before the daemon started. */
    uint64_t snapshot_microseconds;
    /* The longest that any snapshot held a lock which decisions need. */
    uint64_t snapshot_pause_microseconds;
    /* Payments in memory: open ones, and closed ones that are not archived yet. */
    uint64_t payments_in_memory;
    /* Closed payments in the archive; one that came back and left again may count twice until a merge. */
    uint64_t archived_payments;
    /* Bytes of the archive's files. */
    uint64_t archive_bytes;
    /* The newest record of any payment in the archive. */
    uint64_t archive_lsn;
    /* Files of the archive. */
    uint32_t archive_runs;
    /* Snapshots on disk. */
    uint32_t snapshots_kept;
    /* Whether the archive is whole; while it is not, it is being rebuilt. */
    bool archive_complete;
    /* The last record that the projection has; 0 for none. */
    uint64_t projected_lsn;
    /* For how long it has not had all durable records. */
    uint64_t projection_lag_microseconds;
    /* What it does. enum assent_projection_state. */
    int32_t projection_state;
    /* Requests of gateways that may be in flight now. */
    uint32_t in_flight_max;
    /* When the certificate that gateways are shown over TLS ends; 0 where none is. */
    int64_t certificate_ends_at;
    /* When the revocation list ends to count, and with it every gateway's certificate; 0 where there is
       none. */
    int64_t revocation_list_ends_at;
    /* When the first of the authorities that issue gateways' certificates ends, and with it what it
       issued; 0 where there is none. */
    int64_t authority_ends_at;
    /* Decisions by reason, in the order of the codes. At most 255 of
       `assent_msg_status_reply_reasons_entry`. */
    assent_group reasons;
    /* The daemon's version. At most 64 bytes. */
    assent_text daemon_version;
} assent_msg_status_reply;

/* A digest over the whole state. */
typedef struct assent_msg_digest_reply {
    /* The last record that the state includes. */
    uint64_t lsn;
    /* The digest; equal states have equal digests. */
    unsigned char digest[16];
    /* Cards. */
    uint64_t cards;
    /* Request ids remembered. */
    uint64_t remembered_ids;
    /* The configuration's version. */
    uint64_t policy_version;
} assent_msg_digest_reply;

/* The snapshot that was made, or the newest one where nothing has happened since. */
typedef struct assent_msg_snapshot_make_reply {
    /* The last record that it holds. */
    uint64_t lsn;
    /* A start replays the records after this one. */
    uint64_t resume_lsn;
    /* When it was begun; 0 when not known. */
    int64_t made_at;
    /* Bytes of the file. */
    uint64_t file_bytes;
    /* How long making it took. */
    uint64_t microseconds;
    /* The longest that it held a lock which decisions need. */
    uint64_t longest_pause_microseconds;
    /* Cards in it. */
    uint64_t cards;
    /* Payments in it; those in the archive are not. */
    uint64_t payments;
    /* Request ids in it. */
    uint64_t remembered_ids;
    /* No: there was nothing to add to the newest one, and the figures of its making may be zero. */
    bool made;
} assent_msg_snapshot_make_reply;

/* One of `snapshots`. The snapshots, newest first. */
typedef struct assent_msg_snapshot_list_reply_snapshots_entry {
    /* The last record that it holds. */
    uint64_t lsn;
    /* When it was begun; 0 when not known. */
    int64_t made_at;
    /* Bytes of the file. */
    uint64_t file_bytes;
} assent_msg_snapshot_list_reply_snapshots_entry;

/* The snapshots on disk, and what making them came to since the daemon started. */
typedef struct assent_msg_snapshot_list_reply {
    /* Snapshots made. */
    uint64_t made;
    /* Attempts that failed. */
    uint64_t failed;
    /* The longest that any of them held a lock which decisions need. */
    uint64_t longest_pause_microseconds;
    /* How many are kept. */
    uint32_t kept_max;
    /* Whether one is being made. */
    bool running;
    /* The snapshots, newest first. At most 1000 of `assent_msg_snapshot_list_reply_snapshots_entry`. */
    assent_group snapshots;
} assent_msg_snapshot_list_reply;

/* Keep the journal's files for a backup, and say what is backed up; with everything zero only a
   question. */
typedef struct assent_msg_backup_hold {
    /* The directory of backups; zero: none. */
    unsigned char repository[16];
    /* The last record of the newest backup in it that is complete; 0: nothing is said. From then on no
       later record is removed until a backup has it. */
    uint64_t completed_lsn;
    /* For how long no file of the journal is removed, at most 3,600; a longer hold stays. */
    uint32_t seconds;
    /* Yes: keep nothing for this directory any more. */
    bool forget;
} assent_msg_backup_hold;

/* How far the journal is durable, and what is backed up. */
typedef struct assent_msg_backup_hold_reply {
    /* The last durable record. */
    uint64_t durable_lsn;
    /* The oldest record that the journal has. */
    uint64_t oldest_lsn;
    /* The journal's identity, as every segment's header has it. */
    unsigned char journal[16];
    /* Until when no file of the journal is removed; 0: none is kept for a backup that is being made. */
    int64_t held_until;
    /* The last record that all known directories of backups have; 0 when there is none. */
    uint64_t backed_up_lsn;
    /* When a backup was completed the last time; 0: never. */
    int64_t backed_up_at;
    /* Known directories of backups. */
    uint32_t repositories;
} assent_msg_backup_hold_reply;

/* Show what was booked on the ledger's accounts. */
typedef struct assent_msg_ledger_balances {
    /* Count entries up to this record; 0 for all that the projection has. */
    uint64_t as_of_lsn;
    /* Wait until the projection has this record, for 2 s at most; 0 for no wait, 2^64-1 for all that is
       durable now. */
    uint64_t at_least_lsn;
    /* Count entries up to this effective day; null for any. ASSENT_NULL for none. */
    int64_t effective_day;
    /* Only of this payment; 0 for any. */
    uint64_t payment_id;
    /* Only of this card's account; zero for any. */
    assent_id card_token;
    /* Only in this currency; zero for any. */
    char currency[4];
    /* Only on this account; null for any. enum assent_ledger_account_name, or ASSENT_NONE. */
    int32_t account;
    /* Only of this phase; null for both. enum assent_ledger_phase, or ASSENT_NONE. */
    int32_t phase;
} assent_msg_ledger_balances;

/* One of `accounts`. Accounts that were used, by currency, phase and account. */
typedef struct assent_msg_ledger_balances_reply_accounts_entry {
    /* The currency. */
    char currency[4];
    /* Pending or posted. enum assent_ledger_phase. */
    int32_t phase;
    /* The account. enum assent_ledger_account_name. */
    int32_t account;
    /* The sum of all debits, upper half. */
    int64_t debit_high;
    /* Its lower half. */
    uint64_t debit_low;
    /* The sum of all credits, upper half. */
    int64_t credit_high;
    /* Its lower half. */
    uint64_t credit_low;
} assent_msg_ledger_balances_reply_accounts_entry;

/* What was booked. Without card, payment and account, debits equal credits in every currency and
   phase. */
typedef struct assent_msg_ledger_balances_reply {
    /* The last record whose entries count: the projection's last where it is not as far as was asked. */
    uint64_t as_of_lsn;
    /* The last durable record. */
    uint64_t durable_lsn;
    /* The first record whose entries count; above 1 when the journal's oldest files were gone before the
       projection was made. */
    uint64_t first_lsn;
    /* Accounts that were used, by currency, phase and account. At most 4096 of
       `assent_msg_ledger_balances_reply_accounts_entry`. */
    assent_group accounts;
} assent_msg_ledger_balances_reply;

/* List the ledger's entries, oldest first. */
typedef struct assent_msg_ledger_entries {
    /* 0 to begin, then nextEntry of the page before. */
    uint64_t after_entry;
    /* Entries up to this record; 0 for all that the projection has. */
    uint64_t as_of_lsn;
    /* Wait until the projection has this record, for 2 s at most; 0 for no wait, 2^64-1 for all that is
       durable now. */
    uint64_t at_least_lsn;
    /* Entries up to this effective day; null for any. ASSENT_NULL for none. */
    int64_t effective_day;
    /* Only of this payment; 0 for any. */
    uint64_t payment_id;
    /* Only of this card's account; zero for any. */
    assent_id card_token;
    /* At most so many entries. */
    uint32_t count;
    /* Only in this currency; zero for any. */
    char currency[4];
    /* Only on this account; null for any. enum assent_ledger_account_name, or ASSENT_NONE. */
    int32_t account;
    /* Only of this phase; null for both. enum assent_ledger_phase, or ASSENT_NONE. */
    int32_t phase;
} assent_msg_ledger_entries;

/* One of `entries`. The entries. */
typedef struct assent_msg_ledger_entries_reply_entries_entry {
    /* Its record's number times 16, and its place among that record's entries. */
    uint64_t entry_id;
    /* The payment; the record itself where there is none. */
    uint64_t payment_id;
    /* The card that has the account. */
    assent_id card_token;
    /* The engine's time of the event. */
    int64_t decided_at;
    /* The day that it counts for. */
    int64_t effective_day;
    /* Above zero a debit, below a credit. */
    int64_t amount;
    /* The currency of amount. */
    char currency[4];
    /* Where it is booked. enum assent_ledger_account_name. */
    int32_t account;
    /* Pending or posted. enum assent_ledger_phase. */
    int32_t phase;
    /* What happened. enum assent_payment_event_kind. */
    int32_t kind;
} assent_msg_ledger_entries_reply_entries_entry;

/* Entries of the ledger. */
typedef struct assent_msg_ledger_entries_reply {
    /* For the next page, which a page that is not full, even an empty one, may have too; 0 at the end. */
    uint64_t next_entry;
    /* The last record that the answer counts. */
    uint64_t as_of_lsn;
    /* The last durable record. */
    uint64_t durable_lsn;
    /* The entries. At most 500 of `assent_msg_ledger_entries_reply_entries_entry`. */
    assent_group entries;
} assent_msg_ledger_entries_reply;

/* Compare what cards hold and have posted with their accounts in the ledger. */
typedef struct assent_msg_ledger_check {
    /* 0 to begin, then nextOrdinal of the page before. */
    uint64_t after_ordinal;
    /* Compare at most so many cards. */
    uint32_t count;
} assent_msg_ledger_check;

/* One of `differences`. The cards whose figures differ; none in a sound book. */
typedef struct assent_msg_ledger_check_reply_differences_entry {
    /* The card. */
    assent_id card_token;
    /* The record at which it was read. */
    uint64_t as_of_lsn;
    /* What the card holds. */
    int64_t held;
    /* What is posted to it. */
    int64_t posted;
    /* The balance of its receivable account, pending, upper half. */
    int64_t pending_high;
    /* Its lower half. */
    uint64_t pending_low;
    /* The balance of its receivable account, posted, upper half. */
    int64_t posted_high;
    /* Its lower half. */
    uint64_t posted_low;
} assent_msg_ledger_check_reply_differences_entry;

/* Cards whose figures differ. */
typedef struct assent_msg_ledger_check_reply {
    /* For the next page; 0 at the end. */
    uint64_t next_ordinal;
    /* How many cards were compared; a card that replaced another has no account of its own. */
    uint64_t compared;
    /* The newest record that was compared; every card is compared as of the record at which it was read. */
    uint64_t as_of_lsn;
    /* The cards whose figures differ; none in a sound book. At most 1000 of
       `assent_msg_ledger_check_reply_differences_entry`. */
    assent_group differences;
} assent_msg_ledger_check_reply;

/* How far the projection is. */
typedef struct assent_msg_projection_status_reply {
    /* The last record that it has; 0 for none. */
    uint64_t projected_lsn;
    /* The last durable record. */
    uint64_t durable_lsn;
    /* The first record that it has; above 1 when the journal's oldest files were gone before it was
       made. */
    uint64_t first_lsn;
    /* The first record that the journal has: where a projection made anew would begin. */
    uint64_t journal_first_lsn;
    /* For how long it has not had all durable records. */
    uint64_t lag_microseconds;
    /* Rows written since the daemon started. */
    uint64_t rows_written;
    /* How often it was made anew since the daemon started. */
    uint64_t rebuilds;
    /* Bytes in its file. */
    uint64_t file_bytes;
    /* What it does. enum assent_projection_state. */
    int32_t state;
    /* Why it waits; empty when it does not. At most 512 bytes. */
    assent_text problem;
} assent_msg_projection_status_reply;

/* Make the projection anew from the journal, while serving. Harmless twice; it changes nothing that
   the journal has. */
typedef struct assent_msg_projection_rebuild {
    /* Even if the journal's oldest files are gone, and with them what the projection has of them. */
    bool accept_loss;
} assent_msg_projection_rebuild;

/* It will be made anew. */
typedef struct assent_msg_projection_rebuild_reply {
    /* The record that it will begin with. */
    uint64_t first_lsn;
    /* The last durable record. */
    uint64_t durable_lsn;
} assent_msg_projection_rebuild_reply;

/* Make a rule, or give it another text: a new version. */
typedef struct assent_msg_rule_add {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* Refuse unless this is the rule's newest version; 0 for any, 2^32-1 for a rule that is not there
       yet. */
    uint32_t expected_version;
    /* What it does. enum assent_rule_action. */
    int32_t action;
    /* For decline: why; otherwise approved. enum assent_reason. */
    int32_t reason;
    /* draft, or shadow to look at it at once. enum assent_rule_stage. */
    int32_t stage;
    /* The rule: 1 to 48 lower-case letters, digits, '-', '_' and '.'. At most 64 bytes. */
    assent_text name;
    /* Who answers for it. At most 64 bytes. */
    assent_text owner;
    /* Why it is there. At most 512 bytes. */
    assent_text note;
    /* When it does it (RULES.md), at most 16,384 bytes. At most 921600 bytes. */
    assent_text condition;
} assent_msg_rule_add;

/* The version was made. */
typedef struct assent_msg_rule_add_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* The rule's number, from 1. */
    uint32_t number;
    /* The version, from 1. */
    uint32_t version;
} assent_msg_rule_add_reply;

/* Move a version of a rule to another state. Where it becomes active, the version that was active is
   retired. */
typedef struct assent_msg_rule_move {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* Which version; 0 for the only one that can. */
    uint32_t version;
    /* Where to. enum assent_rule_stage. */
    int32_t stage;
    /* Only from this state; null for any. enum assent_rule_stage, or ASSENT_NONE. */
    int32_t from;
    /* The rule. At most 64 bytes. */
    assent_text name;
} assent_msg_rule_move;

/* The version was moved. */
typedef struct assent_msg_rule_move_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* The rule's number. */
    uint32_t number;
    /* The version. */
    uint32_t version;
    /* Where it was. enum assent_rule_stage. */
    int32_t from;
    /* Where it is. enum assent_rule_stage. */
    int32_t stage;
} assent_msg_rule_move_reply;

/* List versions of rules with what they matched, by number and version. */
typedef struct assent_msg_rule_list {
    /* 0 to begin, then nextNumber of the page before. */
    uint32_t after_number;
    /* 0 to begin, then nextVersion of the page before. */
    uint32_t after_version;
    /* At most so many versions. */
    uint32_t count;
    /* Only in this state; null for any. enum assent_rule_stage, or ASSENT_NONE. */
    int32_t stage;
    /* Only this rule; empty for any. At most 64 bytes. */
    assent_text name;
} assent_msg_rule_list;

/* One of `rules`. The versions. */
typedef struct assent_msg_rule_list_reply_rules_entry {
    /* The rule's number, from 1. */
    uint32_t number;
    /* The version, from 1. */
    uint32_t version;
    /* How many requests it matched. */
    uint64_t matched;
    /* How many of them were approved. */
    uint64_t approved;
    /* The record that made it. */
    uint64_t added_lsn;
    /* When that was. */
    int64_t added_at;
    /* The record that changed its state last. */
    uint64_t changed_lsn;
    /* When that was. */
    int64_t changed_at;
    /* The Unix user who wrote it. */
    uint32_t author;
    /* The Unix user who changed its state last. */
    uint32_t changed_by;
    /* What it does. enum assent_rule_action. */
    int32_t action;
    /* For decline: why; otherwise approved. enum assent_reason. */
    int32_t reason;
    /* Where it is in its life. enum assent_rule_stage. */
    int32_t stage;
    /* The rule. At most 64 bytes. */
    assent_text name;
    /* Who answers for it. At most 64 bytes. */
    assent_text owner;
    /* Why it is there. At most 512 bytes. */
    assent_text note;
    /* When it does it. At most 921600 bytes. */
    assent_text condition;
} assent_msg_rule_list_reply_rules_entry;

/* One of `sums`. The money of what they matched, by currency. */
typedef struct assent_msg_rule_list_reply_sums_entry {
    /* The rule's number. */
    uint32_t number;
    /* The version. */
    uint32_t version;
    /* What the matched requests asked for. */
    int64_t asked;
    /* What of it was approved. */
    int64_t approved_amount;
    /* The currency of both. */
    char currency[4];
} assent_msg_rule_list_reply_sums_entry;

/* Versions of rules. What they matched is counted since the daemon started. */
typedef struct assent_msg_rule_list_reply {
    /* For the next page; 0 at the end. */
    uint32_t next_number;
    /* For the next page; 0 at the end. */
    uint32_t next_version;
    /* The configuration's version: the record that changed it last. */
    uint64_t configuration_version;
    /* When the daemon started. */
    int64_t counted_since;
    /* The most steps that all active rules take together for one request. */
    uint64_t active_cost;
    /* How often an active rule had no value for a request. */
    uint64_t active_errors;
    /* How often a shadow rule had no value for a request. */
    uint64_t shadow_errors;
    /* The versions. At most 500 of `assent_msg_rule_list_reply_rules_entry`. */
    assent_group rules;
    /* The money of what they matched, by currency. At most 8192 of
       `assent_msg_rule_list_reply_sums_entry`. */
    assent_group sums;
} assent_msg_rule_list_reply;

/* What happened to a rule, or to all, newest first. */
typedef struct assent_msg_rule_history {
    /* 0 to begin with the newest step, then nextBeforeLsn of the page before. */
    uint64_t before_lsn;
    /* About so many steps: those of one record stay together. */
    uint32_t count;
    /* Only this rule; empty for any. At most 64 bytes. */
    assent_text name;
} assent_msg_rule_history;

/* One of `steps`. The steps. */
typedef struct assent_msg_rule_history_reply_steps_entry {
    /* The record. */
    uint64_t lsn;
    /* When. */
    int64_t at;
    /* The Unix user. */
    uint32_t actor;
    /* The rule's number. */
    uint32_t number;
    /* The version. */
    uint32_t version;
    /* The state before; null where the version was made. enum assent_rule_stage, or ASSENT_NONE. */
    int32_t from;
    /* The state from then on. enum assent_rule_stage. */
    int32_t stage;
    /* The rule. At most 64 bytes. */
    assent_text name;
} assent_msg_rule_history_reply_steps_entry;

/* Steps in the lives of rules. */
typedef struct assent_msg_rule_history_reply {
    /* For the next page; 0 at the end. */
    uint64_t next_before_lsn;
    /* The steps. At most 1000 of `assent_msg_rule_history_reply_steps_entry`. */
    assent_group steps;
} assent_msg_rule_history_reply;

/* Try a condition against recorded requests; nothing changes. */
typedef struct assent_msg_rule_test {
    /* This payment alone; 0 for the newest ones. */
    uint64_t lsn;
    /* How many of the newest requests, with the lists as they are now; they were authorizations,
       verifications, inquiries, financial messages. */
    uint32_t count;
    /* Take this rule's condition, its newest version's; empty where one is given. At most 64 bytes. */
    assent_text name;
    /* The condition; empty where a rule is named. At most 921600 bytes. */
    assent_text condition;
} assent_msg_rule_test;

/* One of `sums`. The money of what it matches, by currency. */
typedef struct assent_msg_rule_test_reply_sums_entry {
    /* Requests in the currency. */
    uint64_t matched;
    /* What they asked for. */
    int64_t asked;
    /* What of it was approved. */
    int64_t approved_amount;
    /* The currency of both. */
    char currency[4];
} assent_msg_rule_test_reply_sums_entry;

/* One of `payments`. The newest that it matches. */
typedef struct assent_msg_rule_test_reply_payments_entry {
    /* The payment's number. */
    uint64_t lsn;
    /* When it was decided. */
    int64_t decided_at;
    /* What was asked for; null unless an authorization. ASSENT_NULL for none. */
    int64_t amount;
    /* The currency of amount. */
    char currency[4];
    /* How it was answered. enum assent_outcome. */
    int32_t outcome;
    /* Why. enum assent_reason. */
    int32_t reason;
    /* What the merchant sells. */
    uint16_t merchant_category;
    /* The merchant's name. */
    char merchant_name[65];
} assent_msg_rule_test_reply_payments_entry;

/* What the condition would have matched. */
typedef struct assent_msg_rule_test_reply {
    /* Requests that it was tried against. */
    uint64_t looked;
    /* How many of them it is true of. */
    uint64_t matched;
    /* How many of those were approved. */
    uint64_t approved;
    /* For how many it has no value. */
    uint64_t errors;
    /* The oldest record that was looked at; 0 for none. */
    uint64_t first_lsn;
    /* The newest one. */
    uint64_t last_lsn;
    /* The most steps that the condition takes. */
    uint32_t cost;
    /* The money of what it matches, by currency. At most 8192 of
       `assent_msg_rule_test_reply_sums_entry`. */
    assent_group sums;
    /* The newest that it matches. At most 500 of `assent_msg_rule_test_reply_payments_entry`. */
    assent_group payments;
} assent_msg_rule_test_reply;

/* Show which active rules matched a request when it was decided. */
typedef struct assent_msg_payment_rules {
    /* The record of the decision. */
    uint64_t lsn;
} assent_msg_payment_rules;

/* One of `rules`. The rules; the one that declined is marked. */
typedef struct assent_msg_payment_rules_reply_rules_entry {
    /* The rule's number. */
    uint32_t number;
    /* The version that matched. */
    uint32_t version;
    /* What it does. enum assent_rule_action. */
    int32_t action;
    /* For decline: why; otherwise approved. enum assent_reason. */
    int32_t reason;
    /* Whether it declined the request. */
    bool is_deciding;
    /* The rule. At most 64 bytes. */
    assent_text name;
    /* Who answers for it. At most 64 bytes. */
    assent_text owner;
    /* Why it is there. At most 512 bytes. */
    assent_text note;
    /* When it does it. At most 921600 bytes. */
    assent_text condition;
} assent_msg_payment_rules_reply_rules_entry;

/* One of `hits`. What the rules found on lists, as the lists were then; not of increments. */
typedef struct assent_msg_payment_rules_reply_hits_entry {
    /* The rule's number. */
    uint32_t number;
    /* The rule's version. */
    uint32_t version;
    /* The record that put the entry there. */
    uint64_t added_lsn;
    /* From when on it is in force; null: from its record on. ASSENT_NULL for none. */
    int64_t from;
    /* Until when; null: until it is removed. ASSENT_NULL for none. */
    int64_t until;
    /* The Unix user who put it there. */
    uint32_t actor;
    /* The list. At most 64 bytes. */
    assent_text list;
    /* The entry's value. At most 64 bytes. */
    assent_text value;
    /* Why it is there. At most 128 bytes. */
    assent_text reason;
} assent_msg_payment_rules_reply_hits_entry;

/* The rules that matched, with their texts. */
typedef struct assent_msg_payment_rules_reply {
    /* How many matched; of an increment at most four are listed. */
    uint32_t matched;
    /* How many had no value for the request. */
    uint32_t errors;
    /* The rules; the one that declined is marked. At most 500 of
       `assent_msg_payment_rules_reply_rules_entry`. */
    assent_group rules;
    /* What the rules found on lists, as the lists were then; not of increments. At most 1024 of
       `assent_msg_payment_rules_reply_hits_entry`. */
    assent_group hits;
} assent_msg_payment_rules_reply;

/* Make a list. */
typedef struct assent_msg_list_create {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* What it has. enum assent_list_kind. */
    int32_t kind;
    /* How its values are compared. enum assent_list_match. */
    int32_t match;
    /* The list: 1 to 48 lower-case letters, digits, '-', '_' and '.'. At most 64 bytes. */
    assent_text name;
    /* Who answers for it. At most 64 bytes. */
    assent_text owner;
    /* What it is for. At most 512 bytes. */
    assent_text note;
    /* Why it is made. At most 128 bytes. */
    assent_text reason;
} assent_msg_list_create;

/* The list was made; it is empty. */
typedef struct assent_msg_list_create_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* The list's number, from 1. */
    uint32_t number;
} assent_msg_list_create_reply;

/* Delete a list that no active or shadow rule reads. */
typedef struct assent_msg_list_delete {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The list. At most 64 bytes. */
    assent_text name;
    /* Why. At most 128 bytes. */
    assent_text reason;
} assent_msg_list_delete;

/* The list was deleted. */
typedef struct assent_msg_list_delete_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* How many entries it had. */
    uint32_t entries;
} assent_msg_list_delete_reply;

/* One of `entries`. The entries, at least one, each value once. */
typedef struct assent_msg_list_add_entries_entry {
    /* From when on it is in force; null: at once. ASSENT_NULL for none. */
    int64_t from;
    /* Until when, that instant excluded; null: until it is removed. ASSENT_NULL for none. */
    int64_t until;
    /* The value, in any form that the list's kind takes. At most 64 bytes. */
    assent_text value;
    /* Why; empty for the reason of all. At most 128 bytes. */
    assent_text reason;
} assent_msg_list_add_entries_entry;

/* Put values on a list, all of them or, if one is not right, none. What is there already gets the
   new times and reason. */
typedef struct assent_msg_list_add {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The entries, at least one, each value once. At most 1024 of `assent_msg_list_add_entries_entry`. */
    assent_group entries;
    /* The list. At most 64 bytes. */
    assent_text name;
    /* Why the entries are put there. At most 128 bytes. */
    assent_text reason;
} assent_msg_list_add;

/* The values are on the list, in force from the next decision on. */
typedef struct assent_msg_list_add_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* Values that were not on it. */
    uint32_t added;
    /* Values that were on it with other times or another reason. */
    uint32_t replaced;
    /* Values that were on it just so. */
    uint32_t unchanged;
    /* How many it has now. */
    uint32_t entries;
} assent_msg_list_add_reply;

/* One of `values`. The values, at least one, each once. */
typedef struct assent_msg_list_remove_values_entry {
    /* The value, in any form that the list's kind takes. At most 64 bytes. */
    assent_text value;
} assent_msg_list_remove_values_entry;

/* Take values from a list. */
typedef struct assent_msg_list_remove {
    /* Made and stored by the client before sending. */
    assent_id request_id;
    /* The client's time when it made the request; the same in every repeat. */
    int64_t transmission_time;
    /* The values, at least one, each once. At most 1024 of `assent_msg_list_remove_values_entry`. */
    assent_group values;
    /* The list. At most 64 bytes. */
    assent_text name;
    /* Why they are taken away. At most 128 bytes. */
    assent_text reason;
} assent_msg_list_remove;

/* The values are not on the list any more, from the next decision on. */
typedef struct assent_msg_list_remove_reply {
    /* The record of the change. */
    uint64_t lsn;
    /* Values that were on it. */
    uint32_t removed;
    /* Values that were not. */
    uint32_t unchanged;
    /* How many it has now. */
    uint32_t entries;
} assent_msg_list_remove_reply;

/* Show the lists. */
typedef struct assent_msg_list_show {
    /* Only this one; empty for all. At most 64 bytes. */
    assent_text name;
} assent_msg_list_show;

/* One of `lists`. The lists. */
typedef struct assent_msg_list_show_reply_lists_entry {
    /* The list's number, from 1. */
    uint32_t number;
    /* How many entries it has. */
    uint32_t entries;
    /* The record that made it. */
    uint64_t created_lsn;
    /* When that was. */
    int64_t created_at;
    /* The record that changed it last. */
    uint64_t changed_lsn;
    /* When that was. */
    int64_t changed_at;
    /* How it was before this record is not known any more; 0: all is known. */
    uint64_t known_since;
    /* Memory that it has taken. */
    uint64_t bytes;
    /* The Unix user who made it. */
    uint32_t created_by;
    /* The Unix user who changed it last. */
    uint32_t changed_by;
    /* What it has. enum assent_list_kind. */
    int32_t kind;
    /* How its values are compared. enum assent_list_match. */
    int32_t match;
    /* The list. At most 64 bytes. */
    assent_text name;
    /* Who answers for it. At most 64 bytes. */
    assent_text owner;
    /* What it is for. At most 512 bytes. */
    assent_text note;
} assent_msg_list_show_reply_lists_entry;

/* The lists in the order in which they were made, and what they take. */
typedef struct assent_msg_list_show_reply {
    /* Entries of all lists, in force or not. */
    uint64_t entries;
    /* Entries that are kept only to explain decisions of before. */
    uint64_t past;
    /* Memory of all of it. */
    uint64_t bytes;
    /* The lists. At most 256 of `assent_msg_list_show_reply_lists_entry`. */
    assent_group lists;
} assent_msg_list_show_reply;

/* Show what is on a list: everything, or what one value hits. The order is the daemon's own; what is
   added or removed between two pages may be on one of them or not. */
typedef struct assent_msg_list_entries {
    /* 0 to begin, then next of the page before. */
    uint64_t after;
    /* At most so many entries. */
    uint32_t count;
    /* Only those whose time is over. */
    bool expired_only;
    /* The list. At most 64 bytes. */
    assent_text name;
    /* Only the entry that this value hits now, in a list of prefixes the longest; empty for all. At most
       64 bytes. */
    assent_text value;
} assent_msg_list_entries;

/* One of `entries`. The entries. */
typedef struct assent_msg_list_entries_reply_entries_entry {
    /* The record that put it there. */
    uint64_t added_lsn;
    /* From when on it is in force; null: from its record on. ASSENT_NULL for none. */
    int64_t from;
    /* Until when; null: until it is removed. ASSENT_NULL for none. */
    int64_t until;
    /* The Unix user who put it there. */
    uint32_t actor;
    /* The value, in the form of the list's kind. At most 64 bytes. */
    assent_text value;
    /* Why it is there. At most 128 bytes. */
    assent_text reason;
} assent_msg_list_entries_reply_entries_entry;

/* Entries of a list. */
typedef struct assent_msg_list_entries_reply {
    /* For the next page; 0 at the end. */
    uint64_t next;
    /* The engine's time, by which entries are in force or not. */
    int64_t now;
    /* The entries. At most 1024 of `assent_msg_list_entries_reply_entries_entry`. */
    assent_group entries;
} assent_msg_list_entries_reply;

/* What happened to a list, newest first. */
typedef struct assent_msg_list_history {
    /* 0 to begin with the newest step, then nextBeforeLsn of the page before. */
    uint64_t before_lsn;
    /* At most so many steps. */
    uint32_t count;
    /* The list. At most 64 bytes. */
    assent_text name;
} assent_msg_list_history;

/* One of `steps`. The steps. */
typedef struct assent_msg_list_history_reply_steps_entry {
    /* The first record. */
    uint64_t lsn;
    /* The last record. */
    uint64_t last_lsn;
    /* When it began. */
    int64_t at;
    /* How many entries came, changed or went. */
    uint64_t changed;
    /* How many it had afterwards. */
    uint32_t entries;
    /* The Unix user. */
    uint32_t actor;
    /* What was done. enum assent_list_change. */
    int32_t change;
    /* Why. At most 128 bytes. */
    assent_text reason;
} assent_msg_list_history_reply_steps_entry;

/* Steps in a list's life: the newest 1,000 are kept. Records of one kind, user and reason, each
   within a minute of the one before, are one step. */
typedef struct assent_msg_list_history_reply {
    /* For the next page; 0 at the end. */
    uint64_t next_before_lsn;
    /* The steps. At most 1000 of `assent_msg_list_history_reply_steps_entry`. */
    assent_group steps;
} assent_msg_list_history_reply;

/* A message: which one, and its fields. */
typedef struct assent_message {
    uint16_t template_id;
    union {
        assent_msg_authorize authorize;
        assent_msg_verify_account verify_account;
        assent_msg_balance_inquiry balance_inquiry;
        assent_msg_authorize_reply authorize_reply;
        assent_msg_verify_account_reply verify_account_reply;
        assent_msg_balance_inquiry_reply balance_inquiry_reply;
        assent_msg_financial financial;
        assent_msg_increment increment;
        assent_msg_refund_authorize refund_authorize;
        assent_msg_advice advice;
        assent_msg_completion completion;
        assent_msg_clearing clearing;
        assent_msg_refund_clearing refund_clearing;
        assent_msg_clearing_reversal clearing_reversal;
        assent_msg_reverse reverse;
        assent_msg_reversal_advice reversal_advice;
        assent_msg_chargeback chargeback;
        assent_msg_representment representment;
        assent_msg_fraud_report fraud_report;
        assent_msg_financial_reply financial_reply;
        assent_msg_increment_reply increment_reply;
        assent_msg_refund_authorize_reply refund_authorize_reply;
        assent_msg_advice_reply advice_reply;
        assent_msg_completion_reply completion_reply;
        assent_msg_clearing_reply clearing_reply;
        assent_msg_refund_clearing_reply refund_clearing_reply;
        assent_msg_clearing_reversal_reply clearing_reversal_reply;
        assent_msg_reverse_reply reverse_reply;
        assent_msg_reversal_advice_reply reversal_advice_reply;
        assent_msg_chargeback_reply chargeback_reply;
        assent_msg_representment_reply representment_reply;
        assent_msg_fraud_report_reply fraud_report_reply;
        assent_msg_query_by_request_id query_by_request_id;
        assent_msg_query_by_request_id_reply query_by_request_id_reply;
        assent_msg_receipt_get receipt_get;
        assent_msg_receipt_get_reply receipt_get_reply;
        assent_msg_hello hello;
        assent_msg_hello_reply hello_reply;
        assent_msg_ping ping;
        assent_msg_pong pong;
        assent_msg_health_reply health_reply;
        assent_msg_go_away go_away;
        assent_msg_authenticate authenticate;
        assent_msg_authenticate_reply authenticate_reply;
        assent_msg_reject reject;
        assent_msg_card_create card_create;
        assent_msg_card_set_status card_set_status;
        assent_msg_card_set_limits card_set_limits;
        assent_msg_card_create_reply card_create_reply;
        assent_msg_card_set_status_reply card_set_status_reply;
        assent_msg_card_set_limits_reply card_set_limits_reply;
        assent_msg_card_get card_get;
        assent_msg_card_get_reply card_get_reply;
        assent_msg_card_list card_list;
        assent_msg_card_list_reply card_list_reply;
        assent_msg_card_replace card_replace;
        assent_msg_card_replace_reply card_replace_reply;
        assent_msg_payment_get payment_get;
        assent_msg_payment_get_reply payment_get_reply;
        assent_msg_payment_list payment_list;
        assent_msg_payment_list_reply payment_list_reply;
        assent_msg_payment_history payment_history;
        assent_msg_payment_history_reply payment_history_reply;
        assent_msg_payment_search payment_search;
        assent_msg_payment_search_reply payment_search_reply;
        assent_msg_payment_alternatives payment_alternatives;
        assent_msg_payment_alternatives_reply payment_alternatives_reply;
        assent_msg_config_get config_get;
        assent_msg_config_get_reply config_get_reply;
        assent_msg_config_set config_set;
        assent_msg_config_set_reply config_set_reply;
        assent_msg_principal_create principal_create;
        assent_msg_principal_create_reply principal_create_reply;
        assent_msg_principal_rotate principal_rotate;
        assent_msg_principal_rotate_reply principal_rotate_reply;
        assent_msg_principal_change principal_change;
        assent_msg_principal_change_reply principal_change_reply;
        assent_msg_principal_revoke principal_revoke;
        assent_msg_principal_revoke_reply principal_revoke_reply;
        assent_msg_principal_list principal_list;
        assent_msg_principal_list_reply principal_list_reply;
        assent_msg_status_reply status_reply;
        assent_msg_digest_reply digest_reply;
        assent_msg_snapshot_make_reply snapshot_make_reply;
        assent_msg_snapshot_list_reply snapshot_list_reply;
        assent_msg_backup_hold backup_hold;
        assent_msg_backup_hold_reply backup_hold_reply;
        assent_msg_ledger_balances ledger_balances;
        assent_msg_ledger_balances_reply ledger_balances_reply;
        assent_msg_ledger_entries ledger_entries;
        assent_msg_ledger_entries_reply ledger_entries_reply;
        assent_msg_ledger_check ledger_check;
        assent_msg_ledger_check_reply ledger_check_reply;
        assent_msg_projection_status_reply projection_status_reply;
        assent_msg_projection_rebuild projection_rebuild;
        assent_msg_projection_rebuild_reply projection_rebuild_reply;
        assent_msg_rule_add rule_add;
        assent_msg_rule_add_reply rule_add_reply;
        assent_msg_rule_move rule_move;
        assent_msg_rule_move_reply rule_move_reply;
        assent_msg_rule_list rule_list;
        assent_msg_rule_list_reply rule_list_reply;
        assent_msg_rule_history rule_history;
        assent_msg_rule_history_reply rule_history_reply;
        assent_msg_rule_test rule_test;
        assent_msg_rule_test_reply rule_test_reply;
        assent_msg_payment_rules payment_rules;
        assent_msg_payment_rules_reply payment_rules_reply;
        assent_msg_list_create list_create;
        assent_msg_list_create_reply list_create_reply;
        assent_msg_list_delete list_delete;
        assent_msg_list_delete_reply list_delete_reply;
        assent_msg_list_add list_add;
        assent_msg_list_add_reply list_add_reply;
        assent_msg_list_remove list_remove;
        assent_msg_list_remove_reply list_remove_reply;
        assent_msg_list_show list_show;
        assent_msg_list_show_reply list_show_reply;
        assent_msg_list_entries list_entries;
        assent_msg_list_entries_reply list_entries_reply;
        assent_msg_list_history list_history;
        assent_msg_list_history_reply list_history_reply;
    } as;
} assent_message;
/* end */

/* --- Helpers ----------------------------------------------------------------------------------------------------- */

/* A text of a string that is ended by a zero byte, and that has to last as long as the text. */
assent_text assent_text_of(const char *string);

/* A new random id: a UUID of version 7. Store it with the request before you send it. False without entropy. */
bool assent_id_make(assent_id *id);

/* A new random card token: a UUID of version 4. */
bool assent_token_make(assent_id *id);

/* Reads a UUID of 32 hexadecimal digits and four hyphens. */
bool assent_id_parse(const char *text, assent_id *id);

/* Writes a UUID and a zero byte. */
void assent_id_format(assent_id id, char text[37]);

/* Microseconds since 1970, for transmissionTime. */
int64_t assent_now(void);

/* The name of a message in the schema, such as "Authorize"; NULL for an unknown template. */
const char *assent_template_name(uint16_t template_id);

/* --- The codec --------------------------------------------------------------------------------------------------- */

/* A whole frame, judged as far as its checksum and reserved bits. It points to the bytes that it was found in. */
typedef struct assent_frame {
    const unsigned char *bytes;
    uint32_t length;
    uint32_t deadline_microseconds;
    uint64_t correlation_id;
    uint16_t block_length;
    uint16_t template_id;
    uint16_t schema_id;
    uint16_t schema_version;
} assent_frame;

/* CRC-32C; `crc` is 0, or what came of the bytes before. */
uint32_t assent_crc32c(uint32_t crc, const void *bytes, size_t size);

/*
 * Finds the frame at the front of some bytes. ASSENT_AGAIN when it is not whole yet; ASSENT_INVALID, as early as it can
 * be said, when it never will be: then the connection is to be closed.
 *
 * frame_bytes_max is the session's limit. from_server says whether the server's own messages are fine.
 */
assent_status assent_cut(const void *bytes, size_t size, uint32_t frame_bytes_max, bool from_server,
                         assent_frame *frame, assent_error *error);

/* Reads the message of a frame by every rule of the specification. Its texts and groups point into the frame. */
assent_status assent_decode(const assent_frame *frame, assent_message *message, assent_error *error);

/* Makes a message empty: every field that may be missing is, every other one is zero. */
void assent_message_init(assent_message *message, uint16_t template_id);

/* The same for an entry of the message's first (0) or a later group. False when size is not the entry's. */
bool assent_entry_init(uint16_t template_id, size_t group, void *entry, size_t size);

/*
 * Copies the next entry of a group. False after the last one, or when size is not the entry's: give sizeof your entry.
 *
 *     assent_msg_card_list_reply_cards_entry card;
 *     while (assent_group_next(&reply.as.card_list_reply.cards, &card, sizeof card)) { ... }
 */
bool assent_group_next(assent_group *group, void *entry, size_t size);

/* Writes a whole frame, if it is within `room`; `length` becomes its length. ASSENT_TOO_LONG when it is not. */
assent_status assent_encode(const assent_message *message, uint64_t correlation_id, uint32_t deadline_microseconds,
                            void *bytes, size_t room, size_t *length, assent_error *error);

/*
 * Writes a message as JSON, in the form of the test vectors, and a zero byte, as far as there is room; for logs and
 * tests. Returns the length of the whole text, as snprintf does. Mind that requests hold card tokens.
 */
size_t assent_message_json(const assent_message *message, char *text, size_t room);

/* --- The client -------------------------------------------------------------------------------------------------- */

/*
 * One session at a time, for one thread at a time, which it opens when there is something to send and opens again when
 * it was lost or the server goes away. Every request is sent again, byte for byte and so with the same request id,
 * until its answer is known or its time is up.
 *
 * In an event loop:
 *
 *     assent_submit(client, &request, 0, my_pointer, &error);
 *     wait until assent_fd(client) is ready for assent_wants(client), for assent_timeout(client) milliseconds at most
 *     assent_process(client);
 *     while (assent_next(client, &completion)) { completion.context == my_pointer ... }
 *
 * Without one: assent_call, or assent_submit and then assent_wait and assent_next.
 */
typedef struct assent_client assent_client;

typedef struct assent_options {
    /* tcp:HOST:PORT, unix:PATH, or with ASSENT_OPENSSL tls:HOST:PORT. Names of hosts are looked up while it connects,
       which blocks: give an address where that matters. */
    const char *endpoint;
    /* Name and version for the server's log, at most 64 bytes. */
    const char *client_name;
    /* How many requests may be in flight, as a wish; 0 leaves it to the server. */
    uint32_t wanted_credit;
    /* How many requests the client holds at a time, from submitting to the completion. */
    uint32_t requests_max;
    /* How long the frame of a request may be. */
    uint32_t request_bytes_max;
    /* How long the frame of an answer may be. Answers to operators have up to 1,048,576 bytes. */
    uint32_t answer_bytes_max;
    /* How long to wait for a connection, or for an answer, before the connection is taken for lost. */
    uint32_t answer_milliseconds;
    /* How long after it was submitted a request ends at the latest. */
    uint32_t limit_milliseconds;
    /* How long to wait before connecting again: doubling from the first to the longest, shortened at random. */
    uint32_t pause_milliseconds;
    uint32_t pause_max_milliseconds;
    /* With ASSENT_OPENSSL, as whom to sign: the principal's name, and its private key either as the 32 bytes of the
       seed or as a file in PEM. */
    const char *principal;
    const unsigned char *principal_seed;
    const char *principal_key_file;
    /* With tls:, files in PEM: the authorities to trust (NULL: the system's), the certificate to show and its key; and
       the name that the server's certificate must have (NULL: the host of the endpoint). */
    const char *authorities_file;
    const char *certificate_file;
    const char *key_file;
    const char *server_name;
} assent_options;

/* Sets every option but the endpoint. */
void assent_options_init(assent_options *options);

/* What became of a request. */
typedef enum assent_fate {
    /* The answer is in `reply`. A decline is an answer. */
    ASSENT_ANSWERED,
    /* A Reject says no: `code` and `error` say why. Repair the request; it was not executed, unless
       may_have_been_executed says so. */
    ASSENT_REFUSED,
    /* Nobody took it in its time, and nobody executed it. Sending it again is safe. */
    ASSENT_NOT_EXECUTED,
    /* It was sent, and no answer came in its time: it may have been executed. Send it again with the same request id,
       or ask with QueryByRequestId. Never make a new request of it. */
    ASSENT_UNKNOWN
} assent_fate;

typedef struct assent_completion {
    /* What was submitted with the request. */
    void *context;
    assent_fate fate;
    bool may_have_been_executed;
    /* The code of the last Reject (enum assent_reject_code, or one that a later version knows); 0 if there was none. */
    int32_t code;
    /* How often it was sent. */
    uint32_t attempts;
    /* Unless it was answered, why not. */
    assent_error error;
    /* The answer. Its texts and groups are good until the next call with this client. */
    assent_message reply;
} assent_completion;

/* What the last session agreed. */
typedef struct assent_session {
    bool is_open;
    int32_t role; /* enum assent_socket_role */
    uint16_t schema_version;
    uint32_t credit;
    uint32_t frame_bytes_max;
    assent_id cluster_id;
    assent_id instance_id;
    int64_t server_time;
    char server_name[65];
} assent_session;

/* Checks the options and takes all memory; connects nowhere yet. */
assent_status assent_client_create(const assent_options *options, assent_client **client, assent_error *error);

/* Closes the connection and gives all memory back. What was not completed is unknown. NULL is fine. */
void assent_client_destroy(assent_client *client);

/*
 * Takes a request to be sent; copies it. ASSENT_AGAIN when requests_max of them are there: take completions first.
 *
 * deadline_microseconds: how long it is worth deciding from its arrival on; 0 for no limit. context: comes back with
 * its completion.
 */
assent_status assent_submit(assent_client *client, const assent_message *request, uint32_t deadline_microseconds,
                            void *context, assent_error *error);

/* Takes the next request that is completed. False when there is none now. */
bool assent_next(assent_client *client, assent_completion *completion);

/* Reads, writes and connects, as far as that does not block, and looks at the clock. Then call assent_next. */
void assent_process(assent_client *client);

#define ASSENT_WANTS_READ 1
#define ASSENT_WANTS_WRITE 2
/* The socket to wait for, or -1 while there is none. It can be another one after each assent_process. */
int assent_fd(const assent_client *client);
/* What to wait for: ASSENT_WANTS_READ, ASSENT_WANTS_WRITE or both; 0 while there is no socket. */
int assent_wants(const assent_client *client);
/* After how many milliseconds assent_process is to be called even so; -1 for never. */
int assent_timeout(const assent_client *client);

/* Waits, so many milliseconds at most (-1: as long as it takes), until there may be something to do, and does it. */
void assent_wait(assent_client *client, int milliseconds);

/* How many requests were submitted and not completed. */
size_t assent_pending(const assent_client *client);

/* Sends one request and waits for its completion. ASSENT_MISUSE while others are pending. */
assent_status assent_call(assent_client *client, const assent_message *request, uint32_t deadline_microseconds,
                          assent_completion *completion, assent_error *error);

/*
 * Receipts for decisions in a file, one behind the other (Protocol/AUDIT.md, receipts). For one process at a time.
 *
 * The record of the receipt that was kept last: what receipt_get.previous_lsn is to be; 0 for none. Makes the file when
 * there is none, and cuts off what a crash has left of a receipt that was being written.
 */
assent_status assent_receipts_last(const char *path, uint64_t *lsn, assent_error *error);

/*
 * Appends a receipt, durably, when it is of this decision, as it was answered. ASSENT_AGAIN while it is pending: ask
 * again later. ASSENT_INVALID when it is of another one: keep both then, they are evidence.
 */
assent_status assent_receipts_keep(const char *path, const assent_msg_receipt_get_reply *reply, assent_id request_id,
                                   const assent_decision *decision, uint64_t previous_lsn, assent_error *error);

/* What was agreed last, and whether it still holds. */
const assent_session *assent_client_session(const assent_client *client);

/* Why the last connection ended or did not come about; empty before the first did. */
const char *assent_client_trouble(const assent_client *client);

#ifdef __cplusplus
}
#endif

#endif

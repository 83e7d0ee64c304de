/*
 * Fuzzes the client's session: `session SECONDS SEED`. A server in the same thread greets, answers, pushes and cuts,
 * with bytes changed at random; what this is compiled with (address and undefined behaviour sanitizers) says whether
 * that was fine. Every request has to end by its limit, and an answer has to be one that the server gave to it.
 */
#define _POSIX_C_SOURCE 200809L

#include "damage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static bool one_in(uint64_t count) { return draw() % count == 0; }

static int listener = -1;
static int peer = -1;
static unsigned char heard[1 << 16];
static size_t heard_count;
static uint64_t connections;
static uint64_t damaged;

/* How much this connection is damaged: none, some, or all of its frames. */
static uint64_t damage;

static void hang_up(void) {
    if (peer >= 0) (void)close(peer);
    peer = -1;
}

static void send_out(unsigned char *bytes, size_t length) {
    size_t piece = 0;
    if (damage > 0 && one_in(damage)) {
        uint64_t changes = 1 + draw() % 3;
        damaged += 1;
        for (; changes > 0; changes -= 1) bytes[draw() % length] = (unsigned char)(draw() & 0xFFu);
        if (one_in(6)) put32(bytes, (uint32_t)draw());
        if (one_in(6)) length = (size_t)(draw() % length) + 1;
        if (!one_in(4) && length >= 32) {
            if (one_in(2)) put32(bytes, (uint32_t)length);
            seal(bytes, length);
        }
    }
    while (length > 0 && peer >= 0) {
        ssize_t sent = 0;
        piece = one_in(3) ? (size_t)(draw() % length) + 1 : length;
        sent = send(peer, bytes, piece, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) {
            hang_up();
            return;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void say(const assent_message *message, uint64_t correlation_id) {
    static unsigned char bytes[1 << 16];
    size_t length = 0;
    if (assent_encode(message, correlation_id, 0, bytes, sizeof bytes, &length, NULL) != ASSENT_OK) abort();
    send_out(bytes, length);
}

static void push_something(void) {
    static const uint64_t top = UINT64_C(1) << 63;
    assent_message message;
    switch (draw() % 4) {
    case 0:
        assent_message_init(&message, ASSENT_TEMPLATE_PING);
        say(&message, top | (draw() >> 1));
        return;
    case 1:
        assent_message_init(&message, ASSENT_TEMPLATE_GO_AWAY);
        message.as.go_away.reason = ASSENT_GO_AWAY_REASON_DRAINING;
        message.as.go_away.grace_milliseconds = (uint32_t)(draw() % 20);
        say(&message, top);
        return;
    case 2:
        assent_message_init(&message, ASSENT_TEMPLATE_REJECT);
        message.as.reject.code = one_in(2) ? ASSENT_REJECT_CODE_TOO_SLOW : ASSENT_REJECT_CODE_BAD_LENGTH;
        say(&message, top);
        return;
    default: hang_up();
    }
}

static void greet(const assent_frame *frame) {
    assent_message message;
    assent_message_init(&message, ASSENT_TEMPLATE_HELLO_REPLY);
    message.as.hello_reply.frame_version = 1;
    message.as.hello_reply.role = ASSENT_SOCKET_ROLE_GATEWAY;
    message.as.hello_reply.schema_version = ASSENT_SCHEMA_VERSION;
    message.as.hello_reply.frame_bytes_max = 65536;
    message.as.hello_reply.credit = (uint32_t)(1 + draw() % 20);
    message.as.hello_reply.cluster_id.low = 1;
    message.as.hello_reply.instance_id.low = one_in(200) ? draw() | 1 : 1;
    message.as.hello_reply.server_name = assent_text_of("fuzz");
    say(&message, frame->correlation_id);
}

/* The amount comes back, so that an answer shows whose it is. */
static void decide(const assent_frame *frame, const assent_msg_authorize *asked) {
    assent_message message;
    if (one_in(12)) {
        static const int32_t codes[] = {401, 403, 406, 501, 305, 308, 205};
        assent_message_init(&message, ASSENT_TEMPLATE_REJECT);
        message.as.reject.code = codes[draw() % 7];
        message.as.reject.retry_after_microseconds = (uint32_t)(draw() % 3000);
        say(&message, frame->correlation_id);
        return;
    }
    assent_message_init(&message, ASSENT_TEMPLATE_AUTHORIZE_REPLY);
    message.as.authorize_reply.decision.approved_amount = asked->amount;
    message.as.authorize_reply.decision.outcome = ASSENT_OUTCOME_APPROVED;
    say(&message, frame->correlation_id);
    if (one_in(30)) say(&message, frame->correlation_id ^ 1u);
}

static void serve(void) {
    assent_frame frame;
    assent_message message;
    ssize_t count = 0;
    size_t at = 0;
    if (peer < 0) {
        peer = accept(listener, NULL, NULL);
        if (peer < 0) return;
        (void)fcntl(peer, F_SETFL, O_NONBLOCK);
        connections += 1;
        heard_count = 0;
        damage = draw() % 3 == 0 ? 0 : 1 + draw() % 20;
    }
    count = recv(peer, heard + heard_count, sizeof heard - heard_count, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) {
        hang_up();
        return;
    }
    if (count > 0) heard_count += (size_t)count;
    while (peer >= 0) {
        const assent_status status = assent_cut(heard + at, heard_count - at, sizeof heard, false, &frame, NULL);
        if (status == ASSENT_AGAIN) break;
        if (status != ASSENT_OK || assent_decode(&frame, &message, NULL) != ASSENT_OK) abort();
        at += frame.length;
        if (one_in(40)) push_something();
        if (peer < 0) break;
        if (frame.template_id == ASSENT_TEMPLATE_HELLO) greet(&frame);
        if (frame.template_id == ASSENT_TEMPLATE_AUTHORIZE && !one_in(60)) decide(&frame, &message.as.authorize);
    }
    memmove(heard, heard + at, heard_count - at);
    heard_count -= at;
}

static void listen_at(const char *path) {
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0
        || listen(listener, 8) != 0) {
        perror("listen");
        exit(71);
    }
    (void)fcntl(listener, F_SETFL, O_NONBLOCK);
}

static int64_t milliseconds(void) {
    struct timespec time_;
    (void)clock_gettime(CLOCK_MONOTONIC, &time_);
    return (int64_t)time_.tv_sec * 1000 + time_.tv_nsec / 1000000;
}

int main(int argc, char **argv) {
    static char endpoint[128];
    static int64_t asked_at[1024];
    uint64_t fates[4] = {0, 0, 0, 0};
    uint64_t wrong = 0;
    size_t next = 0;
    assent_options options;
    assent_client *client = NULL;
    assent_error error;
    int64_t end = 0;
    char path[64];
    if (argc != 3) return 64;
    state = strtoull(argv[2], NULL, 10) | 1;
    (void)snprintf(path, sizeof path, "/tmp/assent-session-%ld.sock", (long)getpid());
    (void)snprintf(endpoint, sizeof endpoint, "unix:%s", path);
    listen_at(path);
    assent_options_init(&options);
    options.endpoint = endpoint;
    options.requests_max = 64;
    options.answer_bytes_max = 4096;
    options.answer_milliseconds = 20;
    options.limit_milliseconds = 100;
    options.pause_milliseconds = 1;
    options.pause_max_milliseconds = 2;
    if (assent_client_create(&options, &client, &error) != ASSENT_OK) return 71;
    for (end = milliseconds() + 1000 * atoi(argv[1]); milliseconds() < end;) {
        assent_message request;
        assent_completion done;
        struct pollfd ready[2];
        int timeout = 0;
        while (one_in(2)) {
            const size_t index = next % 1024;
            assent_message_init(&request, ASSENT_TEMPLATE_AUTHORIZE);
            if (!assent_id_make(&request.as.authorize.request_id)) abort();
            request.as.authorize.card_token.low = 1;
            request.as.authorize.amount = (int64_t)index + 1;
            memcpy(request.as.authorize.currency, "EUR", 4);
            memcpy(request.as.authorize.merchant_country, "DE", 3);
            request.as.authorize.initiator = ASSENT_INITIATOR_CARDHOLDER;
            if (assent_submit(client, &request, 0, &asked_at[index], &error) != ASSENT_OK) break;
            asked_at[index] = milliseconds();
            next += 1;
        }
        serve();
        assent_process(client);
        serve();
        while (assent_next(client, &done)) {
            const int64_t *asked = (const int64_t *)done.context;
            fates[done.fate] += 1;
            if (done.fate == ASSENT_ANSWERED
                && done.reply.as.authorize_reply.decision.approved_amount != (int64_t)(asked - asked_at) + 1) {
                wrong += 1;
            }
            /* Sixty seconds for a machine that is stopped meanwhile. */
            if (milliseconds() - *asked > 60000) abort();
        }
        ready[0].fd = assent_fd(client);
        ready[0].events = (short)((assent_wants(client) & ASSENT_WANTS_READ ? POLLIN : 0)
                                  | (assent_wants(client) & ASSENT_WANTS_WRITE ? POLLOUT : 0));
        ready[1].fd = peer >= 0 ? peer : listener;
        ready[1].events = POLLIN;
        timeout = assent_timeout(client);
        (void)poll(ready, 2, timeout < 0 || timeout > 1 ? 1 : timeout);
    }
    while (assent_pending(client) > 0) {
        assent_completion done;
        serve();
        assent_wait(client, 1);
        while (assent_next(client, &done)) fates[done.fate] += 1;
    }
    printf("%" PRIu64 " connections, %" PRIu64 " damaged frames; answered %" PRIu64 ", refused %" PRIu64
           ", not executed %" PRIu64 ", unknown %" PRIu64 "; amounts changed on the way %" PRIu64 "\n", connections,
           damaged, fates[0], fates[1], fates[2], fates[3], wrong);
    assent_client_destroy(client);
    hang_up();
    (void)close(listener);
    (void)unlink(path);
    return 0;
}

/*
 * Plays the client under test for assent-conformance; see ../../../conformance/README.md for what it is told and says.
 */
#include "../assent.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct task {
    assent_message message;
    uint32_t deadline;
    bool is_done;
    bool is_receipt;
    char file[512];
    char result[256];
};

/* What was answered so far, by the request. */
static struct {
    assent_id request_id;
    assent_decision decision;
} decided[1024];
static size_t decided_count;

static char texts[16][512];
static size_t text_count;
static struct task tasks[1024];
static size_t task_count;

/* Keeps a word for as long as the program runs. */
static const char *keep(const char *word) {
    if (text_count == 16) exit(64);
    (void)snprintf(texts[text_count], sizeof texts[0], "%s", word);
    return texts[text_count++];
}

static const unsigned char *keep_seed(const char *hex) {
    static unsigned char seed[32];
    size_t at = 0;
    unsigned value = 0;
    for (at = 0; at < 32 && sscanf(hex + 2 * at, "%2x", &value) == 1; at += 1) seed[at] = (unsigned char)value;
    return at == 32 ? seed : NULL;
}

static void set_option(assent_options *options, const char *name, const char *value) {
    const uint32_t number = (uint32_t)strtoul(value, NULL, 10);
    if (strcmp(name, "endpoint") == 0) options->endpoint = keep(value);
    else if (strcmp(name, "credit") == 0) options->wanted_credit = number;
    else if (strcmp(name, "answer-milliseconds") == 0) options->answer_milliseconds = number;
    else if (strcmp(name, "limit-milliseconds") == 0) options->limit_milliseconds = number;
    else if (strcmp(name, "principal") == 0) options->principal = keep(value);
    else if (strcmp(name, "seed") == 0) options->principal_seed = keep_seed(value);
    else if (strcmp(name, "authorities") == 0) options->authorities_file = keep(value);
    else if (strcmp(name, "certificate") == 0) options->certificate_file = keep(value);
    else if (strcmp(name, "key") == 0) options->key_file = keep(value);
    else exit(64);
}

static void add_authorize(const char *arguments) {
    struct task *task = &tasks[task_count++];
    char request_id[40];
    char card[40];
    char currency[4];
    assent_msg_authorize *authorize = &task->message.as.authorize;
    memset(task, 0, sizeof *task);
    assent_message_init(&task->message, ASSENT_TEMPLATE_AUTHORIZE);
    if (sscanf(arguments, "%39s %39s %" SCNd64 " %3s %" SCNd64 " %" SCNu32, request_id, card, &authorize->amount,
               currency, &authorize->transmission_time, &task->deadline) != 6
        || !assent_id_parse(request_id, &authorize->request_id) || !assent_id_parse(card, &authorize->card_token)) {
        exit(64);
    }
    memcpy(authorize->currency, currency, sizeof currency);
    memcpy(authorize->merchant_country, "DE", 3);
    authorize->merchant_category = 5999;
    authorize->initiator = ASSENT_INITIATOR_CARDHOLDER;
    authorize->merchant_name = assent_text_of("Conformance");
}

static void add_query(const char *arguments) {
    struct task *task = &tasks[task_count++];
    char request_id[40];
    assent_msg_query_by_request_id *query = &task->message.as.query_by_request_id;
    memset(task, 0, sizeof *task);
    assent_message_init(&task->message, ASSENT_TEMPLATE_QUERY_BY_REQUEST_ID);
    if (sscanf(arguments, "%39s %" SCNd64, request_id, &query->transmission_time) != 2
        || !assent_id_parse(request_id, &query->request_id)) {
        exit(64);
    }
}

static void add_receipt(const char *arguments) {
    struct task *task = &tasks[task_count++];
    char request_id[40];
    assent_msg_receipt_get *receipt = &task->message.as.receipt_get;
    memset(task, 0, sizeof *task);
    task->is_receipt = true;
    assent_message_init(&task->message, ASSENT_TEMPLATE_RECEIPT_GET);
    if (sscanf(arguments, "%39s %" SCNd64 " %511s", request_id, &receipt->transmission_time, task->file) != 3
        || !assent_id_parse(request_id, &receipt->request_id)) {
        exit(64);
    }
}

static const assent_decision *decision_on(assent_id request_id) {
    size_t at = 0;
    for (at = 0; at < decided_count; at += 1) {
        if (decided[at].request_id.high == request_id.high && decided[at].request_id.low == request_id.low) {
            return &decided[at].decision;
        }
    }
    return NULL;
}

static void keep_decision(assent_id request_id, const assent_decision *decision) {
    if (decided_count == 1024 || decision_on(request_id) != NULL) return;
    decided[decided_count].request_id = request_id;
    decided[decided_count].decision = *decision;
    decided_count += 1;
}

static void complete(const assent_completion *completion) {
    struct task *task = (struct task *)completion->context;
    const assent_decision *decision = &completion->reply.as.authorize_reply.decision;
    task->is_done = true;
    switch (completion->fate) {
    case ASSENT_ANSWERED:
        if (completion->reply.template_id == ASSENT_TEMPLATE_AUTHORIZE_REPLY) {
            (void)snprintf(task->result, sizeof task->result, "answered %s %s %" PRId64 " %" PRIu64,
                           assent_outcome_name(decision->outcome), assent_reason_name(decision->reason),
                           decision->approved_amount, decision->lsn);
            keep_decision(task->message.as.authorize.request_id, decision);
        } else {
            (void)snprintf(task->result, sizeof task->result, "answered %s",
                           assent_request_found_name(completion->reply.as.query_by_request_id_reply.found));
        }
        return;
    case ASSENT_REFUSED:
        (void)snprintf(task->result, sizeof task->result, "refused %" PRId32, completion->code);
        return;
    case ASSENT_NOT_EXECUTED:
        (void)snprintf(task->result, sizeof task->result, "not-executed %s", completion->error.detail);
        return;
    case ASSENT_UNKNOWN:
        (void)snprintf(task->result, sizeof task->result, "unknown %s", completion->error.detail);
        return;
    }
}

/* Asks for a receipt behind the file's last one, and keeps it. */
static void ask_receipt(assent_client *client, struct task *task) {
    assent_msg_receipt_get *question = &task->message.as.receipt_get;
    const assent_decision *decision = decision_on(question->request_id);
    const assent_msg_receipt_get_reply *reply = NULL;
    assent_completion completion;
    assent_error error;
    assent_status status = assent_receipts_last(task->file, &question->previous_lsn, &error);
    if (status == ASSENT_OK) status = assent_call(client, &task->message, 0, &completion, &error);
    if (status != ASSENT_OK) {
        (void)snprintf(task->result, sizeof task->result, "not-executed %s", error.detail);
        return;
    }
    completion.context = task;
    if (completion.fate != ASSENT_ANSWERED) {
        complete(&completion);
        return;
    }
    reply = &completion.reply.as.receipt_get_reply;
    if (reply->state != ASSENT_RECEIPT_STATE_GIVEN || decision == NULL) {
        (void)snprintf(task->result, sizeof task->result, "answered %s", assent_receipt_state_name(reply->state));
        return;
    }
    status = assent_receipts_keep(task->file, reply, question->request_id, decision, question->previous_lsn, &error);
    if (status == ASSENT_OK) {
        (void)snprintf(task->result, sizeof task->result, "answered kept %" PRIu64, decision->lsn);
    } else {
        (void)snprintf(task->result, sizeof task->result, "%s",
                       status == ASSENT_INVALID ? "answered mismatch" : error.detail);
    }
}

/* Sends everything at once and waits for all of it; then the receipts, one after the other. */
static void go(assent_client *client) {
    assent_completion completion;
    assent_error error;
    size_t sent = 0;
    size_t done = 0;
    size_t at = 0;
    while (done < task_count) {
        while (sent < task_count) {
            struct task *task = &tasks[sent];
            assent_status status = ASSENT_OK;
            if (task->is_receipt) {
                sent += 1;
                done += 1;
                continue;
            }
            status = assent_submit(client, &task->message, task->deadline, task, &error);
            if (status == ASSENT_AGAIN) break;
            if (status != ASSENT_OK) {
                (void)snprintf(task->result, sizeof task->result, "not-executed %s %s", error.field, error.detail);
                done += 1;
            }
            sent += 1;
        }
        assent_process(client);
        while (assent_next(client, &completion)) {
            complete(&completion);
            done += 1;
        }
        if (done < task_count) assent_wait(client, -1);
    }
    for (at = 0; at < task_count; at += 1) {
        if (tasks[at].is_receipt) ask_receipt(client, &tasks[at]);
    }
    for (at = 0; at < task_count; at += 1) printf("%s\n", tasks[at].result);
    printf("done\n");
    (void)fflush(stdout);
    task_count = 0;
}

int main(void) {
    static char line[1024];
    assent_options options;
    assent_client *client = NULL;
    assent_error error;
    assent_options_init(&options);
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *rest = NULL;
        line[strcspn(line, "\n")] = 0;
        rest = line + strcspn(line, " ");
        if (*rest != 0) *rest++ = 0;
        if (strcmp(line, "authorize") == 0 && task_count < 1024) add_authorize(rest);
        else if (strcmp(line, "query") == 0 && task_count < 1024) add_query(rest);
        else if (strcmp(line, "receipt") == 0 && task_count < 1024) add_receipt(rest);
        else if (strcmp(line, "go") == 0) {
            if (client == NULL && assent_client_create(&options, &client, &error) != ASSENT_OK) {
                fprintf(stderr, "%s\n", error.detail);
                return error.status == ASSENT_UNSUPPORTED ? 77 : 64;
            }
            go(client);
        } else {
            set_option(&options, line, rest);
        }
    }
    assent_client_destroy(client);
    return 0;
}

/*
 * A gateway in thirty lines: reads lines `CARD AMOUNT-IN-MINOR-UNITS CURRENCY`, prints what to tell the terminal.
 *
 *     cc -o gateway gateway.c assent.c && echo "6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3 1250 EUR" | ./gateway
 */
#include "assent.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    assent_options options;
    assent_client *client;
    assent_error error;
    assent_message request;
    assent_completion done;
    char card[37], currency[4], id[37];
    int64_t amount;

    assent_options_init(&options);
    options.endpoint = argc > 1 ? argv[1] : "tcp:127.0.0.1:9701";
    if (assent_client_create(&options, &client, &error) != ASSENT_OK) return fprintf(stderr, "%s\n", error.detail), 64;
    while (scanf("%36s %" SCNd64 " %3s", card, &amount, currency) == 3) {
        assent_message_init(&request, ASSENT_TEMPLATE_AUTHORIZE);
        assent_msg_authorize *authorize = &request.as.authorize;
        if (!assent_id_make(&authorize->request_id) || !assent_id_parse(card, &authorize->card_token)) return 65;
        authorize->amount = amount;
        authorize->transmission_time = assent_now();
        authorize->merchant_category = 5411;
        authorize->initiator = ASSENT_INITIATOR_CARDHOLDER;
        authorize->merchant_name = assent_text_of("Lindenhof Markt");
        memcpy(authorize->currency, currency, sizeof currency);
        memcpy(authorize->merchant_country, "DE", 3);
        assent_id_format(authorize->request_id, id);
        fprintf(stderr, "%s is asked\n", id); /* A real gateway stores the whole request here, before it is sent. */
        if (assent_call(client, &request, 0, &done, &error) != ASSENT_OK) printf("not sent: %s\n", error.detail);
        else if (done.fate != ASSENT_ANSWERED) printf("%s: %s\n", done.fate == ASSENT_UNKNOWN ? "UNKNOWN, ask again "
            "with the same id" : "not executed", done.error.detail);
        else printf("%s %s %" PRIu64 "\n", done.reply.as.authorize_reply.decision.response_code, assent_outcome_name(
            done.reply.as.authorize_reply.decision.outcome), done.reply.as.authorize_reply.decision.lsn);
    }
    assent_client_destroy(client);
    return 0;
}

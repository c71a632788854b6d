/* The inside of a message for report_json.c. */
#ifndef PEEL_INSIGHT_REPORT_JSON_INSIDE_H
#define PEEL_INSIGHT_REPORT_JSON_INSIDE_H

#include "base/json.h"
#include "insight/message.h"

enum {
    INSIDE_TEXT_MAX = 512,  /* of one value, escaped; cut with "..." */
    INSIDE_HEX_MAX = 64,    /* bytes shown of what only hexadecimal can show */
    INSIDE_MAX = 32 * 1024, /* where the last field of a message may begin, and its last value */
};

/* Adds the member "inside", after tls-report.schema.json, with all that -vvv shows; nothing for a message without
 * fields. However much a peer sends, it is little more than INSIDE_MAX bytes: the rest is counted. */
void report_json_inside(struct json *json, const struct message *message);

#endif

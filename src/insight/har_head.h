/* What HAR says of the head of a request or response: its fields, cookies, and what stands in a URL's query. A part of
 * har_entry.c. Values with secrets in them are masked (redact.h), unless with_secrets. */
#ifndef PEEL_INSIGHT_HAR_HEAD_H
#define PEEL_INSIGHT_HAR_HEAD_H

#include "base/json.h"

/* Without its line end. Heads are as they crossed the network, and may end anywhere. */
struct slice har_first_line(struct slice head);
/* The first of that name, or the empty slice. */
struct slice har_field(struct slice head, struct slice name);

/* Each appends a member with an array of objects. */
void har_append_headers(struct json *json, struct slice head, bool with_secrets);
void har_append_request_cookies(struct json *json, struct slice head, bool with_secrets);
void har_append_response_cookies(struct json *json, struct slice head, bool with_secrets);
/* Names and values with their percent-encoding undone. */
void har_append_query(struct json *json, struct slice url);

/* "2026-11-24T22:10:17.002Z" (RFC 3339); us since 1970. */
void har_append_time(struct json *json, const char *key, uint64_t us);

#endif

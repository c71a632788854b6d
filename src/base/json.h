/* Writing JSON (RFC 8259) into a buf, a member at a time; commas come by themselves.
 *
 *     struct json json = {.out = &out};
 *     json_open(&json, NULL, '{');
 *     json_text(&json, "name", SLICE("value"));
 *     json_open(&json, "list", '[');
 *     json_number(&json, NULL, 1);          within an array: no key
 *     json_close(&json, ']');
 *     json_close(&json, '}');               {"name":"value","list":[1]}
 */
#ifndef PEEL_BASE_JSON_H
#define PEEL_BASE_JSON_H

#include "base/buf.h"

#include <stdint.h>

struct json {
    struct buf *out;
    bool has_member; /* the next one needs a comma */
};

/* bracket: '{' or '['; to close: '}' or ']'. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);

/* The comma and the key, where there is one: a value that the caller appends itself follows. */
void json_key(struct json *json, const char *key);

/* json_string() as a member. */
void json_text(struct json *json, const char *key, struct slice text);
void json_number(struct json *json, const char *key, int64_t number);
/* Microseconds as milliseconds: 12.345. */
void json_ms(struct json *json, const char *key, uint64_t us);
void json_bool(struct json *json, const char *key, bool value);

/* A string in quotes (section 7). What is no UTF-8 is taken for ISO 8859-1, byte by byte: it comes out as \u0080 to
 * \u00ff, so that the text stays JSON whatever a peer sent. */
void json_string(struct buf *out, struct slice text);

#endif

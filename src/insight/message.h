/* What a TLS message says, as data: fields that have a name and one value or several, some of them a part of the one
 * before. decode.h fills it from bytes; how it looks is the business of who shows it (message_view.h for a terminal).
 * Texts that came from the peer are raw here: who shows them escapes them. */
#ifndef PEEL_INSIGHT_MESSAGE_H
#define PEEL_INSIGHT_MESSAGE_H

#include "base/buf.h"

#include <stdint.h>

enum field_kind {
    FIELD_LIST,   /* values, perhaps none */
    FIELD_TEXT,   /* one value */
    FIELD_NUMBER, /* number, of that unit */
    FIELD_BYTES,  /* one value: bytes that only hexadecimal can show */
    FIELD_GROUP,  /* the fields behind it that are one deeper; number tells it from its siblings, a value may name it */
    FIELD_UNREADABLE, /* what was there makes no sense */
};

enum field_unit {
    UNIT_NONE,
    UNIT_BYTES,
    UNIT_SECONDS,
    UNIT_BITS,
};

#define NO_CODE UINT32_MAX
#define NO_SIZE UINT32_MAX

struct message_value {
    size_t at, len; /* in the message's text: message_value_text */
    uint32_t code;  /* the code point that the text names, or NO_CODE */
    uint32_t size;  /* bytes of what is named ("x25519", 32 bytes of key), or NO_SIZE */
};

struct message_field {
    const char *name; /* constant; lower case but for abbreviations, blanks between words, the same in every message */
    enum field_kind kind;
    enum field_unit unit;
    unsigned depth;
    bool is_detail; /* for those who want to see all */
    uint64_t number;
    size_t first, n; /* in the message's values */
};

/* All zero is an empty message. */
struct message {
    char name[32];      /* "ServerHello", "type 77" */
    bool is_unreadable; /* the fields are what could be read before that */
    struct message_field *fields;
    size_t n_fields;
    struct message_value *values;
    size_t n_values;
    struct buf text;
    size_t n_left_out; /* fields that message_drop took away */

    /* For building. */
    unsigned depth;
    bool is_in_detail;
    size_t fields_cap, values_cap;
};

void message_done(struct message *m);
/* Empty again, with its memory. */
void message_clear(struct message *m);
/* What it takes in memory, in bytes. */
size_t message_size(const struct message *m);
/* Takes what it says away and keeps how much that was. */
void message_drop(struct message *m);
/* The values of a field; NULL when it has none. */
const struct message_value *message_values(const struct message *m, const struct message_field *field);
struct slice message_value_text(const struct message *m, const struct message_value *value);
/* The first field of that name; NULL when there is none. */
const struct message_field *message_find(const struct message *m, const char *name);

/* Building, field by field. Names are kept, texts copied. */

/* A list; its values follow by message_value. */
void message_list(struct message *m, const char *name);
/* One more value of the field that was begun last. */
void message_value(struct message *m, struct slice text, uint32_t code, uint32_t size);
void message_text(struct message *m, const char *name, const char *text);
/* A name of a code point. */
void message_name(struct message *m, const char *name, const char *text, uint32_t code);
void message_number(struct message *m, const char *name, uint64_t number, enum field_unit unit);
void message_bytes(struct message *m, const char *name, struct slice bytes);
/* In the place of a list of that name that was just begun. */
void message_unreadable(struct message *m, const char *name);
/* What comes until message_leave is a part of it. */
void message_enter(struct message *m, const char *name, uint64_t number);
void message_leave(struct message *m);
/* Whether the fields from here on are details. */
void message_details(struct message *m, bool on);

#endif

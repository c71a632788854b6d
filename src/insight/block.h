/* The block that explains a failure: a headline, then what caused it, the evidence, and what to do, each behind its
 * label. Text from the peer in it is escaped here.
 *
 *     peel: (60) certificate of shop.example: issuer certificate missing
 *       cause     The server sent only its own certificate. ...
 *       evidence  [0] CN=shop.example ...
 *       fix       ... */
#ifndef PEEL_INSIGHT_BLOCK_H
#define PEEL_INSIGHT_BLOCK_H

#include "base/buf.h"
#include "base/cause.h"
#include "base/trace.h"

#include <stdint.h>

/* What the words of a block need to know beside the facts. */
struct block_place {
    const char *url; /* without userinfo */
    const char *host;
    uint16_t port;
    const char *proxy;   /* "HOST:PORT": it is not the URL's host that failed, but this https:// proxy; NULL: it is */
    const char *through; /* "HOST:PORT": a proxy between us and that host; NULL: none is known of */
    size_t width;        /* of a line of prose */
    const struct trace_way *way; /* and the rest: as in struct trace_hop */
    const char *not_here;
    const char *leads_to;
};

/* Whoever failed is this host; proxy: the same as "HOST:PORT" if it is the proxy, else NULL. */
void block_place_blame(struct block_place *place, const char *host, const char *proxy);

struct block {
    struct buf *out;
    const struct block_place *place;
    const char *label; /* the one under which the last line stands */
};

enum {
    BLOCK_INDENT = 12,
};

/* "peel: (CODE) " and the text, a line. */
void block_head(struct block *b, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Prose, folded to the width. */
void block_say(struct block *b, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A command, which is there to be copied and stays whole, or one more thing of a list. One of a table, "[0] ...", goes
 * on below its second column when it is too long. */
void block_row(struct block *b, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The last line: where more is told of the cause. */
void block_more(struct block *b, enum cause cause);

/* A command line of peel for this URL (insight/command.h), as a row: "note peel OPTIONS WAY URL", or as two when that
 * is too long. note may be "". For a proxy it goes through that, and each option "--NAME" is said of it:
 * "--proxy-NAME"; where there is none such, nothing is said. */
void block_command(struct block *b, const char *note, const char *options, const char *url);
/* The same for the place's URL, without these options of the way. */
void block_command_without(struct block *b, const char *note, const char *options, const char *without);
/* The same through another proxy, or the same one by another name or scheme: "note peel -x PROXY URL". */
void block_other_proxy(struct block *b, const char *note, const char *proxy);

/* Where in a line "peel OPTIONS URL" begins; its length when that is not in it. */
size_t block_find_command(struct slice text);

/* A line of a block, read back. */
struct block_line {
    struct slice label; /* "cause", "evidence", "fix", "more"; empty: the headline */
    struct slice text;
};

/* The first line of rest, which moves on; line is the one before, all zero at the start. False at the end. */
bool block_next(struct slice *rest, struct block_line *line);
/* The same for whole blocks: from the headline, where there is one, to "more". */
bool block_next_whole(struct slice *rest, struct slice *block);
/* What the last line of a whole block says of. */
enum cause block_cause(struct slice block);

#endif

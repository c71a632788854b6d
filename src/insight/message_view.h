/* The inside of a TLS message on a terminal, as -vv, -vvv and -vvvv show it. */
#ifndef PEEL_INSIGHT_MESSAGE_VIEW_H
#define PEEL_INSIGHT_MESSAGE_VIEW_H

#include "insight/message.h"

enum {
    MESSAGE_VIEW_BRIEF = 2, /* what matters; long lists in short */
    MESSAGE_VIEW_FULL = 3,  /* all there is */
    MESSAGE_VIEW_HEX = 4,   /* and the bytes */
    MESSAGE_LABEL_END = 25, /* columns up to the values */
};

/* Appends lines that each begin with "*" and end with a line end, in so many columns; safe to print. bytes: the message
 * as it came, shown from MESSAGE_VIEW_HEX on. */
void message_view_append(struct buf *out, const struct message *m, struct slice bytes, unsigned verbosity,
                         unsigned width);

#endif

/* Long lists of TLS code points told in short, as -vv does. */
#ifndef PEEL_INSIGHT_BRIEF_H
#define PEEL_INSIGHT_BRIEF_H

#include "insight/fold.h"
#include "insight/message.h"

/* False when the list is as short as it can be: nothing was added. Whatever is left out is counted. */
bool brief_list(struct fold *fold, const struct message *m, const struct message_field *list);

#endif

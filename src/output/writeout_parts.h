/* Those values of -w that have a grammar of their own. Inside output/ only. */
#ifndef PEEL_OUTPUT_WRITEOUT_PARTS_H
#define PEEL_OUTPUT_WRITEOUT_PARTS_H

#include "output/writeout.h"

/* %header{what}: "name" is the first field of that name in the last response; "name:all:separator" is all of them in
 * all responses. */
void writeout_header(struct buf *to, const struct fetch_result *result, struct slice what);
/* %{header_json}: the fields of the last response as an object of arrays, names in lower case. */
void writeout_header_json(struct buf *to, const struct fetch_result *result);
/* %time{format}: when the transfer was over, in UTC, by strftime(3); %f is microseconds. */
void writeout_time(struct buf *to, const struct fetch_result *result, struct slice format);
/* %{url.host}, %{urle.host}: a part of the URL as typed, or of the one that was fetched last. False: no such name. */
bool writeout_url_part(struct buf *to, const struct fetch_result *result, struct slice name);

#endif

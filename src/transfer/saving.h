/* What becomes of one URL's response on this machine: under which name, whole or in part, with which checks. Between
 * the transfer, which knows requests and responses, and the sink, which knows only bytes.
 *
 * A caller meets the functions in this order: new, begin, then for each request shape_request, line, head, body; at the
 * end finish or give_up, and free. */
#ifndef PEEL_TRANSFER_SAVING_H
#define PEEL_TRANSFER_SAVING_H

#include "http/codec.h"
#include "http/request.h"
#include "transfer/run.h"

struct saving;

struct saving *saving_new(struct run *run, const struct fetch *fetch);
/* Takes NULL. */
void saving_free(struct saving *s);

enum saving_start {
    SAVING_GO,
    SAVING_SKIP, /* --skip-existing: there is nothing to do */
    SAVING_FAILED,
};

/* Before a connection is made: the file's name, where a resumed download goes on, the entity tag to compare with; opens
 * -D's file. first: where the chain of redirects begins; -O takes its name from there. */
enum saving_start saving_begin(struct saving *s, const struct url *first, struct error *err);

struct sink *saving_sink(const struct saving *s);
/* The file's name as it is now, NULL without a file. */
const char *saving_filename(const struct saving *s);

/* Begins an exchange: adds Range, If-Range and If-None-Match. What the request borrows stays until saving_free. */
void saving_shape_request(struct saving *s, struct http_request *request);

/* A line of a response head: to -D's file. Appends to shown what the body's sink is to see of it: -i, -D -. */
bool saving_line(struct saving *s, struct slice line, struct buf *shown, struct error *err);

/* A response head. is_wanted: its body is, as far as the transfer knows. False with err filled: 63, 33, 23. */
bool saving_head(struct saving *s, const struct http_request *request, const struct http_response_head *head,
                 bool is_wanted, struct error *err);
/* After saving_head: what -i has to show and had to hold back, since the file's name was not known. */
void saving_take_held(struct saving *s, struct buf *shown);
/* After saving_head: the server sent what -z did not ask for, which counts as 304. */
bool saving_is_stale(const struct saving *s);
/* After saving_head: the download cannot go on where it broke off, as was asked for, and is to be asked for once more.
 */
bool saving_begins_anew(const struct saving *s);
/* How much of the file was there before this attempt. */
uint64_t saving_offset(const struct saving *s);
/* After saving_head: is the body still wanted? Not when the file is whole already. */
bool saving_wants_body(const struct saving *s);

/* Bytes of the body on their way to the sink. False with err filled (63): only what is left in *bytes is to be written,
 * which is as much as --max-filesize allows, or, with is_unpacked, nothing of this piece, as with curl: a decoder makes
 * large pieces of nothing. */
bool saving_body(struct saving *s, struct slice *bytes, bool is_unpacked, struct error *err);

/* The response is whole. is_refused: but it is an error (-f, --fail-with-body). Checks --sha256, dates the file, closes
 * it. False with err filled: 23, 120. */
bool saving_finish(struct saving *s, bool is_refused, struct error *err);
/* The same once more, after a failure. Where a part of the file has come under a validator, the rest is asked for; else
 * what came is taken back, but for what --continue-at found there. False with err filled (23). */
bool saving_restart(struct saving *s, struct error *err);
/* The transfer has failed: --remove-on-error. */
void saving_give_up(struct saving *s);

#endif

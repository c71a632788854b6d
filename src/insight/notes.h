/* Trace notes in words: what a user who looks wants to know beside the ordinary course of things. */
#ifndef PEEL_INSIGHT_NOTES_H
#define PEEL_INSIGHT_NOTES_H

#include "base/buf.h"
#include "base/trace.h"

/* Appends one line without a line end, escaped. Some notes speak of the connection: its number and its host (escaped
 * already). */
void note_append(struct buf *out, const struct trace_note *note, unsigned connection, const char *host);

#endif

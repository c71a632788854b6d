/* The progress line as text: pure functions of the numbers and the width. console.c decides when and where to draw. */
#ifndef PEEL_OUTPUT_PROGRESS_H
#define PEEL_OUTPUT_PROGRESS_H

#include "base/buf.h"
#include "output/console.h"

/* Appends the line, without control sequences and without a line end, for a terminal of width columns; it never fills
 * the last column, where some terminals wrap. The name is escaped here. What does not fit gives way in this order: a
 * long name (cut with ".."), the bar's length, the bar, the name.
 *
 *   ubuntu.iso   [##############------------]  54%  1.9/3.5 GB  88 MB/s  0:18
 *
 * Total unknown: name, bytes, speed. Units are SI (1 kB = 1000 B); the speed is the mean since the start. */
void progress_format(struct buf *out, const struct progress *progress, unsigned width);

/* -#: curl's bar of hashes with the percentage right of it; total unknown: a mark that flies to and fro. */
void progress_format_hashes(struct buf *out, const struct progress *progress, unsigned width);

#endif

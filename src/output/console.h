/* All that is said to a person: on stderr, or where --stderr points. It owns the one place where the progress line
 * stands, and clears it before anything else is written. Colours only on a terminal and without NO_COLOR. */
#ifndef PEEL_OUTPUT_CONSOLE_H
#define PEEL_OUTPUT_CONSOLE_H

#include "base/error.h"
#include "base/slice.h"
#include "output/settings.h"
#include "output/style.h"

#include <stdint.h>

struct console;

/* Opens --stderr's file (a warning when it cannot be opened, as curl); the settings are copied. */
struct console *console_new(const struct console_settings *settings);
void console_free(struct console *console);

bool console_is_terminal(const struct console *console);
/* 80 when unknown. */
unsigned console_width(const struct console *console);

/* One whole line, without its line end; written at once. The text must be escaped already where it is the peer's. */
void console_line(struct console *console, enum console_style style, struct slice text);
/* Bytes as they are, whatever -s says: what -w's %{stderr} asked for. */
void console_text(struct console *console, struct slice text);
/* The same, with only its first styled_len bytes in the style and the rest plain. */
void console_line_start_styled(struct console *console, enum console_style style, size_t styled_len, struct slice text);
/* What went wrong: "peel: (CODE)" in red, then the text. On a terminal a long one is folded, so that words stay whole.
 */
void console_headline(struct console *console, struct slice prefix, struct slice text);

enum console_errors {
    CONSOLE_ERRORS_NONE,  /* -s */
    CONSOLE_ERRORS_SHORT, /* -sS: one line */
    CONSOLE_ERRORS_FULL,
};

/* How much of an error is wanted. */
enum console_errors console_errors(const struct console *console);
/* "peel: (CODE) text", nothing with -s unless -S. */
void console_error(struct console *console, const struct error *err);
/* "peel: text", whatever -s says, as curl does it: the command line is wrong. */
void console_misuse(struct console *console, struct slice text);
/* What was remarked before there was a console: lines that begin with "Warning: " or "Note: ", told like the two below
 * but whatever -s says, and lines that begin with "peel: ", told like the one above. */
void console_remarks(struct console *console, struct slice lines);
/* "Warning: text" as curl does it, nothing with -s. */
void console_warn(struct console *console, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with "Note: ". */
void console_note(struct console *console, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The progress of the running transfer. */
struct progress {
    const char *name;    /* of the file, for the line's left edge; may be NULL */
    uint64_t done;       /* bytes so far */
    uint64_t total;      /* 0: unknown */
    uint64_t elapsed_us; /* since the transfer began */
    uint64_t before;     /* of those done, what was there at the beginning: it says nothing about the speed */
};

/* Draws or redraws: only on a terminal, only when elapsed_us is over a second, at most ten times a second, never with
 * -s or
 * --no-progress-meter. With -# curl's bar instead. body_on_terminal: nothing is drawn. */
void console_progress(struct console *console, const struct progress *progress, bool body_on_terminal);
/* The transfer is over: the line goes away (-# : stays, with a line end). */
void console_progress_end(struct console *console);

#endif

/* What a user may say about where output goes. Plain data; strings belong to whoever filled it. */
#ifndef PEEL_OUTPUT_SETTINGS_H
#define PEEL_OUTPUT_SETTINGS_H

#include <stdbool.h>

struct output_settings {
    bool include_headers; /* -i, also implied by -I */
    bool no_buffer;       /* -N */
    char *write_out;      /* -w, with @FILE already read */
};

/* For the whole run, not for one --next group. */
struct console_settings {
    bool silent;       /* -s */
    bool show_error;   /* -S */
    bool no_progress;  /* --no-progress-meter */
    bool progress_bar; /* -# */
    char *stderr_file; /* --stderr FILE, "-" is stdout */
};

#endif

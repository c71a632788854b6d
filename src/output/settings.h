/* What a user may say about where output goes. Plain data; strings belong to whoever filled it. */
#ifndef PEEL_OUTPUT_SETTINGS_H
#define PEEL_OUTPUT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* What becomes of a file that is there already. */
enum output_clobber {
    CLOBBER_UNSAID, /* replaced, but for names that a server chose */
    CLOBBER_NEVER,  /* --no-clobber */
    CLOBBER_ALWAYS, /* --clobber */
};

enum {
    OUTPUT_SHA256_SIZE = 32
};

struct output_settings {
    bool include_headers;    /* -i, also implied by -I */
    bool no_connect_headers; /* --suppress-connect-headers: not a proxy's answers to CONNECT */
    bool no_buffer;          /* -N */
    char *write_out;         /* -w, with @FILE already read */

    bool remote_name_all;    /* --remote-name-all */
    bool remote_header_name; /* -J */
    char *output_dir;        /* --output-dir */
    bool create_dirs;        /* --create-dirs */
    unsigned file_mode;      /* --create-file-mode; 0: not said */
    enum output_clobber clobber;
    bool skip_existing;   /* --skip-existing */
    bool remove_on_error; /* --remove-on-error */
    bool remote_time;     /* -R */
    bool xattr;           /* --xattr */
    bool atomic;          /* --atomic */
    bool has_sha256;      /* --sha256 */
    unsigned char sha256[OUTPUT_SHA256_SIZE];
    uint64_t max_filesize; /* --max-filesize; 0: none */
    char *dump_header;     /* -D; "-": stdout */
    bool plain_output;     /* --no-styled-output */
    bool dry_run;          /* --dry-run */
    char *etag_save;       /* --etag-save */
    char *etag_compare;    /* --etag-compare */
    bool resumes;          /* -C */
    bool resume_from_file; /* -C -: where the file ends */
    uint64_t resume_from;
};

/* --trace and its kin; of the whole run. */
enum trace_form {
    TRACE_FORM_NONE,
    TRACE_FORM_PLAIN, /* -v */
    TRACE_FORM_TEXT,  /* --trace-ascii */
    TRACE_FORM_HEX,   /* --trace */
};

struct trace_settings {
    enum trace_form form;
    char *file;    /* "-": stdout, "%": stderr */
    bool has_time; /* --trace-time */
    bool has_ids;  /* --trace-ids */
};

/* --tls-report */
enum report_form {
    REPORT_NONE,
    REPORT_TEXT,
    REPORT_JSON,
    REPORT_HTML,
};

/* Files for others to look at; of the whole run. NULL: none. */
struct evidence_settings {
    char *keylog;      /* --keylog */
    char *pcapng;      /* --pcapng */
    char *har;         /* --har */
    bool with_secrets; /* --with-secrets */
    enum report_form tls_report;
    char *tls_out;          /* --tls-out; NULL: stdout, in the body's place */
    bool has_tls_warn_days; /* --tls-warn-days */
    int tls_warn_days;
    bool tls_json;  /* some --write-out has %{tls_json} */
    bool waterfall; /* --waterfall */
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

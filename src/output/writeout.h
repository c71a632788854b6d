/* -w: a template with %{variable}, rendered when a transfer is over. */
#ifndef PEEL_OUTPUT_WRITEOUT_H
#define PEEL_OUTPUT_WRITEOUT_H

#include "base/buf.h"

#include <stdint.h>

/* A field of a response. */
struct writeout_field {
    char *name, *value;
    unsigned response; /* the first is 0; redirects make more */
};

/* What is known of a TLS connection; NULL where there was none, or none of it. */
struct writeout_tls {
    const char *version, *cipher, *group, *sigalg, *alpn;
    const char *resumed; /* "1" or "0" */
    const char *days_left, *pin, *anchor, *ja4, *staple;
    const char *cause; /* the id of why it failed (base/cause.h); also where no connection came about */
};

/* All that -w can tell of one finished URL. Borrowed strings, NULL where there is none. Times in microseconds from the
 * start. */
struct fetch_result {
    const char *url;           /* as typed, with nothing in it that may be a password: url_redact() */
    const char *url_typed;     /* with all; for who asks for a part of it */
    const char *url_effective; /* of the last hop, without userinfo */
    const char *redirect_url;  /* where -L would have gone */
    const char *scheme;        /* "https" */
    const char *method;        /* of the last hop */
    const char *content_type;
    const char *referer;
    const char *filename; /* -o, -O */
    const char *errormsg;
    const char *certs; /* all about the server's certificates, many lines, escaped */
    const char *remote_ip, *local_ip;
    uint16_t remote_port, local_port;
    int exit_code;
    int status;         /* 0: none */
    int connect_status; /* of a proxy's answer to CONNECT; 0: none was asked */
    int http_version;   /* 10, 11, 0 unknown */
    long ssl_verify_result, proxy_ssl_verify_result;
    unsigned proxy_used; /* 1: the last connection led through one */
    long tls_earlydata;  /* bytes; negative: not taken */
    size_t num_certs;
    struct writeout_tls tls;
    struct slice tls_json; /* what --tls-report would write of it; empty: there is no report */
    unsigned num_connects, num_redirects, num_retries, num_headers, urlnum;
    uint64_t size_download, size_upload, size_header, size_request;
    uint64_t time_namelookup_us, time_connect_us, time_appconnect_us, time_pretransfer_us, time_starttransfer_us,
        time_redirect_us, time_posttransfer_us, time_total_us, time_queue_us;
    const struct writeout_field *fields; /* of all responses, in order */
    size_t n_fields;
    unsigned conn_id, xfer_id;
    uint64_t over_at_us; /* since 1970 */
    bool for_terminal;   /* what came from outside is escaped (base/escape.h), but not within %{json} */
};

/* Whether certs and num_certs may be asked for: they cost more than all else. */
bool writeout_shows_certificates(const char *format);

/* Whether the format has one of the tls_ variables: they cost something to gather. format may be NULL. */
bool writeout_asks_tls(const char *format);

/* Whether it has %{tls_json}, for which somebody has to gather a report. format may be NULL. */
bool writeout_asks_report(const char *format);

/* Lent by who gathers reports, whom this room and those above it need not know. */
struct writeout_report {
    /* Of the request that ended last: a JSON object on one line; empty when there is none. Good until the next begins.
     */
    struct slice (*last)(void *ctx);
    void *ctx;
};

/* Where %output{file} leads: FILE is written anew, >>FILE added to. */
struct writeout_file {
    char *path;
    bool is_append;
    struct buf text;
};

struct writeout_texts {
    struct buf out, err; /* what follows %{stderr} goes to err, after %{stdout} to out again */
    struct writeout_file *files;
    size_t n_files;
    char *unknown; /* the first name that is not known, which is left out; NULL when all are */
};

/* curl's variables and escapes (\n \r \t, %%). texts is all zero before; writeout_done frees it. */
void writeout_render(struct writeout_texts *texts, const char *format, const struct fetch_result *result);
void writeout_done(struct writeout_texts *texts);

#endif

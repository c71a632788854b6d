/* What the user asked for, as the transfer needs it: each room's settings side by side. cli/ fills it, and nothing in
 * it points into argv. It stands here and not in cli/, so that no floor looks upwards. */
#ifndef PEEL_TRANSFER_SETTINGS_H
#define PEEL_TRANSFER_SETTINGS_H

#include "base/trace.h"
#include "http/settings.h"
#include "net/settings.h"
#include "output/settings.h"
#include "tls/settings.h"

#include <stdint.h>

/* Bits for --proto. */
enum protocol {
    PROTOCOL_HTTP = 1 << 0,
    PROTOCOL_HTTPS = 1 << 1,
};

/* One URL and where its body goes. */
struct fetch {
    char *url;        /* as typed; a pattern, unless globoff */
    bool is_list;     /* url is the name of a file with a URL a line, or "-" */
    char *output;     /* -o FILE; NULL: stdout; "-" is stdout even for binary */
    bool remote_name; /* -O */
    char *upload;     /* -T FILE; NULL: nothing is uploaded; a pattern, unless globoff */
    bool to_null;     /* --out-null */
    bool to_stdout;   /* --no-remote-name: not even by --remote-name-all */
};

/* --retry and its kin. */
struct retry_settings {
    uint64_t times;
    uint64_t delay_ms;    /* --retry-delay; 0: longer each time */
    uint64_t max_time_ms; /* --retry-max-time; 0: none */
    bool on_refused;      /* --retry-connrefused */
    bool on_all_errors;   /* --retry-all-errors */
};

/* One group of the command line: what stands between two --next. */
struct settings {
    struct fetch *fetches; /* with a list among them, the last may have no url: they are for URLs of lists */
    size_t n_fetches;
    struct net_settings net;
    struct tls_settings tls;
    struct tls_settings proxy_tls; /* toward an https:// proxy */
    struct http_settings http;
    struct output_settings output;
    unsigned protocols;          /* --proto */
    unsigned redirect_protocols; /* --proto-redir */
    char *proto_default;         /* --proto-default */
    bool tls_probe;              /* --tls-probe: nothing is fetched */
    bool path_as_is;
    bool globoff;                /* -g */
    uint64_t connect_timeout_ms; /* 0: none of its own (curl's default of 300 s applies) */
    uint64_t max_time_ms;        /* -m; 0: none */
    uint64_t limit_rate;         /* bytes a second; 0: none */
    uint64_t speed_limit;        /* -Y, bytes a second; 0: none */
    uint64_t speed_time_s;       /* -y */
    struct retry_settings retry;
    struct trace_way way; /* what of all that a command needs that somebody proposes */
};

struct journal;

/* The whole command line: its groups, each with settings of its own, and what holds for all of them. */
struct command {
    struct settings **groups; /* at least one; a group stays where it is while others are added */
    size_t n_groups;
    struct journal *journal; /* cli/'s own: how the groups came about */
    struct console_settings console;
    struct trace_settings trace;
    struct evidence_settings evidence;
    unsigned verbosity;   /* how many -v */
    bool fail_early;      /* --fail-early: the first URL that fails is the last */
    uint64_t interval_us; /* --rate: what lies at least between two starts; 0: nothing */
};

#endif

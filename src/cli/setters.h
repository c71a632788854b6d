/* What each option does: the setters that options.def names (see option_setter in table.h). Private to src/cli. */
#ifndef PEEL_CLI_SETTERS_H
#define PEEL_CLI_SETTERS_H

#include "base/buf.h"
#include "base/error.h"
#include "cli/options.h"
#include "cli/table.h"
#include "cli/variables.h"

#include <stdint.h>

/* One command line on its way into struct command. */
struct parse {
    struct command *command;
    struct settings *settings; /* the last group of the command: where options go */
    struct buf *out;
    struct buf *remarks; /* see console_remarks */
    struct error *err;
    bool is_misused;                   /* err is about the command line, not about what it asks for */
    bool lacks_option;                 /* err is about an option that there is not... */
    const struct option_other *absent; /* ...but that curl has; or NULL */
    enum cli_action action;            /* CLI_FETCH until an option asks for something else, which ends the parsing */
    size_t n_urls;                     /* how many of settings->fetches have their URL, counted from the first */
    size_t n_outputs;                  /* how many have their output */
    size_t n_uploads;                  /* how many have their upload */
    bool has_netrc;
    bool has_netrc_optional;
    char *netrc_file;      /* owned, or NULL */
    bool has_data;         /* a -d of any kind was given */
    bool has_http_version; /* -0 or --http1.1 was */
    struct journal *journal;
    struct variables variables;
    bool is_default_config; /* the file that nobody asked for is being read */
    unsigned config_depth;  /* how many config files are being read, each from the one before */
    char *section;          /* the host for which alone options are read, or NULL */
    bool is_replay;         /* settings are made once more, by journal.c */
    bool has_read_stdin;    /* within a replay */
    bool expands;           /* the option at hand was given as --expand-NAME */
    const char *line_value; /* what a config line has behind the option, wanted or not */
    char typed[200];        /* the option at hand as it was typed, without its value: "-m", "--no-fail"; or a URL */
    char **rest;            /* the arguments behind the current one, ended by NULL, for --help */
};

/* What is wrong with the command line: "option -x: text", the option as it was typed. Returns false. */
bool parse_fail(struct parse *parse, enum peel_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same without "option -x: ". */
bool parse_refuse(struct parse *parse, enum peel_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The value of the option at hand is no number, or not one that can be. */
bool parse_fail_number(struct parse *parse, const char *value);
bool parse_fail_too_large(struct parse *parse);
/* Adds a line to the remarks; the prefix is "Warning:", "Note:" or, for more about an error that is made next, "peel:".
 */
void parse_remark(struct parse *parse, const char *prefix, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "Warning: text", unless --silent was read before, as curl does it. */
void parse_warn(struct parse *parse, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The option at hand, for parse_fail. */
void parse_note_typed(struct parse *parse, const char *dashes, struct slice name);
/* What follows from all options of a group together; also checked here. */
bool parse_finish_settings(struct parse *parse);
/* One option as a config file has it: "--name" or "-x", and what follows it or NULL. */
bool parse_word(struct parse *parse, char *word, char *value);
/* Makes room for one more in an array of n things. */
void *parse_grow(void *array, size_t n, size_t size);
/* -: stdin. False with the error filled (PEEL_READ_ERROR). */
bool parse_read_file(struct parse *parse, const char *path, struct buf *into);
/* The next fetch that has no output yet. */
struct fetch *parse_next_output(struct parse *parse);
/* H125: nothing with a line end in it may come into a request head. */
bool parse_check_line(struct parse *parse, const char *value);

/* setters_auth.c: at the end of a command line: reads the netrc file, asks for a password that was not typed. */
bool parse_finish_login(struct parse *parse);

/* setters.c: general, for the field at option->field. */
bool set_flag(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_flag_off(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_text(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_any_text(struct parse *parse, const struct option *option, const char *value, bool on); /* may be empty */
bool set_line(struct parse *parse, const struct option *option, const char *value, bool on); /* one line, maybe empty */
bool set_seconds(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_size(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_nothing(struct parse *parse, const struct option *option, const char *value, bool on);

/* setters.c: for one option. */
bool set_cert(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_fail(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_family(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_head(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_header(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_http_version(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_max_redirs(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_method(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_output(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_rate(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_referer(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_remote_name(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_url(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_write_out(struct parse *parse, const struct option *option, const char *value, bool on);

/* options.c: how the command line itself is read. */
bool set_next(struct parse *parse, const struct option *option, const char *value, bool on);
/* setters_state.c: what is remembered between requests. */
bool set_cookie(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_cookie_jar(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_hsts(struct parse *parse, const struct option *option, const char *value, bool on);
/* setters_auth.c: who we are, and small things of the request. */
bool set_anyauth(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_auth(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_bearer(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_follow(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_keep_post(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_location_trusted(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_netrc(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_netrc_file(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_time_condition(struct parse *parse, const struct option *option, const char *value, bool on);

/* setters_net.c: those with a grammar of their own. */
bool set_client_ip(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_connect_to(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_proto(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_proto_default(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_proxy(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_resolve(struct parse *parse, const struct option *option, const char *value, bool on);

/* setters_output.c: files, and what is told. */
bool set_clobber(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_continue_at(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_create_file_mode(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_out_null(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_range(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_sha256(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_trace(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_evidence(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_tls_report(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_tls_out(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_tls_warn_days(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_trace_config(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_verbose(struct parse *parse, const struct option *option, const char *value, bool on);

/* together.c: what does not go together. After each option: blames the one at hand. */
bool check_so_far(struct parse *parse);
/* Once the whole command is known: what asks for something that will not come about. */
void warn_of_waste(struct parse *parse);
/* Once all is known: a request has one method and carries one thing. */
bool check_methods(struct parse *parse);

/* setters_tls.c */
bool set_aia(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_sni(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_tls_max(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_tls_min(struct parse *parse, const struct option *option, const char *value, bool on);

/* config.c */
bool set_config(struct parse *parse, const struct option *option, const char *value, bool on);

/* expand.c */
bool set_variable(struct parse *parse, const struct option *option, const char *value, bool on);
/* The argument of --expand-OPTION with its variables replaced; NULL with the error filled. mem_free_secret it. */
char *expand_value(struct parse *parse, const char *value);

/* data.c: the body. */
bool set_data(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_data_binary(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_data_raw(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_data_urlencode(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_url_query(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_json(struct parse *parse, const struct option *option, const char *value, bool on);

/* form.c: a form. */
bool set_form(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_form_string(struct parse *parse, const struct option *option, const char *value, bool on);

/* setters_upload.c: uploads, retries, stalls, sockets. */
bool set_count(struct parse *parse, const struct option *option, const char *value, bool on); /* a uint64_t field */
bool set_speed(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_ip_tos(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_local_port(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_unix_socket(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_upload(struct parse *parse, const struct option *option, const char *value, bool on);

/* help.c: these fill parse->out. */
bool show_help(struct parse *parse, const struct option *option, const char *value, bool on);
bool show_manual(struct parse *parse, const struct option *option, const char *value, bool on);
bool show_explanation(struct parse *parse, const struct option *option, const char *value, bool on);
bool show_version(struct parse *parse, const struct option *option, const char *value, bool on);

/* suggest.c: text such as "; did you mean --insecure?" for a long name that is not known, or nothing. */
void suggest_option(struct buf *out, struct slice name);

#endif

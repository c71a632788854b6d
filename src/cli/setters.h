/* What each option does: the setters that options.def names (see option_setter in table.h). Private to src/cli. */
#ifndef PEEL_CLI_SETTERS_H
#define PEEL_CLI_SETTERS_H

#include "base/buf.h"
#include "base/error.h"
#include "cli/options.h"
#include "cli/table.h"

#include <stdint.h>

/* One command line on its way into struct command. */
struct parse {
    struct command *command;
    struct settings *settings; /* the last group of the command: where options go */
    struct buf *out;
    struct buf *warnings;
    struct error *err;
    enum cli_action action; /* CLI_FETCH until an option asks for something else, which ends the parsing */
    size_t n_urls;          /* how many of settings->fetches have their URL, counted from the first */
    size_t n_outputs;       /* how many have their output */
    bool has_data;          /* a -d of any kind was given */
    char typed[40];         /* the option at hand as it was typed, without its value: "-m", "--no-fail" */
    char **rest;            /* the arguments behind the current one, ended by NULL, for --help */
};

/* "option -x: text", the option as it was typed; returns false. */
bool parse_fail(struct parse *parse, enum peel_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Appends "Warning: text" and a line end. */
void parse_warn(struct parse *parse, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes room for one more in an array of n things. */
void *parse_grow(void *array, size_t n, size_t size);
/* -: stdin. False with the error filled (PEEL_READ_ERROR). */
bool parse_read_file(struct parse *parse, const char *path, struct buf *into);
/* The next fetch that has no output yet. */
struct fetch *parse_next_output(struct parse *parse);
/* H125: nothing with a line end in it may come into a request head. */
bool parse_check_line(struct parse *parse, const char *value);

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
bool set_next(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_output(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_referer(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_remote_name(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_tls_max(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_tls_min(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_url(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_write_out(struct parse *parse, const struct option *option, const char *value, bool on);

/* setters_net.c: those with a grammar of their own. */
bool set_connect_to(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_proto(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_proto_default(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_resolve(struct parse *parse, const struct option *option, const char *value, bool on);

/* setters_output.c: files, and what is told. */
bool set_clobber(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_continue_at(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_create_file_mode(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_out_null(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_range(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_sha256(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_trace(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_trace_config(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_verbose(struct parse *parse, const struct option *option, const char *value, bool on);
/* What of these does not go together, once all is known. */
bool check_output(struct parse *parse);

/* data.c: the body. */
bool set_data(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_data_binary(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_data_raw(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_data_urlencode(struct parse *parse, const struct option *option, const char *value, bool on);
bool set_json(struct parse *parse, const struct option *option, const char *value, bool on);

/* help.c: these fill parse->out. */
bool show_help(struct parse *parse, const struct option *option, const char *value, bool on);
bool show_manual(struct parse *parse, const struct option *option, const char *value, bool on);
bool show_version(struct parse *parse, const struct option *option, const char *value, bool on);

/* suggest.c: text such as "; did you mean --insecure?" for a long name that is not known, or nothing. */
void suggest_option(struct buf *out, struct slice name);

#endif

/* -w: the template and its variables. */
#include "output/writeout.h"

#include "base/escape.h"
#include "base/json.h"
#include "base/mem.h"
#include "output/writeout_parts.h"

enum variable_kind {
    IS_TEXT,      /* JSON: a string, or null */
    IS_PEER_TEXT, /* the same, with bytes from outside in it */
    IS_NUMBER,    /* unsigned */
    IS_COUNT,     /* size_t */
    IS_INT,
    IS_LONG,
    IS_PORT,
    IS_SIZE,
    IS_TIME,    /* microseconds, shown as seconds */
    IS_STATUS,  /* three digits; a number in JSON */
    IS_VERSION, /* 11 is "1.1" */
    IS_DOWNLOAD_SPEED,
    IS_UPLOAD_SPEED,
    IS_JSON, /* from here on: nothing that stands in the JSON object */
    IS_TLS_TEXT,
    TO_STDERR,
    TO_STDOUT,
    IS_HEADER_JSON,
    IS_REPORT,
    ON_ERROR, /* the rest only when the transfer failed */
};

struct variable {
    const char *name;
    enum variable_kind kind;
    size_t field;
};

#define FIELD(member) offsetof(struct fetch_result, member)

/* Sorted by name, as the keys of curl's JSON object are. */
static const struct variable variables[] = {
    {"certs", IS_TEXT, FIELD(certs)},
    {"conn_id", IS_NUMBER, FIELD(conn_id)},
    {"content_type", IS_PEER_TEXT, FIELD(content_type)},
    {"errormsg", IS_TEXT, FIELD(errormsg)},
    {"exitcode", IS_INT, FIELD(exit_code)},
    {"filename_effective", IS_PEER_TEXT, FIELD(filename)},
    {"header_json", IS_HEADER_JSON, 0},
    {"http_code", IS_STATUS, FIELD(status)},
    {"http_connect", IS_STATUS, FIELD(connect_status)},
    {"http_version", IS_VERSION, FIELD(http_version)},
    {"json", IS_JSON, 0},
    {"local_ip", IS_TEXT, FIELD(local_ip)},
    {"local_port", IS_PORT, FIELD(local_port)},
    {"method", IS_TEXT, FIELD(method)},
    {"num_certs", IS_COUNT, FIELD(num_certs)},
    {"num_connects", IS_NUMBER, FIELD(num_connects)},
    {"num_headers", IS_NUMBER, FIELD(num_headers)},
    {"num_redirects", IS_NUMBER, FIELD(num_redirects)},
    {"num_retries", IS_NUMBER, FIELD(num_retries)},
    {"onerror", ON_ERROR, 0},
    {"proxy_ssl_verify_result", IS_LONG, FIELD(proxy_ssl_verify_result)},
    {"proxy_used", IS_NUMBER, FIELD(proxy_used)},
    {"redirect_url", IS_PEER_TEXT, FIELD(redirect_url)},
    {"referer", IS_PEER_TEXT, FIELD(referer)},
    {"remote_ip", IS_TEXT, FIELD(remote_ip)},
    {"remote_port", IS_PORT, FIELD(remote_port)},
    {"response_code", IS_STATUS, FIELD(status)},
    {"scheme", IS_TEXT, FIELD(scheme)},
    {"size_download", IS_SIZE, FIELD(size_download)},
    {"size_header", IS_SIZE, FIELD(size_header)},
    {"size_request", IS_SIZE, FIELD(size_request)},
    {"size_upload", IS_SIZE, FIELD(size_upload)},
    {"speed_download", IS_DOWNLOAD_SPEED, FIELD(size_download)},
    {"speed_upload", IS_UPLOAD_SPEED, FIELD(size_upload)},
    {"ssl_verify_result", IS_LONG, FIELD(ssl_verify_result)},
    {"stderr", TO_STDERR, 0},
    {"stdout", TO_STDOUT, 0},
    {"time_appconnect", IS_TIME, FIELD(time_appconnect_us)},
    {"time_connect", IS_TIME, FIELD(time_connect_us)},
    {"time_namelookup", IS_TIME, FIELD(time_namelookup_us)},
    {"time_posttransfer", IS_TIME, FIELD(time_posttransfer_us)},
    {"time_pretransfer", IS_TIME, FIELD(time_pretransfer_us)},
    {"time_queue", IS_TIME, FIELD(time_queue_us)},
    {"time_redirect", IS_TIME, FIELD(time_redirect_us)},
    {"time_starttransfer", IS_TIME, FIELD(time_starttransfer_us)},
    {"time_total", IS_TIME, FIELD(time_total_us)},
    {"tls_alpn", IS_TLS_TEXT, FIELD(tls.alpn)},
    {"tls_anchor", IS_TLS_TEXT, FIELD(tls.anchor)},
    {"tls_cause", IS_TLS_TEXT, FIELD(tls.cause)},
    {"tls_cipher", IS_TLS_TEXT, FIELD(tls.cipher)},
    {"tls_days_left", IS_TLS_TEXT, FIELD(tls.days_left)},
    {"tls_earlydata", IS_LONG, FIELD(tls_earlydata)},
    {"tls_group", IS_TLS_TEXT, FIELD(tls.group)},
    {"tls_ja4", IS_TLS_TEXT, FIELD(tls.ja4)},
    {"tls_json", IS_REPORT, FIELD(tls_json)},
    {"tls_pin", IS_TLS_TEXT, FIELD(tls.pin)},
    {"tls_resumed", IS_TLS_TEXT, FIELD(tls.resumed)},
    {"tls_sigalg", IS_TLS_TEXT, FIELD(tls.sigalg)},
    {"tls_staple", IS_TLS_TEXT, FIELD(tls.staple)},
    {"tls_version", IS_TLS_TEXT, FIELD(tls.version)},
    {"url", IS_PEER_TEXT, FIELD(url)},
    {"url_effective", IS_PEER_TEXT, FIELD(url_effective)},
    {"urlnum", IS_NUMBER, FIELD(urlnum)},
    {"xfer_id", IS_NUMBER, FIELD(xfer_id)},
};

enum {
    N_VARIABLES = sizeof variables / sizeof *variables
};

struct rendering {
    const struct fetch_result *result;
    struct writeout_texts *texts;
    struct buf *to; /* the one of them where the template's text goes now */
    bool is_over;   /* %{onerror} without an error */
};

static const void *field_of(const struct fetch_result *result, const struct variable *variable)
{
    return (const char *)result + variable->field;
}

static const char *text_of(const struct fetch_result *result, const struct variable *variable)
{
    return *(const char *const *)field_of(result, variable);
}

/* Bytes a second; a transfer that took no time had no speed. */
static uint64_t speed(uint64_t bytes, uint64_t took_us)
{
    if (took_us == 0)
        return 0;
    return bytes <= UINT64_MAX / 1000000 ? bytes * 1000000 / took_us : bytes / took_us * 1000000;
}

static const char *version_text(int version)
{
    static const struct {
        int version;
        const char *text;
    } rows[] = {{10, "1"}, {11, "1.1"}, {20, "2"}, {30, "3"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].version == version)
            return rows[i].text;
    }
    return "0";
}

/* A value that is a number, as the template and JSON both have it. */
static void append_number(struct buf *to, const struct fetch_result *result, const struct variable *variable)
{
    const void *field = field_of(result, variable);
    uint64_t us = 0;
    switch (variable->kind) {
    case IS_NUMBER:
        buf_printf(to, "%u", *(const unsigned *)field);
        break;
    case IS_COUNT:
        buf_printf(to, "%zu", *(const size_t *)field);
        break;
    case IS_INT:
    case IS_STATUS:
        buf_printf(to, "%d", *(const int *)field);
        break;
    case IS_LONG:
        buf_printf(to, "%ld", *(const long *)field);
        break;
    case IS_PORT:
        buf_printf(to, "%u", *(const uint16_t *)field);
        break;
    case IS_SIZE:
        buf_printf(to, "%llu", (unsigned long long)*(const uint64_t *)field);
        break;
    case IS_TIME:
        us = *(const uint64_t *)field;
        buf_printf(to, "%llu.%06llu", (unsigned long long)(us / 1000000), (unsigned long long)(us % 1000000));
        break;
    case IS_DOWNLOAD_SPEED:
    case IS_UPLOAD_SPEED:
        buf_printf(to, "%llu", (unsigned long long)speed(*(const uint64_t *)field, result->time_total_us));
        break;
    default:
        break;
    }
}

static void append_json(struct buf *to, const struct fetch_result *result)
{
    struct json json = {.out = to};
    json_open(&json, NULL, '{');
    for (size_t i = 0; i < N_VARIABLES; i++) {
        const struct variable *variable = &variables[i];
        if (variable->kind >= IS_JSON)
            continue;
        bool is_text = variable->kind == IS_TEXT || variable->kind == IS_PEER_TEXT;
        const char *text = is_text ? text_of(result, variable) : NULL;
        json_key(&json, variable->name);
        if (text)
            json_string(to, slice_of(text));
        else if (variable->kind == IS_VERSION)
            json_string(to, slice_of(version_text(*(const int *)field_of(result, variable))));
        else if (is_text)
            buf_append_text(to, "null");
        else
            append_number(to, result, variable);
    }
    json_text(&json, "curl_version", SLICE("peel/" PEEL_VERSION));
    json_close(&json, '}');
}

static void append_variable(struct rendering *r, const struct variable *variable)
{
    const struct fetch_result *result = r->result;
    switch (variable->kind) {
    case IS_TEXT:
        buf_append(r->to, slice_of(text_of(result, variable)));
        break;
    case IS_TLS_TEXT:
    case IS_PEER_TEXT:
        if (result->for_terminal)
            escape_append(r->to, slice_of(text_of(result, variable)));
        else
            buf_append(r->to, slice_of(text_of(result, variable)));
        break;
    case IS_STATUS:
        buf_printf(r->to, "%03d", *(const int *)field_of(result, variable));
        break;
    case IS_VERSION:
        buf_append_text(r->to, version_text(result->http_version));
        break;
    case IS_JSON:
        append_json(r->to, result);
        break;
    case IS_HEADER_JSON:
        writeout_header_json(r->to, result);
        break;
    case IS_REPORT:
        buf_append(r->to, result->tls_json.len > 0 ? result->tls_json : SLICE("null"));
        break;
    case TO_STDERR:
        r->to = &r->texts->err;
        break;
    case TO_STDOUT:
        r->to = &r->texts->out;
        break;
    case ON_ERROR:
        r->is_over = result->exit_code == 0;
        break;
    default:
        append_number(r->to, result, variable);
        break;
    }
}

/* text is what stands behind "%{", up to the "}". */
static void render_variable(struct rendering *r, struct slice name)
{
    for (size_t i = 0; i < N_VARIABLES; i++) {
        if (slice_equal_nocase(name, slice_of(variables[i].name))) {
            append_variable(r, &variables[i]);
            return;
        }
    }
    if (!writeout_url_part(r->to, r->result, name) && !r->texts->unknown)
        r->texts->unknown = mem_dup_slice(name);
}

/* %output{file}: from here on to that file, until %{stdout} or the like. */
static void turn_to_file(struct rendering *r, struct slice name)
{
    struct writeout_texts *texts = r->texts;
    bool is_append = slice_starts_with(name, SLICE(">>"));
    if (is_append)
        name = slice_from(name, 2);
    texts->files = mem_realloc(texts->files, (texts->n_files + 1) * sizeof *texts->files);
    texts->files[texts->n_files++] = (struct writeout_file){.path = mem_dup_slice(name), .is_append = is_append};
    r->to = &texts->files[texts->n_files - 1].text; /* nobody writes to an earlier one any more */
}

/* "%word{argument}" at the front of text: how long it is, 0 when it is none of them. */
static size_t render_with_argument(struct rendering *r, struct slice text)
{
    static const struct slice words[] = {SLICE_INIT("%header{"), SLICE_INIT("%time{"), SLICE_INIT("%output{")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!slice_starts_with(text, words[i]))
            continue;
        size_t end = words[i].len;
        while (end < text.len && (text.ptr[end] != '}' || text.ptr[end - 1] == '\\'))
            end++;
        if (end == text.len)
            return 0;
        struct slice argument = slice_make(text.ptr + words[i].len, end - words[i].len);
        if (i == 0)
            writeout_header(r->to, r->result, argument);
        else if (i == 1)
            writeout_time(r->to, r->result, argument);
        else
            turn_to_file(r, argument);
        return end + 1;
    }
    return 0;
}

/* "%..." at the front of text; returns how much of it is done. */
static size_t render_percent(struct rendering *r, struct slice text)
{
    if (text.len == 1 || text.ptr[1] == '%') {
        buf_append_byte(r->to, '%');
        return text.len == 1 ? 1 : 2;
    }
    size_t taken = render_with_argument(r, text);
    if (taken > 0)
        return taken;
    size_t end = slice_find(text, '}');
    if (text.ptr[1] != '{' || end == text.len) {
        buf_append(r->to, slice_first(text, 2));
        return 2;
    }
    render_variable(r, slice_make(text.ptr + 2, end - 2));
    return end + 1;
}

/* "\n" and the like; any other backslash stays, with the byte behind it. */
static size_t render_backslash(struct rendering *r, struct slice text)
{
    static const char letters[] = "nrt";
    static const char bytes[] = "\n\r\t";
    const char *letter = text.len > 1 ? strchr(letters, text.ptr[1]) : NULL;
    if (letter)
        buf_append_byte(r->to, bytes[letter - letters]);
    else
        buf_append(r->to, slice_first(text, 2));
    return text.len > 1 ? 2 : 1;
}

bool writeout_shows_certificates(const char *format)
{
    return format && (strcasestr(format, "certs") || strcasestr(format, "json"));
}

void writeout_render(struct writeout_texts *texts, const char *format, const struct fetch_result *result)
{
    struct rendering r = {.result = result, .texts = texts, .to = &texts->out};
    struct slice rest = slice_of(format);
    while (rest.len > 0 && !r.is_over) {
        size_t n = 0;
        while (n < rest.len && rest.ptr[n] != '%' && rest.ptr[n] != '\\')
            n++;
        buf_append(r.to, slice_first(rest, n));
        rest = slice_from(rest, n);
        if (rest.len > 0)
            rest = slice_from(rest, rest.ptr[0] == '%' ? render_percent(&r, rest) : render_backslash(&r, rest));
    }
}

bool writeout_asks_tls(const char *format)
{
    return format && strcasestr(format, "%{tls_");
}

bool writeout_asks_report(const char *format)
{
    return format && strcasestr(format, "%{tls_json}");
}

void writeout_done(struct writeout_texts *texts)
{
    for (size_t i = 0; i < texts->n_files; i++) {
        buf_done(&texts->files[i].text);
        mem_free(texts->files[i].path);
    }
    mem_free(texts->files);
    mem_free(texts->unknown);
    buf_done(&texts->out);
    buf_done(&texts->err);
    *texts = (struct writeout_texts){0};
}

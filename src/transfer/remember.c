/* Cookies and HSTS, where they meet requests and answers. */
#include "transfer/remember.h"

#include "base/mem.h"
#include "http/cookies.h"
#include "http/hsts.h"

#include <time.h>

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

struct memory {
    struct cookie_jar *cookies; /* NULL: no cookies are kept */
    struct hsts *hsts;          /* NULL: nobody asked for it */
    /* Of the running group: the file could not be read whole, so it is not written. */
    bool is_jar_partial, is_hsts_partial;
};

/* NULL when this group does without, whatever others do. */
static struct cookie_jar *jar_of(const struct run *run)
{
    return run->settings->http.has_cookie_engine ? run->memory->cookies : NULL;
}

static struct hsts *hsts_of(const struct run *run)
{
    return run->settings->http.has_hsts ? run->memory->hsts : NULL;
}

/* Files. */

struct jar_reader {
    struct cookie_jar *jar;
    bool drop_session;
    int64_t now;
};

static bool take_cookie_line(void *ctx, struct slice line)
{
    const struct jar_reader *reader = ctx;
    cookie_jar_read_line(reader->jar, line, reader->drop_session, reader->now);
    return true;
}

static bool read_jars(struct run *run, struct error *err)
{
    const struct http_settings *http = &run->settings->http;
    struct jar_reader reader = {jar_of(run), http->drop_session_cookies, now_s()};
    for (size_t i = 0; i < http->n_cookie_files; i++) {
        const char *path = http->cookie_files[i];
        enum remember_read how = remember_read_file(run, path, COOKIE_JAR_LINE_MAX, take_cookie_line, &reader, err);
        if (how == REMEMBER_READ_FAILED)
            return false;
        if (how == REMEMBER_READ_PART && http->cookie_jar && strcmp(path, http->cookie_jar) == 0)
            run->memory->is_jar_partial = true;
    }
    return true;
}

static bool take_hsts_line(void *ctx, struct slice line)
{
    return hsts_read_line(ctx, line);
}

static bool read_hsts(struct run *run, struct error *err)
{
    const struct http_settings *http = &run->settings->http;
    for (size_t i = 0; i < http->n_hsts_files; i++) {
        enum remember_read how =
            remember_read_file(run, http->hsts_files[i], HSTS_LINE_MAX, take_hsts_line, hsts_of(run), err);
        if (how == REMEMBER_READ_FAILED)
            return false;
        run->memory->is_hsts_partial = how == REMEMBER_READ_PART; /* the last is the one that is written */
    }
    return true;
}

bool remember_open(struct run *run, struct error *err)
{
    const struct http_settings *http = &run->settings->http;
    if (!http->has_cookie_engine && !http->has_hsts)
        return true;
    if (!run->memory)
        run->memory = mem_alloc(sizeof *run->memory);
    struct memory *memory = run->memory;
    memory->is_jar_partial = memory->is_hsts_partial = false;
    if (http->has_cookie_engine && !memory->cookies)
        memory->cookies = cookie_jar_new();
    if (http->has_hsts && !memory->hsts)
        memory->hsts = hsts_new();
    return read_jars(run, err) && read_hsts(run, err);
}

static void save_one(struct run *run, const char *path, bool is_partial, struct buf *text, const char *what)
{
    if (is_partial)
        console_warn(run->console, "%s is left as it is: not all of it could be read", path);
    else
        remember_write_file(run, path, buf_slice(text), what);
    buf_wipe(text);
}

void remember_save(struct run *run)
{
    const struct http_settings *http = &run->settings->http;
    struct buf text = {0};
    if (jar_of(run) && http->cookie_jar) {
        cookie_jar_write(jar_of(run), &text, now_s());
        remember_tell_shared(run, http->cookie_jar);
        save_one(run, http->cookie_jar, run->memory->is_jar_partial, &text, "the cookies");
    }
    if (hsts_of(run) && http->n_hsts_files > 0) {
        hsts_write(hsts_of(run), &text, now_s());
        save_one(run, http->hsts_files[http->n_hsts_files - 1], run->memory->is_hsts_partial, &text, "the HSTS list");
    }
}

void remember_free(struct run *run)
{
    if (!run->memory)
        return;
    cookie_jar_free(run->memory->cookies);
    hsts_free(run->memory->hsts);
    mem_free(run->memory);
    run->memory = NULL;
}

/* Requests. */

static void to_https(struct url *url)
{
    mem_free(url->scheme);
    url->scheme = mem_strdup("https");
    if (url->port == 80)
        url->port = 443; /* any other port stays, RFC 6797 section 8.3 */
}

void remember_upgrade(struct run *run, struct hop *hop)
{
    bool may_be = hsts_of(run) && strcmp(hop->now.scheme, "http") == 0 && hop->now.host_kind == URL_HOST_NAME;
    if (!may_be || !hsts_covers(hsts_of(run), hop->now.host, now_s()))
        return;
    /* What the user gave was meant for this origin: it is the same one, better reached. */
    if (hop->n_redirects == 0)
        to_https(&hop->first);
    to_https(&hop->now);
    struct buf text = {0};
    url_print(&text, &hop->now, 0);
    struct trace_note note = {.id = NOTE_HSTS_UPGRADE, .text = buf_slice(&text)};
    trace_tell(run->trace, TRACE_NOTE, &note);
    buf_done(&text);
}

void remember_cookies(struct run *run, struct http_request *request, struct buf *into)
{
    if (!jar_of(run))
        return;
    struct cookie_origin origin;
    cookie_origin_init(&origin, request->url, http_request_custom_host(request));
    cookie_jar_print(jar_of(run), into, &origin, now_s());
    cookie_origin_done(&origin);
    request->cookies = buf_slice(into);
}

/* Answers. */

/* The value is a secret: it is not told. */
static void tell_kept(const struct run *run, const struct cookie *c, bool is_replaced)
{
    if (!trace_wants(run->trace, TRACE_NOTE))
        return;
    struct buf text = {0};
    buf_append(&text, slice_first(slice_of(c->name), 100));
    buf_printf(&text, " for domain %s, path %s", c->domain, c->path);
    struct trace_note note = {.id = is_replaced ? NOTE_COOKIE_REPLACED : NOTE_COOKIE_ADDED,
                              .text = buf_slice(&text),
                              .number = (uint64_t)c->expires};
    trace_tell(run->trace, TRACE_NOTE, &note);
    buf_done(&text);
}

static void take_cookies(struct run *run, const struct cookie_origin *origin, const struct http_headers *headers)
{
    cookie_jar_begin_response(jar_of(run));
    for (size_t i = 0; i < headers->n; i++) {
        if (strcasecmp(headers->list[i].name, "Set-Cookie") != 0)
            continue;
        const struct cookie *kept = NULL;
        bool is_replaced = false;
        enum cookie_fault fault =
            cookie_jar_set(jar_of(run), slice_of(headers->list[i].value), origin, now_s(), &kept, &is_replaced);
        struct trace_note note = {.id = NOTE_COOKIE_REFUSED, .text = slice_of(cookie_fault_text(fault))};
        if (fault != COOKIE_OK)
            trace_tell(run->trace, TRACE_NOTE, &note);
        else if (kept)
            tell_kept(run, kept, is_replaced);
    }
}

static void take_hsts(struct run *run, const struct url *url, const struct http_headers *headers)
{
    const char *value = http_headers_get(headers, "Strict-Transport-Security");
    bool is_verified = strcmp(url->scheme, "https") == 0 && !run->settings->tls.insecure;
    if (value && is_verified && url->host_kind == URL_HOST_NAME)
        hsts_take_field(hsts_of(run), url->host, slice_of(value), now_s());
}

void remember_answer(struct run *run, const struct http_request *request, const struct http_headers *headers)
{
    if (jar_of(run) && http_headers_get(headers, "Set-Cookie")) {
        struct cookie_origin origin;
        cookie_origin_init(&origin, request->url, http_request_custom_host(request));
        take_cookies(run, &origin, headers);
        cookie_origin_done(&origin);
    }
    if (hsts_of(run))
        take_hsts(run, request->url, headers);
}

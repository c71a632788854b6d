/* AWS Signature Version 4. */
#include "http/sigv4.h"

#include "base/hash.h"
#include "base/mem.h"
#include "url/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    STAMP_LENGTH = sizeof "20150830T123600Z" - 1,
    DAY_LENGTH = sizeof "20150830" - 1,
    WORDS = 4,     /* of a scope */
    WORD_MAX = 64, /* curl's, for each of them */
};

/* The scope. */

bool sigv4_read_scope(struct sigv4_scope *scope, const char *text, struct error *err)
{
    static const char *const names[WORDS] = {"first provider", "second provider", "region", "service"};
    struct slice *const words[WORDS] = {&scope->vendor, &scope->prefix, &scope->region, &scope->service};
    struct slice rest = slice_of(text);
    *scope = (struct sigv4_scope){0};
    for (size_t i = 0; i < WORDS; i++) {
        size_t end = i < WORDS - 1 ? slice_find(rest, ':') : rest.len;
        *words[i] = slice_first(rest, end);
        if (end == 0 || end > WORD_MAX)
            return error_set(err, PEEL_BAD_FUNCTION_ARGUMENT, "the %s given with --aws-sigv4 is %s", names[i],
                             end == 0 ? "empty" : "too long");
        if (end == rest.len)
            break;
        rest = slice_from(rest, end + 1);
    }
    if (scope->prefix.len == 0)
        scope->prefix = scope->vendor;
    return true;
}

static bool take_label(struct slice *host, struct slice *label)
{
    size_t end = slice_find(*host, '.');
    *label = slice_first(*host, end);
    bool is_label = end > 0 && end < host->len && end <= WORD_MAX;
    *host = slice_from(*host, end < host->len ? end + 1 : end);
    return is_label;
}

bool sigv4_complete_scope(struct sigv4_scope *scope, const char *host, struct error *err)
{
    struct slice rest = slice_of(host), service, region;
    bool has_service = take_label(&rest, &service);
    bool has_region = take_label(&rest, &region);
    if (scope->service.len == 0 && !has_service)
        return error_set(err, PEEL_URL_MALFORMED, "No service for --aws-sigv4, neither said nor in the name %.300s",
                         host);
    if (scope->region.len == 0 && !has_region)
        return error_set(err, PEEL_URL_MALFORMED, "No region for --aws-sigv4, neither said nor in the name %.300s",
                         host);
    if (scope->service.len == 0)
        scope->service = service;
    if (scope->region.len == 0)
        scope->region = region;
    return true;
}

bool sigv4_is_s3(const struct sigv4_scope *scope)
{
    static const struct slice family[] = {SLICE_INIT("s3"), SLICE_INIT("s3-express"), SLICE_INIT("s3-outposts")};
    bool is_one = false;
    for (size_t i = 0; i < sizeof family / sizeof *family; i++)
        is_one = is_one || slice_equal(scope->service, family[i]);
    return is_one && slice_equal_nocase(scope->vendor, SLICE("aws"));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static void append_mapped(struct buf *out, struct slice text, char (*map)(char))
{
    for (size_t i = 0; i < text.len; i++)
        buf_append_byte(out, map(text.ptr[i]));
}

/* "X-Amz-Date": it too may be the user's. */
static void date_name_of(char into[SIGV4_NAME_SIZE], const struct sigv4_scope *scope)
{
    struct buf word = {0};
    append_mapped(&word, slice_first(scope->prefix, 1), upper);
    append_mapped(&word, slice_from(scope->prefix, 1), lower);
    snprintf(into, SIGV4_NAME_SIZE, "X-%s-Date", buf_text(&word));
    buf_done(&word);
}

void sigv4_payload_name(char into[SIGV4_NAME_SIZE], const struct sigv4_scope *scope)
{
    struct buf word = {0};
    append_mapped(&word, scope->prefix, lower);
    snprintf(into, SIGV4_NAME_SIZE, "x-%s-content-sha256", buf_text(&word));
    buf_done(&word);
}

/* The canonical request: what both sides write down in the same way. */

/* Segment by segment. S3 knows its objects by their decoded names; for others "//" is "/", and what is encoded is
 * encoded again. */
static void append_path(struct buf *out, struct slice path, bool is_s3)
{
    while (path.len > 0) {
        size_t end = slice_find(path, '/');
        struct slice segment = slice_first(path, end);
        struct buf name = {0};
        if (is_s3)
            url_percent_decode(&name, segment);
        else
            buf_append(&name, segment);
        url_percent_encode(out, buf_slice(&name));
        buf_done(&name);
        bool has_slash = end < path.len;
        bool is_doubled = !is_s3 && out->len > 0 && out->data[out->start + out->len - 1] == '/';
        if (has_slash && !is_doubled)
            buf_append_byte(out, '/');
        path = slice_from(path, has_slash ? end + 1 : end);
    }
    if (out->len == 0)
        buf_append_byte(out, '/');
}

/* A list of texts that are put into order. */
struct texts {
    char **list;
    size_t n;
};

static void texts_add(struct texts *t, struct buf *text)
{
    t->list = mem_realloc(t->list, (t->n + 1) * sizeof *t->list);
    t->list[t->n++] = buf_take(text);
}

static void texts_done(struct texts *t)
{
    for (size_t i = 0; i < t->n; i++)
        mem_free(t->list[i]);
    mem_free(t->list);
}

static void append_encoded(struct buf *out, struct slice text)
{
    struct buf plain = {0}, decoded = {0};
    for (size_t i = 0; i < text.len; i++)
        buf_append_byte(&plain, text.ptr[i] == '+' ? ' ' : text.ptr[i]); /* as servers read a query */
    url_percent_decode(&decoded, buf_slice(&plain));
    url_percent_encode(out, buf_slice(&decoded));
    buf_done(&plain);
    buf_done(&decoded);
}

/* By name and then by value: in "name\1value" no byte of a name comes before the separator. */
static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void append_query(struct buf *out, struct slice query)
{
    struct texts pairs = {0};
    while (query.len > 0) {
        struct slice pair = slice_first(query, slice_find(query, '&'));
        query = slice_from(query, pair.len < query.len ? pair.len + 1 : pair.len);
        size_t equals = slice_find(pair, '=');
        struct buf text = {0};
        if (pair.len == 0)
            continue;
        append_encoded(&text, slice_first(pair, equals));
        buf_append_byte(&text, '\1');
        append_encoded(&text, slice_from(pair, equals < pair.len ? equals + 1 : equals));
        texts_add(&pairs, &text);
    }
    if (pairs.n > 0)
        qsort(pairs.list, pairs.n, sizeof *pairs.list, compare_texts);
    for (size_t i = 0; i < pairs.n; i++) {
        char *separator = strchr(pairs.list[i], '\1');
        *separator = '=';
        buf_append_text(out, i > 0 ? "&" : "");
        buf_append_text(out, pairs.list[i]);
    }
    texts_done(&pairs);
}

/* Blanks at the ends go, several become one. */
static void append_value(struct buf *out, struct slice value)
{
    value = slice_trim(value);
    for (size_t i = 0; i < value.len; i++) {
        bool is_blank = value.ptr[i] == ' ' || value.ptr[i] == '\t';
        if (!is_blank)
            buf_append_byte(out, value.ptr[i]);
        else if (value.ptr[i - 1] != ' ' && value.ptr[i - 1] != '\t')
            buf_append_byte(out, ' ');
    }
}

struct field {
    char *name; /* lower case */
    const char *value;
    size_t position;
};

static int compare_fields(const void *a, const void *b)
{
    const struct field *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->position > y->position) - (x->position < y->position);
}

/* "name:value" line by line, the values of one name joined; and the names for SignedHeaders. */
static void append_fields(struct buf *out, struct buf *names, const struct http_headers *headers)
{
    struct field *fields = mem_alloc(headers->n * sizeof *fields);
    for (size_t i = 0; i < headers->n; i++) {
        struct buf name = {0};
        append_mapped(&name, slice_of(headers->list[i].name), lower);
        fields[i] = (struct field){buf_take(&name), headers->list[i].value, i};
    }
    qsort(fields, headers->n, sizeof *fields, compare_fields);
    for (size_t i = 0; i < headers->n; i++) {
        bool is_same = i > 0 && strcmp(fields[i].name, fields[i - 1].name) == 0;
        if (!is_same) {
            buf_printf(out, "%s%s:", i > 0 ? "\n" : "", fields[i].name);
            buf_printf(names, "%s%s", i > 0 ? ";" : "", fields[i].name);
        } else {
            buf_append_byte(out, ',');
        }
        append_value(out, slice_of(fields[i].value));
    }
    buf_append_byte(out, '\n');
    for (size_t i = 0; i < headers->n; i++)
        mem_free(fields[i].name);
    mem_free(fields);
}

static void append_canonical(struct buf *out, struct buf *names, const struct sigv4_request *r,
                             const struct http_headers *headers)
{
    size_t question = slice_find(r->target, '?');
    struct buf path = {0};
    append_path(&path, slice_first(r->target, question), sigv4_is_s3(&r->scope));
    buf_printf(out, "%s\n%s\n", r->method, buf_text(&path));
    buf_done(&path);
    append_query(out, slice_from(r->target, question < r->target.len ? question + 1 : question));
    buf_append_byte(out, '\n');
    append_fields(out, names, headers);
    buf_printf(out, "\n%s\n%s", buf_text(names), r->payload);
}

/* The signature. */

/* Each step's result is the next one's key. */
static bool sign(char into[HASH_HEX_SIZE], const struct sigv4_request *r, struct slice day, struct slice text)
{
    struct buf first = {0}, request = {0};
    append_mapped(&first, r->scope.vendor, upper);
    buf_printf(&first, "4%s", r->secret);
    append_mapped(&request, r->scope.vendor, lower);
    buf_append_text(&request, "4_request");
    const struct slice steps[] = {day, r->scope.region, r->scope.service, buf_slice(&request), text};
    unsigned char keys[2][HASH_MAX_SIZE];
    struct slice key = buf_slice(&first);
    bool is_ok = true;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && is_ok; i++) {
        is_ok = hash_hmac(keys[i % 2], HASH_SHA256, key, steps[i]);
        key = slice_make((const char *)keys[i % 2], HASH_MAX_SIZE);
    }
    if (is_ok)
        hash_print(into, (const unsigned char *)key.ptr, key.len);
    mem_wipe(keys, sizeof keys);
    buf_wipe(&first);
    buf_done(&request);
    return is_ok;
}

static bool is_stamp(const char *text)
{
    for (size_t i = 0; i < STAMP_LENGTH; i++) {
        char c = text[i];
        bool is_good = i == DAY_LENGTH ? c == 'T' : i == STAMP_LENGTH - 1 ? c == 'Z' : c >= '0' && c <= '9';
        if (!is_good)
            return false;
    }
    return text[STAMP_LENGTH] == '\0';
}

static void print_stamp(char into[STAMP_LENGTH + 1], int64_t now_unix_s)
{
    time_t now = (time_t)now_unix_s;
    struct tm utc;
    if (!gmtime_r(&now, &utc) || strftime(into, STAMP_LENGTH + 1, "%Y%m%dT%H%M%SZ", &utc) != STAMP_LENGTH)
        snprintf(into, STAMP_LENGTH + 1, "19700101T000000Z");
}

/* The user's fields, and behind them ours: Host, the date, the digest. The last two are also appended to added, to be
 * sent. False with err filled (43). */
static bool gather_fields(struct http_headers *all, struct buf *added, char stamp[STAMP_LENGTH + 1],
                          const struct sigv4_request *r, struct error *err)
{
    char date_name[SIGV4_NAME_SIZE], payload_name[SIGV4_NAME_SIZE];
    date_name_of(date_name, &r->scope);
    sigv4_payload_name(payload_name, &r->scope);
    for (size_t i = 0; i < r->headers->n; i++)
        http_headers_add(all, slice_of(r->headers->list[i].name), slice_of(r->headers->list[i].value));
    http_headers_add(all, SLICE("host"), r->host);
    const char *dated = http_headers_get(r->headers, date_name);
    if (dated && !is_stamp(dated))
        return error_set(err, PEEL_BAD_FUNCTION_ARGUMENT, "the %s given with -H is no date like 20150830T123600Z",
                         date_name);
    if (dated) {
        snprintf(stamp, STAMP_LENGTH + 1, "%s", dated);
    } else {
        print_stamp(stamp, r->now_unix_s);
        http_headers_add(all, slice_of(date_name), slice_of(stamp));
        buf_printf(added, "%s: %s\r\n", date_name, stamp);
    }
    if (sigv4_is_s3(&r->scope) && !http_headers_get(r->headers, payload_name)) {
        http_headers_add(all, slice_of(payload_name), slice_of(r->payload));
        buf_printf(added, "%s: %s\r\n", payload_name, r->payload);
    }
    return true;
}

static void append_scope(struct buf *out, const struct sigv4_scope *scope, struct slice day)
{
    const struct slice words[] = {day, scope->region, scope->service, scope->vendor};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        buf_append_text(out, i > 0 ? "/" : "");
        if (i < 3)
            buf_append(out, words[i]);
        else
            append_mapped(out, words[i], lower);
    }
    buf_append_text(out, "4_request");
}

/* What goes into the signature and is shown beside it. */
struct parts {
    struct http_headers fields;
    struct buf added, canonical, names, algorithm, scope, text;
    char stamp[STAMP_LENGTH + 1];
};

static void parts_done(struct parts *p)
{
    http_headers_done(&p->fields);
    buf_done(&p->added);
    buf_done(&p->canonical);
    buf_done(&p->names);
    buf_done(&p->algorithm);
    buf_done(&p->scope);
    buf_done(&p->text);
}

/* The text to sign names the canonical request by its digest. */
static bool sign_parts(char into[HASH_HEX_SIZE], struct parts *p, const struct sigv4_request *r)
{
    struct slice day = slice_make(p->stamp, DAY_LENGTH);
    char digest[HASH_HEX_SIZE];
    append_canonical(&p->canonical, &p->names, r, &p->fields);
    append_mapped(&p->algorithm, r->scope.vendor, upper);
    buf_append_text(&p->algorithm, "4-HMAC-SHA256");
    append_scope(&p->scope, &r->scope, day);
    struct slice canonical = buf_slice(&p->canonical);
    bool is_ok = hash_hex(digest, HASH_SHA256, &canonical, 1);
    buf_printf(&p->text, "%s\n%s\n%s\n%s", buf_text(&p->algorithm), p->stamp, buf_text(&p->scope), digest);
    return is_ok && sign(into, r, day, buf_slice(&p->text));
}

bool sigv4_print(struct buf *out, const struct sigv4_request *r, struct error *err)
{
    struct parts p = {0};
    char signature[HASH_HEX_SIZE];
    bool is_ok = gather_fields(&p.fields, &p.added, p.stamp, r, err) &&
                 (sign_parts(signature, &p, r) ||
                  error_set(err, PEEL_FAILED_INIT, "This OpenSSL has no SHA-256, which --aws-sigv4 needs"));
    if (is_ok) {
        buf_printf(out, "Authorization: %s Credential=%s/%s, ", buf_text(&p.algorithm), r->key, buf_text(&p.scope));
        buf_printf(out, "SignedHeaders=%s, Signature=%s\r\n", buf_text(&p.names), signature);
        buf_append(out, buf_slice(&p.added));
    }
    parts_done(&p);
    return is_ok;
}

/* A stack of content codings: what one filter gives out is the input of the next. */
#include "http/decode.h"
#include "http/decode_filter.h"

#include "base/escape.h"
#include "base/mem.h"

enum {
    STEP_SIZE = 64 * 1024
};

const char http_accept_encoding[] = "deflate, gzip, br, zstd";

struct http_stage {
    const struct filter_kind *kind;
    void *state; /* NULL: no byte has come yet */
    char *out;   /* STEP_SIZE bytes */
};

struct http_decoder {
    size_t n;
    struct http_stage stages[HTTP_CODINGS_MAX]; /* [0] undoes the coding that was applied last */
    bool has_failed;
};

/* Where decoded bytes go, and why it may have stopped. */
struct http_decoding {
    struct http_decoder *decoder;
    http_decoded_fn out;
    void *ctx;
    struct error *err;
};

/* NULL in *kind: the coding changes nothing. False: nobody here knows it. */
static bool find_coding(struct slice name, const struct filter_kind **kind)
{
    static const struct {
        struct slice name;
        const struct filter_kind *kind;
    } rows[] = {
        {SLICE_INIT("gzip"), &filter_gzip},
        {SLICE_INIT("x-gzip"), &filter_gzip},
        {SLICE_INIT("deflate"), &filter_deflate},
        {SLICE_INIT("br"), &filter_brotli},
        {SLICE_INIT("zstd"), &filter_zstd},
        {SLICE_INIT("identity"), NULL},
        {SLICE_INIT("none"), NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        *kind = rows[i].kind;
        if (slice_equal_nocase(name, rows[i].name))
            return true;
    }
    return false;
}

bool http_decoder_knows(struct slice coding)
{
    const struct filter_kind *kind;
    return find_coding(coding, &kind);
}

/* Fills kinds in the order of the list; false with err filled. */
static bool read_codings(struct slice list, const struct filter_kind *kinds[HTTP_CODINGS_MAX], size_t *n,
                         struct error *err)
{
    size_t n_named = 0;
    for (*n = 0;;) {
        size_t comma = slice_find(list, ',');
        struct slice name = slice_trim(slice_first(list, comma));
        const struct filter_kind *kind = NULL;
        char text[100];
        if (name.len > 0 && ++n_named > HTTP_CODINGS_MAX)
            return error_set(err, PEEL_BAD_CONTENT_ENCODING, "more than %d content codings", HTTP_CODINGS_MAX);
        if (name.len > 0 && !find_coding(name, &kind))
            return error_set(err, PEEL_BAD_CONTENT_ENCODING, "unknown Content-Encoding \"%s\" (known: %s)",
                             escape_into(text, sizeof text, name), http_accept_encoding);
        if (kind)
            kinds[(*n)++] = kind;
        if (comma == list.len)
            return true;
        list = slice_from(list, comma + 1);
    }
}

struct http_decoder *http_decoder_new(struct slice codings, struct error *err)
{
    const struct filter_kind *kinds[HTTP_CODINGS_MAX];
    size_t n = 0;
    if (!read_codings(codings, kinds, &n, err) || n == 0)
        return NULL;
    struct http_decoder *d = mem_alloc(sizeof *d);
    d->n = n;
    for (size_t i = 0; i < n; i++)
        d->stages[i].kind = kinds[n - 1 - i];
    return d;
}

void http_decoder_free(struct http_decoder *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->n; i++) {
        if (d->stages[i].state)
            d->stages[i].kind->close(d->stages[i].state);
        mem_free(d->stages[i].out);
    }
    mem_free(d);
}

/* Feeds stage i, and through it all behind it; the recursion is HTTP_CODINGS_MAX deep at most. */
static bool feed_stage(struct http_decoding *to, size_t i, struct slice in)
{
    if (i == to->decoder->n)
        return to->out(to->ctx, in);
    struct http_stage *stage = &to->decoder->stages[i];
    if (!stage->state) {
        stage->state = stage->kind->open();
        stage->out = mem_alloc(STEP_SIZE);
    }
    enum filter_status status = FILTER_MORE;
    while (status == FILTER_MORE) {
        size_t n = 0;
        struct error err = {0};
        status = stage->kind->step(stage->state, &in, (struct span){stage->out, STEP_SIZE}, &n, &err);
        if (n > 0 && !feed_stage(to, i + 1, slice_make(stage->out, n)))
            return false;
        if (status == FILTER_FAILED && to->err->code == PEEL_OK)
            *to->err = err;
    }
    return status == FILTER_HUNGRY;
}

bool http_decoder_feed(struct http_decoder *d, struct slice bytes, http_decoded_fn out, void *ctx, struct error *err)
{
    struct http_decoding to = {d, out, ctx, err};
    if (d->has_failed)
        return error_set(err, PEEL_BAD_CONTENT_ENCODING, "more bytes after a body that could not be decoded");
    if (bytes.len > 0 && !feed_stage(&to, 0, bytes))
        d->has_failed = true;
    return !d->has_failed;
}

bool http_decoder_end(struct http_decoder *d, http_decoded_fn out, void *ctx, struct error *err)
{
    struct http_decoding to = {d, out, ctx, err};
    for (size_t i = 0; i < d->n && d->stages[i].state && !d->has_failed; i++) {
        if (!feed_stage(&to, i, SLICE("")))
            d->has_failed = true;
        else if (!d->stages[i].kind->is_whole(d->stages[i].state))
            d->has_failed = !error_set(err, PEEL_BAD_CONTENT_ENCODING,
                                       "the %s stream is incomplete: the body ends before it", d->stages[i].kind->name);
    }
    return !d->has_failed;
}

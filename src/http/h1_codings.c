/* Which transfer codings a response has. */
#include "http/h1_codings.h"

#include "base/escape.h"
#include "http/decode.h"

#include <string.h>

static void append(char *list, size_t size, const char *text)
{
    size_t len = strlen(list);
    const char *separator = len > 0 ? ", " : "";
    if (len + strlen(separator) + strlen(text) < size) {
        strcat(list, separator);
        strcat(list, text);
    }
}

static bool read_coding(struct h1_codings *c, struct slice name, struct error *err)
{
    char shown[100];
    bool is_chunked = slice_equal_nocase(name, SLICE("chunked"));
    if (c->is_chunked || name.len == 0)
        c->fault = H1_CODINGS_OUT_OF_ORDER;
    c->is_chunked = c->is_chunked || is_chunked;
    c->has_identity = c->has_identity || slice_equal_nocase(name, SLICE("identity"));
    if (is_chunked || name.len == 0 || slice_equal_nocase(name, SLICE("identity")))
        return true;
    escape_into(shown, sizeof shown, name);
    if (!http_decoder_knows(name))
        return error_set(err, PEEL_BAD_CONTENT_ENCODING, "unsupported Transfer-Encoding: \"%s\"", shown);
    if (!c->are_asked_for && c->fault == H1_CODINGS_FINE)
        c->fault = H1_CODINGS_NOT_ASKED;
    if (++c->n > HTTP_CODINGS_MAX)
        return error_set(err, PEEL_BAD_CONTENT_ENCODING, "more than %d transfer codings", HTTP_CODINGS_MAX);
    append(c->names, sizeof c->names, shown);
    return true;
}

bool h1_codings_read(struct h1_codings *c, struct slice value, struct error *err)
{
    char shown[200];
    append(c->shown, sizeof c->shown, escape_into(shown, sizeof shown, value));
    for (;;) {
        size_t comma = slice_find(value, ',');
        if (!read_coding(c, slice_trim(slice_first(value, comma)), err))
            return false;
        if (comma == value.len)
            return true;
        value = slice_from(value, comma + 1);
    }
}

bool h1_codings_check(const struct h1_codings *c, bool has_length, struct error *err)
{
    bool ends_in_chunks = c->is_chunked && c->fault != H1_CODINGS_OUT_OF_ORDER;
    bool is_any = c->is_chunked || c->has_identity || c->n > 0 || c->fault != H1_CODINGS_FINE;
    if (is_any && has_length && !ends_in_chunks)
        return error_set(err, PEEL_WEIRD_SERVER_REPLY, "both Content-Length and Transfer-Encoding: \"%s\"", c->shown);
    switch (c->fault) {
    case H1_CODINGS_FINE:
        return true;
    case H1_CODINGS_NOT_ASKED:
        return error_set(err, PEEL_BAD_CONTENT_ENCODING,
                         "the server sent \"Transfer-Encoding: %s\", which nobody asked for (--tr-encoding does)",
                         c->shown);
    case H1_CODINGS_OUT_OF_ORDER:
        break;
    }
    return error_set(err, PEEL_BAD_CONTENT_ENCODING,
                     "unsupported Transfer-Encoding: \"%s\": no list with chunked once and last", c->shown);
}

/* A form as a body, in the bytes that curl sends. */
#include "http/multipart.h"

#include "base/mem.h"

#include <sys/random.h>

enum {
    BOUNDARY_DASHES = 24
};

struct builder {
    struct body *body;
    struct buf text; /* between two files */
    bool is_backslash_escaped;
    struct error *err;
};

void multipart_make_boundary(char into[MULTIPART_BOUNDARY_SIZE])
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    size_t at = BOUNDARY_DASHES;
    memset(into, '-', at);
    while (at < MULTIPART_BOUNDARY_SIZE - 1) {
        unsigned char random = 0;
        if (getrandom(&random, 1, 0) != 1)
            continue;
        /* What is above the largest multiple of 62 would make the first letters likelier. */
        if (random < 4 * (sizeof letters - 1))
            into[at++] = letters[random % (sizeof letters - 1)];
    }
    into[at] = '\0';
}

const char *multipart_type_of_name(const char *name)
{
    static const struct {
        const char *suffix, *type;
    } types[] = {
        {".gif", "image/gif"},       {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"}, {".png", "image/png"},
        {".svg", "image/svg+xml"},   {".txt", "text/plain"},      {".htm", "text/html"},   {".html", "text/html"},
        {".pdf", "application/pdf"}, {".xml", "application/xml"},
    };
    size_t len = name ? strlen(name) : 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t n = strlen(types[i].suffix);
        if (len >= n && strcasecmp(name + len - n, types[i].suffix) == 0)
            return types[i].type;
    }
    return NULL;
}

static void flush_text(struct builder *b)
{
    if (b->text.len > 0)
        body_add_text(b->body, buf_slice(&b->text));
    buf_clear(&b->text);
}

/* The value of a header that the user gave for this part; NULL when there is none. */
static const char *user_header(const struct form_part *part, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < part->n_headers; i++) {
        const char *line = part->headers[i];
        if (strncasecmp(line, name, n) != 0 || line[n] != ':')
            continue;
        for (line += n + 1; *line == ' ' || *line == '\t'; line++)
            ;
        return line;
    }
    return NULL;
}

/* A name within quotes: as browsers do it (the form encoding of the HTML standard), or with backslashes. */
static void add_quoted(struct builder *b, const char *key, const char *value)
{
    buf_printf(&b->text, "; %s=\"", key);
    for (; *value; value++) {
        bool is_special = *value == '"' || (b->is_backslash_escaped && *value == '\\');
        bool is_break = *value == '\r' || *value == '\n';
        if (is_break || (is_special && !b->is_backslash_escaped)) {
            buf_printf(&b->text, "%%%02X", (unsigned char)*value);
            continue;
        }
        if (is_special)
            buf_append_byte(&b->text, '\\');
        buf_append_byte(&b->text, *value);
    }
    buf_append_byte(&b->text, '"');
}

static bool starts_with_nocase(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_type(const char *type, const char *wanted)
{
    size_t n = strlen(wanted);
    return type && starts_with_nocase(type, wanted) && (type[n] == '\0' || strchr("; \t\r\n", type[n]));
}

/* What curl says of a part that does not say it itself. */
static const char *guess_type(const struct form_part *part)
{
    const char *type = NULL;
    switch (part->kind) {
    case FORM_PARTS:
        return "multipart/mixed";
    case FORM_FILE:
        type = multipart_type_of_name(part->filename);
        if (!type)
            type = multipart_type_of_name(part->data);
        if (!type && part->filename && strcmp(part->data, "-") != 0) /* of stdin nothing is known */
            type = "application/octet-stream";
        break;
    case FORM_TEXT:
        type = part->filename ? multipart_type_of_name(part->filename) : NULL;
        break;
    }
    /* text/plain is what a part without a type is. */
    return is_type(type, "text/plain") && !part->filename ? NULL : type;
}

static void add_disposition(struct builder *b, const struct form_part *part, const char *type, const char *disposition)
{
    bool is_named = part->name || part->filename;
    if (!disposition && (is_named || (type && !starts_with_nocase(type, "multipart/"))))
        disposition = "attachment";
    if (!disposition || (strcmp(disposition, "attachment") == 0 && !is_named))
        return;
    buf_printf(&b->text, "Content-Disposition: %s", disposition);
    if (part->name)
        add_quoted(b, "name", part->name);
    if (part->filename)
        add_quoted(b, "filename", part->filename);
    buf_append_text(&b->text, "\r\n");
}

static void add_head(struct builder *b, const struct form_part *part, const char *type, const char *boundary,
                     const char *disposition)
{
    if (!user_header(part, "Content-Disposition"))
        add_disposition(b, part, type, disposition);
    if (type)
        buf_printf(&b->text, "Content-Type: %s%s%s\r\n", type, boundary ? "; boundary=" : "", boundary ? boundary : "");
    if (part->encoding != ENCODING_NONE && !user_header(part, "Content-Transfer-Encoding"))
        buf_printf(&b->text, "Content-Transfer-Encoding: %s\r\n", encoding_name(part->encoding));
    for (size_t i = 0; i < part->n_headers; i++)
        if (!starts_with_nocase(part->headers[i], "Content-Type:"))
            buf_printf(&b->text, "%s\r\n", part->headers[i]);
    buf_append_text(&b->text, "\r\n");
}

static bool add_parts(struct builder *b, const struct form_part *const *parts, size_t n, const char *boundary,
                      const char *disposition);

static bool add_content(struct builder *b, const struct form_part *part, const char *type, const char *boundary)
{
    struct encoder encoder = {.encoding = part->encoding};
    switch (part->kind) {
    case FORM_PARTS:
        return add_parts(b, (const struct form_part *const *)part->parts, part->n_parts, boundary,
                         is_type(type, "multipart/form-data") ? "form-data" : NULL);
    case FORM_FILE:
        flush_text(b);
        return body_add_file(b->body, part->data, part->encoding, b->err);
    case FORM_TEXT:
        break;
    }
    return encoder_feed(&encoder, slice_of(part->data), true, &b->text, b->err);
}

static bool add_part(struct builder *b, const struct form_part *part, const char *disposition)
{
    char boundary[MULTIPART_BOUNDARY_SIZE];
    bool has_parts = part->kind == FORM_PARTS;
    const char *type = part->type ? part->type : user_header(part, "Content-Type");
    if (!type)
        type = guess_type(part);
    if (has_parts)
        multipart_make_boundary(boundary);
    add_head(b, part, type, has_parts ? boundary : NULL, disposition);
    return add_content(b, part, type, boundary);
}

static bool add_parts(struct builder *b, const struct form_part *const *parts, size_t n, const char *boundary,
                      const char *disposition)
{
    for (size_t i = 0; i < n; i++) {
        buf_printf(&b->text, "%s--%s\r\n", i > 0 ? "\r\n" : "", boundary);
        if (!add_part(b, parts[i], disposition))
            return false;
    }
    buf_printf(&b->text, "%s--%s--\r\n", n > 0 ? "\r\n" : "", boundary);
    return true;
}

bool multipart_add(struct body *b, const struct form *form, const char *media_type, const char *boundary,
                   struct error *err)
{
    struct builder builder = {.body = b, .is_backslash_escaped = form->is_backslash_escaped, .err = err};
    bool is_ok = add_parts(&builder, (const struct form_part *const *)form->root.parts, form->root.n_parts, boundary,
                           is_type(media_type, "multipart/form-data") ? "form-data" : NULL);
    flush_text(&builder);
    buf_done(&builder.text);
    return is_ok;
}

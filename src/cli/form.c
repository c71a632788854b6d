/* The options that make a form: -F, --form-string. curl's grammar:
 *
 *     NAME=CONTENT   NAME=@FILE[,FILE...]   NAME=<FILE   [NAME]=(   =)
 *
 * each followed by ;type= ;filename= ;encoder= ;headers=, values in quotes where they hold a ; or a comma. */
#include "cli/setters.h"

#include "base/mem.h"

#include <ctype.h>

/* What one part was said to be. */
struct spec {
    char *data;
    char *type;
    char *filename;
    char *encoder;
    char **headers;
    size_t n_headers;
};

static void spec_done(struct spec *s)
{
    mem_free_secret(s->data);
    mem_free(s->type);
    mem_free(s->filename);
    mem_free(s->encoder);
    for (size_t i = 0; i < s->n_headers; i++)
        mem_free_secret(s->headers[i]);
    mem_free(s->headers);
}

static const char *skip_blanks(const char *at)
{
    while (isspace((unsigned char)*at))
        at++;
    return at;
}

static struct slice trim_end(const char *from, const char *to)
{
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return slice_make(from, (size_t)(to - from));
}

static bool is_end(char c, char stop)
{
    return c == '\0' || c == ';' || c == stop;
}

/* "..." with \" and \\ in it. NULL when there is no closing quote: then it is a word like any other. */
static char *read_quoted(struct parse *parse, const char **at, char stop)
{
    struct buf text = {0};
    const char *p = *at + 1;
    for (; *p && *p != '"'; p++) {
        if (p[0] == '\\' && (p[1] == '\\' || p[1] == '"'))
            p++;
        buf_append_byte(&text, *p);
    }
    if (!*p) {
        buf_wipe(&text);
        return NULL;
    }
    const char *rest = skip_blanks(++p);
    if (!is_end(*rest, stop))
        parse_warn(parse, "trailing data after a quoted form parameter is ignored");
    while (!is_end(*p, stop))
        p++;
    *at = p;
    return buf_take(&text);
}

/* A word up to ";", the stop byte or the end; blanks around it are not its own unless quoted. */
static char *read_word(struct parse *parse, const char **at, char stop)
{
    *at = skip_blanks(*at);
    char *quoted = **at == '"' ? read_quoted(parse, at, stop) : NULL;
    if (quoted)
        return quoted;
    const char *from = *at;
    while (!is_end(**at, stop))
        ++*at;
    return mem_dup_slice(trim_end(from, *at));
}

static void add_spec_header(struct spec *s, struct slice line)
{
    s->headers = parse_grow(s->headers, s->n_headers, sizeof *s->headers);
    s->headers[s->n_headers++] = mem_dup_slice(line);
}

/* A file of header lines: # begins a comment, a line that starts with a blank goes on with the one before it. */
static bool read_header_file(struct parse *parse, struct spec *s, const char *path)
{
    struct buf text = {0};
    struct buf line = {0};
    bool is_ok = parse_read_file(parse, path, &text);
    struct slice rest = buf_slice(&text);
    while (is_ok && rest.len > 0) {
        size_t n = slice_find(rest, '\n');
        struct slice raw = slice_first(rest, n);
        rest = slice_from(rest, n < rest.len ? n + 1 : n);
        struct slice trimmed = trim_end(raw.ptr, raw.ptr + raw.len);
        if (trimmed.len == 0 || raw.ptr[0] == '#')
            continue;
        if (isspace((unsigned char)raw.ptr[0]) && s->n_headers > 0) {
            buf_append_text(&line, s->headers[--s->n_headers]);
            mem_free_secret(s->headers[s->n_headers]);
        }
        buf_append(&line, trimmed);
        add_spec_header(s, buf_slice(&line));
        buf_clear(&line);
    }
    buf_wipe(&text);
    buf_wipe(&line);
    return is_ok;
}

static bool read_headers(struct parse *parse, struct spec *s, const char **at, char stop)
{
    bool is_file = **at == '@' || **at == '<';
    if (is_file)
        ++*at;
    char *word = read_word(parse, at, stop);
    bool is_ok = is_file ? read_header_file(parse, s, word) : parse_check_line(parse, word);
    if (is_ok && !is_file)
        add_spec_header(s, slice_of(word));
    mem_free_secret(word);
    return is_ok;
}

/* TYPE/SUBTYPE and the parameters behind it, which have semicolons of their own: everything up to the next word that
 * is ours. */
static bool read_type(struct parse *parse, struct spec *s, const char **at, char stop)
{
    const char *from = *at = skip_blanks(*at);
    size_t major = strcspn(from, "/ ;");
    if (major == 0 || from[major] != '/' || is_end(from[major + 1], stop) || from[major + 1] == ' ')
        return parse_fail(parse, PEEL_FAILED_INIT, "illegally formatted content type '%s'", from);
    for (;;) {
        while (!is_end(**at, stop))
            ++*at;
        const char *next = skip_blanks(**at == ';' ? *at + 1 : "");
        bool is_ours = strncasecmp(next, "filename=", 9) == 0 || strncasecmp(next, "headers=", 8) == 0 ||
                       strncasecmp(next, "encoder=", 8) == 0;
        if (**at != ';' || is_ours)
            break;
        ++*at;
    }
    mem_free(s->type);
    s->type = mem_dup_slice(trim_end(from, *at));
    return parse_check_line(parse, s->type);
}

static bool take_prefix(const char **at, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncasecmp(*at, prefix, n) != 0)
        return false;
    *at += n;
    return true;
}

/* The content and all that is said about it. */
static bool read_spec(struct parse *parse, struct spec *s, const char **at, char stop)
{
    s->data = read_word(parse, at, stop);
    while (**at == ';') {
        *at = skip_blanks(*at + 1);
        bool is_ok = true;
        char **field = NULL;
        if (take_prefix(at, "type="))
            is_ok = read_type(parse, s, at, stop);
        else if (take_prefix(at, "headers="))
            is_ok = read_headers(parse, s, at, stop);
        else if (take_prefix(at, "filename="))
            field = &s->filename;
        else if (take_prefix(at, "encoder="))
            field = &s->encoder;
        if (!is_ok)
            return false;
        if (field) {
            mem_free(*field);
            *field = read_word(parse, at, stop);
        } else if (!is_end(**at, stop)) {
            char *unknown = read_word(parse, at, stop);
            parse_warn(parse, "skip unknown form field: %s", unknown);
            mem_free(unknown);
        }
    }
    return true;
}

/* The part takes over what was said. */
static bool apply_spec(struct parse *parse, struct form_part *part, struct spec *s, enum form_kind kind)
{
    part->kind = kind;
    if (kind == FORM_PARTS) {
        mem_free(s->data);
        s->data = NULL;
    }
    part->data = s->data;
    part->type = s->type;
    part->filename = s->filename;
    part->headers = s->headers;
    part->n_headers = s->n_headers;
    char *encoder = s->encoder;
    *s = (struct spec){0};
    part->encoding = encoder ? encoding_by_name(slice_of(encoder)) : ENCODING_NONE;
    bool is_ok = !encoder || part->encoding != ENCODING_NONE ||
                 parse_fail(parse, PEEL_FAILED_INIT,
                            "unknown encoder '%s': binary, 8bit, 7bit, base64 or quoted-printable", encoder);
    mem_free(encoder);
    return is_ok;
}

static char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');
    return mem_strdup(slash ? slash + 1 : path);
}

/* One file, or several in a part of their own. Returns the part that bears the name; NULL after a failure. */
static struct form_part *add_files(struct parse *parse, struct form_part *parent, const char *at)
{
    struct form_part *group = NULL;
    struct form_part *part = NULL;
    do {
        struct spec spec = {0};
        at++;
        bool is_ok = read_spec(parse, &spec, &at, ',');
        if (!group && *at == ',') {
            parent = group = form_add(parent);
            group->kind = FORM_PARTS;
        }
        if (is_ok && !spec.filename)
            spec.filename = last_component(spec.data);
        part = is_ok ? form_add(parent) : NULL;
        is_ok = is_ok && apply_spec(parse, part, &spec, FORM_FILE);
        spec_done(&spec);
        if (!is_ok)
            return NULL;
    } while (*at == ',');
    return group ? group : part;
}

static struct form_part *add_single(struct parse *parse, struct form_part *parent, const char *at, enum form_kind kind)
{
    struct spec spec = {0};
    struct form_part *part = form_add(parent);
    bool is_ok = read_spec(parse, &spec, &at, '\0') && apply_spec(parse, part, &spec, kind);
    spec_done(&spec);
    return is_ok ? part : NULL;
}

static bool close_group(struct parse *parse, struct form *form)
{
    if (!form->current || !form->current->parent)
        return parse_fail(parse, PEEL_FAILED_INIT, "no multipart to terminate");
    form->current = form->current->parent;
    return true;
}

static bool add_field(struct parse *parse, const char *value, bool is_literal)
{
    struct form *form = &parse->settings->http.form;
    struct form_part *parent = form->current ? form->current : &form->root;
    const char *equals = strchr(value, '=');
    if (!equals)
        return parse_fail(parse, PEEL_FAILED_INIT, "illegally formatted input field '%s': NAME=CONTENT is meant",
                          value);
    const char *at = equals + 1;
    char sign = is_literal ? '\0' : *at;
    if (sign == ')' && at[1] == '\0' && equals == value)
        return close_group(parse, form);
    struct form_part *part = NULL;
    if (sign == '@') {
        part = add_files(parse, parent, at);
    } else if (is_literal) {
        part = form_add(parent);
        part->data = mem_strdup(at);
    } else {
        part = add_single(parse, parent, sign == '<' ? at + 1 : at,
                          sign == '('   ? FORM_PARTS
                          : sign == '<' ? FORM_FILE
                                        : FORM_TEXT);
    }
    if (!part)
        return false;
    if (sign == '(')
        form->current = part;
    if (equals > value)
        part->name = mem_dup_slice(slice_make(value, (size_t)(equals - value)));
    return true;
}

bool set_form(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    return add_field(parse, value, false);
}

bool set_form_string(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    return add_field(parse, value, true);
}

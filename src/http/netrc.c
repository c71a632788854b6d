/* Looking a host up in a netrc file. */
#include "http/netrc.h"

#include "base/buf.h"
#include "base/mem.h"

struct reader {
    struct slice line; /* what is left of it */
    struct slice rest; /* the lines behind it */
    unsigned number;
    struct buf token;
};

struct entry {
    bool is_ours;
    struct netrc_login login;
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* False at the end of the file. */
static bool next_line(struct reader *r)
{
    if (r->rest.len == 0)
        return false;
    r->line = slice_first(r->rest, slice_find(r->rest, '\n'));
    r->rest = slice_from(r->rest, r->line.len < r->rest.len ? r->line.len + 1 : r->line.len);
    r->number++;
    return true;
}

static bool read_quoted(struct reader *r, struct error *err)
{
    for (size_t i = 1; i < r->line.len; i++) {
        char c = r->line.ptr[i];
        if (c == '"') {
            r->line = slice_from(r->line, i + 1);
            return true;
        }
        if (c == '\\' && i + 1 < r->line.len) {
            c = r->line.ptr[++i];
            c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
        }
        buf_append_byte(&r->token, c);
    }
    return error_set(err, PEEL_READ_ERROR, "netrc file, line %u: a quoted word has no end", r->number);
}

/* The next token into r->token; *is_end instead at the end of the file. False with err filled. */
static bool next_token(struct reader *r, bool *is_end, struct error *err)
{
    buf_wipe(&r->token);
    for (;;) {
        while (r->line.len > 0 && is_space(r->line.ptr[0]))
            r->line = slice_from(r->line, 1);
        if (r->line.len > 0 && r->line.ptr[0] != '#')
            break;
        *is_end = !next_line(r);
        if (*is_end)
            return true;
        if (r->line.len > NETRC_LINE_MAX)
            return error_set(err, PEEL_READ_ERROR, "netrc file, line %u: longer than %d bytes", r->number,
                             NETRC_LINE_MAX);
    }
    if (r->line.ptr[0] == '"')
        return read_quoted(r, err);
    size_t n = 0;
    while (n < r->line.len && !is_space(r->line.ptr[n]))
        n++;
    buf_append(&r->token, slice_first(r->line, n));
    r->line = slice_from(r->line, n);
    return true;
}

/* A macro's lines go on up to an empty one. */
static void skip_macro(struct reader *r)
{
    while (next_line(r) && r->line.len > 0 && r->line.ptr[0] != '\r')
        r->line = SLICE("");
    r->line = SLICE("");
}

static void take(struct reader *r, char **field)
{
    mem_free_secret(*field);
    *field = mem_strdup(buf_text(&r->token));
}

static void forget(struct entry *e)
{
    netrc_login_done(&e->login);
    e->is_ours = false;
}

/* Is the entry, which is over, what is looked for? */
static bool is_answer(const struct entry *e, const char *user)
{
    const struct netrc_login *login = &e->login;
    if (!e->is_ours)
        return false;
    if (!user)
        return login->user || login->password;
    return login->password && (!login->user || strcmp(login->user, user) == 0);
}

/* A keyword and its value. *is_over: the entry before it has ended and is the answer. */
static bool read_keyword(struct reader *r, struct entry *e, const char *host, const char *user, bool *is_over,
                         struct error *err)
{
    static const char *const words[] = {"machine", "login", "password", "account", "default", "macdef"};
    enum {
        MACHINE,
        LOGIN,
        PASSWORD,
        ACCOUNT,
        DEFAULT,
        MACDEF,
        N_WORDS
    };
    unsigned word = 0;
    bool is_end = false;
    while (word < N_WORDS && !slice_equal_nocase(buf_slice(&r->token), slice_of(words[word])))
        word++;
    if (word == MACHINE || word == DEFAULT) {
        *is_over = is_answer(e, user);
        if (*is_over)
            return true;
        forget(e);
        e->is_ours = word == DEFAULT;
    }
    if (word == MACDEF)
        skip_macro(r);
    if (word > ACCOUNT)
        return true;
    if (!next_token(r, &is_end, err))
        return false;
    if (is_end)
        return true;
    if (word == MACHINE)
        e->is_ours = slice_equal_nocase(buf_slice(&r->token), slice_of(host));
    else if (word == LOGIN)
        take(r, &e->login.user);
    else if (word == PASSWORD)
        take(r, &e->login.password);
    return true;
}

bool netrc_find(struct netrc_login *out, struct slice text, const char *host, const char *user, struct error *err)
{
    struct reader r = {.rest = text, .line = SLICE("")};
    struct entry entry = {0};
    bool is_ok = true, is_end = false, is_over = false;
    if (text.len > NETRC_SIZE_MAX)
        return error_set(err, PEEL_READ_ERROR, "netrc file: larger than %d bytes", NETRC_SIZE_MAX);
    if (slice_find(text, '\0') < text.len)
        return error_set(err, PEEL_READ_ERROR, "netrc file: it has a NUL byte");
    while (is_ok && !is_over) {
        is_ok = next_token(&r, &is_end, err);
        if (!is_ok || is_end)
            break;
        is_ok = read_keyword(&r, &entry, host, user, &is_over, err);
    }
    buf_wipe(&r.token);
    if (is_ok && is_answer(&entry, user))
        *out = entry.login;
    else
        netrc_login_done(&entry.login);
    return is_ok;
}

void netrc_login_done(struct netrc_login *login)
{
    mem_free_secret(login->user);
    mem_free_secret(login->password);
    *login = (struct netrc_login){0};
}
